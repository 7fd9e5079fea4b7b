"""Slices by key: every row once, in order, forwards and back, whatever the cursor says."""

import base64
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from leadstern.accounts.models import User
from leadstern.core.tables import slice_by_key
from tests.conftest import NOW

ORDER = ("-created_at", "id")


@pytest.fixture
def people(db: None) -> QuerySet[User]:
    """Seven people; some came at the very same moment."""
    for number, days in enumerate([0, 1, 1, 1, 2, 2, 3]):
        User.objects.create(email=f"{number}@example.com", name=str(number), created_at=NOW - timedelta(days=days))
    return User.objects.all()


def names(rows: list[User]) -> str:
    return "".join(row.name for row in rows)


def test_slices_forwards_give_every_row_once(people: QuerySet[User]) -> None:
    seen, cursor = "", ""
    for _ in range(10):
        part = slice_by_key(people, order=ORDER, cursor=cursor, size=2)
        seen, cursor = seen + names(part.rows), part.next
        if not cursor:
            break
    assert seen == "0123456"


def test_slices_backwards_lead_to_the_first(people: QuerySet[User]) -> None:
    first = slice_by_key(people, order=ORDER, size=3)
    second = slice_by_key(people, order=ORDER, cursor=first.next, size=3)
    third = slice_by_key(people, order=ORDER, cursor=second.next, size=3)
    assert (names(second.rows), names(third.rows), third.next) == ("345", "6", "")
    back = slice_by_key(people, order=ORDER, cursor=third.previous, size=3)
    assert names(back.rows) == "345"
    start = slice_by_key(people, order=ORDER, cursor=back.previous, size=3)
    assert (names(start.rows), start.previous) == ("012", "")


def test_a_new_row_does_not_shift_the_next_slice(people: QuerySet[User]) -> None:
    first = slice_by_key(people, order=ORDER, size=2)
    User.objects.create(email="new@example.com", name="9", created_at=NOW + timedelta(days=1))
    assert names(slice_by_key(people, order=ORDER, cursor=first.next, size=2).rows) == "23"


def test_a_slice_costs_one_query(people: QuerySet[User], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cursor = slice_by_key(people, order=ORDER, size=2).next
    with django_assert_num_queries(1):
        slice_by_key(people, order=ORDER, cursor=cursor, size=2)


def test_an_empty_list_has_no_neighbours(db: None) -> None:
    part = slice_by_key(User.objects.all(), order=ORDER)
    assert (part.rows, part.next, part.previous) == ([], "", "")


@pytest.mark.parametrize(
    "values", ['["nonsense", 1]', "[1]", '{"a": 1}', "[[], {}]", "null", '["2026-01-01T00:00:00+00:00", "x"]']
)
def test_a_cursor_of_other_values_gives_the_first_slice(people: QuerySet[User], values: str) -> None:
    cursor = "n" + base64.urlsafe_b64encode(values.encode()).decode()
    assert names(slice_by_key(people, order=ORDER, cursor=cursor, size=2).rows) == "01"


@pytest.mark.django_db
@given(
    cursor=st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: "p" + base64.urlsafe_b64encode(raw).decode())
)
def test_no_cursor_ends_in_an_error(cursor: str) -> None:
    assert slice_by_key(User.objects.all(), order=ORDER, cursor=cursor).rows == []
