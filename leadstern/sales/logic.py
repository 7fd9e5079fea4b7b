"""Pure decisions of selling: what to call next, when to try again, who may be called, what is still missing.

Enters: plain values. Leaves: groups, proposals, permissions. Called by this stage's queries and actions and the desk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from leadstern.core.calendar import Calendar, add_business_time, next_opening
from leadstern.core.money import read_amount
from leadstern.sales.terms import (
    REQUIRED_ANSWERS,
    AnswerState,
    CallGround,
    IssueCode,
    Question,
    TaskKind,
    Urgency,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SOON = timedelta(minutes=5)
CLOCK_ERROR = timedelta(days=1)
LARGEST_VALUE = Decimal(10) ** 12


@dataclass(frozen=True)
class AnswerInput:
    """What was said to a question: a verdict for the qualification, and the words."""

    state: AnswerState
    text: str = ""


@dataclass(frozen=True)
class CallFacts:
    """What decides whether a lead may be called. `country`: of the person called, ISO 3166, empty if unknown."""

    has_phone: bool = True
    is_broken: bool = False
    country: str = ""
    is_business: bool | None = None
    has_enquired: bool = False
    gave_phone: bool = False
    has_consent: bool = False
    has_objected: bool = False


@dataclass(frozen=True)
class CallRule:
    """One line of the table: the first that applies decides. `source` is where the rule comes from."""

    ground: CallGround
    is_allowed: bool
    applies: Callable[[CallFacts], bool]
    source: "StrPromise | str"


@dataclass(frozen=True)
class CallPermission:
    """May this lead be called, why, and by which rule."""

    is_allowed: bool
    ground: CallGround
    source: "StrPromise | str"


def _asked_by_phone(country: str) -> Callable[[CallFacts], bool]:
    return lambda facts: facts.country == country and facts.has_enquired and facts.gave_phone


# Order matters: an objection beats everything, consent beats the weaker grounds. Business only counts when it is known;
# unknown is treated as a consumer. A lead from a country without a line needs consent.
CALL_RULES = (
    CallRule(CallGround.NO_NUMBER, False, lambda facts: not facts.has_phone, ""),
    CallRule(CallGround.OBJECTED, False, lambda facts: facts.has_objected, _("GDPR Art. 21(3), 7(3); UWG § 7(1)")),
    CallRule(CallGround.BROKEN_NUMBER, False, lambda facts: facts.is_broken, _("GDPR Art. 5(1)(d)")),
    CallRule(
        CallGround.CONSENT,
        True,
        lambda facts: facts.has_consent,
        _("UWG § 7(2) no. 1, § 7a; TKG 2021 (AT) § 174(1); UWG (CH) Art. 3(1)(o)"),
    ),
    CallRule(
        CallGround.ENQUIRY_BUSINESS,
        True,
        lambda facts: facts.country == "DE" and facts.is_business is True and facts.has_enquired,
        _("GDPR Art. 6(1)(b); UWG § 7(2) no. 1: presumed consent of other market participants"),
    ),
    CallRule(
        CallGround.ENQUIRY_PHONE, True, _asked_by_phone("DE"), _("GDPR Art. 6(1)(b): steps at the person’s request")
    ),
    CallRule(
        CallGround.ENQUIRY_AUSTRIA,
        True,
        _asked_by_phone("AT"),
        _("GDPR Art. 6(1)(b); no advertising call, TKG 2021 § 174"),
    ),
    CallRule(
        CallGround.ENQUIRY_SWITZERLAND,
        True,
        _asked_by_phone("CH"),
        _("DSG Art. 31(2)(a); no mass advertising, UWG Art. 3(1)(o)"),
    ),
    CallRule(
        CallGround.NOTHING, False, lambda _facts: True, _("UWG § 7(2) no. 1; TKG 2021 § 174; UWG (CH) Art. 3(1)(o)")
    ),
)
_PHONE_COUNTRIES = {"+49": "DE", "+43": "AT", "+41": "CH"}


def may_call(facts: CallFacts) -> CallPermission:
    """The first rule that applies."""
    rule = next(rule for rule in CALL_RULES if rule.applies(facts))
    return CallPermission(rule.is_allowed, rule.ground, rule.source)


def country_of(country: str, phone: str) -> str:
    """The country whose law counts: the stated one, else that of the number (E.164)."""
    return country.upper() or _PHONE_COUNTRIES.get(phone[:3], "")


def missing_answers(answers: Mapping[Question, AnswerState]) -> list[Question]:
    """The questions that are not yet answered yes, in the order of the guide."""
    return [question for question in REQUIRED_ANSWERS if answers.get(question) is not AnswerState.YES]


def urgency(
    *, kind: TaskKind, due_at: datetime, is_deadline: bool, is_hot: bool, now: datetime, day_end: datetime
) -> Urgency:
    """The group of the queue in which a task stands now. `day_end` is the end of the local day."""
    if is_deadline and due_at < now:
        return Urgency.LATE
    if is_hot and is_deadline:
        return Urgency.HOT
    if kind is TaskKind.CALL_BACK and due_at <= now + SOON:
        return Urgency.CALL_BACK
    return Urgency.DUE if due_at <= day_end else Urgency.PLANNED


def next_attempts(attempts: int, *, now: datetime, calendar: Calendar) -> list[datetime]:
    """Proposals for the next try after `attempts` tries without success (this one included), the best first.

    After the first an hour later, after the second the next day, then three days later; the others follow as
    alternatives. All lie in business hours, on the quarter hour.
    """
    hour = _quarter(add_business_time(now, timedelta(hours=1), calendar), calendar)
    tomorrow, in_three_days = (_working_day(now, days, attempts, calendar) for days in (1, 3))
    best = {1: hour, 2: tomorrow}.get(attempts, in_three_days)
    rest = [proposal for proposal in (hour, tomorrow, in_three_days) if proposal != best]
    return [best, *rest]


def _quarter(moment: datetime, calendar: Calendar) -> datetime:
    """The next quarter of an hour in which the office is open."""
    spare = timedelta(minutes=-moment.minute % 15, seconds=-moment.second, microseconds=-moment.microsecond)
    if moment.minute % 15 == 0 and (moment.second or moment.microsecond):
        spare += timedelta(minutes=15)
    return next_opening(moment + spare, calendar)


def _working_day(now: datetime, days: int, attempts: int, calendar: Calendar) -> datetime:
    """A working day ahead, at another time of day than before: mornings and afternoons take turns."""
    moment = now
    for _day in range(days):
        midnight = datetime.combine(moment.astimezone(calendar.zone).date() + timedelta(days=1), time(), calendar.zone)
        moment = next_opening(midnight, calendar)
    later = timedelta(hours=2) if attempts % 2 else timedelta(hours=7)
    return _quarter(add_business_time(moment, later, calendar), calendar)


@dataclass(frozen=True)
class OutcomeRow:
    """A line of a file of outcomes, understood."""

    line: int
    external_id: str
    won_at: datetime
    segment: str = ""
    value: Decimal | None = None


def read_outcome(
    line: int, row: Mapping[str, str], *, mapping: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> OutcomeRow | IssueCode:
    """Reads one line by `mapping` (our name -> heading). Moments without offset are local; no value is no value. A win
    more than a day ahead (a clock may be wrong) is a typing error and no customer."""
    given = {name: (row.get(heading) or "").strip() for name, heading in mapping.items()}
    if not given.get("external_id"):
        return IssueCode.NO_ID
    if not given.get("won_at"):
        return IssueCode.NO_DATE
    try:
        won_at = _read_moment(given["won_at"], zone)
    except ValueError:
        return IssueCode.WRONG_DATE
    if won_at > now + CLOCK_ERROR:
        return IssueCode.FUTURE_DATE
    try:
        value = _read_value(given.get("value", ""))
    except ValueError:
        return IssueCode.WRONG_VALUE
    return OutcomeRow(line, given["external_id"], won_at, given.get("segment", "")[:80], value)


def _read_moment(text: str, zone: ZoneInfo) -> datetime:
    """ISO 8601 or 31.12.2026 with an optional time, in UTC. ValueError for anything else, and outside 1970–2200."""
    head, _, rest = text.partition(" ")
    if head.count(".") == 2:
        day, month, year = head.split(".")
        text = f"{date(int(year), int(month), int(day)).isoformat()} {rest or '00:00'}".strip()
    moment = datetime.fromisoformat(text)
    if not 1970 <= moment.year <= 2200:
        raise ValueError(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _read_value(text: str) -> Decimal | None:
    if not text:
        return None
    value = read_amount(text)
    if not 0 <= value < LARGEST_VALUE:
        raise ValueError(text)
    return value.quantize(Decimal("0.01"))
