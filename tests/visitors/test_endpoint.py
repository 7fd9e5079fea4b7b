"""The endpoint as browsers meet it: a real server process, a real database."""

import json
import time
from uuid import uuid4

import pytest

from tests.visitors.server import KEY, ORIGIN, Database, Server

pytestmark = pytest.mark.kills


def _page(path: str = "/", **fields: object) -> dict[str, object]:
    return {"page": f"{ORIGIN}{path}", **fields}


def test_a_hit_is_in_the_database_when_it_is_answered(server: Server, database: Database) -> None:
    status = server.send(_page("/preise?email=kim@example.com", referrer="https://www.google.de/search?q=x"))
    assert status == 204
    rows = database.query("SELECT kind, path, channel, source, referrer_host, bot, visitor_key FROM visitors_hit")
    assert rows == [("page", "/preise", "organic_search", "google", "www.google.de", "", None)]


def test_the_website_tells_when_and_where_it_was_last_seen(server: Server, database: Database) -> None:
    database.query("UPDATE visitors_site SET last_hit_at = NULL, last_hit_path = ''")
    time.sleep(5.1)
    assert server.send(_page("/kontakt")) == 204
    [(at, path)] = database.query("SELECT last_hit_at, last_hit_path FROM visitors_site")
    assert (at is not None, path) == (True, "/kontakt")


def test_a_batch_is_stored_whole(server: Server, database: Database) -> None:
    assert server.send({"hits": [_page(f"/{number}") for number in range(50)]}) == 204
    assert database.query("SELECT count(*) FROM visitors_hit") == [(50,)]


@pytest.mark.parametrize(
    ("body", "origin", "status", "reason"),
    [
        (b"{", ORIGIN, 400, b"unreadable"),
        (b"[" * 16000, ORIGIN, 400, b"unreadable"),
        (json.dumps({"site": KEY, "hits": [{"page": "/"}] * 51}).encode(), ORIGIN, 400, b"too many"),
        (b" " * 16385, ORIGIN, 413, b"too large"),
        (json.dumps({"site": "other", "page": "/"}).encode(), ORIGIN, 404, b"unknown site"),
        (json.dumps({"site": KEY, "page": "/"}).encode(), "http://127.0.0.1:5998", 403, b"wrong origin"),
        (json.dumps({"site": KEY, "page": "/"}).encode(), "http://127.0.0.1:5999.evil.example", 403, b"wrong origin"),
        (json.dumps({"site": KEY, "page": "/"}).encode(), "null", 403, b"wrong origin"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    server: Server, database: Database, body: bytes, origin: str, status: int, reason: bytes
) -> None:
    got, _headers, text = server.request("POST", "/h", body, {"Origin": origin})
    assert (got, text) == (status, reason)
    assert database.query("SELECT count(*) FROM visitors_hit") == [(0,)]


def test_only_the_origin_of_the_website_may_read_the_answer(server: Server) -> None:
    body = json.dumps({"site": KEY, **_page()}).encode()
    _status, headers, _ = server.request("POST", "/h", body, {"Origin": ORIGIN})
    assert headers["access-control-allow-origin"] == ORIGIN
    assert headers["vary"] == "Origin"
    _status, headers, _ = server.request("POST", "/h", body, {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in headers


def test_a_preflight_is_answered_for_known_origins_only(server: Server) -> None:
    status, headers, _ = server.request("OPTIONS", "/h", headers={"Origin": ORIGIN})
    assert (status, headers["access-control-allow-origin"]) == (204, ORIGIN)
    status, headers, _ = server.request("OPTIONS", "/h", headers={"Origin": "https://evil.example"})
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_a_get_is_refused(server: Server) -> None:
    status, headers, _ = server.request("GET", "/h")
    assert (status, headers["allow"]) == (405, "POST, OPTIONS")


def test_everything_else_is_django(server: Server) -> None:
    assert server.request("GET", "/e/track.js")[0] == 200


def test_a_visitor_is_kept_with_consent_only(server: Server, database: Database) -> None:
    agreed, stranger = uuid4(), uuid4()
    assert server.send({"visitor": str(agreed), "consent": True, "text": "Ja, erkennen"}) == 204
    assert server.send(_page("/a", visitor=str(agreed))) == 204
    assert server.send(_page("/b", visitor=str(stranger))) == 204
    rows = database.query("SELECT path, visitor_key FROM visitors_hit ORDER BY path")
    assert [(path, str(key or "").replace("-", "")) for path, key in rows] == [("/a", agreed.hex), ("/b", "")]
    assert database.query("SELECT consent_text FROM visitors_visitor") == [("Ja, erkennen",)]


def test_a_withdrawal_holds_at_once(server: Server, database: Database) -> None:
    key = str(uuid4())
    assert server.send(_page("/a", visitor=key, consent=True)) == 204
    assert server.send({"visitor": key, "consent": False}) == 204
    assert server.send(_page("/b", visitor=key)) == 204
    assert server.send(_page("/c", visitor=key, consent=True)) == 204
    assert database.query("SELECT count(*) FROM visitors_hit WHERE visitor_key IS NOT NULL") == [(0,)]
    assert database.query("SELECT count(*) FROM visitors_visitor WHERE withdrawn_at IS NULL") == [(0,)]


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_objects_is_not_recognised(server: Server, database: Database, header: str) -> None:
    assert server.send(_page("/a", visitor=str(uuid4()), consent=True), **{header: "1"}) == 204
    assert database.query("SELECT visitor_key FROM visitors_hit") == [(None,)]
    assert database.query("SELECT count(*) FROM visitors_visitor") == [(0,)]


def test_bots_are_named_and_never_recognised(server: Server, database: Database) -> None:
    agent = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
    assert server.send(_page("/a", visitor=str(uuid4()), consent=True), agent=agent) == 204
    assert database.query("SELECT bot, visitor_key FROM visitors_hit") == [("GPTBot", None)]


def test_only_the_beginning_of_an_agent_is_looked_at(server: Server, database: Database) -> None:
    """Strangers may send very long ones, which would keep the search for patterns busy."""
    assert server.send(_page("/a"), agent="Mozilla/5.0 " + "Yandex" * 1000 + " GPTBot/1.2") == 204
    assert database.query("SELECT bot FROM visitors_hit") == [("",)]


def test_refused_origins_are_counted_for_the_website(server: Server, database: Database) -> None:
    for _ in range(3):
        assert server.send(_page(), origin="https://www.neu.example") == 403
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not database.query("SELECT 1 FROM visitors_refusal WHERE number = 3"):
        time.sleep(0.2)
    rows = database.query(
        f"SELECT reason, origin, number FROM visitors_refusal WHERE origin <> '{ORIGIN}' AND number = 3"
    )
    assert rows == [("wrong origin", "https://www.neu.example", 3)]


def test_a_hit_for_a_website_just_removed_is_refused_and_hurts_nobody(server: Server, database: Database) -> None:
    assert server.send(_page("/warm")) == 204
    database.query("DELETE FROM visitors_hit")
    database.query("DELETE FROM visitors_site")
    assert server.send(_page("/gone")) == 404
    database.reset()
    time.sleep(6.5)
    server.send(_page("/wakes"))
    assert server.send(_page("/back")) == 204
