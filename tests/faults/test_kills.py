"""kill -9 at any moment, a locked and a vanished database: nothing is lost, nothing is done twice.

Real processes on loopback, the same on SQLite and PostgreSQL. What counts is the account over whole tables at the end.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.crowd import CROWD
from tests.faults.senders import Sender, Website, open_forms, together
from tests.faults.watching import count, wait_for
from tests.own_database import ask, closed_to_all, locked
from tests.running import Running, is_answering

pytestmark = [pytest.mark.kills, pytest.mark.xdist_group("kills")]
ONCE = {
    "submissions": 1, "taken": 1, "leads": 1, "enquiries": 1, "deliveries": 1, "mails": 1, "scores": 1,
    "first verdicts": 1, "current verdicts": 1, "promotions": 1, "owners": 1, "tasks": 1, "stages told": 1,
    "owners told": 1, "left over": 0,
}  # fmt: skip
NEVER = dict.fromkeys(ONCE, 0)
LINES = 5_000


def settle(installation: Running) -> dict[str, dict[str, int]]:
    """Ends all processes, lets the path settle, and says what became of everybody."""
    installation.stop()
    account = installation.module("tests.faults.account")
    assert account["waiting"] == []
    people: dict[str, dict[str, int]] = account["people"]
    return people


def test_a_flood_of_enquiries_survives_kills_of_web_and_worker(installation: Running) -> None:
    chance = random.Random(42)
    installation.start()
    website = Website(installation.address)
    senders = open_forms(website, 140)
    for sender in chance.sample(senders, 20):
        sender.is_patient = False
    deadline = time.monotonic() + 40
    with ThreadPoolExecutor(5) as pool:
        flood = [pool.submit(website.send_until_thanked, sender, deadline=deadline) for sender in senders]
        kills = _kill_at_random(installation, chance, until=lambda: all(one.done() for one in flood))
    for one in flood:
        one.result()
    assert kills >= 4
    assert any(answer.status == 0 for sender in senders for answer in sender.answers)
    together(website.send, chance.sample([sender for sender in senders if sender.is_thanked], 15))
    people = settle(installation)
    assert all(sender.is_thanked for sender in senders if sender.is_patient)
    broken = {
        sender.email: people.get(sender.email)
        for sender in senders
        if people.get(sender.email, NEVER) not in ([ONCE] if sender.is_thanked else [ONCE, NEVER])
    }
    assert broken == {}
    assert set(people) <= {sender.email for sender in senders}


def _kill_at_random(installation: Running, chance: random.Random, *, until: Callable[[], bool]) -> int:
    """Kills web and worker in turn, each at most three times: the pause before a restart grows. How often it did."""
    parts = ["config.web", "config.work"] * 3
    done = 0
    for part in parts:
        time.sleep(chance.uniform(0.3, 1.2))
        wait_for(lambda part=part: until() or bool(installation.children(part)), seconds=20)  # type: ignore[misc]
        if until():
            break
        installation.kill(part)
        done += 1
    return done


def test_workers_side_by_side_killed_half_done_again_and_again_do_nothing_twice(installation: Running) -> None:
    """The worker of `leadstern serve` and one beside it, killed in the middle of one step after the other."""
    installation.module("tests.faults.crowd")
    installation.start()
    for table in ("outbox_delivery", "leads_lead", "scoring_score", "sales_task"):
        before, beside = count(installation, table), _worker(installation)
        assert wait_for(lambda table=table, before=before: count(installation, table) > before, seconds=60)  # type: ignore[misc]
        _kill_workers(installation, beside)
        assert before < count(installation, table) < CROWD, table
    people = settle(installation)
    assert len(people) == CROWD
    assert {address: found for address, found in people.items() if found != ONCE} == {}


def _kill_workers(installation: Running, beside: "subprocess.Popen[bytes]") -> None:
    """Returns when both are gone; the parent starts its own again."""
    inside = installation.children("config.work")
    beside.kill()
    installation.kill("config.work")
    beside.wait()
    assert wait_for(lambda: not any(_is_alive(worker) for worker in inside), seconds=10)


def _worker(installation: Running) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "leadstern.config.work"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=installation.environment(), stdout=quiet, stderr=quiet)


def test_a_database_locked_for_three_seconds_costs_patience_and_nothing_else(installation: Running) -> None:
    installation.start()
    website = Website(installation.address)
    senders = open_forms(website, 12)
    with ThreadPoolExecutor(12) as pool:
        with locked(installation.home, installation.database, "capture_submission"):
            sent = [pool.submit(website.send, sender) for sender in senders]
            time.sleep(3)
            assert not any(one.done() for one in sent)
        answers = [one.result() for one in sent]
    assert [answer.status for answer in answers] == [303] * 12
    assert settle(installation) == {sender.email: ONCE for sender in senders}


def test_a_vanished_database_is_said_in_words_and_the_entries_can_be_sent_again(installation: Running) -> None:
    if not installation.database:
        pytest.skip("PostgreSQL only: a file does not go away")
    installation.start()
    website = Website(installation.address)
    (sender,) = open_forms(website, 1)
    together(website.open_form, [Sender(number) for number in range(100, 110)])  # several connections in the pool
    with closed_to_all(installation.database):
        answer = website.send(sender)
        assert answer.status == 503
        assert "Erneut senden" in answer.text
        assert sender.email in answer.text
        assert sender.token in answer.text
    assert [website.ask("/f/kontakt/").status for _each in range(5)] == [200] * 5
    assert website.send(sender).is_thanks
    assert wait_for(lambda: count(installation, "sales_task") == 1, seconds=15), installation.log()[-3000:]
    assert settle(installation) == {sender.email: ONCE}


def test_serving_without_a_database_ends_at_once_and_says_why(tmp_path: Path) -> None:
    running = Running(tmp_path, "postgresql://leadstern@127.0.0.1:1/nothing")
    done = subprocess.run(
        [sys.executable, "-m", "leadstern.cli", "serve", "--port", str(running.port)],
        env=running.environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_the_doctor_names_a_database_that_is_gone(tmp_path: Path) -> None:
    answer = Running(tmp_path, "postgresql://leadstern@127.0.0.1:1/nothing").command("doctor")
    finding = next(check for check in answer["checks"] if check["check"] == "database")
    assert not answer["healthy"]
    assert finding["level"] == "problem"
    assert "DATABASE_URL" in finding["advice"]


def test_when_the_parent_is_killed_the_children_end_and_the_port_is_free(installation: Running) -> None:
    installation.start()
    parent = installation.process
    assert parent is not None
    children = [one for one in installation.children("leadstern") if one != parent.pid]
    assert len(children) >= 3
    parent.kill()
    parent.wait()
    assert wait_for(lambda: not any(_is_alive(child) for child in children), seconds=10)
    assert not is_answering(f"{installation.address}/account/login/")
    installation.start()


def _is_alive(process_id: int) -> bool:
    """Whether it runs; a zombie nobody has collected yet does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    lines = (f"Person {number};person{number}@muster{number}.example;50667" for number in range(LINES))
    path.write_text("\n".join(["Name;E-Mail;PLZ", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def killed_import(installation: Running, file: Path) -> list[str]:
    """The command of an import that was killed twice in the middle: while reading the file, while making leads."""
    command = [
        sys.executable, "-m", "leadstern.cli", "import", "leads", str(file),
        "--map", "name=Name", "--map", "email=E-Mail", "--map", "postcode=PLZ", "--json",
    ]  # fmt: skip
    for table in ("capture_submission", "leads_lead"):
        process = subprocess.Popen(
            command, env=installation.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert wait_for(lambda table=table: count(installation, table) > 0, seconds=40)  # type: ignore[misc]
        process.kill()
        process.wait()
        assert count(installation, table) < LINES
    return command


def _check_import(installation: Running) -> None:
    people = settle(installation)
    assert len(people) == LINES
    kinds = {json.dumps(found, sort_keys=True) for found in people.values()}
    assert [json.loads(kind) for kind in kinds] == [_imported()]
    assert count(installation, "leads_activity") == LINES
    assert ask(installation.home, installation.database, "SELECT sum(accepted) FROM capture_importrun") == LINES


def _imported() -> dict[str, Any]:
    """One lead that no form was filled in for, not ready, in nobody's queue."""
    return NEVER | {"submissions": 1, "taken": 1, "leads": 1, "scores": 1, "first verdicts": 1, "current verdicts": 1}


def test_an_import_killed_and_started_again_brings_each_line_once(
    installation: Running, killed_import: list[str]
) -> None:
    done = subprocess.run(killed_import, env=installation.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    _check_import(installation)


def test_an_import_killed_is_continued_by_the_worker(installation: Running, killed_import: list[str]) -> None:
    installation.arguments = ()
    installation.start()
    open_runs = "SELECT count(*) FROM capture_importrun WHERE state = 'running'"
    assert wait_for(lambda: ask(installation.home, installation.database, open_runs) == 0, seconds=60)
    _check_import(installation)
