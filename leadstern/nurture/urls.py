"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path

from leadstern.nurture import public
from leadstern.nurture.views import people, sequences, steps

app_name = "nurture"
urlpatterns: list[URLPattern] = [
    path("u/<str:token>/", public.unsubscribe, name="unsubscribe"),
    path("nurture/sequences/", sequences.sequence_list, name="sequences"),
    path("nurture/sequences/new/", sequences.sequence_new, name="sequence_new"),
    path("nurture/sequences/<int:sequence_id>/", sequences.sequence, name="sequence"),
    path("nurture/sequences/<int:sequence_id>/preview/", sequences.preview, name="preview"),
    path("nurture/sequences/<int:sequence_id>/people/", people.people, name="people"),
    path("nurture/sequences/<int:sequence_id>/steps/new/", steps.step, name="step_new"),
    path("nurture/sequences/<int:sequence_id>/steps/<int:index>/", steps.step, name="step"),
    path(
        "nurture/sequences/<int:sequence_id>/steps/<int:index>/<slug:verb>/",
        steps.change_step,
        name="step_change",
    ),
    path("nurture/sequences/<int:sequence_id>/<slug:verb>/", sequences.change, name="sequence_change"),
    path("nurture/people/<int:enrollment_id>/<slug:verb>/", people.change, name="enrollment_change"),
    path("nurture/left-out/<slug:reason>/", people.left_out, name="left_out"),
]
