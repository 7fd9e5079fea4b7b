"""A small company that takes enquiries; each test gets a copy of it, with real processes where it starts them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Running, fresh


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Never started: the pattern of the copies."""
    with fresh(tmp_path_factory.mktemp("company") / "home") as running:
        running.module("tests.faults.company")
        yield running


@pytest.fixture
def installation(company: Running, tmp_path: Path) -> Iterator[Running]:
    with fresh(tmp_path / "home", like=company) as running:
        yield running
