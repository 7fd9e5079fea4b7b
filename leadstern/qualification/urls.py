"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.qualification import views

app_name = "qualification"
urlpatterns = [
    path("score/definition/", views.definition, name="definition"),
    path("score/definition/draft/start/", views.draft_start, name="draft_start"),
    path("score/definition/draft/", views.draft, name="draft"),
    path("score/definition/draft/discard/", views.draft_discard, name="draft_discard"),
    path("score/definition/draft/publish/", views.publish, name="publish"),
    path("score/definition/draft/needed/", views.needed, name="needed"),
    path("score/definition/draft/criteria/add/", views.criterion, name="criterion_new"),
    path("score/definition/draft/criteria/<slug:key>/", views.criterion, name="criterion"),
    path("score/definition/draft/criteria/<slug:key>/remove/", views.criterion_remove, name="criterion_remove"),
    path(
        "score/definition/draft/criteria/<slug:key>/up/", views.criterion_move, {"direction": "up"}, name="criterion_up"
    ),
    path(
        "score/definition/draft/criteria/<slug:key>/down/",
        views.criterion_move,
        {"direction": "down"},
        name="criterion_down",
    ),
    path("setup/stages/", views.stages, name="stages"),
]
