"""The facts of `make` are offered in every test of this stage."""

from collections.abc import Iterator

import pytest

from tests.criteria import make


@pytest.fixture(autouse=True)
def offered_facts() -> Iterator[None]:
    yield from make.offered()
