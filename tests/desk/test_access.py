"""Which leads each role may see."""

import pytest
from django.http import Http404

from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import Role
from leadstern.leads.actions import add_activity
from leadstern.leads.models import Lead
from leadstern.leads.terms import ActivityKind
from leadstern.routing.access import lead_for, visible_leads
from leadstern.routing.actions import assign_lead
from leadstern.routing.models import Assignment
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead
from tests.sales.make import mql, sql


def test_all_leads_are_seen_by_everyone_but_field_sales(
    ben: User, anna: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    lead = mql(ben)

    found = {user.name: visible_leads(user).count() for user in (anna, ben, carla, doris, emil, fremd)}

    assert found == {"Anna": 1, "Ben": 1, "Carla": 0, "Doris": 1, "Emil": 1, "Fremd": 0}
    assert lead_for(anna, lead.pk) == lead
    for user in (carla, fremd):
        with pytest.raises(Http404):
            lead_for(user, lead.pk)


def test_field_sales_sees_what_it_looked_after_and_what_its_team_looks_after(
    ben: User, carla: User, doris: User
) -> None:
    lead = sql(ben, carla)
    cem, dana = make_user("Cem", Role.FIELD_SALES), make_user("Dana", Role.FIELD_SALES)
    team = Team.objects.create(name="West")
    for user in (carla, cem):
        user.team = team
        user.save()
    assert [visible_leads(user).count() for user in (carla, cem, dana)] == [1, 1, 0]

    assign_lead(lead, owner=dana, by=doris, reason="Umzug", now=NOW)

    assert [visible_leads(user).count() for user in (carla, cem, dana)] == [1, 0, 1]


def test_field_sales_sees_what_it_entered_itself(carla: User) -> None:
    dana = make_user("Dana", Role.FIELD_SALES)
    lead = make_lead()
    add_activity(lead, kind=ActivityKind.ENTERED, at=NOW, by=carla)

    assert [visible_leads(user).count() for user in (carla, dana)] == [1, 0]


def test_field_sales_sees_sqls_that_nobody_looks_after(ben: User, carla: User) -> None:
    lead = sql(ben, carla)
    dana = make_user("Dana", Role.FIELD_SALES)
    Assignment.objects.update(ended_at=NOW)

    assert lead_for(dana, lead.pk) == lead


def test_a_second_role_opens_all_leads(carla: User) -> None:
    make_lead()

    assert visible_leads(make_user("Eva", Role.FIELD_SALES, Role.INSIDE_SALES)).count() == 1


def test_deactivated_people_see_nothing(doris: User) -> None:
    make_lead()
    doris.is_active = False

    assert not visible_leads(doris).exists()


def test_lead_for_follows_merges_and_hides_the_erased(anna: User) -> None:
    old, new = make_lead("Kim M."), make_lead()
    Lead.objects.filter(pk=old.pk).update(merged_into=new)

    assert lead_for(anna, old.pk) == new
    Lead.objects.filter(pk=new.pk).update(erased_at=NOW)
    for lead_id in (old.pk, new.pk, 999_999):
        with pytest.raises(Http404):
            lead_for(anna, lead_id)
