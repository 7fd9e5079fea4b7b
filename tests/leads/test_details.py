"""People correct details, stages add activities, somebody is erased."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.models import Submission
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.core.registry import facts
from leadstern.leads.actions import (
    add_activities,
    add_activity,
    add_contact_point,
    change_lead,
    correct_contact_point,
    delete_spend,
    erase_lead,
    record_spend,
    remove_contact_point,
    set_health,
    take_changed,
)
from leadstern.leads.models import Activity, Change, Identity, Lead, Spend
from leadstern.leads.personal_data import show
from leadstern.leads.queries import changes, contact_points, lead_by_id, leads_by_identity, live_leads, timeline
from leadstern.leads.terms import ActivityKind, Health, IdentityKind, NewActivity
from leadstern.privacy.subject import subject_of
from tests.conftest import NOW
from tests.leads.make import lead

pytestmark = pytest.mark.django_db


def test_change_keeps_what_was_before(anna: User) -> None:
    known = lead(city="Bonn", company="Alt GmbH")
    Lead.objects.update(is_changed=False)
    said = change_lead(known, changes={"city": " Köln ", "company": "Neu AG", "title": ""}, by=anna, now=NOW)
    assert said == ["city", "company"]
    known.refresh_from_db()
    assert known.company is not None
    assert (known.city, known.company.name, known.is_changed) == ("Köln", "Neu AG", True)
    assert "neu ag" in known.search
    rows = Change.objects.order_by("field").values_list("field", "before", "after", "by")
    assert list(rows) == [("city", "Bonn", "Köln", anna.pk), ("company", "Alt GmbH", "Neu AG", anna.pk)]


def test_change_of_answers_keeps_the_others(anna: User) -> None:
    known = lead(extra={"roof": "flach", "age": "10"})
    change_lead(known, changes={"extra": {"roof": "steil"}}, by=anna, now=NOW)
    known.refresh_from_db()
    assert known.extra == {"roof": "steil", "age": "10"}
    assert Change.objects.get().before == {"roof": "flach"}


def test_change_of_something_else_is_refused(anna: User) -> None:
    known = lead()
    with pytest.raises(Invalid):
        change_lead(known, changes={"erased_at": NOW}, by=anna, now=NOW)
    erase_lead(subject_of(known.pk), now=NOW)
    with pytest.raises(Refused):
        change_lead(known, changes={"city": "Köln"}, by=anna, now=NOW)


def test_contact_points_are_added_corrected_and_removed(anna: User) -> None:
    known, other = lead(email="kim@firma.de"), lead(email="alex@firma.de")
    phone = add_contact_point(known, kind=IdentityKind.PHONE, value="0221 1234567", by=anna, now=NOW)
    assert phone.value == "+492211234567"
    assert add_contact_point(known, kind=IdentityKind.PHONE, value="+492211234567", by=anna, now=NOW) == phone
    with pytest.raises(Invalid):
        add_contact_point(known, kind=IdentityKind.EMAIL, value="kim", by=anna, now=NOW)
    with pytest.raises(Refused):
        add_contact_point(known, kind=IdentityKind.EMAIL, value="ALEX@firma.de", by=anna, now=NOW)
    shared = add_contact_point(other, kind=IdentityKind.PHONE, value="0221 1234567", by=anna, now=NOW)
    assert (shared.value, shared.lead) == (phone.value, other)
    set_health(IdentityKind.PHONE, "0221/1234567", health=Health.BROKEN, reason="no such number", now=NOW)
    phone = correct_contact_point(phone, value="0221 7654321", by=anna, now=NOW)
    assert (phone.value, phone.health) == ("+492217654321", Health.UNKNOWN)
    known.refresh_from_db()
    assert "02217654321" in known.search
    assert [point.kind for point in contact_points(known.pk)] == ["email", "phone"]
    remove_contact_point(phone, by=anna, now=NOW)
    with pytest.raises(Refused):
        remove_contact_point(Identity.objects.get(lead=known), by=anna, now=NOW)
    assert Change.objects.filter(lead=known, field="phone").count() == 3
    assert contact_points(other.pk)[0].value == "alex@firma.de"


def test_health_is_told_once() -> None:
    lead(email="kim@firma.de")
    assert set_health(IdentityKind.EMAIL, "KIM@firma.de", health=Health.BROKEN, reason="5.1.1", now=NOW)
    assert not set_health(IdentityKind.EMAIL, "kim@firma.de", health=Health.BROKEN, reason="5.1.1", now=NOW)
    assert not set_health(IdentityKind.EMAIL, "nobody@firma.de", health=Health.BROKEN, reason="", now=NOW)


def test_activity_with_a_known_key_is_not_told_twice() -> None:
    known = lead()
    Lead.objects.update(is_changed=False)
    first = add_activity(known, kind=ActivityKind.CALL, at=NOW, key="call:1", counts=False)
    assert first is not None
    known.refresh_from_db()
    assert not known.is_changed
    assert add_activity(known, kind=ActivityKind.CALL, at=NOW, key="call:1") is None
    known.refresh_from_db()
    assert not known.is_changed
    assert add_activity(known, kind=ActivityKind.NOTE, at=NOW, content="x" * 900) is not None
    known.refresh_from_db()
    assert known.is_changed


def test_activities_in_bulk_leave_out_what_is_known() -> None:
    known = lead()
    new = [NewActivity(known.pk, ActivityKind.PAGE, NOW, key=key) for key in ("a", "b", "a", None, None)]
    assert add_activities(new) == 4
    assert add_activities(new[:2]) == 0


def test_changed_leads_are_taken_once_and_in_portions() -> None:
    ids = [lead().pk for _number in range(3)]
    with write():
        assert take_changed(limit=2) == ids[:2]
    with write():
        assert take_changed(limit=2) == ids[2:]
        assert take_changed(limit=2) == []


def test_timeline_is_newest_first_and_paged_by_key() -> None:
    known = lead()
    for number in range(5):
        add_activity(known, kind=ActivityKind.PAGE, at=NOW + timedelta(minutes=number // 2), content=str(number))
    first = timeline(known.pk, kinds=[ActivityKind.PAGE], limit=3)
    rest = timeline(known.pk, kinds=[ActivityKind.PAGE], before=(first[-1].at, first[-1].pk))
    assert [entry.content for entry in first + rest] == ["4", "3", "2", "1", "0"]


def test_changes_are_newest_first_and_paged_by_key(anna: User) -> None:
    known = lead(city="Bonn")
    for number in range(5):
        at = NOW + timedelta(minutes=number // 2)
        change_lead(known, changes={"city": f"Ort {number}"}, by=anna, now=at)
    first = changes(known.pk, limit=3)
    rest = changes(known.pk, before=(first[-1].at, first[-1].pk))
    assert [one.after for one in first + rest] == [f"Ort {number}" for number in (4, 3, 2, 1, 0)]
    assert changes(lead().pk) == []


def test_lead_is_found_by_an_old_id_and_by_its_identities() -> None:
    known, old = lead(email="Kim@Firma.de", external_id="m1"), lead()
    Lead.objects.filter(pk=old.pk).update(merged_into=known)
    assert leads_by_identity(IdentityKind.EMAIL, ["kim@firma.de", "nobody@firma.de"]) == {"kim@firma.de": known.pk}
    assert leads_by_identity(IdentityKind.EXTERNAL, ["m1"]) == {"m1": known.pk}
    assert lead_by_id(old.pk) == known
    assert lead_by_id(0) is None
    assert list(live_leads()) == [known]


def test_spend_is_recorded_once_per_month_source_and_campaign(anna: User) -> None:
    record_spend(month=date(2026, 11, 18), source=" google ", amount=Decimal(100), by=anna, now=NOW)
    spend = record_spend(month=date(2026, 11, 2), source="google", amount=Decimal("120.50"), by=anna, now=NOW)
    assert list(Spend.objects.values_list("month", "amount")) == [(date(2026, 11, 1), Decimal("120.50"))]
    for wrong in ("-1", "NaN", "1e12"):
        with pytest.raises(Invalid):
            record_spend(month=date(2026, 11, 1), source="google", amount=Decimal(wrong), by=anna, now=NOW)
    delete_spend(spend, by=anna, now=NOW)
    assert not Spend.objects.exists()
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == [
        "spend.recorded", "spend.recorded", "spend.deleted",
    ]  # fmt: skip


def test_facts_are_offered_and_say_what_is_so() -> None:
    known = lead(email="kim@gmx.de", country="DE", is_business="nein")
    bare = lead(email=None, external_id="m1")
    add_activity(known, kind=ActivityKind.DOWNLOAD, at=NOW)
    own = [fact for fact in facts if fact.key.startswith(("lead.", "activity."))]
    expressions = {fact.key.replace(".", "_"): fact.expression(NOW) for fact in own}
    rows: dict[int, dict[str, Any]] = {row["pk"]: {**row} for row in Lead.objects.values("pk", **expressions)}
    told = rows[known.pk]
    assert (told["lead_country"], told["lead_is_business"], told["lead_has_email"], told["lead_free_mail"]) == (
        "DE", False, True, True,
    )  # fmt: skip
    assert (told["activity_count"], told["activity_submissions"], told["activity_downloads"]) == (2, 1, 1)
    assert (told["activity_last_at"], told["lead_has_phone"], told["lead_city"]) == (NOW, False, None)
    bare_row = rows[bare.pk]
    assert (bare_row["lead_is_business"], bare_row["lead_free_mail"], bare_row["lead_has_email"]) == (None, None, False)
    assert all(fact.choices() for fact in own if fact.choices and fact.key in ("lead.country", "lead.acquisition"))


def test_erased_person_is_gone_and_still_counted() -> None:
    known = lead(
        email="kim@geheim.de", first_name="Kimberly", company="Geheim GmbH", phone="0221 1234567", message="streng",
        source="messe", extra={"a": "Kimberly"},
    )  # fmt: skip
    change_lead(known, changes={"city": "Köln"}, by=None, now=NOW)
    assert {row["kind"] for row in show(subject_of(known.pk))} == {
        "lead",
        "identity",
        "activity",
        "change",
        "submission",
    }
    assert "Kimberly" in str(show(subject_of(known.pk)))
    erase_lead(subject_of(known.pk), now=NOW)
    erase_lead(subject_of(known.pk), now=NOW + timedelta(days=1))
    left = str(show(subject_of(known.pk))) + str(Submission.objects.values_list("raw", "details", "origin"))
    assert not [word for word in ("Kimberly", "geheim", "Geheim", "1234567", "streng", "Köln") if word in left]
    known.refresh_from_db()
    assert (known.erased_at, known.source, known.captured_at) == (NOW, "messe", NOW)
    assert Activity.objects.filter(lead=known).count() == 1
