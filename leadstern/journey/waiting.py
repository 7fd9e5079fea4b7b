"""What each step waits for, as querysets over the partial indexes of waiting rows. Called by the walk.

A step's own function decides what it takes; this only says whether looking is worth it. Every tenth pass looks
everywhere all the same, so that a difference between the two can never hold a row for more than a few seconds.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from leadstern.capture.channels.file_import.forgetting import due_to_forget, finished_with_file
from leadstern.capture.models import Download, ImportRun, Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.consent.queries import confirmed_waiting, requests_to_forget
from leadstern.consent.terms import Purpose
from leadstern.core.waiting import Question, Waiting
from leadstern.leads.models import Lead
from leadstern.leads.queries import known_hits
from leadstern.nurture.models import Enrollment, NotNurtured
from leadstern.nurture.terms import RUNNING
from leadstern.nurture.terms import TAKER as NURTURE
from leadstern.outbox.models import Delivery
from leadstern.outbox.queries import bounced_waiting, due_deliveries, sent_waiting
from leadstern.outbox.terms import DeliveryState
from leadstern.qualification.models import HandOver, Judgement, Verdict
from leadstern.qualification.terms import Stage
from leadstern.routing.models import Assignment
from leadstern.scoring.models import Score, ScoreModelVersion

Rows = Sequence["QuerySet[Any]"]


def _left_behind(now: datetime) -> "QuerySet[Submission]":
    return Submission.objects.filter(state=SubmissionState.RECEIVED, received_at__lt=now).exclude(
        channel=CaptureChannel.FILE_IMPORT
    )


def _handed_to(taker: str) -> Rows:
    return [HandOver.objects.filter(taker=taker, taken_at__isnull=True)]


def _changed(now: datetime) -> Rows:
    published = ScoreModelVersion.objects.filter(model__is_main=True, published_at__isnull=False)
    older = published.exclude(pk__in=published.order_by("-number").values("pk")[:1])
    return [Lead.objects.filter(is_changed=True), Score.objects.filter(version__in=older)]


def _to_send(now: datetime) -> Rows:
    return [due_deliveries(now=now), Delivery.objects.filter(state=DeliveryState.SENDING)]


def _to_welcome(now: datetime) -> Rows:
    return [confirmed_waiting(Purpose.MARKETING), NotNurtured.objects.filter(look_at__lte=now)]


WAITING: dict[str, Waiting] = {
    "import": lambda _now: [ImportRun.objects.filter(state=ImportRun.State.RUNNING)],
    "tidy": lambda now: [finished_with_file(), due_to_forget(now=now)],
    "understand": lambda now: [_left_behind(now)],
    "capture": lambda _now: [Submission.objects.filter(state=SubmissionState.WAITING)],
    "visit": lambda _now: [known_hits()],
    "download": lambda _now: [Download.objects.filter(is_taken=False)],
    "score": _changed,
    "judge": lambda _now: [Score.objects.filter(is_changed=True)],
    "recheck": lambda now: [Judgement.objects.filter(recheck_at__lte=now)],
    "return": lambda now: [Verdict.objects.filter(is_current=True, return_at__lte=now, stage=Stage.RECYCLED)],
    "route": lambda _now: _handed_to("routing"),
    "queue": lambda _now: [Assignment.objects.filter(is_waiting=True)],
    "close": lambda _now: _handed_to("sales"),
    "enrol": lambda _now: _handed_to(NURTURE),
    "welcome back": _to_welcome,
    "nurture": lambda now: [Enrollment.objects.filter(state__in=RUNNING, next_at__lte=now)],
    "send": _to_send,
    "sent": lambda _now: [sent_waiting(NURTURE)],
    "bounce": lambda _now: [bounced_waiting()],
    "forget": lambda now: [requests_to_forget(now=now)],
}


@cache
def _question() -> Question:
    return Question(WAITING)


def steps_with_work(*, now: datetime) -> set[str]:
    """The names of the steps that have something to take. One query."""
    return _question().ask(now=now)
