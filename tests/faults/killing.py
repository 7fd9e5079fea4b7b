"""One step, or one request, in a process that kills itself at a chosen commit. Called by `Forks`.

Commits are counted from 1: those of transactions, and writing statements outside of one; so are the mails handed to a
mail server. Nothing in the product knows.
"""

import os
import signal
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from leadstern.core.time import clock_at
from leadstern.journey.steps import STEPS
from tests.faults.senders import FORM

READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "SET", "EXPLAIN", "SHOW")
HANDED_OVER = "handed over"
NEVER = (0, "")
Point = tuple[int, str]


def walk(name: str, *, at: str, limit: int, point: Point = NEVER, smtp: str = "") -> int:
    """Walks this step alone, portion by portion, until nothing is left; how many rows it took."""
    settings.OWN["LEADSTERN_SMTP_URL"] = smtp
    step = next(step for step in STEPS if step.name == name)
    with _killed_at(*point):
        total = taken = step.walk(now=datetime.fromisoformat(at), limit=limit)
        while taken >= limit:
            taken = step.walk(now=datetime.fromisoformat(at), limit=limit)
            total += taken
    return total


def post(path: str, *, body: str, at: str, point: Point = NEVER) -> int:
    """Answers one POST as the web process does, file and all; the status."""
    with clock_at(datetime.fromisoformat(at)), _killed_at(*point):
        response: Any = Client(SERVER_NAME="127.0.0.1").post(path, body, content_type=FORM)
        if response.streaming:
            b"".join(response.streaming_content)
        response.close()
    return int(response.status_code)


def _killed_at(number: int, when: str) -> AbstractContextManager[None]:
    """Inside: kill -9 right before or right after the commit with this number, or when the mail with this number has
    gone to the server and its answer is still to come."""
    if when == HANDED_OVER:
        _kill_when_handed_over(number)
    commits = 0

    def commit_by(do: Callable[[], Any]) -> Any:
        nonlocal commits
        commits += 1
        _kill_if((commits, "before") == (number, when))
        answer = do()
        _kill_if((commits, "after") == (number, when))
        return answer

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if connection.in_atomic_block or sql.lstrip("( ").upper().startswith(READING):
            return execute(sql, *rest)
        return commit_by(lambda: execute(sql, *rest))

    whole: Any = connection
    commit = whole._commit
    whole._commit = lambda: commit_by(commit)
    return connection.execute_wrapper(watch)


def _kill_when_handed_over(number: int) -> None:
    send, mails = smtplib.SMTP.send, 0

    def watched(server: smtplib.SMTP, content: Any) -> None:
        nonlocal mails
        send(server, content)
        mails += content.endswith(b"\r\n.\r\n") if isinstance(content, bytes) else 0
        _kill_if(mails == number)

    smtplib.SMTP.send = watched  # type: ignore[method-assign,assignment]


def _kill_if(is_now: bool) -> None:
    if is_now:
        os.kill(os.getpid(), signal.SIGKILL)
