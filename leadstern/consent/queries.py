"""Reading consent: current wordings, who may be contacted, what waits. Called by every stage that shows or sends."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from leadstern.consent.logic import normal_address, permission, token_hash
from leadstern.consent.models import LedgerEntry, Wording
from leadstern.consent.terms import Event, Permission, RequestState
from leadstern.core.counting import Count, capped_count

CHUNK = 500
COUNTED = timedelta(days=30)


def current_wording(purpose: str, *, language: str) -> Wording | None:
    """The newest published text, None when there is none in that language."""
    return Wording.objects.filter(purpose=purpose, language=language).order_by("-version").first()


def current_wordings() -> dict[tuple[str, str], Wording]:
    """The newest text by (purpose, language)."""
    return {(each.purpose, each.language): each for each in Wording.objects.order_by("version")}


def wording_versions(purpose: str, *, language: str) -> QuerySet[Wording]:
    """Every text ever published, newest first."""
    return Wording.objects.filter(purpose=purpose, language=language).order_by("-version")


def may_contact(*, channel: str, address: str, purpose: str) -> Permission:
    """The last confirmation or withdrawal in the ledger decides; without one the answer is no."""
    return permissions(channel=channel, addresses=[address], purpose=purpose)[address]


def permissions(*, channel: str, addresses: Iterable[str], purpose: str) -> dict[str, Permission]:
    """`may_contact` for many addresses: one query per 500."""
    normal = {address: normal_address(channel, address) for address in addresses}
    events: dict[str, list[str]] = defaultdict(list)
    wanted = sorted(set(normal.values()))
    for start in range(0, len(wanted), CHUNK):
        rows = LedgerEntry.objects.filter(
            address__in=wanted[start : start + CHUNK], channel=channel, purpose=purpose
        ).order_by("id")
        for address, event in rows.values_list("address", "event"):
            events[address].append(event)
    return {address: permission(events[key]) for address, key in normal.items()}


def request_for_token(token: str) -> LedgerEntry | None:
    """The request behind a confirmation link."""
    rows = LedgerEntry.objects.filter(token=token_hash(token), event=Event.REQUESTED)
    return rows.select_related("wording").first()


def confirmed_waiting(purpose: str) -> QuerySet[LedgerEntry]:
    """Confirmations that the stage behind has not taken yet, oldest first."""
    return LedgerEntry.objects.filter(event=Event.CONFIRMED, is_taken=False, purpose=purpose).order_by("id")


def requests_to_forget(*, now: datetime) -> QuerySet[LedgerEntry]:
    """Requests that nobody answered and that have been kept long enough, oldest first."""
    return LedgerEntry.objects.filter(forget_at__lte=now).order_by("forget_at")


def entries_of(addresses: Iterable[str]) -> QuerySet[LedgerEntry]:
    """Everything in the ledger about these normalised addresses, newest first."""
    return LedgerEntry.objects.filter(address__in=list(addresses)).select_related("wording").order_by("-id")


def requests_account(*, now: datetime) -> dict[RequestState, Count]:
    """How many requests ran out in the last 30 days or still run, by what became of them, each counted up to 1,000.
    The numbers add up to all of them. Three queries."""
    return {state: capped_count(requests_in(state, now=now)) for state in RequestState}


def requests_in(state: RequestState, *, now: datetime) -> QuerySet[LedgerEntry]:
    """The requests that one of these numbers counts; the order is the page's."""
    confirmed = Exists(LedgerEntry.objects.filter(request=OuterRef("pk"), event=Event.CONFIRMED))
    recent = LedgerEntry.objects.filter(event=Event.REQUESTED, expires_at__gt=now - COUNTED)
    if state is RequestState.CONFIRMED:
        return recent.filter(confirmed)
    unanswered = recent.exclude(confirmed)
    return (
        unanswered.filter(expires_at__gt=now) if state is RequestState.OPEN else unanswered.filter(expires_at__lte=now)
    )
