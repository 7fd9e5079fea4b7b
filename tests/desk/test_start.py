"""The start page: every number opens exactly what it counts, by role; as many queries for few as for many."""

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
from leadstern.capture.models import Submission
from leadstern.capture.terms import SubmissionState
from leadstern.core.time import clock_at
from leadstern.leads.models import Lead
from leadstern.nurture.models import Sequence
from leadstern.outbox.models import Outage
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.models import Assignment
from leadstern.sales import actions
from leadstern.sales.models import Task
from leadstern.sales.terms import CallResult, RejectReason
from tests.conftest import NOW, make_user
from tests.leads.make import submission
from tests.routing.make import make_lead
from tests.sales.make import make_regions, mql, sql

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")
LATER = NOW + timedelta(days=10)


def rows_behind(client: Client, url: str) -> int:
    """How many lines the page behind a figure lists."""
    answer = client.get(html.unescape(url))
    assert answer.status_code == 200, url
    return len(re.findall(r"<tr data-row>", answer.content.decode()))


def figures(client: Client) -> dict[str, tuple[str, str]]:
    """Words -> (number, address) of all lists of figures."""
    context = client.get("/").context
    found = [*context["arrivals"], *context["stages"], *context["care"]]
    return {str(one.words): (str(one.count), one.url) for one in found}


def kept(client: Client) -> dict[str, tuple[str, str]]:
    """Words -> (so many, of so many)."""
    return {line.words: (line.part, line.whole) for line in client.get("/").context["headlines"]}


def filled(ben: User, carla: User) -> None:
    """Leads at several stages, one merged, one erased, one MQL without an owner, submissions old and new."""
    make_regions(ben, carla)
    mql(ben, "Frist Vorbei")
    mql(ben, "Ohne Zuständige")
    Assignment.objects.filter(lead__last_name="Zuständige").update(ended_at=NOW)
    sql(ben, carla, "Sie Qualifiziert")
    gone, joined = mql(ben, "Ge Löscht"), mql(ben, "Zu Sammen")
    Lead.objects.filter(pk=gone.pk).update(erased_at=NOW)
    Lead.objects.filter(pk=joined.pk).update(merged_into=Lead.objects.get(last_name="Vorbei"))
    Task.objects.filter(lead__last_name="Vorbei").update(due_at=NOW - timedelta(hours=1))
    came = ((SubmissionState.PARKED, 1), (SubmissionState.PARKED, 30), (SubmissionState.SPAM, 2))
    for state, days in (*came, (SubmissionState.INVALID, 3)):
        made = submission(at=NOW - timedelta(days=days))
        Submission.objects.filter(pk=made.pk).update(state=state)


def test_every_figure_opens_exactly_what_it_counts(sign_in: SignIn, doris: User, ben: User, carla: User) -> None:
    filled(ben, carla)
    client = sign_in(doris)

    found = figures(client)

    assert {words: number for words, (number, _url) in found.items() if number != "0"} == {
        "geparkt: jemand muss hinsehen": "1",
        "Korrektur erbeten": "1",
        "Spam": "1",
        "MQL": "2",
        "SQL": "1",
        "Leads mit offener Aufgabe": "3",
        "davon über der Zeit": "1",
        "MQLs ohne Zuständige": "1",
    }
    for words, (number, url) in found.items():
        assert rows_behind(client, url) == int(number), words


def test_start_asks_as_often_for_few_as_for_many(sign_in: SignIn, doris: User, ben: User, carla: User) -> None:
    client, counts = sign_in(doris), []
    make_regions(ben, carla)
    for names in (["Ein Lead"], ["Zwei Leads", "Drei Leads"]):
        for name in names:
            mql(ben, name)
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts == [28, 28]


def test_reports_are_told_to_those_who_see_them(
    sign_in: SignIn, anna: User, doris: User, emil: User, fremd: User
) -> None:
    seen = {user.name: len(sign_in(user).get("/").context.get("headlines", [])) for user in (anna, doris, emil, fremd)}
    assert seen == {"Anna": 3, "Doris": 3, "Emil": 0, "Fremd": 0}


def test_sales_goes_to_its_queue(sign_in: SignIn, ben: User, carla: User) -> None:
    for user in (ben, carla):
        assert sign_in(user).get("/").headers["Location"] == "/today/"
    head = make_user("Hanna", Role.HEAD, Role.FIELD_SALES)
    assert sign_in(head).get("/").status_code == 200


def test_last_finished_cohort_is_the_newest_with_ninety_days(sign_in: SignIn, doris: User, ben: User) -> None:
    """On 18 November: July has ended 110 days ago, August only 79."""
    make_regions(ben)
    for number, (month, is_won) in enumerate([(7, True), (7, False), (8, True), (6, True)]):
        lead = mql(ben, f"Lead Nummer{number}")
        at = datetime(2026, month, 15, 10, tzinfo=NOW.tzinfo)
        lead.verdicts.filter(stage=Stage.MARKETING_QUALIFIED).update(at=at)
        if is_won:
            lead.verdicts.update(is_current=False)
            lead.verdicts.create(stage=Stage.WON, cause=Cause.PERSON, at=NOW, recorded_at=NOW)
    client = sign_in(doris)

    line = client.get("/").context["headlines"][0]

    assert (line.words, line.part, line.whole, line.note) == (
        "MQL zu Kunde, MQLs aus 07/2026", "1", "2", "zu wenige für eine Prozentzahl",
    )  # fmt: skip
    assert (rows_behind(client, line.part_url), rows_behind(client, line.whole_url)) == (1, 2)


def test_first_calls_are_kept_late_or_not_counted(sign_in: SignIn, doris: User, ben: User) -> None:
    make_regions(ben)
    in_time, late, never, handed_on = (mql(ben, f"Lead {word}") for word in ("Gut", "Spät", "Nie", "Weiter"))
    actions.record_call(in_time, result=CallResult.REACHED, by=ben, now=NOW + timedelta(minutes=5))
    actions.record_call(late, result=CallResult.REACHED, by=ben, now=NOW + timedelta(days=2))
    Assignment.objects.filter(lead=handed_on).update(ended_at=NOW + timedelta(minutes=1))
    assert never
    client = sign_in(doris)

    words = "MQLs in der Frist angerufen, fällig in den letzten 30 Tagen"
    assert kept(client)[words] == ("0", "0")  # nothing is due yet
    with clock_at(LATER):
        assert kept(client)[words] == ("1", "3")
        line = client.get("/").context["headlines"][1]
        behind = [rows_behind(client, url) for url in (line.part_url, line.whole_url, line.rest_url)]
    assert behind == [1, 3, 2]
    with clock_at(NOW + timedelta(days=60)):
        assert kept(client)[words] == ("0", "0")


def test_hand_overs_count_any_decision_in_time(sign_in: SignIn, doris: User, ben: User, carla: User) -> None:
    make_regions(ben, carla)
    dana = make_user("Dana", Role.FIELD_SALES)
    accepted, other, returned, late = (sql(ben, carla, f"Lead {word}") for word in ("An", "Andere", "Zurück", "Spät"))
    actions.accept_lead(accepted, by=carla, now=NOW + timedelta(hours=1))
    actions.accept_lead(other, by=dana, now=NOW + timedelta(hours=1))
    actions.reject_lead(returned, reason=RejectReason.NO_CAPACITY, by=carla, now=NOW + timedelta(hours=1))
    actions.accept_lead(late, by=carla, now=NOW + timedelta(days=5))
    client = sign_in(doris)

    with clock_at(LATER):
        found = kept(client)
        late_ones = client.get("/leads/?agreement=answered_late").context["rows"]

    assert found["SQLs in der Frist angenommen oder zurückgegeben, fällig in den letzten 30 Tagen"] == ("3", "4")
    assert [row.lead.last_name for row in late_ones] == ["Spät"]


def test_marketing_is_told_while_no_sequence_is_on(sign_in: SignIn, anna: User, doris: User) -> None:
    words = "Leads, die noch nicht so weit sind, bekommen keine E-Mails"
    assert words in sign_in(anna).get("/").content.decode()
    assert words not in sign_in(doris).get("/").content.decode()
    Sequence.objects.create(name="Pflege", is_active=True)
    assert words not in sign_in(anna).get("/").content.decode()


def test_an_outage_of_mails_is_told(sign_in: SignIn, anna: User, emil: User) -> None:
    words = "gehen keine E-Mails hinaus"
    assert words not in sign_in(anna).get("/").content.decode()
    Outage.objects.create(transport="email", since=NOW, until=NOW, error="550")
    marketing, admin = (sign_in(user).get("/").content.decode() for user in (anna, emil))
    assert words in marketing
    assert "Zum Postausgang" not in marketing
    assert "Zum Postausgang" in admin


def test_a_list_of_one_condition_or_segment(sign_in: SignIn, anna: User) -> None:
    make_lead("Kim Köln")
    make_lead("Kim Bonn", city="Bonn")
    client = sign_in(anna)

    page = client.get("/leads/", {"condition": 'lead.city = "Bonn"'})

    assert [row.lead.last_name for row in page.context["rows"]] == ["Bonn"]
    assert "Bonn" in page.context["only"]
    assert 'name="condition"' in page.content.decode()
