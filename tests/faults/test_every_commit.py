"""kill -9 right before and right after each commit of each step, and of each request of strangers.

After each kill a fresh process goes on until nothing waits; every row of every table must then be as in an installation
that did the same and was never killed.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from leadstern.journey.steps import STEPS
from tests.faults import killing, scenarios, tables
from tests.faults.forks import Forks, Killed
from tests.faults.killing import HANDED_OVER, post, walk
from tests.faults.scenarios import REQUESTS, SCENARIOS, furnish, prepare, prepare_request
from tests.faults.tables import difference, settle
from tests.faults.watching import wait_until_alone
from tests.outbox.make import Server, running
from tests.own_database import ask
from tests.running import Running, fresh

pytestmark = [pytest.mark.kills, pytest.mark.xdist_group("commits")]
Copies = Callable[[Running], AbstractContextManager[Running]]
EACH_COUNTS = {"download"}
"""Pressing the button again is a download again; what else is sent again changes nothing."""
MARKED = "SELECT count(*) FROM outbox_delivery WHERE state = 'sending' AND handed_over_at IS NOT NULL"


@pytest.fixture(scope="module")
def forks(company: Running) -> Iterator[Forks]:
    with Forks(company, killing, scenarios, tables) as server:
        yield server


@pytest.fixture(scope="module")
def furnished(company: Running, forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The pattern: a company in which every step can have something to do."""
    with fresh(tmp_path_factory.mktemp("furnished") / "home", like=company) as installation:
        forks.call(furnish, installation)
        yield installation


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    numbers = count()

    @contextmanager
    def copy(pattern: Running) -> Iterator[Running]:
        with fresh(tmp_path / str(next(numbers)), like=pattern) as installation:
            yield installation

    return copy


@pytest.fixture
def mail_server() -> Iterator[Server]:
    with running(Server()) as server:
        yield server


def kill_points() -> Iterator[tuple[int, str]]:
    for number in count(1):
        yield number, "before"
        yield number, "after"


def test_every_step_has_a_scenario() -> None:
    assert [step.name for step in STEPS] == list(SCENARIOS)


@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_a_step_killed_at_any_commit_loses_nothing_and_does_nothing_twice(
    name: str, forks: Forks, furnished: Running, copies: Copies
) -> None:
    limit = SCENARIOS[name].limit
    with copies(furnished) as prepared:
        at = forks.call(prepare, prepared, name=name)
        with copies(prepared) as whole:
            assert forks.call(walk, whole, name=name, at=at, limit=limit) == SCENARIOS[name].rows
            expected = forks.call(settle, whole, at=at)
        assert expected["waiting"] == []
        kills = 0
        for point in kill_points():
            with copies(prepared) as one:
                if forks.call(walk, one, name=name, at=at, limit=limit, point=point) is not Killed:
                    break
                wait_until_alone(one)
                assert difference(expected, forks.call(settle, one, at=at)) == [], point
            kills += 1
    assert kills >= 4


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_killed_at_any_commit_is_kept_or_can_be_sent_again(
    name: str, forks: Forks, furnished: Running, copies: Copies
) -> None:
    """By a patient person, who sends it again, and by one who never does."""
    with copies(furnished) as prepared:
        request = forks.call(prepare_request, prepared, name=name)
        expected = [_sent_times(number, request, forks, prepared, copies) for number in range(3)]
        assert difference(expected[0], expected[1])
        assert bool(difference(expected[1], expected[2])) == (name in EACH_COUNTS)
        kills = 0
        for point, is_patient in ((point, is_patient) for point in kill_points() for is_patient in (False, True)):
            with copies(prepared) as one:
                if forks.call(post, one, point=point, **request) is not Killed:
                    break
                wait_until_alone(one)
                if is_patient:
                    assert forks.call(post, one, **request) < 400
                found = forks.call(settle, one, at=request["at"])
            times = (point != (1, "before")) + is_patient
            assert difference(expected[times], found) == [], (point, is_patient)
            kills += 1
    assert kills >= 4


def _sent_times(
    number: int, request: dict[str, str], forks: Forks, prepared: Running, copies: Copies
) -> dict[str, Any]:
    """What an installation holds in which the same was sent so often and nothing was ever killed."""
    with copies(prepared) as whole:
        for _time in range(number):
            assert forks.call(post, whole, **request) < 400
        told: dict[str, Any] = forks.call(settle, whole, at=request["at"])
    assert told["waiting"] == []
    return told


def test_a_mail_is_sent_once_or_uncertain_wherever_the_sender_is_killed(
    forks: Forks, furnished: Running, copies: Copies, mail_server: Server
) -> None:
    """Uncertain is a mail if and only if the kill came between its mark and the note of its answer (decision 0006)."""
    smtp, limit = f"smtp://127.0.0.1:{mail_server.port}?tls=none", SCENARIOS["send"].limit
    seen = set()
    with copies(furnished) as prepared:
        at = forks.call(prepare, prepared, name="send")
        with copies(prepared) as whole:
            assert forks.call(walk, whole, name="send", at=at, limit=limit, smtp=smtp) == SCENARIOS["send"].rows
            expected = forks.call(settle, whole, at=at, smtp=smtp)
        everybody = sorted(mail_server.recipients)
        for point in _points_of_sending():
            mail_server.mails.clear()
            with copies(prepared) as one:
                if forks.call(walk, one, name="send", at=at, limit=limit, smtp=smtp, point=point) is not Killed:
                    break
                wait_until_alone(one)
                marked = ask(one.home, one.database, MARKED)
                found = forks.call(settle, one, at=at, smtp=smtp)
            arrived, uncertain = mail_server.recipients, _recipients(found, "uncertain")
            assert (len(uncertain), bool(difference(expected, found))) == (marked, bool(marked)), point
            assert sorted({*arrived, *uncertain}) == everybody
            assert len(arrived) == len(set(arrived)) == len(everybody) - len(set(uncertain) - set(arrived))
            assert sorted(uncertain + _recipients(found, "sent")) == everybody
            seen.add((point[1], marked, set(uncertain) <= set(arrived)))
    assert len(everybody) == SCENARIOS["send"].rows
    assert seen == {
        ("before", 0, True), ("after", 0, True), ("after", 1, False), ("before", 1, True), (HANDED_OVER, 1, True)
    }  # fmt: skip


def _points_of_sending() -> Iterator[tuple[int, str]]:
    yield from ((number, HANDED_OVER) for number in range(1, SCENARIOS["send"].rows + 1))
    yield from kill_points()


def _recipients(told: dict[str, Any], state: str) -> list[str]:
    rows = map(json.loads, told["tables"]["outbox.Delivery"])
    return [row["recipient"] for row in rows if row["taker"] and row["state"] == state]
