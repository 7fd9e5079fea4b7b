"""Addresses of this channel; included by `capture/urls.py`."""

from django.urls import URLPattern, path

from leadstern.capture.channels.file_import import views

urlpatterns: list[URLPattern] = [
    path("capture/imports/", views.import_list, name="imports"),
    path("capture/imports/<int:run_id>/", views.import_run, name="import"),
    path("capture/imports/<int:run_id>/columns/", views.map_import, name="import_map"),
    path("capture/imports/<int:run_id>/check/", views.check_import, name="import_check"),
    path("capture/imports/<int:run_id>/begin/", views.begin_import, name="import_begin"),
    path("capture/imports/<int:run_id>/issues.csv", views.import_issues, name="import_issues"),
]
