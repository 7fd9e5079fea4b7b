"""A server with a database of its own for all tests here that need a real process."""

from collections.abc import Iterator

import pytest

from tests.running import Running, fresh
from tests.visitors.server import Database, Server


@pytest.fixture(scope="session")
def served_database(prepared: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with fresh(tmp_path_factory.mktemp("served") / "home", like=prepared) as installation:
        yield Database(installation.home, installation.database)


@pytest.fixture(scope="session")
def running(served_database: Database) -> Iterator[Server]:
    server = Server(served_database)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def database(served_database: Database) -> Database:
    served_database.reset()
    return served_database


@pytest.fixture
def server(running: Server, database: Database) -> Iterator[Server]:
    """A running server and an empty database. A test that kills it leaves it running again."""
    if running.process is None:
        running.start()
    yield running
    if running.process is None:
        running.start()
