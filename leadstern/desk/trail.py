"""The audit trail in words. Enters: an entry as it was recorded. Leaves: what happened, to what, with which details.

Called by `views.system`. What a plug-in records under a name unknown here is shown as it stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from leadstern.audit.models import Entry
from leadstern.core.formats import NOTHING, moment, money
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
    "member.present": _("Absence ended"),
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
    "words": _("words"),
    "was": _("state before"),
}
CODES = {
    "from": dict(Stage.choices),
    "to": dict(Stage.choices),
    "cause": dict(Cause.choices),
    "reason": dict([*RecycleReason.choices, *DisqualifyReason.choices, *RejectReason.choices, *LossReason.choices]),
}


NAMED = frozenset(
    "accounts.team accounts.user capture.form capture.magnet criteria.segment leads.lead nurture.sequence"
    " routing.region visitors.site".split()
)
"""What has a name of its own, which its page shows, too."""
POINTERS = {"lead": "leads.lead", "user": "accounts.user", "from": "accounts.user", "to": "accounts.user"}


@dataclass(frozen=True)
class TrailLine:
    """One entry in words; `name` is what the object is called now, else its number. `details` as name and value,
    without what is empty."""

    entry: Entry
    what: str
    subject: str
    name: str
    details: tuple[tuple[str, str], ...]


def trail_lines(entries: Sequence[Entry]) -> list[TrailLine]:
    """The words for many. One query for each kind of object that has a name."""
    numbers: dict[str, set[int]] = {}
    for entry in entries:
        for kind, number in _pointed_to(entry):
            numbers.setdefault(kind, set()).add(number)
    found = {kind: apps.get_model(kind).objects.in_bulk(ids) for kind, ids in numbers.items()}
    names = {(kind, number): str(row) for kind, rows in found.items() for number, row in rows.items()}
    return [trail_line(entry, names) for entry in entries]


def _pointed_to(entry: Entry) -> Iterator[tuple[str, int]]:
    """Kind and number of what the entry is about and of what its details name."""
    if entry.object_type in NAMED and entry.object_id:
        yield entry.object_type, entry.object_id
    for key, kind in POINTERS.items():
        number = entry.data.get(key) if isinstance(entry.data, dict) else None
        if type(number) is int:
            yield kind, number


def trail_line(entry: Entry, names: Mapping[tuple[str, int], str] = MappingProxyType({})) -> TrailLine:
    """The words for one entry; `names` of what it points to, by kind and number."""
    pairs = entry.data.items() if isinstance(entry.data, dict) else ()
    return TrailLine(
        entry=entry,
        what=str(VERBS.get(entry.verb, entry.verb)),
        subject=_subject(entry.object_type),
        name=names.get((entry.object_type, entry.object_id or 0), "") or str(entry.object_id or ""),
        details=tuple(
            (str(DETAILS.get(key, key)), _named(key, value, names) or _value(key, value))
            for key, value in pairs
            if _says_something(value)
        ),
    )


def _named(key: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    """What a detail points to; empty for one that points to nothing."""
    return names.get((POINTERS.get(key, ""), value), "") if type(value) is int else ""


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


WRITTEN: Mapping[str, Callable[[str], str]] = {
    "amount": money, "from": _moment, "to": _moment, "until": _moment, "month": _month, "source": source_label,
    "value": money,
}  # fmt: skip
