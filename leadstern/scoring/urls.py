"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from leadstern.scoring import views


class Group(StringConverter):
    regex = "fit|activity"


class Direction(StringConverter):
    regex = "up|down"


register_converter(Group, "score_group")
register_converter(Direction, "score_direction")

app_name = "scoring"
urlpatterns = [
    path("score/", views.overview, name="overview"),
    path("score/model/", views.model, name="model"),
    path("score/model/draft/start/", views.draft_start, name="draft_start"),
    path("score/model/draft/", views.draft, name="draft"),
    path("score/model/draft/discard/", views.draft_discard, name="draft_discard"),
    path("score/model/draft/publish/", views.publish, name="publish"),
    path("score/model/draft/thresholds/", views.thresholds, name="thresholds"),
    path("score/model/draft/<score_group:group>/add/", views.rule, name="rule_new"),
    path("score/model/draft/<score_group:group>/<slug:key>/", views.rule, name="rule"),
    path("score/model/draft/<score_group:group>/<slug:key>/remove/", views.rule_remove, name="rule_remove"),
    path(
        "score/model/draft/<score_group:group>/<slug:key>/<score_direction:direction>/",
        views.rule_move,
        name="rule_move",
    ),
]
