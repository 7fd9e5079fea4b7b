"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.sales import views

app_name = "sales"
urlpatterns = [
    path("sell/opportunities/", views.opportunities, name="opportunities"),
    path("sell/opportunities/<int:opportunity_id>/", views.opportunity, name="opportunity"),
    path("sell/opportunities/<int:opportunity_id>/change/", views.opportunity_change, name="opportunity_change"),
    path("sell/opportunities/<int:opportunity_id>/won/", views.opportunity_win, name="opportunity_win"),
    path("sell/opportunities/<int:opportunity_id>/lost/", views.opportunity_lose, name="opportunity_lose"),
    path("sell/leads/<int:lead_id>/opportunity/", views.opportunity_of, name="opportunity_of"),
]
