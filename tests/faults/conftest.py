"""Each test gets a copy of the small company that takes enquiries, with real processes where it starts them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Running, fresh


@pytest.fixture
def installation(company: Running, tmp_path: Path) -> Iterator[Running]:
    with fresh(tmp_path / "home", like=company) as running:
        yield running
