"""Every page says in the visitor's language that the database is gone or locked: 503, nothing lost, try again."""

import re
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from leadstern.config.databases import PATIENCE
from leadstern.core import pages
from tests.own_database import closed_to_all, locked
from tests.running import Running, fresh

GERMAN, ENGLISH = "Die Datenbank antwortet gerade nicht", "The database does not answer just now"
AGAIN = "Bitte versuchen Sie es gleich noch einmal"
WITHOUT_DATABASE = {"e/track.js"}


@pytest.fixture
def no_database(django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real driver meets a file in a folder that is not there, or a port on which nobody listens."""
    gone: dict[str, Any] = {"NAME": "/nowhere/leadstern.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    with django_db_blocker.unblock():
        connection.close()
        for name, value in gone.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        yield
        connection.close()


def client(language: str = "de") -> Client:
    """Signed in, as far as a browser knows."""
    made = Client(raise_request_exception=False, headers={"Accept-Language": language})
    made.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    return made


def paths(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the product, with something in each place-holder."""
    for each in resolver.url_patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from paths(each, place)
        elif isinstance(each, URLPattern):
            yield _filled(place)


def _filled(place: str) -> str:
    parts = [part.split(">", 1) for part in ("x>" + place).split("<")]
    numbers = [("1" if kind.startswith("int") else "abc") + rest for kind, rest in parts[1:]]
    return (parts[0][1] + "".join(numbers)).replace("^", "").replace("$", "").replace("\\Z", "")


@pytest.mark.usefixtures("no_database")
def test_every_page_says_that_the_database_is_gone() -> None:
    every, asked = client(), set(paths(get_resolver()))
    answers = {path: every.get(f"/{path}") for path in asked}
    wrong = {path: answer.status_code for path, answer in answers.items() if answer.status_code not in (503, 404, 405)}
    assert len(asked) > 100
    assert set(wrong) <= WITHOUT_DATABASE
    said = {path: answer.content.decode() for path, answer in answers.items() if answer.status_code == 503}
    assert len(said) > 80
    assert [path for path, text in said.items() if AGAIN not in text] == []


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("path", ["/", "/leads/", "/f/kontakt/done/", "/d/abc/", "/u/abc/"])
def test_the_page_speaks_the_visitors_language(path: str) -> None:
    german, english = client("de").get(path), client("en").get(path)
    by_address = client("de").get(f"{path}?language=en")
    assert GERMAN in german.content.decode()
    assert 'lang="de"' in german.content.decode()
    for answer in (english, by_address):
        assert ENGLISH in answer.content.decode()
        assert 'lang="en"' in answer.content.decode()
    for answer in (german, english, by_address):
        assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")


@pytest.mark.usefixtures("no_database")
def test_a_page_that_was_asked_for_can_be_asked_for_again() -> None:
    text = client().get("/leads/?q=M%C3%BCller&page=2").content.decode()
    assert 'href="/leads/?q=M%C3%BCller&amp;page=2"' in text
    assert "nicht verloren" in text


@pytest.mark.usefixtures("no_database")
def test_what_was_sent_is_not_called_saved() -> None:
    text = client().post("/leads/new/", {"email": "kim@muster.example"}).content.decode()
    assert "wahrscheinlich nicht ausgeführt" in text
    assert "Noch einmal versuchen" not in text


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_form_keeps_what_was_entered_even_for_somebody_signed_in(language: str) -> None:
    answer = client(language).post("/f/kontakt/", {"email": "kim@muster.example"})
    assert answer.status_code == 503
    assert 'value="kim@muster.example"' in answer.content.decode()
    assert f'lang="{language}"' in answer.content.decode()


@pytest.mark.usefixtures("no_database")
def test_a_script_is_told_in_json() -> None:
    by_address = client("en").get("/f/kontakt/embed.json")
    by_header = client("en").get("/c/abc/", headers={"Accept": "application/json"})
    for answer in (by_address, by_header):
        assert (answer.status_code, answer.json()["state"]) == (503, "unavailable")
        assert ENGLISH in answer.json()["text"]


def raised(error: Exception, rf: RequestFactory) -> int:
    """The status of the page that Django shows for this error."""
    try:
        raise error
    except type(error):
        return pages.failed(rf.get("/")).status_code


def sqlite_error(name: str) -> OperationalError:
    cause, error = sqlite3.OperationalError("x"), OperationalError("x")
    cause.sqlite_errorname = name
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("the connection is lost"), 503),
        (InterfaceError("connection already closed"), 503),
        (sqlite_error("SQLITE_BUSY"), 503),
        (sqlite_error("SQLITE_FULL"), 503),
        (sqlite_error("SQLITE_ERROR"), 500),
        (ValueError("a fault of ours"), 500),
    ],
)
def test_only_a_database_that_is_away_is_called_so(error: Exception, status: int, rf: RequestFactory) -> None:
    assert raised(error, rf) == status


def test_a_missing_table_is_a_fault_of_ours(rf: RequestFactory) -> None:
    file = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        file.execute("SELECT 1 FROM nothing")
    file.close()
    error = OperationalError("no such table")
    error.__cause__ = caught.value
    assert raised(error, rf) == 500


@pytest.fixture(scope="module")
def served(company: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh(tmp_path_factory.mktemp("served") / "home", like=company) as running:
        yield running.start()


Told = tuple[int, str, str]


def told_by(opener: urllib.request.OpenerDirector, address: str, data: bytes | None = None) -> Told:
    """Status, Retry-After, text."""
    headers = {"Accept": "text/html", "Accept-Language": "en", "Referer": address}
    try:
        with opener.open(urllib.request.Request(address, data, headers), timeout=60) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Retry-After", ""), error.read().decode()


def test_while_the_database_is_locked_the_real_server_says_so(served: Running) -> None:
    password = served.command("user", "add", "doris@example.com")["password"]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = told_by(browser, f"{served.address}/account/login/")[2]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    entered = {"login": "doris@example.com", "password": password, "csrfmiddlewaretoken": token[1]}
    body = urlencode(entered).encode()
    with locked(served.home, served.database, "django_session"):
        began = time.monotonic()
        status, again, text = told_by(browser, f"{served.address}/account/login/", body)
    assert (status, again, ENGLISH in text) == (503, "10", True)
    assert time.monotonic() - began < PATIENCE * 2 + 5
    assert told_by(browser, f"{served.address}/account/login/", body)[0] == 200


def test_while_the_database_is_gone_the_real_server_says_so_and_comes_back(served: Running) -> None:
    if not served.database:
        pytest.skip("PostgreSQL only: a file does not go away")
    browser = urllib.request.build_opener()
    browser.addheaders = [("Cookie", f"{settings.SESSION_COOKIE_NAME}={'a' * 32}")]
    asked = [(path, None) for path in ("/", "/f/kontakt/done/", "/f/kontakt/embed.json")]
    sent = ("/f/kontakt/", b"email=kim%40muster.example")
    with closed_to_all(served.database), ThreadPoolExecutor() as pool:
        *told, kept = pool.map(lambda one: told_by(browser, served.address + one[0], one[1]), [*asked, sent])
    assert {(status, again) for status, again, _text in told} == {(503, "10")}
    assert all(ENGLISH in text for _status, _again, text in told)
    assert (kept[0], "kim@muster.example" in kept[2]) == (503, True)
    deadline = time.monotonic() + 15
    while told_by(browser, f"{served.address}/f/kontakt/")[0] != 200:
        assert time.monotonic() < deadline
    assert [told_by(browser, f"{served.address}/f/kontakt/")[0] for _each in range(3)] == [200] * 3
