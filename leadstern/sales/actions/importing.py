"""Outcomes from another system: which leads were won there. Called by `leadstern import outcomes`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from leadstern.accounts.models import User
from leadstern.core.calendar import business_calendar
from leadstern.core.db import write
from leadstern.leads.actions import lock_leads
from leadstern.leads.queries import leads_by_identity
from leadstern.leads.terms import IdentityKind
from leadstern.qualification.actions.moving import Step, current_verdicts, opening_steps, record_steps
from leadstern.qualification.terms import Cause, Stage
from leadstern.sales.logic import OutcomeRow, read_outcome
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.terms import IssueCode, OutcomeKind

BATCH = 1000


@dataclass
class ImportResult:
    """`accepted`: new wins; `repeated`: known already; `issues`: (line, code) of lines that were not taken."""

    accepted: int = 0
    repeated: int = 0
    issues: list[tuple[int, IssueCode]] = field(default_factory=list)


def import_outcomes(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, mapping: Mapping[str, str], now: datetime, by: User | None
) -> ImportResult:
    """Records wins, found by outside id. `rows` are (line, {heading: text}); `mapping` is {our name: heading} with
    external_id, won_at, and optionally segment and value.

    A win before the first contact is taken as it is: hiding it would flatter. The same line again, in this file or
    another, changes nothing. Each batch of 1,000 is one transaction: an interrupted import is simply started again.
    """
    result = ImportResult()
    for batch in _batches(rows):
        _import_batch(batch, result, mapping=mapping, now=now, by=by)
    return result


def _batches(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[list[tuple[int, Mapping[str, str]]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _import_batch(
    batch: list[tuple[int, Mapping[str, str]]],
    result: ImportResult,
    *,
    mapping: Mapping[str, str],
    now: datetime,
    by: User | None,
) -> None:
    understood = _understood(batch, result, mapping, now)
    with write():
        lead_ids = leads_by_identity(IdentityKind.EXTERNAL, [row.external_id for row in understood])
        known = [row for row in understood if row.external_id in lead_ids]
        result.issues += [(row.line, IssueCode.UNKNOWN_ID) for row in understood if row.external_id not in lead_ids]
        new = _unrepeated(known)
        result.accepted += len(new)
        result.repeated += len(known) - len(new)
        _record_wins(new, lead_ids, now=now, by=by)
    result.issues.sort()


def _understood(
    batch: list[tuple[int, Mapping[str, str]]], result: ImportResult, mapping: Mapping[str, str], now: datetime
) -> list[OutcomeRow]:
    """The lines that can be read; the others become issues."""
    zone = business_calendar().zone
    found = []
    for line, row in batch:
        outcome = read_outcome(line, row, mapping=mapping, zone=zone, now=now)
        if isinstance(outcome, OutcomeRow):
            found.append(outcome)
        else:
            result.issues.append((line, outcome))
    return found


def _unrepeated(rows: list[OutcomeRow]) -> list[OutcomeRow]:
    """Without those that an earlier import, or an earlier line, has recorded. One query."""
    keys = [_key(row) for row in rows]
    seen = set(Opportunity.objects.filter(key__in=keys).values_list("key", flat=True))
    found = []
    for row in rows:
        if _key(row) not in seen:
            seen.add(_key(row))
            found.append(row)
    return found


def _key(row: OutcomeRow) -> str:
    return f"import:{row.external_id}"


def _record_wins(rows: list[OutcomeRow], lead_ids: Mapping[str, int], *, now: datetime, by: User | None) -> None:
    """Opportunities, outcomes and verdicts. An open sale of the lead is the one that was won."""
    ids = sorted({lead_ids[row.external_id] for row in rows})
    lock_leads(ids)
    under_way = {one.lead_id: one for one in Opportunity.objects.filter(lead_id__in=ids, state=Opportunity.State.OPEN)}
    new: list[Opportunity] = []
    changed: list[Opportunity] = []
    for row in rows:
        opportunity = under_way.pop(lead_ids[row.external_id], None)
        (changed if opportunity else new).append(_won(opportunity, row, lead_ids[row.external_id]))
    Opportunity.objects.bulk_create(new)
    Opportunity.objects.bulk_update(changed, ["state", "value", "segment", "key", "closed_at"])
    Outcome.objects.bulk_create([_outcome(one, now=now, by=by) for one in [*new, *changed]])
    Task.objects.filter(lead_id__in=ids, done_at__isnull=True).update(done_at=now, done_by=by)
    _move([*new, *changed], now=now, by=by)


def _won(opportunity: Opportunity | None, row: OutcomeRow, lead_id: int) -> Opportunity:
    won = opportunity or Opportunity(lead_id=lead_id, opened_at=row.won_at)
    won.state, won.closed_at, won.key = Opportunity.State.WON, row.won_at, _key(row)
    won.segment = row.segment or won.segment
    won.value = won.value if row.value is None else row.value
    return won


def _outcome(opportunity: Opportunity, *, now: datetime, by: User | None) -> Outcome:
    return Outcome(
        lead_id=opportunity.lead_id,
        opportunity=opportunity,
        kind=OutcomeKind.WON,
        by=by,
        at=opportunity.closed_at or now,
        recorded_at=now,
    )


def _move(won: list[Opportunity], *, now: datetime, by: User | None) -> None:
    """The leads are customers; those that are already stay so. A constant number of queries."""
    closed_at = {opportunity.lead_id: opportunity.closed_at or now for opportunity in won}
    held = current_verdicts(list(closed_at))
    openings = opening_steps([lead_id for lead_id in closed_at if lead_id not in held])
    steps = []
    for lead_id, at in closed_at.items():
        before = openings.get(lead_id, [])
        old = Stage(held[lead_id].stage) if lead_id in held else before[-1].stage
        steps += before
        if old is not Stage.WON:
            steps.append(Step(lead_id, old, Stage.WON, Cause.IMPORTED, at, by))
    record_steps(steps, now=now)
