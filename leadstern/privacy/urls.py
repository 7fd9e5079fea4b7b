"""Addresses of this stage. Included by `config/urls.py` at the root."""

from django.urls import path

from leadstern.privacy import views

app_name = "privacy"
urlpatterns = [
    path("leads/<int:lead_id>/person/", views.show, name="person"),
    path("leads/<int:lead_id>/person.json", views.export, name="export"),
    path("leads/<int:lead_id>/erase/", views.erase, name="erase"),
]
