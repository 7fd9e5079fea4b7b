"""The words for what the stages keep: kinds of rows as headings, names of fields, codes. Read by `words`.

A key means the same in every row unless `FIELDS_OF` says otherwise; inside a row's list or dict the key that holds it
stands for the kind. A field without a word here is shown under its own name, and a test fails.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadstern.capture.labels import KNOWN_LABELS
from leadstern.capture.terms import CaptureChannel
from leadstern.capture.terms import Reason as CaptureReason
from leadstern.consent import terms as consent
from leadstern.leads.terms import Acquisition, ActivityKind, Health, IdentityKind, Salutation
from leadstern.nurture.terms import EnrollmentState, SuppressionReason
from leadstern.nurture.terms import Reason as NurtureReason
from leadstern.outbox.terms import DeliveryState
from leadstern.qualification.terms import Cause, Finding, Importance
from leadstern.routing.terms import Reason as RoutingReason
from leadstern.sales import terms as sales
from leadstern.sales.models import Opportunity
from leadstern.visitors.terms import Channel, HitKind

_VIEWS = _("Page views and clicks on our websites")
HEADINGS: Mapping[str, Any] = {
    "lead": _("Person"),
    "identity": _("Contact points"),
    "activity": _("What happened"),
    "audit": _("Words in the audit trail"),
    "change": _("Changes"),
    "import_line": _("Lines of files that were not taken"),
    "submission": _("What was sent or noted"),
    "visit": _("Consent to being recognised on our websites"),
    **dict.fromkeys(HitKind.values, _VIEWS),
    "consent": _("Consents"),
    "outbox": _("E-mails"),
    "sequence": _("Sequences"),
    "suppression": _("Blocked for advertising"),
    "not_nurtured": _("Gets no sequence"),
    "stage": _("Stages"),
    "judgement": _("Judgement by the definition"),
    "scores": _("Points"),
    "assignment": _("Assignments"),
    "call": _("Calls"),
    "answer": _("Answers on the telephone"),
    "task": _("Tasks"),
    "opportunity": _("Opportunities"),
    "outcome": _("Outcomes in sales"),
}
"""By kind of row; a row without `kind` goes by the key of its offer. The same heading is the same list."""

TITLES: Mapping[str, tuple[str, str]] = {
    "identity": ("type", "created_at"),
    "activity": ("type", "at"),
    "audit": ("verb", "at"),
    "import_line": ("file", "at"),
    "change": ("field", "at"),
    "submission": ("channel", "captured_at"),
    "visit": ("site__name", "consented_at"),
    **dict.fromkeys(HitKind.values, ("kind", "at")),
    "consent": ("event", "at"),
    "outbox": ("subject", "created_at"),
    "sequence": ("sequence", "started_at"),
    "suppression": ("address", "at"),
    "not_nurtured": ("reason", "since"),
    "stage": ("stage", "at"),
    "judgement": ("result", "judged_at"),
    "assignment": ("owner__name", "at"),
    "call": ("result", "at"),
    "answer": ("question", "at"),
    "task": ("type", "created_at"),
    "opportunity": ("state", "opened_at"),
    "outcome": ("type", "at"),
}
"""Which field is the headline of a row, and which its moment."""

BESIDES: Mapping[str, str] = {"activity": "content", **dict.fromkeys(HitKind.values, "path")}
"""Which field stands in the headline, too."""

FIELDS: Mapping[str, Any] = {
    **KNOWN_LABELS,
    "activity": _("Activity"),
    "address": _("Address"),
    "after": _("After"),
    "again_at": _("To be called again"),
    "answer": _("Answer"),
    "answers": _("Answers"),
    "at": _("When"),
    "before": _("Before"),
    "by": _("By"),
    "box": _("Tick box"),
    "captured_at": _("First contact"),
    "cause": _("How it came"),
    "closed_at": _("Closed"),
    "consent_text": _("Wording"),
    "consented_at": _("Agreed"),
    "content": _("Content"),
    "created_at": _("Stored since"),
    "criteria": _("Criteria"),
    "criterion": _("Criterion"),
    "data": _("Details"),
    "definition": _("Version of the definition"),
    "detail": _("In detail"),
    "details": _("How it was understood"),
    "done_at": _("Done"),
    "due_at": _("Due"),
    "ended_at": _("Ended"),
    "error": _("Answer of the mail server"),
    "errors": _("Corrections asked for"),
    "event": _("Consent"),
    "evidence": _("Proof"),
    "expected_at": _("Expected on"),
    "events": _("How often"),
    "field": _("Detail"),
    "file": _("File"),
    "finding": _("Finding"),
    "fit": _("Fit"),
    "form": _("Form"),
    "from": _("Stage before"),
    "form_version": _("Version of the form"),
    "grade": _("Grade"),
    "half_life_days": _("Half-life in days"),
    "health": _("Does it work?"),
    "health_reason": _("Why not"),
    "how": _("How it was said"),
    "id": pgettext_lazy("of a lead", "Number"),
    "judged_at": _("Judged"),
    "kind": _("Kind"),
    "label": _("Button"),
    "last_at": _("Last"),
    "line": _("Line"),
    "lines": _("How the points come about"),
    "met_at": _("First contact made"),
    "method": _("How it was said"),
    "model_version": _("Version of the score model"),
    "next_step": _("Next step"),
    "note": _("Note"),
    "opened_at": _("Begun"),
    "origin": _("Origin"),
    "original": _("Points at first"),
    "owner__name": _("Owner"),
    "path": _("Page"),
    "points": _("Points"),
    "privacy_notice": _("Privacy notice"),
    "purpose": _("Purpose"),
    "question": _("Question"),
    "reason": _("Reason"),
    "reason_detail": _("In detail"),
    "recipient": _("To"),
    "recorded_at": _("Noted"),
    "referrer_host": _("Came from"),
    "requested_at": _("Asked for confirmation"),
    "result": _("Result"),
    "return_at": _("Comes back on"),
    "rule": _("Rule"),
    "said_by": _("Said by"),
    "segment": _("Segment"),
    "sent_at": _("Sent"),
    "sequence": _("Sequence"),
    "shown": _("Entered as"),
    "since": _("Since"),
    "site__name": _("Website"),
    "started_at": _("Begun"),
    "state": _("State"),
    "state_reason": _("Reason"),
    "steps_done": _("Steps done"),
    "subject": _("Subject"),
    "temperature": _("Temperature"),
    "text": _("Text"),
    "to": _("Stage"),
    "type": _("Kind"),
    "user_agent": _("Browser"),
    "value": _("Value"),
    "verb": _("What was done"),
    "withdrawn_at": _("Withdrawn"),
    "wording": _("Wording"),
}
FIELDS_OF: Mapping[tuple[str, str], Any] = {
    ("answer", "state"): _("What it means"),
    ("answer", "text"): _("Answer"),
    ("identity", "value"): _("Stored as"),
    ("stage", "before"): _("Stage before"),
    ("submission", "captured_at"): _("When"),
    ("outbox", "created_at"): _("When"),
    ("task", "created_at"): _("When"),
    **{("change", kind.value): kind.label for kind in IdentityKind},
}

HIDDEN = frozenset(
    {
        ("visit", "key"),
        ("submission", "raw"),
        ("answers", "field"),
        ("criteria", "importance"),
        ("origin", "visitor"),
        ("origin", "marketing_wording"),
        ("origin", "checks"),
        ("origin", "corrects"),
        ("data", "delivery"),
        ("data", "verdict"),
        ("data", "channel"),
        ("evidence", "submission"),
        ("evidence", "enrollment"),
        ("evidence", "recorded_by"),
    }
)
"""Numbers and marks by which rows find each other, and what is shown in words beside them (`raw` as `answers`)."""

TOLD_ELSEWHERE = frozenset({ActivityKind.STAGE, ActivityKind.OWNER, ActivityKind.CALL})
"""Activities whose details stand in a section of their own."""

_SALES_REASONS = dict(
    [
        *sales.RecycleReason.choices,
        *sales.DisqualifyReason.choices,
        *sales.RejectReason.choices,
        *sales.LossReason.choices,
    ]
)
CODES: Mapping[str, Mapping[str, Any]] = {
    "acquisition": dict(Acquisition.choices),
    "box": {"ticked": _("ticked")},
    "cause": dict(Cause.choices),
    "channel": dict([*consent.Channel.choices, *CaptureChannel.choices, *Channel.choices]),
    "event": dict(consent.Event.choices),
    "finding": {
        **dict(Finding.choices),
        f"{Importance.MUST_NOT} {Finding.MET}": _("does not apply"),
        f"{Importance.MUST_NOT} {Finding.NOT_MET}": _("applies"),
    },
    "health": dict(Health.choices),
    "how": {"told by telephone": _("told by telephone")},
    "kind": dict(HitKind.choices),
    "method": {
        "button": _("by the button on our page"),
        "one_click": _("by one click in the mail program"),
        "erasure": _("with the erasure of the person"),
    },
    "purpose": dict(consent.Purpose.choices),
    "question": dict(sales.Question.choices),
    "reason": _SALES_REASONS,
    "salutation": dict(Salutation.choices),
    "source": dict(Channel.choices),
    "state_reason": dict(CaptureReason.choices),
}
CODES_OF: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("activity", "type"): dict(ActivityKind.choices),
    ("answer", "state"): dict(sales.AnswerState.choices),
    ("assignment", "reason"): dict(RoutingReason.choices),
    ("audit", "verb"): {
        "lead.assigned": _("Lead assigned"),
        "leads.exported": _("Leads exported"),
        "submission.parked": _("Submission put aside"),
        "submission.spam": _("Submission marked as spam"),
    },
    ("call", "result"): dict(sales.CallResult.choices),
    ("identity", "type"): dict(IdentityKind.choices),
    ("judgement", "result"): dict(Finding.choices),
    ("not_nurtured", "reason"): dict(NurtureReason.choices),
    ("opportunity", "state"): dict(Opportunity.State.choices),
    ("outbox", "state"): dict(DeliveryState.choices),
    ("outcome", "type"): dict(sales.OutcomeKind.choices),
    ("sequence", "reason"): dict(NurtureReason.choices),
    ("sequence", "state"): dict(EnrollmentState.choices),
    ("suppression", "reason"): dict(SuppressionReason.choices),
    ("task", "type"): dict(sales.TaskKind.choices),
}
CODED = frozenset({"country", "language", "salutation", "acquisition"})
"""Answers that are codes when the form has no words for them."""

STAGED = frozenset(
    {("stage", "stage"), ("stage", "before"), ("data", "stage"), ("data", "from"), ("data", "to"), ("details", "stage")}
)
"""Fields that hold a stage, which goes by the company's own name."""


def heading_of(kind: str, fallback: str) -> str:
    return str(HEADINGS.get(kind, fallback))


def has_word(kind: str, key: str) -> bool:
    """False: the page has to show the field under its own name."""
    return (kind, key) in FIELDS_OF or key in FIELDS or (kind, key) in HIDDEN


def label_of(kind: str, key: str) -> str:
    """The word for a field; its own name with spaces when a plug-in keeps something unknown here."""
    return str(FIELDS_OF.get((kind, key)) or FIELDS.get(key) or key.replace("_", " "))


def codes_of(kind: str, key: str) -> Mapping[str, Any]:
    return CODES_OF.get((kind, key)) or CODES.get(key, {})
