"""Addresses of this stage. Included by `config/urls.py` at the root; every path carries its own first segment."""

from django.urls import path

from leadstern.desk import outcomes, today
from leadstern.desk.views import lead, leads, people, start, system

app_name = "desk"
urlpatterns = [
    path("", start.start, name="start"),
    path("leads/", leads.lead_list, name="leads"),
    path("leads/export.csv", leads.export, name="lead_export"),
    path("leads/<int:lead_id>/", lead.lead, name="lead"),
    path("leads/<int:lead_id>/edit/", lead.edit, name="lead_edit"),
    path("leads/<int:lead_id>/note/", lead.note, name="note"),
    path("leads/<int:lead_id>/points/", lead.point_add, name="point_add"),
    path("leads/<int:lead_id>/points/<int:point_id>/", lead.point_change, name="point_change"),
    path("setup/system/", system.system, name="system"),
    path("setup/audit/", system.audit, name="audit"),
    path("today/", today.today, name="today"),
    path("today/<int:lead_id>/reached/", outcomes.reached, name="reached"),
    path("today/<int:lead_id>/not-reached/", outcomes.not_reached, name="not_reached"),
    path("today/<int:lead_id>/later/", outcomes.later, name="later"),
    path("today/<int:lead_id>/answers/", outcomes.answers, name="answers"),
    path("today/<int:lead_id>/recycle/", outcomes.recycle, name="recycle"),
    path("today/<int:lead_id>/disqualify/", outcomes.disqualify, name="disqualify"),
    path("today/<int:lead_id>/accept/", outcomes.accept, name="accept"),
    path("today/<int:lead_id>/return/", outcomes.give_back, name="return"),
    path("today/<int:lead_id>/take-back/", outcomes.take_back, name="take_back"),
    path("setup/people/", people.people_list, name="people"),
    path("setup/people/new/", people.person_new, name="person_new"),
    path("setup/people/<int:user_id>/", people.person_edit, name="person"),
    path("setup/people/<int:user_id>/access/", people.person_access, name="person_access"),
    path("setup/people/<int:user_id>/password/", people.person_password, name="person_password"),
    path("setup/teams/new/", people.team_new, name="team_new"),
]
