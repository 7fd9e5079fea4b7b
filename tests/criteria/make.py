"""Facts of every kind over columns of a lead, leads that carry given values, and generated trees."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, FloatField, Value
from django.db.models.functions import Cast, NullIf
from hypothesis import strategies as st

from leadstern.core.registry import Fact, FactKind, facts
from leadstern.criteria.terms import And, Comparison, Node, Not, Operator, Or, Tree
from leadstern.leads.models import Lead
from tests.conftest import NOW

COUNTRIES = [("DE", "Deutschland"), ("AT", "Österreich"), ("CH", "Schweiz")]
CHOICE, TEXT, NUMBER, FLAG, MOMENT = "test.land", "test.place", "test.points", "test.business", "test.erased"
OFFERED = [
    Fact(CHOICE, "Land", FactKind.CHOICE, lambda _now: F("country"), lambda: list(COUNTRIES)),
    Fact(TEXT, "Ort", FactKind.TEXT, lambda _now: F("city")),
    Fact(
        NUMBER,
        "Punkte für Passung",
        FactKind.NUMBER,
        lambda _now: Cast(NullIf(F("postcode"), Value("")), FloatField()),
        unit="",
    ),
    Fact(FLAG, "Geschäftlich", FactKind.BOOLEAN, lambda _now: F("is_business")),
    Fact(MOMENT, "Gelöscht", FactKind.MOMENT, lambda _now: F("erased_at")),
]


def offered() -> Iterator[None]:
    """The facts are there, and gone afterwards."""
    before = dict(facts._offers)
    facts.offer(*OFFERED)
    try:
        yield
    finally:
        facts._offers.clear()
        facts._offers.update(before)


def lead(**values: Any) -> Lead:
    return Lead(**{"captured_at": NOW, "created_at": NOW} | values)


def saved(**values: Any) -> Lead:
    row = lead(**values)
    row.save()
    return row


WORDS = st.sampled_from(
    [
        "Köln",
        "köln",
        "KÖLN",
        "Zürich",
        "Ärzte",
        "ärzte",
        "Straße",
        "STRAẞE",
        "a",
        "Z",
        "z",
        "€",
        "😀",
        "ſ",
        "İ",
        "é",
        "É",
        "%",
        "_",
        "\\",
        "'",
        '"',
        "a b",
    ]
)
TEXTS = WORDS | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=6)
NUMBERS = st.integers(-50, 100) | st.sampled_from([0.1, 0.25, -0.3, 39.999999, 40.0, 1e-6])
MOMENTS = st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 -- made aware at once
MOMENT_TEXTS = MOMENTS.map(lambda moment: moment.date().isoformat()) | MOMENTS.map(
    lambda moment: moment.replace(tzinfo=None).isoformat()
)
VALUES = {
    CHOICE: st.sampled_from(["DE", "AT", "CH"]),
    TEXT: TEXTS,
    NUMBER: NUMBERS.map(lambda number: int(number) if number == int(number) else number),
    FLAG: st.booleans(),
    MOMENT: MOMENT_TEXTS,
}
COMPARING = [Operator.EQUAL, Operator.UNEQUAL, Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST]
THERE = [Operator.KNOWN, Operator.UNKNOWN]
OPERATORS = {
    CHOICE: [Operator.EQUAL, Operator.UNEQUAL, Operator.IN, *THERE],
    TEXT: list(Operator),
    NUMBER: [*COMPARING, Operator.IN, Operator.BETWEEN, *THERE],
    FLAG: [Operator.EQUAL, Operator.UNEQUAL, *THERE],
    MOMENT: [*COMPARING, Operator.BETWEEN, *THERE],
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    fact = draw(st.sampled_from(sorted(VALUES)))
    operator = draw(st.sampled_from(OPERATORS[fact]))
    least, most = {Operator.IN: (1, 4), Operator.BETWEEN: (2, 2), Operator.KNOWN: (0, 0), Operator.UNKNOWN: (0, 0)}.get(
        operator, (1, 1)
    )
    values: tuple[Any, ...] = tuple(draw(st.lists(VALUES[fact], min_size=least, max_size=most)))
    return Comparison(fact, operator, values)


def _grown(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return several.map(And) | several.map(Or) | parts.map(Not)


TREES: st.SearchStrategy[Tree] = st.recursive(comparisons(), _grown, max_leaves=6).map(Tree)
"""Up to six tests; `max_leaves` keeps them within the depth that a condition may have, almost always."""

ROWS = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["", "DE", "AT", "CH", "FR"]),
        "city": st.just("") | TEXTS,
        "postcode": st.just("") | NUMBERS.map(str),
        "is_business": st.none() | st.booleans(),
        "erased_at": st.none() | MOMENTS,
    }
)


def known(row: Lead) -> dict[str, Any]:
    """What the facts say of a row, without a database."""
    return {
        CHOICE: row.country,
        TEXT: row.city,
        NUMBER: float(row.postcode) if row.postcode else None,
        FLAG: row.is_business,
        MOMENT: row.erased_at,
    }
