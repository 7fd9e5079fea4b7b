"""Waiting submissions become leads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.capture.logic import storable
from leadstern.capture.models import Form, FormVersion, Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.core.text import company_key
from leadstern.leads.actions import submissions, take_submissions
from leadstern.leads.actions.batch import MOST_SHARING
from leadstern.leads.logic import is_domain_of
from leadstern.leads.models import Activity, Change, Company, Identity, Lead
from leadstern.leads.terms import ActivityKind
from tests.conftest import NOW
from tests.leads.make import lead, submission

pytestmark = pytest.mark.django_db


def take() -> int:
    return take_submissions(now=NOW, limit=1000)


def test_submission_becomes_a_lead_with_everything_it_told() -> None:
    visitor = "6f1c2b3a-0000-4000-8000-000000000001"
    sent = submission(
        name="Frau Dr. Julia von Berg", email="Julia@Berg-Praxis.DE", phone="0221 1234567",
        company="Praxis von Berg GbR", postcode="50667", city="Köln", country="Deutschland",
        interest="Wärmepumpe", message="Bitte\nzurückrufen", extra={"roof": "flach"},
        origin={"visitor": visitor, "source": "google", "medium": "cpc", "campaign": "w26", "landing_page": "/solar"},
    )  # fmt: skip
    assert take() == 1
    new = Lead.objects.select_related("company").get()
    assert (new.salutation, new.title, new.first_name, new.last_name) == ("ms", "Dr.", "Julia", "von Berg")
    assert new.company is not None
    assert (new.company.name, new.company.name_key, new.company.domain) == (
        "Praxis von Berg GbR", "praxis von berg", "berg-praxis.de",
    )  # fmt: skip
    assert (new.country, new.is_business, new.extra, new.language) == ("DE", True, {"roof": "flach"}, "de")
    assert (new.source, new.medium, new.campaign) == ("google", "cpc", "w26")
    assert (new.landing_page, new.acquisition, new.captured_at) == ("/solar", "net", NOW)
    assert new.is_changed
    assert "koeln" in new.search
    assert "02211234567" in new.search
    assert set(Identity.objects.values_list("kind", "value")) == {
        ("email", "julia@berg-praxis.de"), ("phone", "+492211234567"), ("visitor", visitor.replace("-", "")),
    }  # fmt: skip
    activity = Activity.objects.get()
    assert (activity.kind, activity.submission_id, activity.at) == (ActivityKind.SUBMISSION, sent.pk, NOW)
    assert activity.data == {"channel": "form", "message": "Bitte\nzurückrufen"}
    sent.refresh_from_db()
    assert (sent.state, sent.taken_at) == (SubmissionState.TAKEN, NOW)
    assert not Change.objects.exists()


def test_submission_taken_again_does_nothing() -> None:
    submission(email="kim@firma.de")
    assert (take(), take()) == (1, 0)
    assert Activity.objects.count() == Lead.objects.count() == 1


def test_submission_through_a_form_names_the_form() -> None:
    form = Form.objects.create(key="angebot", name="Angebot", kind="contact", created_at=NOW)
    sent = submission(email="kim@firma.de")
    version = FormVersion.objects.create(form=form, number=1, content={})
    Submission.objects.filter(pk=sent.pk).update(form_version=version)
    take()
    assert Activity.objects.get().content == "angebot"


def test_submissions_of_one_person_in_a_batch_are_one_lead() -> None:
    submission(email="kim@firma.de", first_name="Kim")
    submission(email="KIM@firma.de ", phone="0221 1234567")
    submission(phone="+49 221 1234567", last_name="Muster")
    take()
    one = Lead.objects.get()
    assert (one.first_name, one.last_name) == ("Kim", "Muster")
    assert Activity.objects.filter(lead=one).count() == 3
    assert Identity.objects.count() == 2


def test_submission_of_a_known_lead_changes_details_and_keeps_the_old() -> None:
    known = lead(email="kim@firma.de", city="Bonn", position="Einkauf", source="messe")
    Lead.objects.update(is_changed=False)
    sent = submission(email="kim@firma.de", city="Köln", position="", postcode="50667", source="google")
    take()
    known.refresh_from_db()
    assert (known.city, known.position, known.postcode, known.source) == ("Köln", "Einkauf", "50667", "messe")
    assert known.is_changed
    assert "koeln" in known.search
    changes = Change.objects.order_by("field").values_list("field", "before", "after", "submission")
    assert list(changes) == [("city", "Bonn", "Köln", sent.pk), ("postcode", "", "50667", sent.pk)]


def test_submission_that_tells_nothing_new_still_hands_the_lead_to_scoring() -> None:
    known = lead(email="kim@firma.de", city="Bonn")
    Lead.objects.update(is_changed=False)
    submission(email="kim@firma.de", city="Bonn")
    take()
    known.refresh_from_db()
    assert known.is_changed
    assert not Change.objects.exists()


def test_earlier_contact_fills_gaps_and_becomes_the_origin() -> None:
    known = lead(email="kim@firma.de", city="Bonn", source="google")
    earlier = NOW - timedelta(days=400)
    submission(
        CaptureChannel.FILE_IMPORT, at=earlier, email="kim@firma.de", city="Alt", interest="Dach", source="messe"
    )
    take()
    known.refresh_from_db()
    assert (known.city, known.interest, known.source, known.captured_at) == ("Bonn", "Dach", "messe", earlier)
    assert set(Change.objects.values_list("field", flat=True)) == {"interest", "source", "captured_at"}


def test_earlier_contact_without_source_leaves_the_known_one() -> None:
    known = lead(email="kim@firma.de", source="google")
    submission(CaptureChannel.FILE_IMPORT, at=NOW - timedelta(days=400), email="kim@firma.de")
    take()
    known.refresh_from_db()
    assert known.source == "google"


def test_import_without_source_stays_unknown() -> None:
    submission(CaptureChannel.FILE_IMPORT, external_id="m1", origin={"channel": "direct"}, stage="marketing_qualified")
    submission(CaptureChannel.FILE_IMPORT, external_id="m2", source="unknown")
    take()
    assert list(Lead.objects.order_by("id").values_list("source", flat=True)) == [None, "unknown"]
    activities = Activity.objects.order_by("id").values_list("kind", "data")
    assert list(activities) == [("imported", {"stage": "marketing_qualified"}), ("imported", {})]


def test_channel_of_the_visit_stands_in_for_a_source() -> None:
    submission(email="kim@firma.de", origin={"channel": "organic_search"})
    take()
    assert Lead.objects.get().source == "organic_search"


def test_corrected_line_of_the_same_outside_id_corrects_the_source() -> None:
    submission(CaptureChannel.FILE_IMPORT, external_id="m1", source="social")
    take()
    submission(CaptureChannel.FILE_IMPORT, external_id="m1", source="email")
    take()
    assert Lead.objects.get().source == "email"
    assert Change.objects.get().before == "social"


def test_mail_of_one_and_number_of_another_lead_stays_apart_and_is_noted() -> None:
    first = lead(email="kim@firma.de")
    second = lead(email="alex@firma.de", phone="0221 1234567")
    submission(email="kim@firma.de", phone="0221 1234567")
    take()
    assert callable_on("+492211234567") == [second, first]
    note = Activity.objects.get(kind=ActivityKind.NOTE)
    assert note.lead == first
    assert note.data == {"code": "possible_duplicate", "lead": second.pk, "by": "phone"}
    assert str(second.pk) in note.content


def callable_on(number: str) -> list[Lead]:
    return [found.lead for found in Identity.objects.filter(kind="phone", value=number).order_by("id")]


def test_two_colleagues_behind_one_number_stay_two_leads() -> None:
    first = lead(first_name="Kim", last_name="Muster", email="kim@firma.de", phone="0221 1234567")
    submission(first_name="Alex", last_name="Muster", email="alex@firma.de", phone="0221 1234567")
    take()
    second = Lead.objects.exclude(pk=first.pk).get()
    assert callable_on("+492211234567") == [first, second]
    assert Activity.objects.filter(kind=ActivityKind.NOTE).count() == 1

    submission(first_name="Alex", last_name="Muster", phone="0221 1234567", city="Köln")
    take()
    second.refresh_from_db()
    assert (Lead.objects.count(), second.city) == (2, "Köln")


def test_a_number_of_too_many_is_nobodys() -> None:
    for number in range(MOST_SHARING + 2):
        submission(last_name=f"Muster{number}", email=f"kim{number}@firma.de", phone="0221 0000000")
    take()
    assert len(callable_on("+492210000000")) == MOST_SHARING
    assert Lead.objects.get(last_name=f"Muster{MOST_SHARING}").extra == {"phone": "0221 0000000"}


def test_browser_alone_makes_nobody_the_same_person() -> None:
    visitor = "6f1c2b3a-0000-4000-8000-000000000001"
    first = lead(email="kim@firma.de", origin={"visitor": visitor})
    submission(email="alex@andere.de", origin={"visitor": visitor})
    take()
    assert Lead.objects.count() == 2
    assert Identity.objects.get(kind="visitor").lead == first


def test_company_is_found_by_name_and_by_domain() -> None:
    submission(email="kim@muster-bau.de", company="Muster Bau GmbH")
    submission(email="alex@gmx.de", company="MUSTER-BAU")
    submission(email="toni@muster-bau.de")
    submission(email="uli@gmx.de")
    take()
    submission(email="ida@muster-bau.de", company="Muster Bau Köln GmbH & Co. KG")
    take()
    company = Company.objects.get()
    assert company.leads.count() == 4
    assert Lead.objects.get(identities__value="uli@gmx.de").company is None


def test_free_mail_is_no_companys_domain() -> None:
    submission(email="kim@gmx.de", company="Muster Bau")
    take()
    assert Company.objects.get().domain is None


def test_other_company_at_a_shared_domain_is_another_company() -> None:
    submission(email="kim@provider.de", company="Muster Bau")
    submission(email="alex@provider.de", company="Bäckerei Huber")
    take()
    companies = dict(Company.objects.values_list("name", "domain"))
    assert companies == {"Muster Bau": None, "Bäckerei Huber": None}


def test_a_providers_domain_brings_nobody_into_a_strangers_company() -> None:
    submission(email="ingo@netz-am-rhein.de", company="Dachdecker Ingo GmbH")
    submission(email="petra@netz-am-rhein.de")
    take()
    submission(email="paula@netz-am-rhein.de")
    take()
    assert list(Lead.objects.order_by("id").values_list("company__name", flat=True)) == [
        "Dachdecker Ingo GmbH", None, None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "domain", "is_its"),
    [
        ("Praxis von Berg GbR", "berg-praxis.de", True),
        ("Müller & Söhne KG", "mueller-soehne.co.at", True),
        ("MW Architekten", "mw-koeln.de", True),
        ("Technische Universität Wien", "tuw.ac.at", True),
        ("Stadtwerke Köln Energie AG", "ske.de", True),
        ("Werk 7 GmbH", "werk7.example", True),
        ("Dachdecker Ingo GmbH", "netcologne.de", False),
        ("Bau AG", "umbauten.de", False),
        ("Sonne & Co", "gmx.net", False),
    ],
)
def test_a_domain_is_a_companys_when_it_bears_its_name(name: str, domain: str, is_its: bool) -> None:
    assert is_domain_of(domain, company_key(name)) is is_its


def test_what_is_longer_than_its_place_is_kept_besides() -> None:
    name, street = "Donaudampfschiff" * 6, "Am Weg " * 30
    submission(email="kim@firma.de", name=name, street=street, city="Köln")
    take()
    lead = Lead.objects.get()
    assert (lead.last_name, lead.extra) == (name[:80], {"name": name, "street": street.strip()})


def test_submission_without_identity_is_parked_and_blocks_nobody() -> None:
    nobody = submission(first_name="Kim", message="Rufen Sie mich an", phone="meine Nummer", email="kim(at)firma.de")
    submission(email="alex@firma.de")
    assert take() == 2
    nobody.refresh_from_db()
    assert nobody.state == SubmissionState.PARKED
    assert nobody.state_reason
    assert Lead.objects.count() == 1


def test_hand_entry_needs_name_and_company_only(ben: User) -> None:
    full = submission(CaptureChannel.MANUAL, name="Kim Muster", company="Muster Bau", phone="Durchwahl 12")
    bare = submission(CaptureChannel.MANUAL, name="Kim Muster")
    Submission.objects.filter(pk=full.pk).update(entered_by=ben)
    take()
    bare.refresh_from_db()
    assert bare.state == SubmissionState.PARKED
    new = Lead.objects.get()
    assert new.extra == {"phone": "Durchwahl 12"}
    assert Activity.objects.get().by == ben


def test_wrong_shapes_and_wild_text_become_a_lead_that_both_databases_hold() -> None:
    wild = {
        "email": "kim@firma.de", "first_name": "x" * 500, "city": ["a"], "country": "Atlantis\u202e", "postcode": 50667,
        "title": {"a": 1}, "company": "\x00", "position": "Ein\x00kauf", "is_business": "vielleicht",
        "extra": {"a\x00": ["<script>", None, {"b": 1}], "n": 1.5}, "language": "<script>", "acquisition": "all",
    }  # fmt: skip
    submission(**storable(wild))
    assert take() == 1
    one = Lead.objects.get()
    assert (one.first_name, one.postcode, one.is_business, one.acquisition) == ("x" * 80, "50667", None, "net")
    assert (one.position, one.company, one.language) == ("Ein kauf", None, "de")


@pytest.mark.parametrize("details", [[], "text", 7, None])
def test_details_that_are_no_mapping_are_parked(details: object) -> None:
    sent = submission()
    if details is not None:
        Submission.objects.filter(pk=sent.pk).update(details=details)
    take()
    sent.refresh_from_db()
    assert sent.state == SubmissionState.PARKED


def test_lost_race_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = submission(email="kim@firma.de")
    whole = submissions._make_leads
    failures: list[int] = []

    def once_beaten(rows: list[submissions.Waiting], now: object) -> None:
        if not failures:
            failures.append(1)
            raise IntegrityError
        whole(rows, now)  # type: ignore[arg-type]

    monkeypatch.setattr(submissions, "_make_leads", once_beaten)
    assert take() == 1
    sent.refresh_from_db()
    assert sent.state == SubmissionState.TAKEN
    assert Lead.objects.count() == 1


def test_row_that_the_database_refuses_is_parked_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = submission(email="bad@firma.de"), submission(email="good@firma.de")
    whole = submissions._make_leads

    def refused(rows: list[submissions.Waiting], now: object) -> None:
        whole(rows, now)  # type: ignore[arg-type]
        if any(row.id == bad.pk for row in rows):
            raise IntegrityError

    monkeypatch.setattr(submissions, "_make_leads", refused)
    assert take() == 2
    states = dict(Submission.objects.values_list("pk", "state"))
    assert states == {bad.pk: SubmissionState.PARKED, good.pk: SubmissionState.TAKEN}
    assert Lead.objects.count() == 1


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as queries:
        yield queries


def test_batch_needs_the_same_number_of_queries_for_1_and_for_30() -> None:
    for start, size in ((0, 1), (100, 30)):
        lead(email=f"known{start}@firma.de")
        for number in range(start, start + size):
            submission(
                email=f"kim{number}@firma{number}.de", phone=f"0221 {1000000 + number}", company=f"Firma {number}"
            )
        submission(email=f"known{start}@firma.de", city="Köln")
        with counted() as queries:
            take()
        spoken = [
            query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        ]
        assert len(spoken) == 15
