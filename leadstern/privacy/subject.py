"""Who is meant: everything by which rows of one person are recognised, from every stage. Called by `queries` and
`actions`, which collect it once, before anything is changed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

from leadstern.capture.logic.carrying import Carried
from leadstern.capture.models import Submission
from leadstern.capture.personal_data import submissions_of
from leadstern.core.registry import DataSubject
from leadstern.core.text import email_key, fold, phone_key
from leadstern.leads.models import Activity, Change, Identity, Lead
from leadstern.leads.terms import IdentityKind
from leadstern.nurture.models import StepRun

SHORTEST_NAME = 3
Points = dict[str, set[str]]


def subject_of(lead_id: int) -> DataSubject:
    """The lead with all that was joined into it, its contact points present and former, and what it sent."""
    ids = _joined(lead_id)
    became = set(
        Activity.objects.filter(lead_id__in=ids, submission__isnull=False).values_list("submission_id", flat=True)
    )
    points = _points(ids, became)
    emails, numbers = _without_others(ids, IdentityKind.EMAIL, points), _without_others(ids, IdentityKind.PHONE, points)
    browsers = Identity.objects.filter(lead_id__in=ids, kind=IdentityKind.VISITOR).values_list("value", flat=True)
    return DataSubject(
        lead_ids=tuple(ids),
        emails=emails,
        numbers=numbers,
        browsers=frozenset(map(UUID, browsers)),
        submissions=frozenset(submissions_of(became, Carried(emails, numbers))),
        last_names=frozenset(_last_names(ids)),
    )


def _joined(lead_id: int) -> list[int]:
    """The lead, then those joined into it, or into one of those."""
    ids, newest = [lead_id], [lead_id]
    while newest:
        newest = list(Lead.objects.filter(merged_into__in=newest).exclude(pk__in=ids).values_list("pk", flat=True))
        ids += newest
    return ids


def _points(ids: list[int], submissions: set[int]) -> Points:
    """E-mail addresses and numbers: those of today, those that were corrected or removed, those that were entered, and
    those that sequences wrote to."""
    points: Points = {IdentityKind.EMAIL.value: set(), IdentityKind.PHONE.value: set()}
    for kind, value in _told(ids, submissions):
        if kind in points and isinstance(value, str) and (key := _key(kind, value)):
            points[kind].add(key)
    return points


def _told(ids: list[int], submissions: set[int]) -> Iterator[tuple[str, Any]]:
    yield from Identity.objects.filter(lead_id__in=ids).values_list("kind", "value")
    for field, *values in Change.objects.filter(lead_id__in=ids).values_list("field", "before", "after"):
        yield from ((field, value) for value in values)
    for details in Submission.objects.filter(pk__in=submissions).values_list("details", flat=True):
        yield from details.items()
    written = StepRun.objects.filter(enrollment__lead_id__in=ids, delivery__isnull=False)
    for address in written.values_list("delivery__recipient", flat=True):
        yield IdentityKind.EMAIL.value, address


def _key(kind: str, value: str) -> str | None:
    return email_key(value) if kind == IdentityKind.EMAIL else phone_key(value)


def _without_others(ids: list[int], kind: IdentityKind, points: Points) -> frozenset[str]:
    """Without what belongs to another person by now: their mails and consents are theirs."""
    found = points[kind.value]
    others = Identity.objects.filter(kind=kind, value__in=found).exclude(lead_id__in=ids)
    return frozenset(found - set(others.values_list("value", flat=True)))


def _last_names(ids: list[int]) -> Iterator[str]:
    """Folded, present and former; very short ones would be found everywhere."""
    yield from _folded(Lead.objects.filter(pk__in=ids).values_list("last_name", flat=True))
    for pair in Change.objects.filter(Q(field="last_name"), lead_id__in=ids).values_list("before", "after"):
        yield from _folded(pair)


def _folded(names: Any) -> Iterator[str]:
    words = (fold(name) for name in names if isinstance(name, str))
    yield from (word for word in words if len(word) >= SHORTEST_NAME)
