"""All commands and their options, in one list. Imported before Django is, so that `--help` is instant."""

import argparse
from typing import TYPE_CHECKING

from leadstern import __version__

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 -- argparse has no public name


def parser() -> argparse.ArgumentParser:
    """The whole command line. Each command names its module in `leadstern.cli`."""
    whole = argparse.ArgumentParser(prog="leadstern", description="Lead management from visitor to customer.")
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for add in (_serve, _prepare, _demo, _demo_site, _import, _report, _user, _doctor, _backup, _restore):
        add(commands)
    return whole


def _command(commands: "Commands", name: str, says: str, *, answers: bool = True) -> argparse.ArgumentParser:
    """`answers`: comes to an end and says something, as text or as JSON."""
    made = commands.add_parser(name, help=says, description=says)
    if answers:
        made.add_argument("--json", action="store_true", help="answer as JSON")
    made.set_defaults(module=name.replace("-", "_"), needs_django=True)
    return made


def _serve(commands: "Commands") -> None:
    made = _command(commands, "serve", "start web and worker", answers=False)
    made.set_defaults(needs_django=False)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8000)
    part = made.add_mutually_exclusive_group()
    part.add_argument("--web", action="store_true", help="only the web server")
    part.add_argument("--work", action="store_true", help="only the worker")
    made.add_argument(
        "--demo", action="store_true", help="load the demo company into an empty database, show its website"
    )
    made.add_argument("--demo-port", type=int, default=8001, help="port of the demo company's website")


def _prepare(commands: "Commands") -> None:
    made = _command(commands, "prepare", "bring the database up to date and fill in what every company starts with")
    made.add_argument("--demo", action="store_true", help="load the demo company if the database is empty")
    made.add_argument("--demo-port", type=int, default=8001, help="port of the demo company's website")


def _demo(commands: "Commands") -> None:
    made = _command(commands, "demo", "load the demo company with a year of history")
    made.add_argument("--fresh", action="store_true", help="delete what is in the database first")
    made.add_argument("--leads", type=int, default=3000, help="how many people come")
    made.add_argument("--days", type=int, default=365, help="how many days of history")
    made.add_argument("--demo-port", type=int, default=8001, help="port of the demo company's website")


def _demo_site(commands: "Commands") -> None:
    made = _command(commands, "demo-site", "serve the demo company's own website", answers=False)
    made.set_defaults(needs_django=False)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8001)
    made.add_argument("--leadstern", default="", help="address of Leadstern as visitors reach it")


def _import(commands: "Commands") -> None:
    made = _command(commands, "import", "bring in a CSV file of leads or of outcomes")
    made.set_defaults(module="bring_in")
    made.add_argument("kind", choices=["leads", "outcomes"])
    made.add_argument("file")
    made.add_argument("--map", action="append", default=[], metavar="FIELD=HEADING")
    made.add_argument("--stage", default="", help="the stage these leads have already reached")
    made.add_argument("--acquisition", default="", choices=["", "spear", "seed", "net"])
    made.add_argument("--dry-run", action="store_true", help="only check and report")


def _report(commands: "Commands") -> None:
    made = _command(commands, "report", "print a report")
    made.add_argument("name")
    made.add_argument("--by", default="")
    made.add_argument("--since", default="", metavar="YYYY-MM-DD")
    made.add_argument("--until", default="", metavar="YYYY-MM-DD")


def _user(commands: "Commands") -> None:
    made = _command(commands, "user", "add a person who may sign in")
    made.add_argument("action", choices=["add"])
    made.add_argument("email")
    made.add_argument("--name", default="")
    made.add_argument("--role", action="append", default=[], help="marketing, inside_sales, field_sales, head, admin")
    made.add_argument("--language", default="", choices=["", "de", "en"])
    made.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _doctor(commands: "Commands") -> None:
    _command(commands, "doctor", "check the installation and say what to do")


def _backup(commands: "Commands") -> None:
    _command(commands, "backup", "write database, files and key into one file").add_argument("file")


def _restore(commands: "Commands") -> None:
    made = _command(commands, "restore", "bring back what `backup` wrote")
    made.add_argument("file")
    made.add_argument("--force", action="store_true", help="replace the data that is there")
