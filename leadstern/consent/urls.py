"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path

from leadstern.consent import public, views

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("c/<str:token>/", public.confirm, name="confirm"),
    path("setup/wordings/", views.wordings, name="wordings"),
    path("setup/wordings/requests/<slug:state>/", views.requests_list, name="requests"),
    path("setup/wordings/<slug:purpose>/<slug:language>/", views.wording, name="wording"),
]
