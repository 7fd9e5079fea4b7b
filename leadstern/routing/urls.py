"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.routing import views

app_name = "routing"
urlpatterns = [
    path("route/regions/", views.regions, name="regions"),
    path("route/regions/new/", views.region_new, name="region_new"),
    path("route/regions/<int:region_id>/", views.region, name="region"),
    path("route/regions/<int:region_id>/delete/", views.region_delete, name="region_delete"),
    path("route/regions/<int:region_id>/members/", views.member_add, name="member_add"),
    path("route/members/<int:member_id>/remove/", views.member_remove, name="member_remove"),
    path("route/members/<int:member_id>/absence/", views.member_absence, name="member_absence"),
    path("route/assignments/", views.assignments, name="assignments"),
    path("route/leads/<int:lead_id>/assign/", views.assign, name="assign"),
]
