"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import URLPattern, path

from leadstern.outbox import views

app_name = "outbox"
urlpatterns: list[URLPattern] = [
    path("nurture/mailbox/", views.mailbox_list, name="mailbox"),
    path("nurture/mailbox/<int:message_id>/", views.mailbox_message, name="message"),
    path("setup/outbox/", views.outbox_list, name="outbox"),
    path("setup/outbox/<int:delivery_id>/retry/", views.outbox_retry, name="retry"),
    path("setup/outbox/<int:delivery_id>/cancel/", views.outbox_cancel, name="cancel"),
    path("setup/sender/", views.sender, name="sender"),
]
