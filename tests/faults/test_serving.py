"""What reaches Django through the real server: a body that breaks off, odd addresses, forged headers, big answers."""

import socket
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.faults.senders import FORM, Sender, Website, open_forms
from tests.own_database import ask
from tests.running import Running, fresh


@pytest.fixture(scope="module")
def served(company: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh(tmp_path_factory.mktemp("served") / "home", like=company) as running:
        yield running.start()


def submissions(served: Running) -> int:
    return int(ask(served.home, served.database, "SELECT count(*) FROM capture_submission"))


def spoken(served: Running, request: bytes) -> bytes:
    """Says exactly these bytes, among them that the connection ends with the answer; the whole answer."""
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def sender(served: Running) -> Sender:
    return open_forms(Website(served.address), 1)[0]


def test_a_body_that_breaks_off_leaves_nothing_and_the_whole_one_is_taken(served: Running) -> None:
    before, person = submissions(served), sender(served)
    body = urlencode(person.entries()).encode()
    head = (
        f"POST /f/kontakt/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        connection.sendall(head.encode() + body[:-20])
    assert Website(served.address).ask("/f/kontakt/").status == 200
    assert submissions(served) == before
    assert Website(served.address).send(person).is_thanks
    assert submissions(served) == before + 1


@pytest.mark.parametrize("target", [b"/f/kontakt/?utm_source=M\xfcller", b"/f/%ff%fe/", b"/f/kontakt/?%", b"//f//"])
def test_an_odd_address_is_answered_and_never_an_error_of_ours(served: Running, target: bytes) -> None:
    answer = spoken(served, b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert answer[:10] in {b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4"}


def test_a_header_with_an_underscore_does_not_pass_for_another(served: Running) -> None:
    request = b"GET /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept%sLanguage: en\r\nConnection: close\r\n\r\n"
    assert b'lang="de"' in spoken(served, request % b"_")
    assert b'lang="en"' in spoken(served, request % b"-")


def test_a_static_file_arrives_whole(served: Running) -> None:
    with urllib.request.urlopen(f"{served.address}/static/leadstern/app.css", timeout=10) as answer:
        assert answer.read() == (settings.PACKAGE / "static" / "leadstern" / "app.css").read_bytes()
