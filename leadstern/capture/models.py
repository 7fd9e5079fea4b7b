"""Forms, magnets, imports and what came in through them. Written by `capture.actions` and the channels.

`Submission` is the one door into the path: raw, unchangeable but for its state.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadstern.capture.terms import CaptureChannel, FormKind, SubmissionState
from leadstern.consent.models import Wording
from leadstern.visitors.models import Site


class Magnet(models.Model):
    """A file given in exchange for an enquiry. `path` is relative to the files folder and chosen by us."""

    title = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    filename = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Form(models.Model):
    """A form under its public `key`. What people see is its newest published version."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=FormKind.choices)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True)
    magnet = models.ForeignKey(Magnet, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """The content of a form. `content` is {"fields": […], "texts": {…}} as `capture.logic` describes it.

    A draft has no `published_at`; a published version is never changed, so a submission keeps what was asked.
    """

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_once"),
            models.UniqueConstraint(fields=["form"], condition=Q(published_at__isnull=True), name="one_draft_per_form"),
        ]


class ImportRun(models.Model):
    """One file that came in. `mapping` is {our field: heading}; `options` the fixed values (stage, acquisition …).

    `next_line` is the bookmark: lines before it are submissions or issues already. A killed run goes on from there.
    `path` is empty once the file is gone. `forget_at`: when a run that never began is given up, or the text of the
    lines that were not taken is emptied; empty while it runs.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKED = "checked"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    filename = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    dialect = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    total = models.PositiveIntegerField(default=0)
    next_line = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField(null=True)


class ImportIssue(models.Model):
    """A line of a file that was not taken, or with a doubt, and why. `raw`: the line as it came, for 30 days."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line", "column"], name="import_issue_once")]


class Submission(models.Model):
    """What somebody sent, exactly as it came. `key` is unique: a replay is recognised and answered, never stored twice.

    `raw`: field name to value, as received. `details`: the cleaned values once the channel has understood them, in the
    vocabulary of `capture.logic.DETAILS`. `origin`: page, referrer, campaign, visitor key (with consent), language.
    `captured_at` is when it happened, `received_at` when we stored it.
    """

    key = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, choices=CaptureChannel.choices)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, null=True)
    import_run = models.ForeignKey(ImportRun, models.PROTECT, null=True)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, db_index=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)
    raw = models.JSONField()
    details = models.JSONField(default=dict)
    origin = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.RECEIVED)
    state_reason = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state=SubmissionState.WAITING), name="submission_waiting"),
            models.Index(
                fields=["state", "id"],
                # Spelled out: SQLite uses a partial index for one state of an OR, but not of an IN.
                condition=(
                    Q(state="received") | Q(state="invalid") | Q(state="held") | Q(state="parked") | Q(state="spam")
                ),
                name="submission_unfinished",
            ),
            models.Index(fields=["captured_at"], name="submission_captured_at"),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="submission_key_once")]


class DownloadGrant(models.Model):
    """A personal link to a magnet. Only the SHA-256 of its secret is kept."""

    submission = models.ForeignKey(Submission, models.CASCADE)
    magnet = models.ForeignKey(Magnet, models.PROTECT)
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class Download(models.Model):
    """One download through a grant: an activity of the lead, once the leads stage has taken it."""

    grant = models.ForeignKey(DownloadGrant, models.CASCADE, related_name="downloads")
    at = models.DateTimeField()
    is_taken = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(is_taken=False), name="download_waiting")]


class NetworkCount(models.Model):
    """How many submissions came from a network (/24, /48) in ten minutes. Kept for as long only."""

    network = models.CharField(max_length=50)
    window = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "window"], name="one_count_per_network")]
        indexes = [models.Index(fields=["window"], name="network_count_window")]
