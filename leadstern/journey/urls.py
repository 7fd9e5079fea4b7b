"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern

app_name = "journey"
urlpatterns: list[URLPattern] = []
