"""Rows without model objects: ids in order, nothing twice, values as the ORM would have written them."""

import pytest
from django.db import IntegrityError, transaction

from leadstern.core.rows import append_rows, insert_rows, replace_rows
from leadstern.leads.models import Change, Company, Lead
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
NAMES = ("name", "name_key", "domain", "created_at")


def company(number: int, name: str = "") -> tuple[object, ...]:
    return name or f"Firma {number}", f"firma {number}", f"firma{number}.de", NOW


def test_inserted_rows_get_their_ids_in_order() -> None:
    first = insert_rows(Company, NAMES, [company(1), company(2)])
    second = insert_rows(Company, NAMES, (company(number) for number in (3, 4)))
    found = list(Company.objects.order_by("id").values_list("id", "name"))
    assert found == list(zip([*first, *second], ["Firma 1", "Firma 2", "Firma 3", "Firma 4"], strict=True))


def test_ids_are_never_those_of_rows_that_came_or_went_otherwise() -> None:
    last = Company.objects.create(name="A", name_key="a", created_at=NOW)
    gone = last.pk
    last.delete()
    (inserted,) = insert_rows(Company, NAMES, [company(1)])
    assert inserted > gone
    assert Company.objects.create(name="B", name_key="b", created_at=NOW).pk > inserted


def test_no_rows_are_no_work() -> None:
    assert insert_rows(Company, NAMES, []) == []
    assert insert_rows(Company, NAMES, [], skip_known=True) == []
    append_rows(Company, NAMES, [])
    replace_rows(Company, NAMES, [], unique=("domain",))
    assert not Company.objects.exists()


def test_known_rows_are_left_out_when_asked() -> None:
    insert_rows(Company, NAMES, [company(1)])
    new = insert_rows(Company, NAMES, [company(1, "Other"), company(2), company(2)], skip_known=True)
    assert list(Company.objects.order_by("id").values_list("name", flat=True)) == ["Firma 1", "Firma 2"]
    assert new == [Company.objects.get(domain="firma2.de").pk]


@pytest.mark.parametrize("write", [insert_rows, append_rows])
def test_a_row_that_is_there_is_an_integrity_error(write: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Company, NAMES, [company(1), company(1)])  # type: ignore[operator]
    assert not Company.objects.exists()


def test_replaced_rows_keep_their_ids() -> None:
    (known,) = insert_rows(Company, NAMES, [company(1)])
    replace_rows(Company, NAMES, [company(1, "Neu"), company(2)], unique=("domain",))
    assert dict(Company.objects.values_list("name", "pk"))["Neu"] == known
    assert Company.objects.count() == 2


def test_what_is_not_watched_changes_only_together_with_what_is() -> None:
    insert_rows(Company, NAMES, [company(1), company(2)])
    later = [("Firma 1", "other", "firma1.de", NOW), ("Neu", "other", "firma2.de", NOW)]
    replace_rows(Company, NAMES, later, unique=("domain",), watch=("name",))
    assert list(Company.objects.order_by("id").values_list("name_key", flat=True)) == ["firma 1", "other"]


def test_values_are_read_back_as_they_were_given() -> None:
    lead = Lead.objects.create(captured_at=NOW, created_at=NOW)
    told = {"ä": ['"quoted"', None, 1.5], "tab\t": "line\nback\\slash"}
    append_rows(Change, ("lead", "field", "before", "after", "at"), [(lead.pk, "extra", None, told, NOW)])
    change = Change.objects.get()
    assert (change.before, change.after, change.at) == (None, told, NOW)
