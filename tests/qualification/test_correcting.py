"""Verdicts that are taken back: what is restored, what is marked, what the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leadstern.accounts.models import User
from leadstern.core.errors import Refused
from leadstern.qualification.actions import correct_verdict, move_lead, take_hand_overs
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stage_history
from leadstern.qualification.takers import names
from leadstern.qualification.terms import Cause, Stage
from tests.conftest import NOW
from tests.routing.make import make_lead

SOON, LATER, SPRING = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2), NOW + timedelta(days=90)


def recycled_then_sorted_out(by: User) -> Verdict:
    lead = make_lead()
    move_lead(
        lead, stage=Stage.RECYCLED, cause=Cause.PERSON, by=by, now=NOW, reason="later", note="2027", return_at=SPRING
    )
    return move_lead(lead, stage=Stage.DISQUALIFIED, cause=Cause.PERSON, by=by, now=SOON, reason="student")


def test_correct_verdict_says_again_what_was_said_before(ben: User) -> None:
    wrong = recycled_then_sorted_out(ben)

    correction = correct_verdict(wrong, by=ben, now=LATER)

    assert (correction.stage, correction.old_stage) == (Stage.RECYCLED, Stage.DISQUALIFIED)
    assert (correction.reason, correction.note, correction.return_at) == ("later", "2027", SPRING)
    assert (correction.at, correction.recorded_at, correction.by) == (NOW, LATER, ben)
    rows = [(one.stage, one.is_current, one.is_corrected) for one in stage_history(wrong.lead_id)]
    assert rows == [
        ("captured", False, False), ("recycled", False, False),
        ("disqualified", False, True), ("recycled", True, False),
    ]  # fmt: skip


def test_correct_verdict_is_handed_over_once_to_each_taker(ben: User) -> None:
    wrong = recycled_then_sorted_out(ben)
    correction = correct_verdict(wrong, by=ben, now=LATER)

    for name in names():
        with transaction.atomic():
            assert [one.verdict_id for one in take_hand_overs(name, now=LATER, limit=100)].count(correction.pk) == 1
            assert take_hand_overs(name, now=LATER, limit=100) == []


def test_correct_verdict_only_the_current_one_of_a_person_and_once(ben: User) -> None:
    wrong = recycled_then_sorted_out(ben)
    first, earlier, _wrong = stage_history(wrong.lead_id)
    for verdict in (first, earlier):
        with pytest.raises(Refused, match="seitdem weiterbewegt"):
            correct_verdict(verdict, by=ben, now=LATER)

    correction = correct_verdict(wrong, by=ben, now=LATER)
    for verdict in (wrong, correction):
        with pytest.raises(Refused, match="seitdem weiterbewegt"):
            correct_verdict(verdict, by=ben, now=LATER)
    assert Verdict.objects.filter(is_corrected=True).count() == 1


def test_correct_verdict_leaves_the_machine_alone(ben: User) -> None:
    lead = make_lead()
    promoted = move_lead(lead, stage=Stage.MARKETING_QUALIFIED, cause=Cause.DEFINITION, now=NOW)

    with pytest.raises(Refused):
        correct_verdict(promoted, by=ben, now=LATER)


def test_nobody_is_moved_by_the_cause_of_corrections(ben: User) -> None:
    with pytest.raises(Refused):
        move_lead(make_lead(), stage=Stage.MARKETING_QUALIFIED, cause=Cause.CORRECTED, by=ben, now=NOW)


@pytest.mark.parametrize("values", [{"cause": Cause.CORRECTED}, {"corrects": "itself"}])
def test_a_correction_names_its_verdict(ben: User, values: dict[str, str]) -> None:
    wrong = recycled_then_sorted_out(ben)
    given = {name: wrong if value == "itself" else value for name, value in values.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=wrong.pk).update(**given)
