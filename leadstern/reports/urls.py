"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/funnel/", views.funnel, name="funnel"),
    path("reports/mql-to-close/", views.mql_to_close, name="mql_to_close"),
    path("reports/cost/", views.cost, name="cost"),
    path("reports/<slug:report>/leads/", views.leads, name="leads"),
    path("reports/<slug:report>/leads.csv", views.leads_csv, name="leads_csv"),
]
