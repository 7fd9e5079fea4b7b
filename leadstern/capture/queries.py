"""Reading: forms and their versions, what came in and where it stands, links and files. Called by channels, pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from leadstern.capture.logic import hash_secret
from leadstern.capture.models import DownloadGrant, Form, FormVersion, Magnet, Submission
from leadstern.capture.terms import UNFINISHED, SubmissionState
from leadstern.consent.models import Wording
from leadstern.core.counting import Count as Number
from leadstern.core.counting import capped_count
from leadstern.core.tables import Slice, slice_by_key

COUNT_CAP = 10_000


@dataclass(frozen=True)
class StateCount:
    """How many stand in a state, counted up to a cap only (large tables are not counted to the end)."""

    state: SubmissionState
    count: Number


@dataclass(frozen=True)
class FormLine:
    """One line of the list of forms."""

    form: Form
    version: int | None
    has_draft: bool
    recent: int
    last_at: datetime | None


def form_by_key(key: str) -> Form | None:
    """The form strangers mean; its site comes along."""
    return Form.objects.select_related("site").filter(key=key).first()


def live_version(form: Form) -> FormVersion | None:
    """What visitors see now; None before the first publication."""
    published = FormVersion.objects.filter(form=form, published_at__isnull=False)
    return _with(form, published.order_by("-number").first())


def published_version(form: Form, version_id: int) -> FormVersion | None:
    """The version a visitor has had open, as long as it was ever published."""
    return _with(form, FormVersion.objects.filter(form=form, pk=version_id, published_at__isnull=False).first())


def _with(form: Form, version: FormVersion | None) -> FormVersion | None:
    """Knows its form without asking again."""
    if version is not None:
        version.form = form
    return version


def draft_or_live(form: Form) -> FormVersion | None:
    """What the builder shows: the draft, else the newest version."""
    return FormVersion.objects.filter(form=form).order_by("-number").first()


def form_lines(*, now: datetime) -> list[FormLine]:
    """All forms, newest first, with what came in during the last 30 days. Two queries."""
    forms = Form.objects.annotate(
        live=Max("versions__number", filter=Q(versions__published_at__isnull=False)),
        drafts=Count("versions", filter=Q(versions__published_at__isnull=True)),
    ).order_by("-id")
    recent = _recent_by_form(now)
    return [FormLine(form, form.live, form.drafts > 0, *recent.get(form.pk, (0, None))) for form in forms]


def last_submission(form: Form) -> Submission | None:
    """The newest thing that came in through the form: tells whether it is built in, and where."""
    versions = list(FormVersion.objects.filter(form=form).values_list("id", flat=True))
    return Submission.objects.filter(form_version__in=versions).order_by("-id").first()


def held_submission(submission_id: int) -> Submission | None:
    """The row a question in words is about, with its form."""
    return Submission.objects.select_related("form_version__form__magnet").filter(pk=submission_id).first()


def submissions_slice(
    state: SubmissionState | None, *, cursor: str, since: datetime | None = None
) -> Slice[Submission]:
    """Newest first, all or of one state, or only those received since then. Paged by key."""
    rows = Submission.objects.select_related("form_version__form").order_by("-id")
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    return slice_by_key(rows if state is None else _in_state(rows, state), order=("-id",), cursor=cursor)


def state_counts() -> list[StateCount]:
    """All states in the order of the path, each counted up to the cap."""
    rows = Submission.objects.all()
    return [StateCount(state, capped_count(_in_state(rows, state), limit=COUNT_CAP)) for state in SubmissionState]


def grant_by_secret(secret: str) -> DownloadGrant | None:
    """The link somebody holds."""
    grants = DownloadGrant.objects.select_related("magnet", "submission")
    return grants.filter(secret_hash=hash_secret(secret)).first()


def wording_shown(wording_id: int | None) -> Wording | None:
    """The text whose id a signed form carried."""
    return Wording.objects.filter(pk=wording_id).first() if wording_id else None


def magnets() -> QuerySet[Magnet]:
    """All files, newest first, with the number of forms that give them away."""
    return Magnet.objects.annotate(forms=Count("form")).order_by("-id")


def _in_state(rows: "QuerySet[Submission]", state: SubmissionState) -> "QuerySet[Submission]":
    """Repeats the condition of the partial index, without which SQLite does not use it."""
    rows = rows.filter(state=state)
    return rows.filter(state__in=UNFINISHED) if state in UNFINISHED else rows


def _recent_by_form(now: datetime) -> dict[int, tuple[int, datetime | None]]:
    recent = Submission.objects.filter(captured_at__gt=now - timedelta(days=30), form_version__isnull=False)
    rows = recent.values_list("form_version__form").annotate(number=Count("id"), last=Max("captured_at"))
    return {form_id: (number, last) for form_id, number, last in rows}
