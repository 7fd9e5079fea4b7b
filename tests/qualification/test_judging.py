"""The worker's part: first verdicts, promotions, fading, returns. Nothing twice, nothing lost."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from leadstern.core import rows
from leadstern.core.db import write
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification import takers
from leadstern.qualification.actions import (
    ensure_default_definition,
    judge_changed,
    move_lead,
    recheck_due,
    return_due,
    take_hand_overs,
)
from leadstern.qualification.models import HandOver, Judgement, Verdict
from leadstern.qualification.queries import current_stage, judgement, stage_history, stages
from leadstern.qualification.terms import Cause, Finding, Stage
from leadstern.scoring.actions import score_changed
from leadstern.scoring.models import Score
from tests.conftest import NOW
from tests.qualification.make import content, criterion, publish, stated, work
from tests.scoring.make import SIMPLE, happen, make_lead
from tests.scoring.make import publish as publish_model

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def model() -> None:
    publish_model(SIMPLE)


@pytest.fixture
def taker() -> Iterator[str]:
    takers.register("test")
    yield "test"
    takers.unregister("test")


def history(lead: Lead) -> list[tuple[str, str]]:
    return [(verdict.stage, verdict.cause) for verdict in stage_history(lead.pk)]


def test_a_new_lead_is_captured_at_its_first_contact() -> None:
    lead = make_lead(captured_at=NOW - timedelta(days=3))
    assert work() == 1
    verdict = Verdict.objects.get()
    assert (verdict.stage, verdict.old_stage, verdict.cause) == (Stage.CAPTURED, "", Cause.CAPTURED)
    assert (verdict.at, verdict.recorded_at, verdict.is_current) == (lead.captured_at, NOW, True)
    assert not Judgement.objects.exists()


def test_a_lead_without_a_score_waits() -> None:
    make_lead()
    assert judge_changed(now=NOW, limit=10) == 0
    assert not Verdict.objects.exists()


def test_an_imported_stage_follows_the_capture() -> None:
    lead = make_lead(captured_at=NOW - timedelta(days=9), country="DE")
    stated(lead, "captured", NOW - timedelta(days=8))
    stated(lead, "marketing_qualified", NOW - timedelta(days=7))
    stated(lead, "no such stage", NOW - timedelta(days=6))
    work()
    assert history(lead) == [(Stage.CAPTURED, Cause.IMPORTED), (Stage.MARKETING_QUALIFIED, Cause.IMPORTED)]
    first, second = stage_history(lead.pk)
    assert (first.at, second.at) == (lead.captured_at, NOW - timedelta(days=7))
    assert (first.is_current, second.is_current, second.old_stage) == (False, True, Stage.CAPTURED)


def test_who_meets_the_definition_becomes_an_mql_with_its_reasons() -> None:
    definition = publish()
    lead = make_lead(country="DE")
    happen(lead, NOW)
    work()
    assert history(lead) == [(Stage.CAPTURED, Cause.CAPTURED), (Stage.MARKETING_QUALIFIED, Cause.DEFINITION)]
    verdict = Verdict.objects.get(is_current=True)
    assert (verdict.definition, verdict.at) == (definition, NOW)
    assert verdict.findings == [
        {"criterion": "german", "finding": "met", "value": "DE"},
        {"criterion": "active", "finding": "met", "value": 30.0},
    ]
    told = Activity.objects.get(kind=ActivityKind.STAGE)
    assert (told.content, told.data["from"]) == (Stage.MARKETING_QUALIFIED, Stage.CAPTURED)
    lead.refresh_from_db()
    assert not lead.is_changed


def test_steps_run_again_change_nothing() -> None:
    publish()
    lead = make_lead(country="DE")
    happen(lead, NOW)
    work()
    assert work() == 0
    Lead.objects.update(is_changed=True)
    assert work() == 1
    assert len(history(lead)) == 2
    assert Judgement.objects.count() == 1


@pytest.mark.parametrize("stage", [Stage.PHONE_QUALIFIED, Stage.DISQUALIFIED, Stage.RECYCLED])
def test_the_machine_leaves_alone_what_people_decided(stage: Stage) -> None:
    lead = make_lead(country="DE")
    happen(lead, NOW - timedelta(hours=1))
    work()
    move_lead(lead, stage=stage, cause=Cause.PERSON, now=NOW)
    publish()
    assert judge_changed(now=NOW, limit=10) == 1
    assert current_stage(lead.pk) == stage
    assert Judgement.objects.get().result == Finding.MET


def test_a_recycled_lead_that_comes_by_itself_becomes_an_mql_again() -> None:
    publish()
    lead = make_lead(country="DE")
    happen(lead, NOW - timedelta(hours=1))
    work()
    move_lead(lead, stage=Stage.RECYCLED, cause=Cause.PERSON, now=NOW, return_at=NOW + timedelta(days=90))
    happen(lead, NOW + timedelta(hours=1))
    work(NOW + timedelta(hours=1))
    assert current_stage(lead.pk) == Stage.MARKETING_QUALIFIED


def test_a_recycled_lead_returns_on_its_date_and_once(taker: str) -> None:
    lead = make_lead()
    work()
    due = NOW + timedelta(days=90)
    move_lead(lead, stage=Stage.RECYCLED, cause=Cause.PERSON, now=NOW, return_at=due)
    assert return_due(now=due - timedelta(seconds=1), limit=10) == 0
    assert return_due(now=due, limit=10) == 1
    assert return_due(now=due, limit=10) == 0
    assert history(lead)[-1] == (Stage.CAPTURED, Cause.RETURNED)
    assert HandOver.objects.filter(verdict__cause=Cause.RETURNED, taker=taker).count() == 1


def test_fading_past_a_bar_is_noticed_on_time_and_not_before() -> None:
    publish()
    lead = make_lead(country="AT")
    happen(lead, NOW)
    work()
    due = Judgement.objects.get().recheck_at
    assert due is not None
    assert due - NOW == timedelta(days=17, hours=13, minutes=10, seconds=23)  # 30 days * log2(30 / 20)
    assert recheck_due(now=due - timedelta(seconds=1), limit=10) == 0
    assert recheck_due(now=due, limit=10) == 1
    account = judgement(lead.pk)
    assert account is not None
    assert {line.key: line.finding for line in account.lines}["active"] == Finding.NOT_MET
    assert account.recheck_at is None
    assert recheck_due(now=due, limit=10) == 0


def test_a_lead_can_become_an_mql_by_fading_alone() -> None:
    publish(content(criterion("calm", "must", "score.activity < 10")))
    lead = make_lead()
    happen(lead, NOW)
    work()
    due = Judgement.objects.get().recheck_at
    assert due is not None
    recheck_due(now=due, limit=10)
    assert current_stage(lead.pk) == Stage.MARKETING_QUALIFIED


def test_a_new_definition_judges_everybody_again_and_demotes_nobody() -> None:
    publish()
    lead, other = make_lead(country="DE"), make_lead(country="AT")
    for one in (lead, other):
        happen(one, NOW)
    work()
    publish(content(criterion("austrian", "must", 'lead.country = "AT"')))
    assert judge_changed(now=NOW, limit=10) == 2
    assert set(stages([lead.pk, other.pk]).values()) == {Stage.MARKETING_QUALIFIED}
    assert set(Judgement.objects.values_list("result", flat=True)) == {Finding.MET, Finding.NOT_MET}


def test_verdicts_are_handed_over_once_and_in_order(taker: str) -> None:
    publish()
    lead = make_lead(country="DE")
    happen(lead, NOW)
    work()
    with write():
        taken = take_hand_overs(taker, now=NOW, limit=10)
    assert [verdict.stage for verdict in taken] == [Stage.CAPTURED, Stage.MARKETING_QUALIFIED]
    assert [verdict.is_current for verdict in taken] == [False, True]
    with write():
        assert take_hand_overs(taker, now=NOW, limit=10) == []


class Killed(Exception):
    pass


@pytest.mark.parametrize("table", [Judgement, Verdict, HandOver, Activity])
def test_a_failure_in_the_middle_leaves_everything_waiting(
    table: type[Judgement | Verdict | HandOver | Activity], taker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    lead = make_lead(country="DE")
    happen(lead, NOW)

    def fail_at_table(self: rows._Table, given: Iterable[rows.Row]) -> Iterator[list[Any]]:
        if self._plain == table._meta.db_table:
            raise Killed
        return adapted(self, given)

    adapted = rows._Table._adapted
    with monkeypatch.context() as patch:
        patch.setattr(rows._Table, "_adapted", fail_at_table)
        with pytest.raises(Killed):
            work()
    assert not Verdict.objects.exists()
    assert Score.objects.get().is_changed
    assert work() == 1
    assert len(history(lead)) == 2


def test_merged_leads_are_not_judged() -> None:
    kept, merged = make_lead(), make_lead()
    work()
    Lead.objects.filter(pk=merged.pk).update(merged_into=kept)
    Score.objects.update(is_changed=True)
    publish()
    judge_changed(now=NOW, limit=10)
    assert list(Judgement.objects.values_list("lead", flat=True)) == [kept.pk]


def test_the_number_of_queries_does_not_grow_with_the_leads(taker: str, django_assert_num_queries: object) -> None:
    publish()
    for number in (1, 3):
        for _lead in range(number):
            happen(make_lead(country="DE"), NOW)
        work_before = Verdict.objects.count()
        score_changed(now=NOW, limit=10)
        # PostgreSQL: five more, because COPY goes by a temporary table and leads are locked first.
        with django_assert_num_queries(22 if connection.vendor == "sqlite" else 28):  # type: ignore[operator]
            assert judge_changed(now=NOW, limit=10) == number
        assert Verdict.objects.count() == work_before + 2 * number


def test_the_default_definition_qualifies_an_enquiry(now: object) -> None:
    definition = ensure_default_definition(now=NOW)
    assert ensure_default_definition(now=NOW) == definition
    account = None
    lead = make_lead(country="DE", interest="Photovoltaik")
    happen(lead, NOW)
    work()
    account = judgement(lead.pk)
    assert account is not None
    assert {line.key: line.finding for line in account.lines} == {
        "reachable": Finding.NOT_MET,
        "interested": Finding.MET,
        "need_named": Finding.MET,
        "suitable": Finding.NOT_MET,
        "by_phone": Finding.NOT_MET,
        "elsewhere": Finding.MET,
    }
