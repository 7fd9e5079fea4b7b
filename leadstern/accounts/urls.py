"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.accounts import views

app_name = "accounts"
urlpatterns = [path("setup/profile/", views.profile, name="profile")]
