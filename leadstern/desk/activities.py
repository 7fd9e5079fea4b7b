"""What activities say, in words. Enters: activities as they are stored. Leaves: one text each, in their order.

Called by the pages "Today" and "Lead". Codes become names: stages as the company calls them, forms, results of calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leadstern.capture.models import Form
from leadstern.leads.models import Activity
from leadstern.leads.terms import BY_LEAD, ActivityKind
from leadstern.qualification.terms import Cause, Stage
from leadstern.sales.terms import CallResult

WROTE = (ActivityKind.SUBMISSION, ActivityKind.REQUEST, ActivityKind.ENTERED, ActivityKind.IMPORTED)
BY_FORM = frozenset({ActivityKind.SUBMISSION, ActivityKind.REQUEST})


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline in words. `is_by_lead`: the person did it, not us."""

    activity: Activity
    text: str
    is_by_lead: bool


def timeline_entries(activities: Sequence[Activity], *, labels: Mapping[Stage, str]) -> list[Entry]:
    """One for each activity, in their order. One query when forms occur."""
    words = activity_words(activities, labels=labels)
    return [Entry(one, text, one.kind in BY_LEAD) for one, text in zip(activities, words, strict=True)]


def activity_words(activities: Sequence[Activity], *, labels: Mapping[Stage, str]) -> list[str]:
    """The text of each activity; `labels` are the company's names of the stages. One query when forms occur."""
    keys = {one.content for one in activities if one.kind in BY_FORM and one.content}
    forms = dict(Form.objects.filter(key__in=keys).values_list("key", "name")) if keys else {}
    return [_words(one, labels, forms) for one in activities]


def last_message(lead_id: int) -> Activity | None:
    """The newest activity with which the person wrote something. One query."""
    wrote = Activity.objects.filter(lead_id=lead_id, kind__in=WROTE, data__has_key="message")
    return wrote.order_by("-at", "-id").first()


def _words(activity: Activity, labels: Mapping[Stage, str], forms: Mapping[str, str]) -> str:
    data = activity.data if isinstance(activity.data, dict) else {}
    if activity.kind == ActivityKind.STAGE and activity.content in Stage.values:
        label = labels[Stage(activity.content)]
        return _("Taken back: again %(stage)s") % {"stage": label} if data.get("cause") == Cause.CORRECTED else label
    if activity.kind == ActivityKind.CALL and data.get("result") in CallResult.values:
        return ": ".join(part for part in (str(CallResult(data["result"]).label), activity.content) if part)
    if activity.kind in BY_FORM:
        return forms.get(activity.content, activity.content)
    return str(data.get("text") or activity.content)
