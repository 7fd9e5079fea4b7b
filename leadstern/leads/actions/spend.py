"""Money spent to win leads, as recorded by marketing. Called by the page of expenses; read by the reports on cost."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Invalid
from leadstern.core.formats import money
from leadstern.leads.models import Spend

LARGEST = Decimal("9999999999.99")


def record_spend(
    *, month: date, source: str, amount: Decimal, by: User, now: datetime, campaign: str = "", note: str = ""
) -> Spend:
    """Records what one source (and campaign; empty: all of the source) cost in the calendar month of `month`.

    `amount` is in the company's currency. Recording the same month, source and campaign again replaces the amount.
    Raises Invalid for a negative or too large amount, a missing source and a month that has not begun: money is
    recorded when it is spent, or the cost of a customer would be of the future.
    """
    source, campaign = source.strip()[:120], campaign.strip()[:120]
    if not source:
        raise Invalid({"source": [_("Please name the source.")]})
    _check(month, amount, now)
    with write():
        spend, is_new = Spend.objects.update_or_create(
            month=month.replace(day=1),
            source=source,
            campaign=campaign,
            defaults={"amount": amount.quantize(Decimal("0.01")), "note": note.strip()[:200], "recorded_by": by},
        )
        record("spend.recorded", spend, by=by, now=now, data=_facts(spend) | {"is_new": is_new})
    return spend


def _check(month: date, amount: Decimal, now: datetime) -> None:
    if month.replace(day=1) > timezone.localdate(now):
        raise Invalid({"month": [_("This month has not begun yet.")]})
    if not amount.is_finite() or amount < 0:
        raise Invalid({"amount": [_("Please enter an amount of zero or more.")]})
    if amount > LARGEST:
        raise Invalid({"amount": [_("Please enter %(largest)s at most.") % {"largest": money(LARGEST)}]})


def delete_spend(spend: Spend, *, by: User, now: datetime) -> None:
    """Takes a recorded amount away; the audit trail keeps it."""
    with write():
        record("spend.deleted", spend, by=by, now=now, data=_facts(spend))
        Spend.objects.filter(pk=spend.pk).delete()


def _facts(spend: Spend) -> dict[str, str]:
    return {
        "month": spend.month.isoformat(),
        "source": spend.source,
        "campaign": spend.campaign,
        "amount": str(spend.amount),
    }
