"""The agreement between marketing and sales: was the first call made, was the hand-over answered, within its due time?

Enters: a moment. Leaves: leads whose due time passed in the last 30 days, and those of them where it was kept or not.
A lead counts once; one broken promise makes it a broken one. Called by the start page and the list of leads.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leadstern.leads.models import Lead
from leadstern.qualification.terms import Stage
from leadstern.routing.models import Assignment
from leadstern.sales.models import Outcome
from leadstern.sales.terms import OutcomeKind

WINDOW = timedelta(days=30)
KEYS = {
    "called": _("First call was due in the last 30 days"),
    "called_kept": _("First call was due in the last 30 days and made in time"),
    "called_late": _("First call was due in the last 30 days and not made in time"),
    "answered": _("Accepting or returning was due in the last 30 days"),
    "answered_kept": _("Accepting or returning was due in the last 30 days and done in time"),
    "answered_late": _("Accepting or returning was due in the last 30 days and not done in time"),
}


def leads_under(key: str, *, leads: QuerySet[Lead], now: datetime) -> QuerySet[Lead]:
    """Those of `leads` that one of the KEYS names."""
    promise, _underscore, state = key.partition("_")
    due, kept = _first_calls(now) if promise == "called" else _hand_overs(now)
    found = leads.filter(id__in=due.values("lead_id"))
    if not state:
        return found
    broken = due.exclude(kept).values("lead_id")
    return found.filter(id__in=broken) if state == "late" else found.exclude(id__in=broken)


def _first_calls(now: datetime) -> tuple[QuerySet[Assignment], Q]:
    """MQLs that somebody had to call. One called before this owner had it, or that left the owner in time, is not
    counted: neither kept nor broken."""
    due = _due(Stage.MARKETING_QUALIFIED, now).exclude(met_at__lt=F("at"))
    return due.exclude(met_at__isnull=True, ended_at__lte=F("due_at")), Q(met_at__isnull=False, met_at__lte=F("due_at"))


def _hand_overs(now: datetime) -> tuple[QuerySet[Assignment], Q]:
    """SQLs that field sales had to decide on: any decision by anybody counts, a change of the owner alone does not."""
    decisions = Outcome.objects.filter(
        lead=OuterRef("lead_id"), at__gte=OuterRef("at"), at__lte=OuterRef("due_at"), is_corrected=False
    )
    due = _due(Stage.PHONE_QUALIFIED, now).alias(is_decided=Exists(decisions.exclude(kind=OutcomeKind.QUALIFIED)))
    return due.exclude(is_decided=False, ended_at__lte=F("due_at")), Q(is_decided=True)


def _due(stage: Stage, now: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(due_at__gte=now - WINDOW, due_at__lt=now, verdict__stage=stage)
