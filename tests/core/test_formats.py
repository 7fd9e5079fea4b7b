"""Every filter, in both languages, as people read it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import engines
from django.utils.translation import override

from tests.conftest import NOW

AFTERNOON = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

CASES = [
    ("{{ value|moment }}", AFTERNOON, "21.11.2026, 14:30", "21 Nov 2026, 14:30"),
    ("{{ value|moment }}", datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "02.07.2026, 00:05", "2 Jul 2026, 00:05"),
    ("{{ value|day }}", AFTERNOON, "21.11.2026", "21 Nov 2026"),
    ("{{ value|day }}", date(2026, 3, 1), "01.03.2026", "1 Mar 2026"),
    ("{{ value|day }}", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "01.01.2027", "1 Jan 2027"),
    ("{{ value|ago }}", NOW - timedelta(minutes=3), "vor 3 Minuten", "3 minutes ago"),
    ("{{ value|ago }}", NOW + timedelta(hours=2), "in 2 Stunden", "in 2 hours"),
    ("{{ value|ago }}", NOW - timedelta(days=1), "vor 1 Tag", "1 day ago"),
    ("{{ value|ago }}", NOW - timedelta(seconds=9), "gerade eben", "just now"),
    ("{{ value|ago }}", NOW - timedelta(seconds=10), "vor 10 Sekunden", "10 seconds ago"),
    ("{{ value|money }}", Decimal("1234.5"), "1.234,50\xa0€", "€1,234.50"),
    ("{{ value|money:'CHF' }}", Decimal(-7), "-7,00\xa0CHF", "-CHF7.00"),
    ("{{ value|decimal }}", 1234.56, "1.234,6", "1,234.6"),
    ("{{ value|decimal:2 }}", 3, "3,00", "3.00"),
    ("{{ value|number }}", 12345, "12.345", "12,345"),
    ("{{ value|percent }}", 0.10525, "10,5\xa0%", "10.5%"),
    ("{{ value|percent:0 }}", Decimal(1), "100\xa0%", "100%"),
]


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(("template", "value", "german", "english"), CASES)
def test_a_value_reads_as_in_the_language(template: str, value: object, german: str, english: str) -> None:
    for language, expected in (("de", german), ("en", english)):
        with override(language):
            assert engines["django"].from_string(template).render({"value": value}) == expected


@pytest.mark.parametrize("name", ["moment", "day", "ago", "money", "decimal", "number", "percent"])
def test_nothing_known_is_a_dash(name: str) -> None:
    assert engines["django"].from_string("{{ value|" + name + " }}").render({"value": None}) == "–"


@pytest.mark.parametrize("name", ["money", "decimal", "number", "percent"])
def test_a_text_that_is_no_number_is_a_dash(name: str) -> None:
    assert engines["django"].from_string("{{ value|" + name + " }}").render({"value": "<b>viel</b>"}) == "–"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 21, 14, 30)  # noqa: DTZ001 -- the point of the test
    with pytest.raises(ValueError, match="naive"):
        engines["django"].from_string("{{ value|moment }}").render({"value": naive})
