"""Business time, with both changes of the clock, holidays and starts outside the hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.core.calendar import (
    WrongCalendar,
    add_business_time,
    business_calendar,
    business_minutes_between,
    business_time_between,
    end_of_day,
    holidays_of,
    make_calendar,
    next_opening,
    parse_hours,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = make_calendar("Mon-Fri 08:00-17:00", region="DE-NW")
CALENDARS = st.sampled_from(
    [
        OFFICE,
        make_calendar("Mon-Thu 08:00-12:00, Mon-Thu 13:00-17:30, Fri 08:00-14:00", region="AT-9", zone="Europe/Vienna"),
        make_calendar("Mon-Sun 00:00-24:00", region="", zone="Europe/Zurich"),
        make_calendar("Sat-Sun 01:00-02:45, Sat-Sun 03:00-05:00", region="CH-ZH", zone="Europe/Zurich"),
    ]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
NEAR_CLOCK_CHANGES = st.one_of(
    MOMENTS,
    st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26), timezones=st.just(UTC)),  # noqa: DTZ001
)
DURATIONS = st.timedeltas(timedelta(seconds=1), timedelta(hours=60))


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param(berlin(2026, 11, 18, 10), 4, berlin(2026, 11, 18, 14), id="same day"),
        pytest.param(berlin(2026, 11, 18, 8), 9, berlin(2026, 11, 18, 17), id="until closing"),
        pytest.param(berlin(2026, 11, 18, 15), 4, berlin(2026, 11, 19, 10), id="next day"),
        pytest.param(berlin(2026, 11, 20, 16), 4, berlin(2026, 11, 23, 11), id="over a weekend"),
        pytest.param(berlin(2026, 11, 21, 12), 1, berlin(2026, 11, 23, 9), id="starts on Saturday"),
        pytest.param(berlin(2026, 11, 18, 5), 1, berlin(2026, 11, 18, 9), id="starts before opening"),
        pytest.param(berlin(2026, 6, 3, 16), 2, berlin(2026, 6, 5, 9), id="over Corpus Christi in NRW"),
        pytest.param(berlin(2026, 3, 27, 16), 2, berlin(2026, 3, 30, 9), id="over the change to summer time"),
        pytest.param(berlin(2026, 10, 23, 16), 2, berlin(2026, 10, 26, 9), id="over the change to winter time"),
        pytest.param(berlin(2026, 12, 24, 16), 2, berlin(2026, 12, 28, 9), id="over Christmas"),
    ],
)
def test_add_business_time_counts_open_hours_only(start: datetime, hours: int, end: datetime) -> None:
    assert add_business_time(start, timedelta(hours=hours), OFFICE) == end


def test_around_the_clock_gains_an_hour_in_october_and_loses_one_in_march() -> None:
    always = make_calendar("Mon-Sun 00:00-24:00")

    assert business_minutes_between(berlin(2026, 10, 25), berlin(2026, 10, 26), always) == 25 * 60
    assert business_minutes_between(berlin(2026, 3, 29), berlin(2026, 3, 30), always) == 23 * 60


def test_hours_swallowed_by_summer_time_do_not_exist() -> None:
    night = make_calendar("Sun 02:00-03:00")

    assert business_minutes_between(berlin(2026, 3, 29), berlin(2026, 3, 30), night) == 0
    assert business_minutes_between(berlin(2026, 3, 22), berlin(2026, 3, 23), night) == 60


@given(NEAR_CLOCK_CHANGES, DURATIONS, CALENDARS)
def test_between_is_the_inverse_of_adding(start: datetime, duration: timedelta, calendar: object) -> None:
    end = add_business_time(start, duration, calendar)  # type: ignore[arg-type]

    assert end >= start
    assert business_time_between(start, end, calendar) == duration  # type: ignore[arg-type]
    assert business_time_between(end, start, calendar) == -duration  # type: ignore[arg-type]


@given(NEAR_CLOCK_CHANGES, NEAR_CLOCK_CHANGES, DURATIONS, DURATIONS, CALENDARS)
def test_adding_is_monotone(a: datetime, b: datetime, short: timedelta, long: timedelta, calendar: object) -> None:
    a, b = sorted((a, b))
    short, long = sorted((short, long))

    assert add_business_time(a, short, calendar) <= add_business_time(b, short, calendar)  # type: ignore[arg-type]
    assert add_business_time(a, short, calendar) <= add_business_time(a, long, calendar)  # type: ignore[arg-type]


@given(NEAR_CLOCK_CHANGES, NEAR_CLOCK_CHANGES, NEAR_CLOCK_CHANGES, CALENDARS)
def test_between_adds_up(a: datetime, b: datetime, c: datetime, calendar: object) -> None:
    a, b, c = sorted((a, b, c))
    parts = business_time_between(a, b, calendar) + business_time_between(b, c, calendar)  # type: ignore[arg-type]

    assert parts == business_time_between(a, c, calendar)  # type: ignore[arg-type]


@given(NEAR_CLOCK_CHANGES, CALENDARS)
def test_next_opening_is_open_and_nothing_was_open_before(start: datetime, calendar: object) -> None:
    opening = next_opening(start, calendar)  # type: ignore[arg-type]

    assert business_time_between(start, opening, calendar) == timedelta(0)  # type: ignore[arg-type]
    minute = timedelta(minutes=1)
    assert business_time_between(opening, opening + minute, calendar) > timedelta(0)  # type: ignore[arg-type]
    assert add_business_time(start, timedelta(0), calendar) == opening  # type: ignore[arg-type]


def test_negative_durations_are_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_business_time(berlin(2026, 11, 18, 8), timedelta(hours=-1), OFFICE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected for example"),
        ("Mon-Fri", "expected for example"),
        ("Mo-Fr 08:00-17:00", "expected for example"),
        ("Mon-Fre 08:00-17:00", "'Fre' is no day"),
        ("Mon-Fri 8:00-17:00", "expected for example"),
        ("Mon-Fri 08:00-25:00", "'25:00' is no time of day"),
        ("Mon-Fri 08:61-17:00", "'08:61' is no time of day"),
        ("Mon-Fri 17:00-08:00", "end lies before the start"),
        ("Fri-Mon 08:00-17:00", "end lies before the start"),
        ("Mon-Fri 08:00-17:00, Wed 16:00-18:00", "hours of Wed overlap"),
    ],
)
def test_wrong_hours_are_named(text: str, message: str) -> None:
    with pytest.raises(WrongCalendar, match=message):
        parse_hours(text)


@pytest.mark.parametrize("region", ["DE-XX", "XX", "DE-NW-1", "de nw"])
def test_wrong_holiday_regions_are_named(region: str) -> None:
    with pytest.raises(WrongCalendar, match="expected for example DE-NW, AT-9 or CH-ZH"):
        holidays_of(region, 2026)


@pytest.mark.parametrize("zone", ["Europe/Bärlin", "", "../etc/passwd"])
def test_wrong_time_zones_are_named(zone: str) -> None:
    with pytest.raises(WrongCalendar, match="time zone"):
        make_calendar("Mon-Fri 08:00-17:00", zone=zone)


def test_holidays_follow_the_region() -> None:
    assert date(2026, 6, 4) in holidays_of("DE-NW", 2026)
    assert date(2026, 6, 4) not in holidays_of("DE-BE", 2026)
    assert date(2026, 12, 8) in holidays_of("AT-9", 2026)
    assert date(2026, 8, 1) in holidays_of("CH-ZH", 2026)
    assert holidays_of("", 2026) == frozenset()


def test_business_calendar_comes_from_the_settings() -> None:
    assert business_calendar() == make_calendar("Mon-Fri 08:00-17:00", region="DE-NW", zone="Europe/Berlin")


def test_end_of_day_is_local_midnight() -> None:
    assert end_of_day(datetime(2026, 11, 18, 23, 30, tzinfo=UTC), OFFICE) == berlin(2026, 11, 20)
