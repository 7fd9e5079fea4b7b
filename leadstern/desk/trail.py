"""The audit trail in words. Enters: an entry as it was recorded. Leaves: what happened, to what, with which details.

Called by `views.system`. What a plug-in records under a name unknown here is shown as it stands.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from leadstern.audit.models import Entry
from leadstern.core.formats import NOTHING, moment
from leadstern.qualification.terms import Cause, Stage
from leadstern.reports.pages.parts import month_label, source_label
from leadstern.sales.terms import DisqualifyReason, LossReason, RecycleReason, RejectReason

VERBS = {
    "decision.corrected": _("Decision taken back"),
    "definition.draft_discarded": _("Draft of the definition discarded"),
    "definition.published": _("Definition published"),
    "delivery.cancelled": _("Mail cancelled"),
    "delivery.retried": _("Mail sent again"),
    "enrollment.resumed": _("Nurturing looked at again"),
    "enrollment.stopped": _("Taken out of the sequence"),
    "form.closed": _("Form closed"),
    "form.created": _("Form added"),
    "form.published": _("Form published"),
    "form.reopened": _("Form opened again"),
    "import.begun": _("Import begun"),
    "import.done": _("Import finished"),
    "import.failed": _("Import failed"),
    "import.uploaded": _("File uploaded for an import"),
    "lead.assigned": _("Lead assigned"),
    "lead.disqualified": _("Lead sorted out"),
    "lead.qualified": _("Lead qualified"),
    "lead.recycled": _("Lead sent back to nurturing"),
    "lead.rejected": _("Lead returned to inside sales"),
    "leads.exported": _("Leads exported"),
    "magnet.added": _("Download offer added"),
    "member.absent": _("Absence reported"),
    "opportunity.accepted": _("Opportunity accepted"),
    "opportunity.changed": _("Opportunity changed"),
    "opportunity.lost": _("Opportunity lost"),
    "opportunity.won": _("Opportunity won"),
    "person.access_ended": _("Access ended"),
    "person.access_given": _("Access given"),
    "person.added": _("Person added"),
    "person.changed": _("Person changed"),
    "person.erased": _("Personal data erased"),
    "person.exported": _("Personal data handed out"),
    "qualification.labels_changed": _("Names of the stages changed"),
    "qualification.moved": _("Stage changed"),
    "region.deleted": _("Region removed"),
    "region.member_added": _("Member added to a region"),
    "region.member_removed": _("Member removed from a region"),
    "region.saved": _("Region saved"),
    "scoring.draft_discarded": _("Draft of the score model discarded"),
    "scoring.published": _("Score model published"),
    "segment.deleted": _("Segment deleted"),
    "segment.saved": _("Segment saved"),
    "sender.saved": _("Sender saved"),
    "sequence.activated": _("Sequence switched on"),
    "sequence.created": _("Sequence added"),
    "sequence.deactivated": _("Sequence switched off"),
    "sequence.published": _("Sequence published"),
    "sequence.saved": _("Sequence saved"),
    "sequence.step_added": _("Step added"),
    "sequence.step_moved": _("Step moved"),
    "sequence.step_removed": _("Step removed"),
    "sequence.step_saved": _("Step saved"),
    "site.added": _("Website added"),
    "site.changed": _("Website changed"),
    "spend.deleted": _("Spend removed"),
    "spend.recorded": _("Spend recorded"),
    "submission.parked": _("Submission put aside"),
    "submission.released": _("Submission taken over"),
    "submission.spam": _("Submission marked as spam"),
    "task.snoozed": _("Task put off"),
    "team.added": _("Team added"),
    "wording.published": _("Wording published"),
}
OBJECTS = {
    "accounts.team": _("Team"),
    "accounts.user": _("Person"),
    "capture.form": _("Form"),
    "capture.importrun": _("Import"),
    "capture.magnet": _("Download offer"),
    "capture.submission": _("Submission"),
    "consent.wording": _("Wording"),
    "criteria.segment": _("Segment"),
    "leads.lead": _("Lead"),
    "leads.spend": _("Spend"),
    "nurture.enrollment": _("Lead in a sequence"),
    "nurture.sequence": _("Sequence"),
    "outbox.delivery": _("Mail"),
    "outbox.senderidentity": _("Sender"),
    "qualification.definition": _("Definition"),
    "routing.region": _("Region"),
    "routing.member": _("Member of a region"),
    "sales.opportunity": _("Opportunity"),
    "sales.task": _("Task"),
    "scoring.scoremodelversion": _("Score model"),
    "visitors.site": _("Website"),
}
DETAILS = {
    "address": _("Address"),
    "after": _("after"),
    "amount": _("amount"),
    "before": _("before"),
    "campaign": _("campaign"),
    "cause": _("cause"),
    "company_details": _("company details"),
    "filename": _("file"),
    "filter": _("filter"),
    "from": pgettext_lazy("audit", "from"),
    "imprint_url": _("imprint"),
    "is_fallback": _("fallback"),
    "is_new": _("new"),
    "key": _("key"),
    "language": _("language"),
    "lead": _("lead"),
    "mapping": _("columns"),
    "month": _("month"),
    "name": _("name"),
    "note": _("note"),
    "number": _("version"),
    "origins": _("addresses"),
    "priority": _("order"),
    "privacy_url": _("privacy page"),
    "ranges": _("postcodes"),
    "reason": _("reason"),
    "reply_to": _("replies to"),
    "report": _("report"),
    "roles": _("roles"),
    "size": _("size"),
    "source": _("source"),
    "step": _("step"),
    "title": _("title"),
    "to": pgettext_lazy("audit", "to"),
    "until": _("until"),
    "user": _("person"),
    "value": _("value"),
    "version": _("version"),
    "was": _("state before"),
}
CODES = {
    "from": dict(Stage.choices),
    "to": dict(Stage.choices),
    "cause": dict(Cause.choices),
    "reason": dict([*RecycleReason.choices, *DisqualifyReason.choices, *RejectReason.choices, *LossReason.choices]),
}


@dataclass(frozen=True)
class TrailLine:
    """One entry in words; `details` as name and value, without what is empty."""

    entry: Entry
    what: str
    subject: str
    details: tuple[tuple[str, str], ...]


def trail_line(entry: Entry) -> TrailLine:
    """The words for one entry."""
    pairs = entry.data.items() if isinstance(entry.data, dict) else ()
    return TrailLine(
        entry=entry,
        what=str(VERBS.get(entry.verb, entry.verb)),
        subject=_subject(entry.object_type),
        details=tuple(
            (str(DETAILS.get(key, key)), _value(key, value)) for key, value in pairs if _says_something(value)
        ),
    )


def _subject(object_type: str) -> str:
    if object_type in OBJECTS or not object_type:
        return str(OBJECTS.get(object_type, NOTHING))
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)  # noqa: SLF001 -- Django's own
    except (LookupError, ValueError):
        return object_type


def _says_something(value: Any) -> bool:
    return value not in ("", None, [], {})


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_value(key, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(key, one)}" for name, one in value.items())
    text = str(value)
    if known := CODES.get(key, {}).get(text):
        return str(known)
    return WRITTEN[key](text) if key in WRITTEN else text


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(at) if at.tzinfo else text


def _month(text: str) -> str:
    return month_label(text[:7])


WRITTEN = {"from": _moment, "to": _moment, "until": _moment, "month": _month, "source": source_label}
