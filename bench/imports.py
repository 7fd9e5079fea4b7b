"""100,000 leads from a file by the ordinary import, until they are leads with a history; and the memory it takes.

The limit parses the same file with the csv module, makes addresses small and upserts the rows set-based into one table
with a unique address.
"""

import csv
import os
import resource
from pathlib import Path
from typing import Any

import django

from bench.figures import Batch, Figure, Goal, batches, rates, timed

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up

from bench.fill import CITIES, FIRST, LAST, write_rows  # noqa: E402
from leadstern.capture.channels.file_import import actions as file_import  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from leadstern.leads.actions import take_submissions  # noqa: E402
from leadstern.leads.models import Lead  # noqa: E402

HEADINGS = ("E-Mail", "Telefon", "Vorname", "Nachname", "Firma", "PLZ", "Ort")
FIELDS = ("email", "phone", "first_name", "last_name", "company", "postcode", "city")
BATCH = 2_000


def figures(scale: float) -> list[Figure]:
    count = int(100_000 * scale)
    path = Path(os.environ["LEADSTERN_HOME"]) / "leads.csv"
    _write(path, count)
    limit = timed(lambda: _limit(path))
    before = _memory()
    stored, taken = _import(path), batches(lambda: take_submissions(now=now(), limit=BATCH))
    again = _import(path)
    goal = Goal("ratio", 0.45, is_least=True)
    both = [lines[0] / (lines[1] + leads[1]) for lines, leads in zip(stored, taken, strict=False)]
    return [
        rates("leads imported", both, n=count, limit=count / limit, goal=goal),
        rates("lines to submissions", _rates(stored), n=count, limit=count / limit),
        rates("submissions to leads", _rates(taken), n=count, limit=count / limit),
        rates("the same file again", _rates(again), n=count, limit=count / limit),
        Figure("memory of the import, most", "MB", count, _memory(), limit=before, note="limit: before"),
    ]


def _write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for number in range(count):
            postcode, city = CITIES[number % len(CITIES)]
            company = f"Werk {number // 20} GmbH" if number % 3 == 0 else ""
            first, last = FIRST[number % len(FIRST)], LAST[number // 7 % len(LAST)]
            address, phone = f"Lead{number}@firma{number // 20}.example", f"0221 {10_000_000 + number}"
            writer.writerow([address, phone, first, last, company, postcode, city])


def _import(path: Path) -> list[Batch]:
    mapping = dict(zip(FIELDS, HEADINGS, strict=True))
    run = file_import.start_run(path, filename=path.name, mapping=mapping, options={}, by=None, now=now())
    file_import.begin_run(run, by=None, now=now())
    return batches(lambda: file_import.continue_runs(now=now(), limit=BATCH))


def _rates(done: list[Batch]) -> list[float]:
    return [count / seconds for count, seconds in done]


def _limit(path: Path) -> None:
    columns = ", ".join(f"{name} text" for name in FIELDS[1:])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_limit (email text PRIMARY KEY, {columns})")
        cursor.execute(f"CREATE TEMPORARY TABLE bench_lines (email text, {columns})")
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter=";")
        next(lines)
        write_rows(Lead, FIELDS, (_small(line) for line in lines), table="bench_lines")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_limit SELECT * FROM bench_lines WHERE true ON CONFLICT (email) DO NOTHING")
        cursor.execute("DROP TABLE bench_limit")
        cursor.execute("DROP TABLE bench_lines")


def _small(line: list[str]) -> tuple[Any, ...]:
    return line[0].strip().lower(), *line[1:]


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
