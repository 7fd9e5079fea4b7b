"""The page "Today": order, reasons, permission to call, outcomes by button, and what follows."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.core.time import clock_at
from leadstern.leads.models import Lead
from leadstern.leads.queries import contact_points
from leadstern.privacy.actions import erase_person
from leadstern.qualification.terms import Stage
from leadstern.sales import actions
from leadstern.sales.models import CallRecord, Opportunity, Outcome, Task
from leadstern.sales.queries import call_permission, queue
from leadstern.sales.terms import CallGround, CallResult, Question, TaskKind, Urgency
from tests.conftest import NOW, make_user
from tests.routing.make import make_company
from tests.sales.make import by_hand, enquiry, make_regions, mql, run_steps, sql, stage_of

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")
PHONE = "+4922112345678"
TOMORROW = datetime.fromisoformat("2026-11-19T10:00+01:00")


def page(client: Client, query: str = "") -> str:
    return client.get(f"/today/{query}").content.decode()


def shown(client: Client, query: str = "") -> list[str]:
    """The names in the list, in order."""
    found = client.get(f"/today/{query}")
    return [str(line.lead) for line in found.context["lines"]]


def chosen(client: Client, query: str = "") -> str:
    return str(client.get(f"/today/{query}").context["detail"].lead)


def test_today_is_for_those_with_a_queue(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    found = {user.name: sign_in(user).get("/today/").status_code for user in (anna, ben, carla, doris, emil, fremd)}
    assert found == {"Anna": 403, "Ben": 200, "Carla": 200, "Doris": 200, "Emil": 403, "Fremd": 403}
    assert Client().get("/today/").status_code == 302


def test_today_empty_says_what_comes(sign_in: SignIn, ben: User) -> None:
    assert "Nichts zu tun" in page(sign_in(ben))


def test_today_shows_own_tasks_only(sign_in: SignIn, ben: User) -> None:
    mql(ben, "Kim Muster")

    assert shown(sign_in(ben)) == ["Kim Muster"]
    assert shown(sign_in(make_user("Birgit", Role.INSIDE_SALES))) == []


def test_queue_is_ordered_by_what_to_call_next(ben: User, doris: User) -> None:
    make_regions(ben)
    mql(ben, "Frist Später")
    late, back = mql(ben, "Über Zeit"), mql(ben, "Rück Ruf")
    planned, due = by_hand(ben, doris, "Geplant Morgen"), by_hand(ben, doris, "Fällig Heute")
    actions.record_call(back, result=CallResult.NOT_REACHED, again_at=NOW + timedelta(minutes=1), by=ben, now=NOW)
    for lead, due_at in ((late, NOW - timedelta(hours=1)), (planned, TOMORROW), (due, NOW + timedelta(hours=1))):
        Task.objects.filter(lead=lead, done_at__isnull=True).update(due_at=due_at)

    found = queue(ben, now=NOW)

    assert [(str(row.lead), row.group) for row in found.rows] == [
        ("Über Zeit", Urgency.LATE),
        ("Rück Ruf", Urgency.CALL_BACK),
        ("Fällig Heute", Urgency.DUE),
        ("Frist Später", Urgency.DUE),
        ("Geplant Morgen", Urgency.PLANNED),
    ]
    assert [one.n for one in (found.counts.late, found.counts.due, found.counts.planned)] == [1, 3, 1]
    assert [row.minutes_left for row in found.rows] == [-60, None, None, 240, None]


def test_queue_leaves_merged_and_erased_leads_out(ben: User) -> None:
    one, two, three, four = (mql(ben, f"Lead {n}") for n in range(4))
    Lead.objects.filter(pk=one.pk).update(merged_into=two)
    Lead.objects.filter(pk=three.pk).update(erased_at=NOW)
    erase_person(four, by=ben, now=NOW)

    assert [row.lead for row in queue(ben, now=NOW).rows] == [two]
    assert queue(ben, now=NOW).counts.beyond(0).n == 1


def test_today_counts_in_words(sign_in: SignIn, ben: User) -> None:
    mql(ben, "Kim Eins")
    mql(ben, "Kim Zwei")
    Task.objects.filter(lead__last_name="Eins").update(due_at=NOW - timedelta(minutes=12))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(sign_in(ben))))

    assert "1 über der Zeit · 1 fällig · 0 geplant" in text
    assert "−12 min" in text
    assert "12 min Geschäftszeit über der Frist" in text


def test_today_asks_as_often_for_one_as_for_three(sign_in: SignIn, ben: User) -> None:
    client, counts = sign_in(ben), []
    for names in (["Kim Eins"], ["Kim Zwei", "Kim Drei"]):
        for name in names:
            mql(ben, name, company=make_company(f"Firma {name}"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/today/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] == 20


def test_today_selects_by_address_and_survives_nonsense(sign_in: SignIn, ben: User) -> None:
    first, second = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei")
    client = sign_in(ben)

    assert chosen(client) == str(first)
    assert chosen(client, f"?lead={second.pk}") == str(second)
    for nonsense in ("?lead=999999", "?lead=x", "?lead=" + "9" * 40, "?lead=-1", "?lead=²"):
        assert chosen(client, nonsense) == str(first)


def test_today_escapes_what_strangers_wrote(sign_in: SignIn, ben: User) -> None:
    mql(ben, "<script>alert(1)</script>", company=make_company("<b>Firma"))

    assert "<script>alert(1)" not in page(sign_in(ben))
    assert "<b>Firma" not in page(sign_in(ben))


def test_today_says_whether_calling_is_allowed(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben, phone=PHONE)
    client = sign_in(ben)
    assert "tel:" not in page(client)
    assert "Weder Anfrage mit Nummer noch Einwilligung" in page(client)

    enquiry(lead, phone=PHONE)

    assert f'href="tel:{PHONE}"' in page(client)
    assert "Eigene Anfrage mit dieser Nummer (Deutschland)" in page(client)


def test_call_permission_ends_with_an_objection(ben: User) -> None:
    lead = mql(ben, phone=PHONE, is_business=True)
    enquiry(lead, phone=PHONE)
    assert call_permission(lead, points=contact_points(lead.pk)).permission.ground is CallGround.ENQUIRY_BUSINESS

    actions.disqualify_lead(lead, reason="no_contact_wished", by=ben, now=NOW)

    assert call_permission(lead, points=contact_points(lead.pk)).permission.ground is CallGround.OBJECTED


def test_not_reached_plans_the_callback_and_the_next_lead_follows(sign_in: SignIn, ben: User) -> None:
    first, second = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei")
    client = sign_in(ben)
    values = {"key": "abc", "again": TOMORROW.isoformat(), "note": "Mailbox", "next": second.pk}

    answers = [client.post(f"/today/{first.pk}/not-reached/", values) for _n in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/today/?lead={second.pk}"] * 2
    assert CallRecord.objects.count() == 1
    assert Task.objects.get(lead=first, done_at__isnull=True).due_at == TOMORROW


@pytest.mark.parametrize(
    "values", [{}, {"again": "other"}, {"again": "never"}, {"again": NOW.isoformat()}, {"again": "2026-11-19T10:00"}]
)
def test_not_reached_without_a_time_is_asked_again(sign_in: SignIn, ben: User, values: dict[str, str]) -> None:
    lead = mql(ben)

    answer = sign_in(ben).post(f"/today/{lead.pk}/not-reached/", {"key": "abc"} | values)

    assert answer.status_code == 422
    assert '<details id="not_reached" name="outcome" open>' in answer.content.decode()
    assert not CallRecord.objects.exists()


def test_not_reached_at_a_time_of_ones_own(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)

    sign_in(ben).post(
        f"/today/{lead.pk}/not-reached/", {"key": "abc", "again": "other", "again_at": "2026-11-19T10:00"}
    )

    assert Task.objects.get(lead=lead, done_at__isnull=True).due_at == TOMORROW


def test_after_six_tries_nurturing_is_proposed(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)
    for n in range(6):
        actions.record_call(lead, result=CallResult.NOT_REACHED, again_at=TOMORROW, by=ben, now=NOW, key=str(n))

    text = page(sign_in(ben))

    assert "6-mal ohne Antwort versucht" in text
    assert '<details id="recycle" name="outcome" open>' in text


def test_reached_stays_with_the_lead(sign_in: SignIn, ben: User) -> None:
    lead, other = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei")

    answer = sign_in(ben).post(f"/today/{lead.pk}/reached/", {"key": "abc", "note": "", "next": other.pk})

    assert answer.headers["Location"] == f"/today/?lead={lead.pk}"
    assert CallRecord.objects.get().result == CallResult.REACHED


def all_yes() -> dict[str, str]:
    return {f"{question}_state": "yes" for question in Question} | {"said_by": "Kim Muster", "qualify": "1"}


def test_qualify_needs_all_four_answers(sign_in: SignIn, ben: User, carla: User) -> None:
    make_regions(ben, carla)
    lead, client = mql(ben), sign_in(ben)

    refused = client.post(f"/today/{lead.pk}/answers/", all_yes() | {"budget_state": ""}, follow=True)
    assert "Noch nicht mit Ja beantwortet: Budget" in refused.content.decode()
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED

    client.post(f"/today/{lead.pk}/answers/", all_yes())
    run_steps()
    assert stage_of(lead) is Stage.PHONE_QUALIFIED
    assert shown(client) == []
    assert shown(sign_in(carla)) == ["Kim Muster"]


def test_later_comes_again(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)

    sign_in(ben).post(f"/today/{lead.pk}/later/", {"until": "2026-11-19T10:00"})

    assert Task.objects.get().due_at == TOMORROW


def test_recycle_and_disqualify_end_the_task(sign_in: SignIn, ben: User) -> None:
    one, two, client = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei"), sign_in(ben)

    client.post(f"/today/{one.pk}/recycle/", {"reason": "later", "return_at": "2027-03-01"})
    client.post(f"/today/{two.pk}/disqualify/", {"reason": "student"})
    bad = client.post(f"/today/{two.pk}/disqualify/", {"reason": "ugly"})

    assert (stage_of(one), stage_of(two)) == (Stage.RECYCLED, Stage.DISQUALIFIED)
    assert one.verdicts.get(is_current=True).return_at == datetime.fromisoformat("2027-03-01T06:00+01:00")
    assert bad.status_code == 422
    assert shown(client) == []


def test_hand_over_is_accepted_or_returned_by_those_who_sell(sign_in: SignIn, ben: User, carla: User) -> None:
    one, two, client = sql(ben, carla, "Kim Eins"), sql(ben, carla, "Kim Zwei"), sign_in(carla)
    assert sign_in(ben).post(f"/today/{one.pk}/accept/").status_code == 403
    assert "Annehmen" in page(client)

    client.post(f"/today/{one.pk}/accept/", {"next": two.pk})
    client.post(f"/today/{two.pk}/return/", {"reason": "missing_information", "note": "Dachfläche fehlt"})
    run_steps()

    assert Opportunity.objects.get().lead == one
    assert Task.objects.get(lead=one, done_at__isnull=True).kind == TaskKind.FOLLOW_UP
    text = page(sign_in(ben))
    assert "Vom Außendienst zurückgegeben: Angaben fehlen" in text
    assert "Dachfläche fehlt" in text


def test_the_second_click_of_somebody_else_is_told(sign_in: SignIn, ben: User, carla: User, doris: User) -> None:
    lead = sql(ben, carla)
    sign_in(doris).post(f"/today/{lead.pk}/accept/")

    answer = sign_in(carla).post(f"/today/{lead.pk}/accept/", follow=True)

    assert "Doris hat diesen Lead schon" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["reached", "not-reached", "later", "answers", "recycle", "disqualify", "accept", "return"]
)
def test_outcomes_are_posts_on_visible_leads(sign_in: SignIn, ben: User, anna: User, carla: User, name: str) -> None:
    lead = mql(ben)

    assert sign_in(anna).post(f"/today/{lead.pk}/{name}/").status_code == 403
    assert sign_in(carla).get(f"/today/{lead.pk}/{name}/").status_code == 405
    assert sign_in(carla).post(f"/today/{lead.pk}/{name}/").status_code == 404
    assert not Outcome.objects.exists()


def test_outcomes_go_back_only_to_us(sign_in: SignIn, ben: User) -> None:
    lead, client = mql(ben), sign_in(ben)
    values = {"key": "abc", "again": TOMORROW.isoformat()}

    evil = client.post(f"/today/{lead.pk}/not-reached/", values | {"back": "https://example.org/"})
    ours = client.post(f"/today/{lead.pk}/not-reached/", values | {"back": f"/leads/{lead.pk}/"})

    assert evil.headers["Location"] == "/today/"
    assert ours.headers["Location"] == f"/leads/{lead.pk}/"


def test_today_shows_time_for_callbacks_and_day_for_plans(sign_in: SignIn, ben: User) -> None:
    mql(ben)
    Task.objects.update(kind=TaskKind.CALL_BACK, is_deadline=False, due_at=TOMORROW)
    client = sign_in(ben)

    assert [line.when for line in client.get("/today/").context["lines"]] == ["19.11."]
    with clock_at(TOMORROW - timedelta(hours=1)):
        assert [line.when for line in client.get("/today/").context["lines"]] == ["10:00"]
    User.objects.update(language="en")
    assert [line.when for line in client.get("/today/").context["lines"]] == ["19 Nov"]


@pytest.mark.parametrize(("is_business", "words"), [(False, "privat, Köln"), (None, "Köln"), (True, "Köln")])
def test_today_says_private_only_when_it_is_known(
    sign_in: SignIn, ben: User, is_business: bool | None, words: str
) -> None:
    mql(ben, is_business=is_business)

    found = sign_in(ben).get("/today/")

    assert [line.where for line in found.context["lines"]] == [words]
    assert ("privat" in found.content.decode()) == (is_business is False)


def test_today_links_own_sales_to_exactly_those(sign_in: SignIn, ben: User, carla: User, doris: User) -> None:
    make_regions(ben, carla)
    for number in range(3):
        actions.accept_lead(sql(ben, carla, f"Kim Nummer{number}"), by=carla, now=NOW)
    old, new, _open = Opportunity.objects.order_by("id")
    actions.win_opportunity(old, value=None, by=carla, now=NOW - timedelta(days=30))
    actions.win_opportunity(new, value=None, by=carla, now=NOW)
    client = sign_in(carla)

    text = page(client)
    addresses = [html.unescape(found) for found in re.findall(r'href="(/sell/opportunities/\?[^"]*)"', text)]

    assert "Verkäufe im Gang: 1" in text
    assert "Diesen Monat gewonnen: 1" in text
    assert addresses == [
        "/sell/opportunities/?state=open&owner=me",
        "/sell/opportunities/?state=won&owner=me&since=2026-11-01",
    ]
    assert [len(client.get(address).context["page"].cards) for address in addresses] == [1, 1]
    assert "Verkäufe im Gang" not in page(sign_in(ben))
