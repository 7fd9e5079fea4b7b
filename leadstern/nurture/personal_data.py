"""What nurturing, and the consent ledger and outbox before it, know of one lead. Called by `privacy`.

Ledger and outbox know addresses only. They come behind, though earlier on the path: what a sequence is just sending
has to be there when the mails are erased.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.consent import personal_data as consent_data
from leadstern.core.db import write
from leadstern.core.registry import DataSubject, PersonalData
from leadstern.nurture.models import Enrollment, NotNurtured, StepRun, Suppression
from leadstern.outbox import personal_data as outbox_data


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """Sequences, steps done, whether the address is blocked, and why there is no sequence."""
    rows: list[dict[str, Any]] = [
        {
            "kind": "sequence",
            "sequence": each.version.sequence.name,
            "state": each.state,
            "reason": each.reason,
            "steps_done": each.position,
            "started_at": each.started_at.isoformat(),
            "ended_at": each.ended_at.isoformat() if each.ended_at else None,
        }
        for each in Enrollment.objects.filter(lead_id__in=subject.lead_ids)
        .select_related("version__sequence")
        .order_by("id")
    ]
    rows += [
        {"kind": "suppression", "address": each.address, "reason": each.reason, "at": each.at.isoformat()}
        for each in Suppression.objects.filter(address__in=subject.addresses)
    ]
    rows += [
        {"kind": "not_nurtured", "reason": each.reason, "since": each.since.isoformat()}
        for each in NotNurtured.objects.filter(lead_id__in=subject.lead_ids)
    ]
    return rows


def erase(subject: DataSubject, _now: datetime) -> None:
    """Removes the history of sequences. A blocked address stays blocked (GDPR Art. 21(3): it holds for ever).

    A mail that is being queued right now is waited for: the outbox, erased next, finds it.
    """
    with write():
        running = Enrollment.objects.filter(lead_id__in=subject.lead_ids).order_by("id")
        list(running.select_for_update().values_list("pk", flat=True))
        outbox_data.erase((), also=_written(subject))
        Enrollment.objects.filter(lead_id__in=subject.lead_ids).delete()
        NotNurtured.objects.filter(lead_id__in=subject.lead_ids).delete()


def _written(subject: DataSubject) -> list[int]:
    """The mails of their sequences, also to an address that belongs to somebody else by now."""
    runs = StepRun.objects.filter(enrollment__lead_id__in=subject.lead_ids, delivery__isnull=False)
    return list(runs.values_list("delivery_id", flat=True))


def _show_consents(subject: DataSubject) -> list[dict[str, Any]]:
    return consent_data.show(subject.addresses)


def _erase_consents(subject: DataSubject, now: datetime) -> None:
    consent_data.erase(subject.addresses, now=now)


def _show_mails(subject: DataSubject) -> list[dict[str, Any]]:
    return outbox_data.show(subject.addresses, also=_written(subject))


def _erase_mails(subject: DataSubject, _now: datetime) -> None:
    outbox_data.erase(subject.addresses)


DATA = (
    PersonalData(
        "nurture",
        _("Sequences"),
        show,
        erase,
        ("nurture.Enrollment", "nurture.StepRun", "nurture.NotNurtured", "nurture.Suppression"),
    ),
    PersonalData("outbox", _("E-mails"), _show_mails, _erase_mails, ("outbox.Delivery", "outbox.MailboxMessage")),
    PersonalData("consent", _("Consents"), _show_consents, _erase_consents, ("consent.LedgerEntry",)),
)
