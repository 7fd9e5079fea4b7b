"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path, re_path

from leadstern.capture import public
from leadstern.capture.channels.file_import.urls import urlpatterns as import_patterns
from leadstern.capture.channels.form import public as form
from leadstern.capture.channels.manual import views as manual
from leadstern.capture.views import forms, magnets, submissions

app_name = "capture"
urlpatterns: list[URLPattern] = [
    path("f/challenge", form.challenge, name="challenge"),
    path("f/<slug:key>/", form.form, name="form"),
    path("f/<slug:key>/embed.json", form.embedded, name="embedded"),
    path("f/<slug:key>/done/", form.done, name="done"),
    path("f/<slug:key>/human/<str:token>/", form.human, name="human"),
    path("d/sent/", public.download_sent, name="download_sent"),
    path("d/<str:secret>/", public.download, name="download"),
    path("d/<str:secret>/renew/", public.renew_download, name="renew_download"),
    re_path(r"^e/(?P<name>form\.(?:js|css))$", public.embed, name="embed"),
    path("capture/forms/", forms.form_list, name="forms"),
    path("capture/forms/new/", forms.new_form, name="new_form"),
    path("capture/forms/<int:form_id>/", forms.edit_form, name="edit_form"),
    path("capture/forms/<int:form_id>/publish/", forms.publish, name="publish_form"),
    path("capture/forms/<int:form_id>/closed/", forms.set_closed, name="set_closed"),
    path("capture/forms/<int:form_id>/embed/", forms.embed_codes, name="embed_codes"),
    path("capture/magnets/", magnets.magnet_list, name="magnets"),
    path("capture/submissions/", submissions.submission_list, name="submissions"),
    path("capture/submissions/<int:submission_id>/", submissions.submission, name="submission"),
    path("capture/submissions/<int:submission_id>/release/", submissions.release, name="release"),
    path("capture/submissions/<int:submission_id>/park/", submissions.park, name="park"),
    path("leads/new/", manual.new_lead, name="manual"),
    *import_patterns,
]
