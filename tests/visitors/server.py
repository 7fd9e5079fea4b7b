"""A real server process with a database of its own: started, killed, started again. Used by the tests that kill."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.running import free_port

ORIGIN = "http://127.0.0.1:5999"
# Where the foreign pages of the browser tests are served; free when the tests start.
FOREIGN_PORT = free_port()
FOREIGN = f"http://127.0.0.1:{FOREIGN_PORT}"
KEY = "served"
ROOT = Path(__file__).resolve().parents[2]


class Database:
    """The database of an installation of the test's own, with one website. `url` is '' for SQLite in `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.is_postgres = bool(url)

    def environment(self) -> dict[str, str]:
        own = {"LEADSTERN_HOME": str(self.folder), "DATABASE_URL": self.url, "LEADSTERN_RATE_LIMITS": "false"}
        return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}

    def query(self, sql: str) -> list[Any]:
        """Rows as the database holds them, past all code of the product."""
        if self.is_postgres:
            with psycopg.connect(self.url) as connection:
                cursor = connection.execute(sql)
                return cursor.fetchall() if cursor.description else []
        with sqlite3.connect(self.folder / "leadstern.sqlite3", timeout=20) as lite:
            return lite.execute(sql).fetchall()

    def reset(self) -> None:
        """No hits, no visitors, one website."""
        for table in ("hit", "visitor", "refusal"):
            self.query(f"DELETE FROM visitors_{table}")
        if not self.query("SELECT 1 FROM visitors_site"):
            self.query(
                "INSERT INTO visitors_site (name, key, origins, created_at, last_hit_path) "
                f"VALUES ('Served', '{KEY}', '[\"{ORIGIN}\", \"{FOREIGN}\"]', '2026-11-18 09:00:00', '')"
            )


class Server:
    """Granian with our ASGI application on a free loopback port, in a process group of its own."""

    def __init__(self, database: Database, *, application: str = "leadstern.config.asgi:application") -> None:
        self.database = database
        self.application = application
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", self.application, "--interface", "asgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--no-ws", "--log-level", "error"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.database.environment(), start_new_session=True)
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at once")
            try:
                if self.request("GET", "/h")[0] == 405:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """kill -9 for the server and its worker process."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, timeout: float = 30
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def send(self, data: Any, *, origin: str = ORIGIN, agent: str = "Mozilla/5.0 Firefox/145.0", **headers: str) -> int:
        """The status of one message. `data` gets the site's key when it names none."""
        body = json.dumps({"site": KEY, **data}).encode()
        given = {"Origin": origin, "User-Agent": agent, "Content-Type": "text/plain", **headers}
        return self.request("POST", "/h", body, given)[0]

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, how)
            self.process.wait(timeout=20)
            self.process = None
