"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.criteria import views

app_name = "criteria"
urlpatterns = [
    path("score/segments/", views.segments, name="segments"),
    path("score/segments/new/", views.segment_new, name="segment_new"),
    path("score/segments/<int:segment_id>/", views.segment, name="segment"),
    path("score/segments/<int:segment_id>/edit/", views.segment_edit, name="segment_edit"),
    path("score/segments/<int:segment_id>/delete/", views.segment_delete, name="segment_delete"),
    path("score/condition/", views.condition, name="condition"),
]
