"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path

from leadstern.visitors import public, views

app_name = "visitors"
urlpatterns: list[URLPattern] = [
    path("e/track.js", public.track_script, name="track_script"),
    path("capture/sites/", views.site_list, name="sites"),
    path("capture/sites/new/", views.new_site, name="new_site"),
    path("capture/sites/<int:site_id>/", views.site, name="site"),
    path("capture/sites/<int:site_id>/edit/", views.edit_site, name="edit_site"),
]
