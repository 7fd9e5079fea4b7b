"""Saves and deletes segments. Called by the segment pages."""

from datetime import datetime

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.criteria.logic import to_json
from leadstern.criteria.models import Segment
from leadstern.criteria.terms import Tree


def save_segment(segment: Segment | None, *, name: str, condition: Tree, by: User, now: datetime) -> Segment:
    """The new or changed segment. Raises Invalid when another one has the name."""
    with write():
        saved = segment or Segment(created_by=by, created_at=now)
        if Segment.objects.filter(name=name).exclude(pk=saved.pk).exists():
            raise Invalid({"name": [_("There is a segment with this name already.")]})
        before = saved.condition if saved.pk else None
        saved.name, saved.condition = name, to_json(condition)
        saved.save()
        data = {"name": name, "before": before, "after": saved.condition}
        record("segment.saved", saved, by=by, now=now, data=data)
    return saved


def delete_segment(segment: Segment, *, by: User, now: datetime) -> None:
    """Deletes the name and its condition; leads are not touched. Raises Refused while something still uses it."""
    try:
        with write():
            record("segment.deleted", segment, by=by, now=now, data={"name": segment.name, "before": segment.condition})
            segment.delete()
    except ProtectedError:
        raise Refused(_("“%(name)s” is still in use and stays.") % {"name": segment.name}) from None
