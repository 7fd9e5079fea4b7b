"""Scores are made set-based, stored once, and right at every later moment."""

import random
import sys
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from leadstern.criteria.queries import facts_of
from leadstern.leads.models import Lead
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.actions import (
    edit_draft,
    ensure_default_model,
    mark_all_changed,
    publish_version,
    save_draft,
    score_changed,
    start_draft,
    take_changed,
)
from leadstern.scoring.logic.arithmetic import value
from leadstern.scoring.logic.editing import without_rule
from leadstern.scoring.models import Score, ScoreLine
from leadstern.scoring.queries import explain, hottest, points, rules_of
from leadstern.scoring.queries.computing import computed
from leadstern.scoring.queries.expressions import line_value
from leadstern.scoring.queries.hottest import FEW
from leadstern.scoring.terms import LineKind, Temperature
from tests.conftest import NOW
from tests.scoring.make import SIMPLE, activity_rule, content, fit_rule, happen, make_lead, publish

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def history(chance: random.Random, leads: int) -> list[Lead]:
    """Leads with generated events of the last year, some microseconds apart."""
    made = []
    for number in range(leads):
        lead = make_lead(country=chance.choice(["DE", "AT", ""]), is_business=chance.choice([True, False, None]))
        for _event in range(chance.randrange(number % 7 + 1)):
            kind = chance.choice(
                [ActivityKind.SUBMISSION, ActivityKind.PAGE, ActivityKind.UNSUBSCRIBED, ActivityKind.NOTE]
            )
            page = chance.choice(["/preise", "/preise/pv", "/kontakt", ""])
            happen(lead, NOW - timedelta(seconds=chance.uniform(0, 3e7)), kind=kind, content=page)
        made.append(lead)
    return made


def test_a_lead_gets_points_for_what_it_is_and_does() -> None:
    publish(SIMPLE)
    lead = make_lead(country="DE", is_business=True)
    happen(lead, days_ago(30))
    happen(lead, days_ago(14), kind=ActivityKind.PAGE, content="/preise/pv")
    happen(lead, days_ago(1), kind=ActivityKind.NOTE)

    assert score_changed(now=NOW, limit=10) == 1

    found = points([lead.pk], now=NOW)[lead.pk]
    assert found.fit == 15
    assert found.activity == pytest.approx(15 + 5 + 0.25)
    assert found.total == pytest.approx(35.25)
    assert (found.temperature, found.grade) == (Temperature.WARM, "C2")


def test_without_a_model_leads_wait() -> None:
    lead = make_lead()
    assert score_changed(now=NOW, limit=10) == 0
    lead.refresh_from_db()
    assert lead.is_changed


def test_scoring_again_changes_nothing() -> None:
    publish(SIMPLE)
    lead = make_lead(country="DE")
    happen(lead, days_ago(3))
    score_changed(now=NOW, limit=10)
    before = list(ScoreLine.objects.values("score", "rule", "points", "as_of", "count"))

    assert score_changed(now=NOW, limit=10) == 0
    Lead.objects.update(is_changed=True)
    assert score_changed(now=NOW, limit=10) == 1

    assert list(ScoreLine.objects.values("score", "rule", "points", "as_of", "count")) == before
    assert Score.objects.count() == 1


def test_a_rule_that_no_longer_holds_leaves_no_line() -> None:
    publish(SIMPLE)
    lead = make_lead(country="DE")
    score_changed(now=NOW, limit=10)
    Lead.objects.update(country="FR", is_changed=True)
    score_changed(now=NOW, limit=10)
    assert points([lead.pk], now=NOW)[lead.pk].fit == 0
    assert not ScoreLine.objects.exists()


def test_merged_and_erased_leads_lose_their_score() -> None:
    publish(SIMPLE)
    kept, merged, erased = make_lead(), make_lead(), make_lead()
    score_changed(now=NOW, limit=10)
    Lead.objects.filter(pk=merged.pk).update(merged_into=kept)
    Lead.objects.filter(pk=erased.pk).update(erased_at=NOW)
    Lead.objects.update(is_changed=True)
    assert score_changed(now=NOW, limit=10) == 3
    assert list(Score.objects.values_list("lead", flat=True)) == [kept.pk]


@pytest.mark.parametrize("seed", range(5))
def test_a_stored_score_equals_recomputation_at_any_later_moment(seed: int) -> None:
    chance = random.Random(seed)
    version = publish(SIMPLE)
    leads = [lead.pk for lead in history(chance, 12)]
    score_changed(now=NOW - timedelta(microseconds=chance.randrange(10**6)), limit=100)
    later = NOW + timedelta(seconds=chance.uniform(0, 4e7))

    stored = points(leads, now=later)
    afresh = computed(leads, rules_of(version.content), now=later)
    by_database = facts_of(leads, keys=["score.fit", "score.activity", "score.temperature"], now=later)

    for lead_id in leads:
        expected = pytest.approx(afresh[lead_id].activity(at=later), rel=1e-9, abs=1e-12)
        assert stored[lead_id].activity == expected
        assert by_database[lead_id]["score.activity"] == expected
        explained = explain(lead_id, now=later).points
        assert explained is not None
        assert explained.activity == expected
        assert stored[lead_id].fit == by_database[lead_id]["score.fit"] == afresh[lead_id].fit.points
        assert by_database[lead_id]["score.temperature"] == stored[lead_id].temperature


def test_the_database_fades_lines_as_python_does() -> None:
    model = content(
        activity=[
            activity_rule("short", ActivityKind.PAGE, 10, half_life=1 / 24),
            activity_rule("endless", ActivityKind.SUBMISSION, 10, half_life=None, cap=15),
            activity_rule("bad", ActivityKind.UNSUBSCRIBED, -50, half_life=3, cap=20),
        ]
    )
    publish(model)
    lead = make_lead()
    for kind in (ActivityKind.PAGE, ActivityKind.SUBMISSION, ActivityKind.SUBMISSION, ActivityKind.UNSUBSCRIBED):
        happen(lead, days_ago(0.01), kind=kind)
    score_changed(now=NOW, limit=10)
    for later in (NOW - timedelta(days=5), NOW, NOW + timedelta(seconds=0.5), NOW + timedelta(days=4000)):
        for line in ScoreLine.objects.annotate(now=line_value(later)):
            assert line.now == pytest.approx(value(line, at=later), rel=1e-9, abs=1e-280)  # type: ignore[arg-type]


def test_a_fact_of_an_unscored_lead_is_unknown() -> None:
    publish(SIMPLE)
    lead = make_lead()
    keys = {"score.fit", "score.activity", "score.temperature"}
    assert facts_of([lead.pk], keys=keys, now=NOW) == {lead.pk: dict.fromkeys(keys)}
    score_changed(now=NOW, limit=1)
    expected = {"score.fit": 0, "score.activity": 0, "score.temperature": "cold"}
    assert facts_of([lead.pk], keys=keys, now=NOW) == {lead.pk: expected}


def test_an_event_of_the_future_counts_as_of_now() -> None:
    publish(SIMPLE)
    lead = make_lead()
    happen(lead, NOW + timedelta(days=90000))
    score_changed(now=NOW, limit=1)
    assert points([lead.pk], now=NOW)[lead.pk].activity == 30


def test_publishing_renews_every_score_and_until_then_the_old_one_stands() -> None:
    old = publish(SIMPLE)
    lead = make_lead(country="DE")
    score_changed(now=NOW, limit=10)
    new = publish(content(fit=[fit_rule("german", 'lead.country = "DE"', 99)]))

    assert Score.objects.get().version == old
    assert explain(lead.pk, now=NOW).version == old.number
    assert points([lead.pk], now=NOW)[lead.pk].fit == 10

    assert score_changed(now=NOW, limit=10) == 1
    assert Score.objects.get().version == new
    assert points([lead.pk], now=NOW)[lead.pk].fit == 99
    assert score_changed(now=NOW, limit=10) == 0


def test_after_publishing_the_batches_are_larger_and_changed_leads_come_first() -> None:
    publish(SIMPLE)
    leads = [make_lead().pk for _number in range(12)]
    score_changed(now=NOW, limit=12)
    version = publish(content(fit=[fit_rule("german", 'lead.country = "DE"', 99)]))
    Lead.objects.filter(pk=leads[-1]).update(is_changed=True, country="DE")

    assert score_changed(now=NOW, limit=2) == 5
    renewed = Score.objects.filter(version=version).order_by("lead").values_list("lead", flat=True)
    assert list(renewed) == [*leads[:4], leads[-1]]
    assert points(leads, now=NOW)[leads[-1]].fit == 99
    assert [score_changed(now=NOW, limit=2) for _batch in range(2)] == [7, 0]


def test_an_event_that_is_gone_leaves_no_line() -> None:
    publish(SIMPLE)
    lead = make_lead()
    happen(lead, NOW)
    happen(lead, NOW, kind=ActivityKind.PAGE, content="/preise")
    score_changed(now=NOW, limit=1)
    lead.activity_set.filter(kind=ActivityKind.PAGE).delete()
    Lead.objects.update(is_changed=True)
    score_changed(now=NOW, limit=1)
    assert list(ScoreLine.objects.values_list("rule", "points", "count")) == [("enquiry", 30, 1)]


def test_scores_are_handed_over_once() -> None:
    publish(SIMPLE)
    leads = [make_lead().pk for _number in range(3)]
    score_changed(now=NOW, limit=10)
    assert take_changed(limit=2) == leads[:2]
    assert take_changed(limit=2) == leads[2:]
    assert take_changed(limit=2) == []
    mark_all_changed()
    assert take_changed(limit=9) == leads


def test_a_failure_in_the_middle_leaves_every_lead_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(SIMPLE)
    lead = make_lead()

    class Killed(Exception):
        pass

    def fail(*_args: object, **_options: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("leadstern.scoring.actions.scores.renew_lines", fail)
        with pytest.raises(Killed):
            score_changed(now=NOW, limit=10)
    assert not Score.objects.exists()
    assert Lead.objects.get(pk=lead.pk).is_changed
    assert score_changed(now=NOW, limit=10) == 1


def test_a_detail_that_is_gone_stops_its_rule_only() -> None:
    version = publish(SIMPLE)
    gone = {"version": 1, "condition": {"fact": "lead.gone", "is": "known", "values": []}}
    version.content["fit"][0]["condition"] = gone
    version.save()
    lead = make_lead(country="DE", is_business=True)
    score_changed(now=NOW, limit=10)
    assert points([lead.pk], now=NOW)[lead.pk].fit == 5


def test_an_explanation_tells_what_faded_and_what_the_cap_took() -> None:
    publish(SIMPLE)
    lead = make_lead(country="DE")
    for _time in range(3):
        happen(lead, NOW)
    happen(lead, days_ago(14), kind=ActivityKind.PAGE, content="/preise")
    score_changed(now=NOW, limit=10)

    explanation = explain(lead.pk, now=NOW)
    german, enquiry, prices, _pages = explanation.lines

    assert (german.kind, german.points, german.faded) == (LineKind.FIT, 10, 0)
    assert (enquiry.points, enquiry.original, enquiry.faded, enquiry.events) == (60, 90, 30, 3)
    assert enquiry.is_capped
    assert prices.points == pytest.approx(5)
    assert prices.faded == pytest.approx(5)
    assert explanation.points is not None
    assert explanation.points.total == pytest.approx(sum(line.points for line in explanation.lines))


@pytest.mark.parametrize("seed", range(3))
def test_the_hottest_are_those_of_all_leads_compared(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    publish(SIMPLE)
    leads = [lead.pk for lead in history(chance, 40)]
    score_changed(now=NOW, limit=25)
    publish(content(activity=[activity_rule("forever", ActivityKind.PAGE, 7, half_life=None, cap=20)]))
    score_changed(now=NOW, limit=5)
    assert Score.objects.values("version").distinct().count() == 2
    later = NOW + timedelta(days=chance.uniform(0, 300))

    everybody = points(leads, now=later)
    expected = sorted((-one.activity, lead_id) for lead_id, one in everybody.items() if one.activity > 0)[:6]

    found = hottest(now=later, limit=6, chunk_size=1)
    assert [hot.lead_id for hot in found] == [lead_id for _points, lead_id in expected]
    some = Lead.objects.filter(pk__in=leads[::2])
    hot_ones = {lead_id for lead_id, one in everybody.items() if one.activity > 0 and lead_id in leads[::2]}
    for few in (FEW, 0):
        monkeypatch.setattr(sys.modules[hottest.__module__], "FEW", few)
        assert {hot.lead_id for hot in hottest(now=later, limit=40, leads=some)} == hot_ones


def test_the_number_of_queries_does_not_grow_with_the_leads(django_assert_num_queries: object) -> None:
    publish(SIMPLE)
    for number in (1, 3):
        for _lead in range(number):
            happen(make_lead(country="DE"), NOW)
        # PostgreSQL: three more for new scores and for all scores, because COPY goes by a temporary table.
        with django_assert_num_queries(13 if connection.vendor == "sqlite" else 16):  # type: ignore[operator]
            assert score_changed(now=NOW, limit=10) == number


def test_the_default_model_is_published_once_and_scores(now: datetime) -> None:
    version = ensure_default_model(now=NOW)
    assert ensure_default_model(now=NOW) == version
    lead = make_lead(country="DE", is_business=True, position="Geschäftsführerin", interest="Photovoltaik")
    happen(lead, NOW)
    score_changed(now=NOW, limit=1)
    found = points([lead.pk], now=NOW)[lead.pk]
    assert (found.fit, found.activity) == (25, 30)


def test_drafts_are_edited_without_touching_the_published_version() -> None:
    publish(SIMPLE)
    draft = start_draft(now=NOW)
    edit_draft(lambda model: without_rule(model, "fit", "german"))
    assert start_draft(now=NOW).pk == draft.pk
    draft.refresh_from_db()
    assert [rule["key"] for rule in draft.content["fit"]] == ["business"]
    published = publish_version(draft, by=None, now=NOW)
    assert published.number == 2
    assert save_draft(SIMPLE).number == 3
    assert not Score.objects.filter(version__number=F("version__number") + 1).exists()
