"""A person who went the whole way: download, mails, a blocked address, visits, enquiry, calls, answers, a sale."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.actions import accept_submission, grant_download, receive, record_download
from leadstern.capture.channels.file_import.actions import begin_run, start_run
from leadstern.capture.logic import default_content
from leadstern.capture.models import DownloadGrant, Submission
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.consent.models import LedgerEntry
from leadstern.desk.terms import LeadFilter
from leadstern.journey.actions import walk_until_done
from leadstern.leads.actions import add_contact_point, change_lead, set_health
from leadstern.leads.models import Lead
from leadstern.leads.terms import Health, IdentityKind
from leadstern.nurture.actions import unsubscribe
from leadstern.nurture.models import Enrollment, NotNurtured
from leadstern.nurture.terms import Reason
from leadstern.outbox.models import Delivery
from leadstern.qualification.models import Verdict
from leadstern.routing.actions import assign_lead
from leadstern.sales import actions as sales
from leadstern.sales.logic import AnswerInput
from leadstern.sales.terms import AnswerState, CallResult, Question, RecycleReason
from leadstern.visitors.actions import record_consent
from leadstern.visitors.models import Hit
from tests.capture.make import hidden, make_form, make_wordings, send
from tests.conftest import NOW
from tests.journey.make import company, website

BROWSER = UUID("6f1c2b3a-0000-4000-8000-000000000001")
ADDRESS = "kim@muster-bau.example"
SOON = NOW + timedelta(minutes=1)
PRODUCT = {
    "name": "product", "type": "choice", "label": {"de": "Welches Produkt?", "en": "Which product?"},
    "help": {"de": "", "en": ""}, "required": False, "detail": "", "width": "full",
    "choices": [{"value": "pv_roof", "label": {"de": "Photovoltaik auf dem Dach", "en": "Photovoltaics on the roof"}}],
}  # fmt: skip
OWNER = {
    "name": "is_owner", "type": "checkbox", "label": {"de": "Mir gehört das Haus", "en": "I own the house"},
    "help": {"de": "", "en": ""}, "required": False, "detail": "", "width": "full", "choices": [],
}  # fmt: skip
ENQUIRY: dict[str, Any] = {
    "name": "Kim Muster",
    "email": ADDRESS,
    "phone": "0221 5550 100",
    "postcode": "50667",
    "message": "Ein Dach mit 80 m²",
    "product": "pv_roof",
    "is_owner": "on",
}


def whole_way(*, inside: User, field: User, head: User) -> Lead:
    """The person, won in the end; each kind of row that a stage keeps of somebody is there."""
    make_wordings()
    company(inside=inside, field=field, by=head)
    fields = [*default_content(FormKind.CONTACT)["fields"], PRODUCT, OWNER]
    make_form("anfrage", captcha=False, asks_marketing=True, site=website(), fields=fields)
    make_form("ratgeber", kind=FormKind.DOWNLOAD, captcha=False, asks_marketing=True)
    _download()
    lead = _mails()
    _visits()
    first_try = send(Client(), "anfrage", **ENQUIRY | {"email": "kim@", "phone": ""}).content.decode()
    again: dict[str, Any] = {"ls_marketing": "on", "ls_visitor": str(BROWSER), "ls_campaign": "herbst"}
    send(Client(), "anfrage", token=hidden(first_try, "ls_token"), **ENQUIRY, **again)
    walk_until_done(now=SOON)
    lead.refresh_from_db()
    _corrections(lead, by=head)
    _sale(lead, inside=inside, field=field)
    _colleagues(lead, to=inside, by=head)
    NotNurtured.objects.create(lead=lead, reason=Reason.NO_CONSENT, since=NOW)  # no way ends with a sale and with this
    return lead


def _download() -> None:
    send(Client(), "ratgeber", email=ADDRESS, ls_marketing="on")
    walk_until_done(now=SOON)
    grant_download(Submission.objects.get(), now=SOON)
    record_download(DownloadGrant.objects.latest("id"), now=SOON)
    mail = Delivery.objects.get(key=f"consent:{LedgerEntry.objects.get().pk}")
    token = next(word for word in mail.payload["text"].split() if "/c/" in word).rstrip("/").rpartition("/")[2]
    Client().post(f"/c/{token}/")
    walk_until_done(now=SOON)


def _mails() -> Lead:
    enrollment = Enrollment.objects.get()
    assert enrollment.next_at
    walk_until_done(now=enrollment.next_at)
    link = Delivery.objects.latest("id").payload["headers"]["List-Unsubscribe"]
    unsubscribe(link.strip("<>").rstrip("/").rpartition("/")[2], evidence={"method": "one_click"}, now=SOON)
    walk_until_done(now=SOON)
    return enrollment.lead


def _visits() -> None:
    site = website()
    record_consent(BROWSER, site_id=site.pk, text="Ja, erkennen Sie mich wieder.", now=NOW)
    for number, path in enumerate(("/", "/preise", "/dach", "/speicher", "/kontakt")):
        Hit.objects.create(
            site=site, at=NOW + timedelta(seconds=number), path=path, visitor_key=BROWSER,
            kind="page" if number else "landing",
            channel="organic_search", source="google", referrer_host="www.google.com",
        )  # fmt: skip
    Hit.objects.create(
        site=site, at=NOW + timedelta(seconds=9), kind="click", path="/preise", label="Angebot", visitor_key=BROWSER
    )
    Hit.objects.create(site=site, at=NOW + timedelta(seconds=10), kind="download", path="/a.pdf", visitor_key=BROWSER)


def _corrections(lead: Lead, *, by: User) -> None:
    changes = {"country": "AT", "salutation": "ms", "company": "Muster Bau GmbH", "is_business": True}
    change_lead(lead, changes=changes, by=by, now=SOON)
    change_lead(lead, changes={"country": "DE", "acquisition": "seed"}, by=by, now=SOON)
    add_contact_point(lead, kind=IdentityKind.EMAIL, value="alt@muster-bau.example", by=by, now=SOON)
    set_health(IdentityKind.EMAIL, "alt@muster-bau.example", health=Health.BROKEN, reason="550 unknown", now=SOON)
    raw = {"name": "Kim Muster", "email": ADDRESS, "message": "Rief an", "key": "ab" * 16}
    noted = receive(
        channel=CaptureChannel.MANUAL, key="hand", raw=raw, origin={"channel": "manual"}, captured_at=SOON, now=SOON
    )
    accept_submission(noted, details={"email": ADDRESS, "message": "Rief an", "stage": "captured"}, now=SOON)
    walk_until_done(now=SOON)


def _colleagues(lead: Lead, *, to: User, by: User) -> None:
    """What they wrote beside the lead: why somebody got it, what they searched for, a line that could not be read."""
    assign_lead(lead, owner=to, by=by, reason="Kennt Kim Muster vom Sportverein", now=SOON)
    record("leads.exported", None, by=by, now=SOON, data={"filter": str(LeadFilter(words="kim muster"))})
    file = f"E-Mail;Ort\n{ADDRESS};Köln;zu viel\n".encode()
    run = start_run(file, filename="messe.csv", mapping={"email": "E-Mail"}, options={}, by=by, now=SOON)
    begin_run(run, by=by, now=SOON)
    walk_until_done(now=SOON)


def _sale(lead: Lead, *, inside: User, field: User) -> None:
    later = SOON + timedelta(days=1)
    sales.record_call(
        lead, result=CallResult.NOT_REACHED, note="Mailbox", again_at=later, by=inside, now=SOON, key="eins"
    )
    sales.recycle_lead(lead, reason=RecycleReason.LATER, return_at=later, by=inside, now=SOON, note="nach der Messe")
    walk_until_done(now=SOON)
    walk_until_done(now=later)
    sales.record_call(lead, result=CallResult.REACHED, by=inside, now=later, note="Ist zufrieden")
    answers: dict[Question, Any] = {question: AnswerInput(AnswerState.YES, "bis Mai") for question in Question}
    sales.record_answers(lead, answers, said_by="Kim Muster", by=inside, now=later)
    sales.qualify_lead(lead, by=inside, now=later)
    walk_until_done(now=later)
    opportunity = sales.accept_lead(lead, by=field, now=later)
    sales.win_opportunity(opportunity, value=Decimal("18500.50"), by=field, now=later)
    walk_until_done(now=later)
    assert Verdict.objects.get(lead=lead, is_current=True).stage == "won"
