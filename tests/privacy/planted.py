"""A person with a name like no other word, in every field that a person or a colleague can reach."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.actions import accept_submission, park_submission, receive
from leadstern.capture.channels.file_import.actions import begin_run, start_run
from leadstern.capture.logic import default_content
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.consent.actions import request_consent
from leadstern.desk.terms import LeadFilter
from leadstern.journey.actions import walk_until_done
from leadstern.leads.actions import add_activity, add_contact_point, change_lead, correct_contact_point, set_health
from leadstern.leads.models import Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.outbox.actions import queue_mail
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import DeliveryState, Failure
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import Judgement, Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import assign_lead
from leadstern.sales import actions as sales
from leadstern.sales.logic import AnswerInput
from leadstern.sales.terms import AnswerState, CallResult, LossReason, Question
from leadstern.visitors.actions import record_consent
from leadstern.visitors.models import Hit
from tests.capture.make import hidden, make_form, make_wordings, send
from tests.conftest import NOW
from tests.journey.make import company, website
from tests.privacy.make import BROWSER, SOON

WORD = "quittenbrot"
ADDRESS, FORMER, TYPED = f"kim@{WORD}.example", f"alt@{WORD}.example", f"kim@{WORD}"
NUMBER = "0221 98765432"
NAME, TEXT = f"Kim {WORD.title()}", f"Ruft wegen {WORD.title()} an"
ENQUIRY: dict[str, Any] = {
    "name": NAME, "email": FORMER, "phone": NUMBER, "postcode": "50667", "message": TEXT, "company": f"{WORD} GmbH",
    "product": TEXT,
}  # fmt: skip
PRODUCT = {
    "name": "product", "type": "text", "label": {"de": "Welches?", "en": "Which?"}, "help": {"de": "", "en": ""},
    "required": False, "detail": "", "width": "full", "choices": [],
}  # fmt: skip
OTHERS = {"email": "andere@web.de", "name": "Andere Person"}


def planted(*, inside: User, field: User, head: User) -> Lead:
    make_wordings()
    company(inside=inside, field=field, by=head)
    make_form(
        "anfrage", captcha=False, asks_marketing=True, fields=[*default_content(FormKind.CONTACT)["fields"], PRODUCT]
    )
    lead = _enquiry()
    _by_hand(lead, by=head)
    _tries(by=head)
    _file(by=head)
    _visits()
    _mails()
    _sale(lead, inside=inside, field=field, head=head)
    _trail(lead, to=inside, by=head)
    return lead


def _enquiry() -> Lead:
    """The first try with a typing mistake, then the right one, from a page that knows the name, too."""
    page = send(Client(), "anfrage", **ENQUIRY | {"email": TYPED, "phone": ""}).content.decode()
    context: dict[str, Any] = {"ls_marketing": "on", "ls_visitor": str(BROWSER), "ls_referrer": f"https://www.google.com/?q={WORD}",
               "ls_page": f"https://www.muster.example/{WORD}"}  # fmt: skip
    send(Client(), "anfrage", token=hidden(page, "ls_token"), **ENQUIRY, **context)
    walk_until_done(now=SOON)
    return Lead.objects.get()


def _by_hand(lead: Lead, *, by: User) -> None:
    raw = {"email": FORMER, "message": TEXT, "referred_by": NAME, "street": f"{WORD}weg 1", "city": WORD,
           "interest": WORD, "position": WORD, "title": WORD, "company": f"{WORD} GmbH"}  # fmt: skip
    noted = receive(
        channel=CaptureChannel.MANUAL, key="hand", raw=raw, origin={"channel": "manual"}, captured_at=SOON, now=SOON
    )
    accept_submission(noted, details=raw | {"landing_page": f"/{WORD}", "extra": {"notiz": TEXT}}, now=SOON)
    walk_until_done(now=SOON)
    wanted = ("title", "street", "city", "interest", "position", "referred_by", "landing_page", "first_name")
    change_lead(lead, changes=dict.fromkeys(wanted, WORD) | {"extra": {"notiz": TEXT}}, by=by, now=SOON)
    change_lead(lead, changes={"salutation": "ms"}, by=by, now=SOON)
    point = Identity.objects.get(lead=lead, kind=IdentityKind.EMAIL)
    correct_contact_point(point, value=ADDRESS, by=by, now=SOON)
    add_contact_point(lead, kind=IdentityKind.EXTERNAL, value=f"{WORD}-7", by=by, now=SOON)
    add_activity(lead, kind=ActivityKind.NOTE, at=SOON, content=TEXT, data={"text": TEXT}, by=by)


def _tries(*, by: User) -> None:
    """What never became the lead: spam, something put aside by a colleague, something just waiting."""
    send(Client(), "anfrage", after=1, **ENQUIRY)
    send(Client(), "anfrage", **ENQUIRY | {"email": "", "message": f"Bitte {NUMBER} anrufen"})
    send(Client(), "anfrage", **ENQUIRY | {"message": f"Noch etwas: {TEXT}"})
    waiting = Submission.objects.filter(state="waiting").latest("id")
    park_submission(waiting, reason=TEXT, now=SOON, by=by)
    send(Client(), "anfrage", **OTHERS, message="Haben Sie auch etwas anderes?", phone="0221 11122233", after=1)


def _file(*, by: User) -> None:
    file = f"E-Mail;Ort;Notiz\n{ADDRESS};{WORD};{TEXT}\n{ADDRESS};Köln;{TEXT};zu viel\n".encode()
    mapping = {"email": "E-Mail", "city": "Ort", "message": "Notiz"}
    begin_run(start_run(file, filename="messe.csv", mapping=mapping, options={}, by=by, now=SOON), by=by, now=SOON)
    walk_until_done(now=SOON)


def _visits() -> None:
    record_consent(BROWSER, site_id=website().pk, text="Ja, erkennen Sie mich wieder.", now=NOW)
    Hit.objects.create(site=website(), at=NOW, path="/preise", visitor_key=BROWSER)
    walk_until_done(now=SOON)


def _mails() -> None:
    """To both addresses; one that came back, one that never left; a request nobody answered."""
    for number, address in enumerate((ADDRESS, FORMER)):
        queue_mail(key=f"x{number}", recipient=address, subject=f"An {NAME}", text=TEXT, html=TEXT, now=SOON)
        request_consent(channel="email", address=address, purpose="marketing", wording=None, evidence={"form": "x"},
                        now=SOON)  # fmt: skip
    dead = Delivery.objects.filter(key="x0")
    dead.update(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, last_error=f"550 no {ADDRESS}")
    walk_until_done(now=SOON)
    Delivery.objects.filter(key="x1").update(state=DeliveryState.UNCERTAIN)
    set_health(IdentityKind.EMAIL, ADDRESS, health=Health.BROKEN, reason=f"550 no {ADDRESS}", now=SOON)


def _sale(lead: Lead, *, inside: User, field: User, head: User) -> None:
    later = SOON + timedelta(days=1)
    if Verdict.objects.get(lead=lead, is_current=True).stage != Stage.MARKETING_QUALIFIED:
        move_lead(lead, stage=Stage.MARKETING_QUALIFIED, cause=Cause.PERSON, by=head, now=SOON, note=TEXT)
    walk_until_done(now=SOON)
    sales.record_call(lead, result=CallResult.NOT_REACHED, note=TEXT, again_at=later, by=inside, now=SOON, key="eins")
    answers = {question: AnswerInput(AnswerState.YES, TEXT) for question in Question}
    sales.record_answers(lead, answers, said_by=NAME, by=inside, now=SOON)
    sales.qualify_lead(lead, by=inside, now=SOON)
    walk_until_done(now=SOON)
    opportunity = sales.accept_lead(lead, by=field, now=SOON)
    sales.change_opportunity(opportunity, value=Decimal(900), next_step=TEXT, expected_at=None, by=field, now=SOON)
    sales.lose_opportunity(opportunity, reason=LossReason.PRICE, note=TEXT, by=field, now=SOON)
    walk_until_done(now=SOON)
    Judgement.objects.filter(lead=lead).update(findings=[{"criterion": "a", "finding": "met", "value": WORD}])
    Verdict.objects.filter(lead=lead).update(findings=[{"criterion": "a", "finding": "met", "value": WORD}])


def _trail(lead: Lead, *, to: User, by: User) -> None:
    assign_lead(lead, owner=to, by=by, reason=TEXT, now=SOON)
    record("leads.exported", None, by=by, now=SOON, data={"filter": str(LeadFilter(words=f"kim {WORD}"))})
    record("leads.exported", None, by=by, now=SOON, data={"filter": str(LeadFilter(words="andere"))})


__all__ = ["ADDRESS", "FORMER", "NUMBER", "WORD", "planted"]
