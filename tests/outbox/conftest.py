"""A mail server on loopback, and the settings that name it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.outbox.make import Server, running


@pytest.fixture
def smtp_url(settings: Any) -> Any:
    """Sets LEADSTERN_SMTP_URL for one test."""

    def use(port: int) -> None:
        settings.OWN = {**settings.OWN, "LEADSTERN_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none"}

    return use


@pytest.fixture
def server(smtp_url: Any) -> Iterator[Server]:
    """A running mail server that takes everything, set up as ours."""
    with running(Server()) as started:
        smtp_url(started.port)
        yield started
