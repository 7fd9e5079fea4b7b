"""Short ways of reading and searching are the same as the long ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.core.text import clean, country_code, fold
from leadstern.leads.logic import EMAIL, PHONE, VISITOR, Key, read_arrival, search_text
from tests.conftest import NOW

WORDS = ["Müller", "Köln ", "STRASSE", "ẞ", "İstanbul", "\u0308", "e\u0301", "ﬁ"]
TEXTS = (st.text(max_size=30) | st.sampled_from(WORDS)).map(clean)
DETAILS = st.dictionaries(
    st.sampled_from(["first_name", "last_name", "company", "postcode", "city"]), TEXTS | st.none(), max_size=5
)
PHONES = st.from_regex(r"\+[1-9][0-9]{6,12}|\+49[0-9]{7,10}", fullmatch=True)
KEYS = st.dictionaries(
    st.tuples(st.sampled_from(["email", "external", "visitor"]), TEXTS) | st.tuples(st.just("phone"), PHONES),
    st.just(""),
    max_size=4,
)


def folded_at_once(values: dict[str, str | None], keys: dict[Key, str]) -> str:
    parts = [values.get(name) or "" for name in ("first_name", "last_name", "company", "postcode", "city")]
    for kind, value in keys:
        if kind == PHONE and value.startswith("+49"):
            parts += [value, f"0{value[3:]}"]
        elif kind != VISITOR:
            parts.append(value)
    return fold(" ".join(part for part in parts if part))


@given(DETAILS, KEYS)
def test_search_text_of_remembered_parts_is_that_of_the_whole(
    values: dict[str, str | None], keys: dict[Key, str]
) -> None:
    assert search_text(values, keys) == folded_at_once(values, keys)


def test_search_text_knows_the_number_with_its_leading_zero() -> None:
    keys = {(EMAIL, "kim@firma.de"): "", (PHONE, "+49221123"): "", (VISITOR, "a" * 32): ""}
    assert search_text({"first_name": "Jörg", "company": None}, keys) == "joerg kim@firma.de +49221123 0221123"


@given(
    st.text(max_size=120) | st.sampled_from(["Österreich", "Schweiz", "de", "South Georgia & South Sandwich Islands"])
)
def test_country_is_read_as_the_whole_text_says(text: str) -> None:
    arrival = read_arrival(1, details={"email": "kim@firma.de", "country": text}, origin={}, captured_at=NOW)
    assert arrival.values.get("country", "") == country_code(clean(text))


@pytest.mark.parametrize("is_import", [True, False])
def test_details_come_before_the_visit_and_an_import_knows_no_visit(is_import: bool) -> None:
    arrival = read_arrival(
        1,
        details={"email": "kim@firma.de", "source": "messe", "medium": "", "acquisition": "Seed"},
        origin={
            "source": "google",
            "channel": "paid_search",
            "medium": "cpc",
            "landing_page": "/preise",
            "language": "EN-gb",
        },
        captured_at=NOW,
        is_import=is_import,
    )
    visit = {} if is_import else {"medium": "cpc", "landing_page": "/preise"}
    assert arrival.touch == {"source": "messe", "acquisition": "seed"} | visit
    assert arrival.values == {"language": "en"}


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(["email", "phone", "city"]), st.text(max_size=20)))
def test_unknown_details_are_no_reason_to_fail(details: dict[str, str]) -> None:
    arrival = read_arrival(1, details=details, origin={}, captured_at=NOW)
    assert bool(arrival.error) == (not arrival.keys)
