"""`make bench`: every benchmark on SQLite and, where there is a server, on PostgreSQL; one table at the end.

    python -m bench [--only path,pages] [--database sqlite] [--scale 0.1] [--json]

Each benchmark is a module with `figures(scale)`; it runs in a process of its own, in a temporary installation. Those in
FILLED share one installation with 100,000 leads. Nothing here asserts a time: the goals are printed beside.
"""

import argparse
import contextlib
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Figure
from bench.places import ROOT, place
from tools.postgres import server

ALONE = ("hits", "path", "steps", "imports", "process")
FILLED = ("pages", "idle", "publish")


def main() -> int:
    arguments = _arguments()
    if arguments.measure:
        module = importlib.import_module(f"bench.{arguments.measure}")
        sys.stdout.write(json.dumps([figure.as_json() for figure in module.figures(arguments.scale)]))
        return 0
    wanted = arguments.only.split(",") if arguments.only else [*ALONE, *FILLED]
    found: list[tuple[str, Figure]] = []
    with server(is_durable=True) as postgres:
        kinds = {"sqlite": None} | ({"postgresql": postgres} if postgres else {})
        for kind, address in kinds.items():
            if arguments.database in ("", kind):
                found += [(kind, figure) for figure in _run(wanted, kind, address, arguments.scale)]
    sys.stdout.write(_json(found) if arguments.json else _table(found))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of benchmarks, separated by commas")
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgresql"])
    parser.add_argument("--scale", type=float, default=1.0, help="a share of the full sizes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", default="", choices=["", *ALONE, *FILLED], help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(wanted: list[str], kind: str, address: str | None, scale: float) -> Iterator[Figure]:
    for name in ALONE:
        if name in wanted:
            with place(address) as environment:
                yield from _measured(name, kind, environment, scale)
    together = [name for name in FILLED if name in wanted]
    if together:
        with place(address) as environment:
            _say(f"{kind}: filling")
            fill = [sys.executable, "-m", "bench.fill", str(int(100_000 * scale))]
            subprocess.run(fill, cwd=ROOT, env=environment, check=True)  # noqa: S603 -- our own words
            for name in together:
                yield from _measured(name, kind, environment, scale)


def _measured(name: str, kind: str, environment: dict[str, str], scale: float) -> list[Figure]:
    _say(f"{kind}: {name} (load {os.getloadavg()[0]:.1f})")
    command = [sys.executable, "-m", "bench", "--measure", name, "--scale", str(scale)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE)  # noqa: S603
    if done.returncode:
        _say(f"{kind}: {name} failed with status {done.returncode}")
        return []
    found = [Figure.from_json(data) for data in json.loads(done.stdout)]
    _say("\n".join("  " + "  ".join(_cells(kind, figure)) for figure in found))
    return found


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


HEADINGS = ("what", "database", "n", "median", "p95", "limit", "ratio", "goal", "", "note")


def _table(found: list[tuple[str, Figure]]) -> str:
    rows = [HEADINGS, *(_cells(kind, figure) for kind, figure in found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def _cells(kind: str, figure: Figure) -> tuple[str, ...]:
    goal = figure.goal
    unit = "" if goal is None or goal.of == "ratio" else f" {figure.unit}"
    wish = f"{goal.of} {'>=' if goal.is_least else '<='} {goal.value:g}{unit}" if goal else ""
    mark = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    numbers = (figure.median, figure.p95, figure.limit)
    shown = [_number(number, figure.unit) for number in numbers]
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
    return (figure.name, kind, f"{figure.n}", *shown, ratio, wish, mark, figure.note)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _json(found: list[tuple[str, Figure]]) -> str:
    return json.dumps([{"database": kind} | figure.as_json() for kind, figure in found], indent=2) + "\n"


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
