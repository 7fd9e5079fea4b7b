"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path

from leadstern.leads import views

app_name = "leads"
urlpatterns: list[URLPattern] = [
    path("leads/spend/", views.spend_list, name="spend"),
    path("leads/of-submission/<int:submission_id>/", views.for_submission, name="for_submission"),
    path("leads/spend/<int:spend_id>/remove/", views.remove_spend, name="remove_spend"),
]
