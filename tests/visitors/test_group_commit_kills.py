"""What was answered is stored, exactly once, whatever happens to the server or the database."""

import json
import sqlite3
import threading
import time

import psycopg
import pytest

from tests.visitors.server import KEY, ORIGIN, Database, Server

pytestmark = pytest.mark.kills


class Flood:
    """Connections that each send numbered hits one after the other and remember what was answered 204."""

    def __init__(self, server: Server, *, connections: int = 8) -> None:
        self.server = server
        self.answered: list[str] = []
        self.refused = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(connections)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _send(self, connection: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            path = f"/{connection}/{number}"
            try:
                status = self.server.send({"page": f"{ORIGIN}{path}"})
            except OSError:
                continue
            except Exception:  # noqa: BLE001 -- half an answer of a killed server is no answer
                continue
            if status == 204:
                self.answered.append(path)
            else:
                self.refused += 1


def _stored(database: Database) -> dict[str, int]:
    return dict(database.query("SELECT path, count(*) FROM visitors_hit GROUP BY path"))


def test_kill_9_in_a_flood_loses_nothing_answered(server: Server, database: Database) -> None:
    flood = Flood(server)
    flood.start()
    for _ in range(3):
        time.sleep(0.7)
        server.kill()
        server.start()
    time.sleep(0.5)
    flood.stop()
    stored = _stored(database)
    assert len(flood.answered) > 100
    assert [path for path in flood.answered if stored.get(path) != 1] == []
    assert max(stored.values()) == 1


def test_a_clean_stop_loses_nothing_answered(server: Server, database: Database) -> None:
    flood = Flood(server)
    flood.start()
    time.sleep(0.7)
    server.stop()
    flood.stop()
    stored = _stored(database)
    assert len(flood.answered) > 50
    assert [path for path in flood.answered if stored.get(path) != 1] == []


def test_a_locked_database_answers_late_or_not_at_all_but_never_falsely(server: Server, database: Database) -> None:
    assert server.send({"page": f"{ORIGIN}/warm"}) == 204
    flood = Flood(server, connections=4)
    if database.is_postgres:
        with psycopg.connect(database.url) as blocker:
            blocker.execute("LOCK TABLE visitors_hit IN EXCLUSIVE MODE")
            flood.start()
            time.sleep(3)
            before = len(flood.answered)
    else:
        lite = sqlite3.connect(database.folder / "leadstern.sqlite3", timeout=20, isolation_level=None)
        lite.execute("BEGIN IMMEDIATE")
        flood.start()
        time.sleep(3)
        before = len(flood.answered)
        lite.execute("COMMIT")
        lite.close()
    time.sleep(2.5)
    flood.stop()
    stored = _stored(database)
    assert before == 0
    assert len(flood.answered) > 4
    assert [path for path in flood.answered if stored.get(path) != 1] == []
    assert max(stored.values()) == 1


def test_a_database_gone_for_long_is_answered_503(server: Server, database: Database) -> None:
    """Longer than anybody waits: the answer says that nothing is stored, and when to try again; then all is well."""
    assert server.send({"page": f"{ORIGIN}/warm"}) == 204
    if database.is_postgres:
        blocker = psycopg.connect(database.url)
        blocker.execute("LOCK TABLE visitors_hit IN EXCLUSIVE MODE")
    else:
        lite = sqlite3.connect(database.folder / "leadstern.sqlite3", timeout=20, isolation_level=None)
        lite.execute("BEGIN IMMEDIATE")
    body = json.dumps({"site": KEY, "page": f"{ORIGIN}/late"}).encode()
    status, headers, text = server.request("POST", "/h", body, {"Origin": ORIGIN})
    assert (status, headers["retry-after"], text) == (503, "2", b"not stored, try again")
    if database.is_postgres:
        blocker.rollback()
        blocker.close()
    else:
        lite.execute("COMMIT")
        lite.close()
    deadline = time.monotonic() + 10
    while (status := server.send({"page": f"{ORIGIN}/after"})) != 204 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status == 204
    assert "/late" not in _stored(database)


def test_postgres_connections_cut_in_a_flood_lose_and_double_nothing(server: Server, database: Database) -> None:
    """The connection goes again and again, also in the middle of COMMIT: what became of it is asked, not guessed."""
    if not database.is_postgres:
        pytest.skip("PostgreSQL only")
    flood = Flood(server)
    flood.start()
    with psycopg.connect(database.url, autocommit=True) as admin:
        for _ in range(40):
            time.sleep(0.07)
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    time.sleep(1)
    flood.stop()
    stored = _stored(database)
    assert len(flood.answered) > 50
    assert [path for path in flood.answered if stored.get(path) != 1] == []
    assert max(stored.values()) == 1
