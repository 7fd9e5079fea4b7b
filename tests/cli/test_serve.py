"""`leadstern serve` tells its children under which address people reach them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadstern.cli.parser import parser
from leadstern.cli.serve import _environment, _welcome
from tests.faults.senders import Website, open_forms
from tests.own_database import ask
from tests.running import Running, fresh


class Unnamed(Running):
    """Started without LEADSTERN_BASE_URL."""

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in super().environment().items() if name != "LEADSTERN_BASE_URL"}


@pytest.fixture
def installation(company: Running, tmp_path: Path) -> Iterator[Running]:
    with fresh(tmp_path / "home", like=company) as running:
        yield running


def first_mail(running: Running) -> str:
    """The text of the mail that somebody gets who has asked for something and agreed to advertising."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = ask(
            running.home, running.database, "SELECT payload FROM outbox_delivery WHERE payload LIKE '%/c/%'"
            if not running.database else "SELECT payload::text FROM outbox_delivery WHERE payload::text LIKE '%/c/%'",
        )  # fmt: skip
        if found:
            return str(json.loads(found)["text"])
        time.sleep(0.2)
    raise AssertionError(running.log()[-3000:])


def test_links_in_mails_carry_the_port(installation: Running) -> None:
    served = Unnamed(installation.home, installation.database).start()
    try:
        website = Website(served.address)
        (sender,) = open_forms(website, 1)
        assert website.send(sender).is_thanks
        assert f"{served.address}/c/" in first_mail(served)
        assert served.address in served.log()
    finally:
        served.stop()


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([], "http://127.0.0.1:8000"),
        (["--port", "9000"], "http://127.0.0.1:9000"),
        (["--host", "10.0.0.5", "--port", "9000"], "http://10.0.0.5:9000"),
        (["--host", "0.0.0.0", "--port", "9000"], "http://127.0.0.1:9000"),
        (["--host", "::1", "--port", "9000"], "http://[::1]:9000"),
    ],
)
def test_the_address_follows_host_and_port(
    arguments: list[str], address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSTERN_HOME", str(tmp_path))
    monkeypatch.delenv("LEADSTERN_BASE_URL", raising=False)
    options = parser().parse_args(["serve", *arguments])
    assert _environment(options)["LEADSTERN_BASE_URL"] == address


def test_an_address_that_is_given_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = parser().parse_args(["serve", "--port", "9000"])
    monkeypatch.setenv("LEADSTERN_HOME", str(tmp_path))
    monkeypatch.setenv("LEADSTERN_BASE_URL", "https://leads.example.com")
    assert _environment(options)["LEADSTERN_BASE_URL"] == "https://leads.example.com"
    monkeypatch.delenv("LEADSTERN_BASE_URL")
    (tmp_path / "leadstern.toml").write_text('base_url = "https://leads.example.com"\n', encoding="utf-8")
    assert "LEADSTERN_BASE_URL" not in _environment(options)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Leadstern läuft auf http://127.0.0.1:9000\nStrg C"),
        ("en", "Leadstern runs on http://127.0.0.1:9000\nCtrl C"),
    ],
)
def test_the_welcome_speaks_one_language(
    language: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSTERN_HOME", str(tmp_path))
    monkeypatch.setenv("LEADSTERN_LANGUAGE", language)
    assert words in _welcome(parser().parse_args(["serve", "--port", "9000"]))
