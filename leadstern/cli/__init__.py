"""The command `leadstern`.

Enters: the command line. Leaves: an answer on standard output (JSON with `--json`) and an exit status: 0 done,
1 done but something needs attention, 2 not done. `parser.py` lists all commands; each has a module of its own here.
"""

import importlib
import json
import os
import sys
from typing import Any

from leadstern.cli.parser import parser
from leadstern.core.memory import collect_seldom


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Errors that a person can mend are one sentence on standard error, never a traceback."""
    collect_seldom()
    options = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadstern.config.settings")
    environment = importlib.import_module("leadstern.config.environment")
    try:
        return _run(options)
    except environment.WrongSetting as error:
        return _failed(str(error), options)
    except KeyboardInterrupt:
        return 130


def _run(options: Any) -> int:
    if options.needs_django:
        importlib.import_module("django").setup()
    command = importlib.import_module(f"leadstern.cli.{options.module}")
    errors = importlib.import_module("leadstern.core.errors")
    try:
        answer = command.run(options)
    except (errors.LeadsternError, FileNotFoundError, PermissionError) as error:
        return _failed(str(error), options)
    except _database_errors(options) as error:
        return _failed(f"{str(error).strip()}\n{_advice()}", options)
    return answer if isinstance(answer, int) else _answered(answer, options)


def _database_errors(options: Any) -> tuple[type[Exception], ...]:
    """What is raised when the database is gone or empty. Commands without Django touch none and need not load it."""
    database = importlib.import_module("django.db") if options.needs_django else None
    return (database.OperationalError, database.ProgrammingError) if database else ()


def _advice() -> str:
    """What the doctor says of the database: not there, or not prepared yet."""
    health = importlib.import_module("leadstern.journey.health")
    now = importlib.import_module("leadstern.core.time").now()
    advice = [finding.advice for finding in health.findings(now=now) if finding.check in ("database", "migrations")]
    return "\n".join(filter(None, advice))


def _answered(answer: Any, options: Any) -> int:
    """`answer` has `as_json()`, `as_text()` and `status`."""
    print(json.dumps(answer.as_json(), indent=2, ensure_ascii=False) if options.json else answer.as_text())
    return int(answer.status)


def _failed(sentence: str, options: Any) -> int:
    if getattr(options, "json", False):
        print(json.dumps({"error": sentence}, ensure_ascii=False))
    print(f"leadstern: {sentence}", file=sys.stderr)
    return 2
