"""People move leads; of two at once the second is told. Workers at the same time never judge twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.core.errors import Refused
from leadstern.qualification.actions import judge_changed, move_lead
from leadstern.qualification.models import Judgement, Verdict
from leadstern.qualification.queries import current_stage, stage_history
from leadstern.qualification.terms import Cause, Stage
from leadstern.scoring.actions import score_changed
from leadstern.scoring.models import Score, ScoreLine
from tests.conftest import NOW
from tests.qualification.make import publish, stated, work
from tests.scoring.make import SIMPLE, happen, make_lead
from tests.scoring.make import publish as publish_model


@pytest.mark.django_db
def test_a_person_moves_a_lead_and_it_is_recorded(ben: User) -> None:
    lead = make_lead()
    publish_model(SIMPLE)
    work()
    verdict = move_lead(
        lead, stage=Stage.DISQUALIFIED, cause=Cause.PERSON, now=NOW, by=ben, reason="student", note="Seminararbeit"
    )
    assert (verdict.old_stage, verdict.stage, verdict.by, verdict.at) == (Stage.CAPTURED, Stage.DISQUALIFIED, ben, NOW)
    assert current_stage(lead.pk) == Stage.DISQUALIFIED
    entry = Entry.objects.get(verb="qualification.moved")
    assert (entry.actor, entry.object_id) == (ben, lead.pk)
    assert entry.data == {"from": "captured", "to": "disqualified", "cause": "person", "reason": "student"}


@pytest.mark.django_db
def test_a_move_that_makes_no_sense_is_refused_and_changes_nothing(ben: User) -> None:
    lead = make_lead()
    publish_model(SIMPLE)
    work()
    with pytest.raises(Refused):
        move_lead(lead, stage=Stage.WON, cause=Cause.PERSON, now=NOW, by=ben)
    assert Verdict.objects.count() == 1


@pytest.mark.django_db
def test_an_outcome_of_a_lead_that_was_not_judged_yet_keeps_the_funnel_whole() -> None:
    lead = make_lead(captured_at=NOW - timedelta(days=100))
    stated(lead, "marketing_qualified", NOW - timedelta(days=90))
    won = NOW - timedelta(days=10)
    verdict = move_lead(lead, stage=Stage.WON, cause=Cause.IMPORTED, now=NOW, at=won)
    stages = [(one.stage, one.at) for one in stage_history(lead.pk)]
    assert stages == [
        (Stage.CAPTURED, NOW - timedelta(days=100)),
        (Stage.MARKETING_QUALIFIED, NOW - timedelta(days=90)),
        (Stage.WON, won),
    ]
    assert verdict.is_current
    publish_model(SIMPLE)
    work()
    assert current_stage(lead.pk) == Stage.WON


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Runs all at the same time, each with a connection of its own; what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(one: Callable[[], object]) -> None:
        start.wait()
        try:
            one()
        except Exception as error:  # noqa: BLE001 -- handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_judge_each_lead_once() -> None:
    publish_model(SIMPLE)
    publish()
    for _number in range(60):
        happen(make_lead(country="DE"), NOW)

    def until_done(step: Callable[..., int]) -> Callable[[], None]:
        def run() -> None:
            while step(now=NOW, limit=7):
                pass

        return run

    assert at_once(*[until_done(score_changed)] * 2) == []
    assert Score.objects.count() == 60
    assert ScoreLine.objects.count() == 60
    assert at_once(*[until_done(judge_changed)] * 2) == []
    assert Judgement.objects.count() == 60
    assert Verdict.objects.filter(is_current=True, stage=Stage.MARKETING_QUALIFIED).count() == 60
    assert Verdict.objects.count() == 120


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_the_second_is_told() -> None:
    publish_model(SIMPLE)
    lead = make_lead()
    work()

    def qualify() -> None:
        move_lead(lead, stage=Stage.PHONE_QUALIFIED, cause=Cause.PERSON, now=NOW)

    raised = at_once(qualify, qualify, qualify)
    assert [type(error) for error in raised] == [Refused, Refused]
    assert [verdict.stage for verdict in stage_history(lead.pk)] == [Stage.CAPTURED, Stage.PHONE_QUALIFIED]


@pytest.mark.django_db(transaction=True)
def test_two_moves_of_a_lead_without_a_verdict_leave_one_current() -> None:
    lead = make_lead()

    def qualify() -> None:
        move_lead(lead, stage=Stage.PHONE_QUALIFIED, cause=Cause.PERSON, now=NOW)

    raised = at_once(qualify, qualify)
    assert [type(error) for error in raised] == [Refused]
    assert Verdict.objects.filter(is_current=True).count() == 1
    assert connection.is_usable()
