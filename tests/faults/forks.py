"""Functions in processes of their own that start at once and may be killed: Django is loaded once, each call is a fork.

Run as a module inside an installation it answers lines: {"call": "module:function", "home", "database", "arguments"}
becomes {"is_killed", "answer", "error"}. `Forks` is the other end of the line, for the tests.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from leadstern.core.memory import keep_what_is_loaded
from tests.running import Running


class Killed:
    """The process did not come to its end."""


class Forks:
    """A server of forks; `call` runs a function of a module of the tests in a process of its own."""

    def __init__(self, like: Running, *modules: ModuleType) -> None:
        """`modules` are loaded before the first fork, so that no child has to."""
        load = ", ".join(("leadstern.config.urls", *(module.__name__ for module in modules)))
        script = f"import django, tests.faults.forks as forks; django.setup(); import {load}; forks.answer_lines()"
        environment = like.environment() | {"DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}
        self._server = subprocess.Popen(
            [sys.executable, "-c", script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.communicate()

    def call(self, function: Callable[..., Any], installation: Running, **arguments: Any) -> Any:
        """What the function returns there (as JSON carries it), or `Killed`."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        line = {
            "call": f"{function.__module__}:{function.__name__}", "home": str(installation.home),
            "database": installation.database, "arguments": arguments,
        }  # fmt: skip
        self._server.stdin.write(json.dumps(line) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        assert not answer["error"], answer["error"]
        return Killed if answer["is_killed"] else answer["answer"]


def answer_lines() -> None:
    """Until the input ends. This process itself never opens a database, and no child looks through what it loaded."""
    keep_what_is_loaded()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _be_the_child(call, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        text = told.read()
    _pid, status = os.waitpid(child, 0)
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    answer: dict[str, Any] = {"answer": None, "error": ""}
    if not is_killed:
        answer |= json.loads(text) if text else {"error": f"it ended with {status} and said nothing"}
    return answer | {"is_killed": is_killed}


def _be_the_child(call: dict[str, Any], writing: int) -> None:
    """Never returns: what the parent has open and registered is not ours to end."""
    os.dup2(2, 1)
    try:
        told = {"answer": _called(**call)}
    except BaseException:  # noqa: BLE001 -- whatever it is, the test shall read it
        told = {"error": traceback.format_exc()}
    with suppress(BaseException), os.fdopen(writing, "w", encoding="utf-8") as line:
        json.dump(told, line)
    os._exit(0)


def _called(*, call: str, home: str, database: str, arguments: dict[str, Any]) -> Any:
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now
    from django.db import connection, connections  # noqa: PLC0415

    settings.LEADSTERN_HOME, settings.FILES = Path(home), Path(home) / "files"
    name = unquote(urlsplit(database).path[1:]) if database else str(Path(home) / "leadstern.sqlite3")
    connection.settings_dict["NAME"] = name
    module, _colon, function = call.partition(":")
    try:
        return getattr(import_module(module), function)(**arguments)
    finally:
        connections.close_all()
