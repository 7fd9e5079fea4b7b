"""A served database, migrated once for all tests that need a real server process."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.visitors.server import Database, Server

_number = count()


@pytest.fixture(scope="session")
def served_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("served"), number=next(_number))
    try:
        database.create()
        yield database
    finally:
        database.drop()


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
