"""Very many values as one parameter find what an IN list finds."""

import pytest
from django.db import connection
from django.db.models import F, Q

from leadstern.leads.among import Among
from leadstern.leads.models import Company
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
NAMES = ["muster", "o'neill", 'a"b', "c\\d", "{x,y}", "50 %", "%s", "müller", "日本", ""]


@pytest.mark.parametrize("wanted", [[], ["nobody"], NAMES[:1], NAMES, [*NAMES, "nobody"], ["o'neill", "o'neill"]])
def test_among_finds_what_an_in_list_finds(wanted: list[str]) -> None:
    Company.objects.bulk_create(Company(name=name, name_key=name, created_at=NOW) for name in NAMES)
    found = Company.objects.filter(Among(F("name_key"), wanted)).values_list("name", flat=True)
    assert set(found) == set(Company.objects.filter(name_key__in=wanted).values_list("name", flat=True))
    assert len(found) == len(set(wanted) & set(NAMES))


def test_among_joins_other_conditions_and_finds_no_null() -> None:
    Company.objects.create(name="A", name_key="a", domain="a.de", created_at=NOW)
    Company.objects.create(name="B", name_key="b", created_at=NOW)
    either = Q(Among(F("domain"), {"a.de", "b.de"})) | Q(Among(F("name_key"), ["c"]))
    assert [company.name for company in Company.objects.filter(either, name_key="a")] == ["A"]
    assert Company.objects.filter(Among(F("domain"), ["b.de"])).count() == 0


def test_among_uses_the_index() -> None:
    wanted = Q(Among(F("domain"), ["a.de", "b.de"])) | Q(Among(F("name_key"), ["c", "d"]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Company.objects.filter(wanted).explain()
    assert "INDEX" in plan.upper()
    assert "SCAN LEADS_COMPANY" not in plan.upper()
    assert "SEQ SCAN" not in plan.upper()
