"""What nurturing, and the consent ledger and outbox before it, know of one lead. Called by `privacy`.

Ledger and outbox know addresses only; whose they are is known here.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.consent import personal_data as consent_data
from leadstern.core.registry import PersonalData
from leadstern.leads.models import Identity
from leadstern.leads.terms import IdentityKind
from leadstern.nurture.models import Enrollment, NotNurtured, StepRun, Suppression
from leadstern.outbox import personal_data as outbox_data


def addresses_of(lead_id: int) -> list[str]:
    """Addresses and numbers of a lead, also those it only has in mails that were sent to it."""
    points = Identity.objects.filter(lead_id=lead_id, kind__in=(IdentityKind.EMAIL, IdentityKind.PHONE))
    written = StepRun.objects.filter(enrollment__lead_id=lead_id, delivery__isnull=False)
    return sorted(
        {*points.values_list("value", flat=True), *written.values_list("delivery__recipient", flat=True)} - {None}
    )


def show(lead_id: int) -> list[dict[str, Any]]:
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
        for each in Enrollment.objects.filter(lead_id=lead_id).select_related("version__sequence").order_by("id")
    ]
    rows += [
        {"kind": "suppression", "address": each.address, "reason": each.reason, "at": each.at.isoformat()}
        for each in Suppression.objects.filter(address__in=addresses_of(lead_id))
    ]
    rows += [
        {"kind": "not_nurtured", "reason": each.reason, "since": each.since.isoformat()}
        for each in NotNurtured.objects.filter(lead_id=lead_id)
    ]
    return rows


def erase(lead_id: int) -> None:
    """Removes the history of sequences. A blocked address stays blocked (GDPR Art. 21(3): it holds for ever)."""
    Enrollment.objects.filter(lead_id=lead_id).delete()
    NotNurtured.objects.filter(lead_id=lead_id).delete()


def _show_consents(lead_id: int) -> list[dict[str, Any]]:
    return consent_data.show(addresses_of(lead_id))


def _erase_consents(lead_id: int) -> None:
    consent_data.erase(addresses_of(lead_id))


def _show_mails(lead_id: int) -> list[dict[str, Any]]:
    return outbox_data.show(addresses_of(lead_id))


def _erase_mails(lead_id: int) -> None:
    outbox_data.erase(addresses_of(lead_id))


DATA = (
    PersonalData("consent", _("Consents"), _show_consents, _erase_consents, ("consent.LedgerEntry",)),
    PersonalData("outbox", _("E-mails"), _show_mails, _erase_mails, ("outbox.Delivery", "outbox.MailboxMessage")),
    PersonalData(
        "nurture",
        _("Sequences"),
        show,
        erase,
        ("nurture.Enrollment", "nurture.StepRun", "nurture.NotNurtured", "nurture.Suppression"),
    ),
)
