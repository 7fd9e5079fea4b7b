"""The database says what Python says, NULLs included; counts, sentences and facts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadstern.core.registry import facts
from leadstern.criteria.logic import matches, parse
from leadstern.criteria.queries import facts_of, leads_matching, preview, sentence
from leadstern.criteria.terms import Not, Tree, WrongCondition
from leadstern.leads.models import Company, Lead
from tests.conftest import NOW
from tests.criteria.make import CHOICE, FLAG, MOMENT, NUMBER, ROWS, TEXT, TREES, known, lead, saved

pytestmark = pytest.mark.django_db
with_fixture = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=250
)


@with_fixture
@given(TREES, st.lists(ROWS, min_size=1, max_size=6))
def test_the_database_and_python_answer_alike(tree: Tree, rows: list[dict[str, Any]]) -> None:
    leads = Lead.objects.bulk_create(lead(**row) for row in rows)
    everyone = Lead.objects.filter(pk__in=[row.pk for row in leads])
    yes = set(leads_matching(tree, now=NOW, leads=everyone).values_list("pk", flat=True))
    no = set(leads_matching(Tree(Not(tree.root)), now=NOW, leads=everyone).values_list("pk", flat=True))
    assert yes == {row.pk for row in leads if matches(tree, known(row)) is True}
    assert no == {row.pk for row in leads if matches(tree, known(row)) is False}


@with_fixture
@given(TREES, st.lists(ROWS, min_size=1, max_size=4))
def test_facts_of_gives_what_the_filter_sees(tree: Tree, rows: list[dict[str, Any]]) -> None:
    ids = [row.pk for row in Lead.objects.bulk_create(lead(**row) for row in rows)]
    mine = Lead.objects.filter(pk__in=ids)
    yes = set(leads_matching(tree, now=NOW, leads=mine).values_list("pk", flat=True))
    told = facts_of(ids, keys=[CHOICE, TEXT, NUMBER, FLAG, MOMENT], now=NOW)
    assert yes == {lead_id for lead_id, values in told.items() if matches(tree, values) is True}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TREES)
def test_a_sentence_never_fails(tree: Tree) -> None:
    for language in ("de", "en"):
        spoken = sentence(tree, language=language)
        assert spoken
        assert "%(" not in spoken


def test_merged_and_erased_leads_are_left_out() -> None:
    kept = saved(city="Köln")
    saved(city="Köln", erased_at=NOW)
    saved(city="Köln", merged_into=kept)
    assert list(leads_matching(parse(f'{TEXT} = "Köln"'), now=NOW)) == [kept]


def test_a_date_covers_its_whole_day_in_berlin() -> None:
    late, next_day = datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    first, second = saved(erased_at=late), saved(erased_at=next_day)
    leads = Lead.objects.all()
    assert list(leads_matching(parse(f'{MOMENT} = "2026-03-28"'), now=NOW, leads=leads)) == [first]
    assert list(leads_matching(parse(f'{MOMENT} > "2026-03-28"'), now=NOW, leads=leads)) == [second]


def test_unknown_is_neither_met_nor_not_met() -> None:
    saved(city="")
    assert not leads_matching(parse(f'{TEXT} = "Köln"'), now=NOW).exists()
    assert not leads_matching(parse(f'not {TEXT} = "Köln"'), now=NOW).exists()
    assert leads_matching(parse(f"{TEXT} is unknown"), now=NOW).exists()


def test_a_fact_nobody_offers_any_more_is_named() -> None:
    tree = parse(f"{FLAG} or {NUMBER} > 3")
    del facts._offers[NUMBER]
    with pytest.raises(WrongCondition, match=r"test\.points"):
        leads_matching(tree, now=NOW)
    row = saved(is_business=True)
    assert facts_of([row.pk], keys=[FLAG, NUMBER], now=NOW) == {row.pk: {FLAG: True, NUMBER: None}}
    assert sentence(tree, language="de") == "Geschäftlich: ja oder test.points über „3“"


def test_facts_of_asks_once_for_all_leads(django_assert_num_queries: Any) -> None:
    ids = [saved(city="Bonn").pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert len(facts_of(ids, keys=[CHOICE, TEXT, NUMBER], now=NOW)) == 3


def test_preview_counts_to_a_thousand_and_no_further(django_assert_num_queries: Any) -> None:
    firm = Company.objects.create(name="Muster Bau GmbH", name_key="muster bau", created_at=NOW)
    Lead.objects.bulk_create(lead(city="Bonn", company=firm) for _ in range(1001))
    with django_assert_num_queries(2):
        shown = preview(parse(f'{TEXT} = "Bonn"'), language="de", now=NOW)
    assert (shown.count, shown.is_capped, len(shown.leads)) == (1000, True, 20)
    shown = preview(parse(f'{TEXT} = "Köln"'), language="de", now=NOW)
    assert (shown.count, shown.is_capped, shown.leads) == (0, False, [])


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        (
            f'{CHOICE} in ["DE", "AT"] and {NUMBER} >= 40',
            "Land ist Deutschland oder Österreich und Punkte für Passung mindestens 40",
            "Land is Deutschland or Österreich and Punkte für Passung at least 40",
        ),
        (
            f'{CHOICE} not in ["DE", "AT"]',
            "Land ist weder Deutschland noch Österreich",
            "Land is neither Deutschland nor Österreich",
        ),
        (f'{CHOICE} not in ["DE"]', "Land ist nicht Deutschland", "Land is not Deutschland"),
        (f"not {FLAG}", "Geschäftlich: nein", "Geschäftlich: no"),
        (f"not {NUMBER} < 1234.5", "Punkte für Passung mindestens 1.234,5", "Punkte für Passung at least 1,234.5"),
        (f'{TEXT} contains "leit"', "Ort enthält „leit“", "Ort contains “leit”"),
        (f"{TEXT} is unknown", "Ort ist unbekannt", "Ort is unknown"),
        (
            f'{FLAG} and ({TEXT} = "A" or {TEXT} = "B")',
            "Geschäftlich: ja, außerdem Ort ist „A“ oder Ort ist „B“",
            "Geschäftlich: yes, besides Ort is “A” or Ort is “B”",
        ),
        (f'{MOMENT} >= "2026-11-21"', "Gelöscht ab dem 21.11.2026", "Gelöscht from 21 Nov 2026 on"),
        (
            f"not ({FLAG} and {TEXT} is known)",
            "Es trifft nicht zu, dass (Geschäftlich: ja und Ort ist bekannt)",
            "It is not so that (Geschäftlich: yes and Ort is known)",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, german: str, english: str) -> None:
    assert sentence(parse(text), language="de") == german
    assert sentence(parse(text), language="en") == english
