"""Sequences themselves: drafts, steps, publishing, the one that everybody starts with."""

from datetime import datetime

import pytest

from leadstern.accounts.models import User
from leadstern.core.errors import Invalid, Refused
from leadstern.nurture import actions, queries
from tests.nurture.make import (
    sequence,
    step,
)

pytestmark = pytest.mark.django_db


def test_steps_are_moved_changed_and_taken_out_in_the_draft_only(now: datetime, anna: User) -> None:
    made = sequence(anna, step(1, "a"), step(2, "b"), step(3, "c"))
    actions.move_step(made, index=2, down=False, by=anna, now=now)
    actions.move_step(made, index=0, down=False, by=anna, now=now)
    actions.remove_step(made, index=0, by=anna, now=now)
    draft, published = queries.draft(made), queries.published_version(made)
    assert draft
    assert published
    assert [each["wait_hours"] for each in draft.steps] == [3, 2]
    assert [each["wait_hours"] for each in published.steps] == [1, 2, 3]
    with pytest.raises(Refused):
        actions.remove_step(made, index=5, by=anna, now=now)
    with pytest.raises(Invalid):
        actions.save_step(made, index=0, step=step(body="{nonsense}"), by=anna, now=now)


def test_publish_needs_steps_and_activate_needs_a_version(now: datetime, anna: User) -> None:
    made = actions.create_sequence(name="Leer", by=anna, now=now)
    with pytest.raises(Refused):
        actions.publish_version(made, by=anna, now=now)
    with pytest.raises(Refused):
        actions.activate_sequence(made, by=anna, now=now)
    with pytest.raises(Invalid):
        actions.create_sequence(name=" ", by=anna, now=now)


def test_default_sequence_is_made_once(now: datetime) -> None:
    made = actions.ensure_default_sequence(now=now)
    assert actions.ensure_default_sequence(now=now) == made
    version = queries.published_version(made)
    assert version
    assert len(version.steps) == 3
    assert not made.is_active
