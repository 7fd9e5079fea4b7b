"""The editing of sequences: drafts, versions, switching on and off. The pages call; all is audited."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.nurture.default_sequence import NAME, STEPS
from leadstern.nurture.logic import MOST_STEPS, step_mistakes
from leadstern.nurture.models import NotNurtured, Sequence, SequenceVersion
from leadstern.nurture.queries import draft, published_version
from leadstern.nurture.terms import Reason, Step


def create_sequence(*, name: str, by: User | None, now: datetime) -> Sequence:
    """An empty sequence that nobody enters yet."""
    with write():
        sequence = Sequence.objects.create(name=_checked_name(name))
        SequenceVersion.objects.create(sequence=sequence, number=1, steps=[])
        record("sequence.created", sequence, by=by, now=now, data={"name": sequence.name})
    return sequence


def save_sequence(
    sequence: Sequence, *, name: str, priority: int, entry: dict[str, Any] | None, by: User, now: datetime
) -> None:
    """Name, place in the order and entry condition (JSON of a checked tree, None: everybody). Holds for new people."""
    with write():
        sequence.name, sequence.priority, sequence.entry = _checked_name(name), priority, entry
        sequence.save(update_fields=["name", "priority", "entry"])
        _look_for_new(now)
        record("sequence.saved", sequence, by=by, now=now, data={"name": name, "priority": priority, "entry": entry})


def _checked_name(name: str) -> str:
    if not name.strip() or len(name.strip()) > 120:
        raise Invalid({"name": [_("Please enter a name.")]})
    return name.strip()


def save_step(sequence: Sequence, *, index: int | None, step: Step, by: User, now: datetime) -> int:
    """Changes a step of the draft, or adds one at the end (`index` None). Returns its index. Invalid with the mistakes
    by form field; Refused when the step is no longer there."""
    if found := step_mistakes(step):
        raise Invalid(found)

    def changed(steps: list[Step]) -> list[Step]:
        if index is None:
            return [*steps, step]
        return [step if number == index else each for number, each in enumerate(steps)]

    if index is not None:
        return _edit(sequence, changed, index=index, verb="sequence.step_saved", by=by, now=now) and index
    return _edit(sequence, changed, index=None, verb="sequence.step_added", by=by, now=now) - 1


def remove_step(sequence: Sequence, *, index: int, by: User, now: datetime) -> None:
    """Takes a step out of the draft."""

    def changed(steps: list[Step]) -> list[Step]:
        return steps[:index] + steps[index + 1 :]

    _edit(sequence, changed, index=index, verb="sequence.step_removed", by=by, now=now)


def move_step(sequence: Sequence, *, index: int, down: bool, by: User, now: datetime) -> None:
    """Swaps a step of the draft with its neighbour; at the end nothing moves."""

    def changed(steps: list[Step]) -> list[Step]:
        other = index + 1 if down else index - 1
        if not 0 <= other < len(steps):
            return steps
        moved = list(steps)
        moved[index], moved[other] = moved[other], moved[index]
        return moved

    _edit(sequence, changed, index=index, verb="sequence.step_moved", by=by, now=now)


def _edit(
    sequence: Sequence,
    change: Callable[[list[Step]], list[Step]],
    *,
    index: int | None,
    verb: str,
    by: User,
    now: datetime,
) -> int:
    """Applies a change to the draft (made from what is published when there is none). Returns the number of steps."""
    with write():
        Sequence.objects.select_for_update().get(pk=sequence.pk)
        edited = _draft_of(sequence)
        if index is not None and not 0 <= index < len(edited.steps):
            raise Refused(_("This step is no longer there. Somebody else has changed the sequence."))
        edited.steps = change(edited.steps)
        if len(edited.steps) > MOST_STEPS:
            raise Refused(_("A sequence has at most %(number)s steps.") % {"number": MOST_STEPS})
        edited.save(update_fields=["steps"])
        record(verb, sequence, by=by, now=now, data={"step": index, "version": edited.number})
    return len(edited.steps)


def _draft_of(sequence: Sequence) -> SequenceVersion:
    if current := draft(sequence):
        return current
    published = published_version(sequence)
    number, steps = (published.number + 1, published.steps) if published else (1, [])
    return SequenceVersion.objects.create(sequence=sequence, number=number, steps=steps)


def publish_version(sequence: Sequence, *, by: User | None, now: datetime) -> SequenceVersion:
    """The draft becomes what new people enter; those under way keep their version. Refused when it is not complete."""
    with write():
        Sequence.objects.select_for_update().get(pk=sequence.pk)
        edited = draft(sequence)
        if edited is None:
            raise Refused(_("There is nothing new to publish."))
        if not edited.steps or any(step_mistakes(step) for step in edited.steps):
            raise Refused(_("The sequence needs at least one step, and every step a text in both languages."))
        edited.published_at, edited.published_by = now, by
        edited.save(update_fields=["published_at", "published_by"])
        _look_for_new(now)
        record("sequence.published", sequence, by=by, now=now, data={"version": edited.number})
    return edited


def activate_sequence(sequence: Sequence, *, by: User | None, now: datetime) -> None:
    """From now on leads enter; those that fitted no sequence before are looked at again. Refused when unpublished."""
    with write():
        if published_version(sequence) is None:
            raise Refused(_("Publish the sequence first."))
        sequence.is_active = True
        sequence.save(update_fields=["is_active"])
        _look_for_new(now)
        record("sequence.activated", sequence, by=by, now=now)


def _look_for_new(now: datetime) -> None:
    NotNurtured.objects.filter(reason=Reason.NO_SEQUENCE).update(look_at=now)


def deactivate_sequence(sequence: Sequence, *, by: User, now: datetime) -> None:
    """Nobody enters any more; those under way go on to the end."""
    with write():
        sequence.is_active = False
        sequence.save(update_fields=["is_active"])
        record("sequence.deactivated", sequence, by=by, now=now)


def ensure_default_sequence(*, now: datetime) -> Sequence:
    """Welcome, content, offer in German and English, published but not yet active, unless there is a sequence."""
    with write():
        existing = Sequence.objects.order_by("id").first()
        if existing:
            return existing
        sequence = Sequence.objects.create(name=NAME, priority=100)
        SequenceVersion.objects.create(sequence=sequence, number=1, steps=STEPS)
        publish_version(sequence, by=None, now=now)
    return sequence
