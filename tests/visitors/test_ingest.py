"""Each step of ingest: what it takes on, and by which name it drops."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.visitors.ingest import MAX_BODY, STEPS, Message, take
from leadstern.visitors.terms import Channel, Drop
from tests.conftest import NOW
from tests.visitors.make import ORIGIN, make_message


def _taken(data: Any = None, **how: Any) -> Message:
    message = take(make_message(data, **how))
    assert isinstance(message, Message)
    return message


def test_steps_stand_in_this_order() -> None:
    names = [step.__name__ for step in STEPS]
    assert names == ["limit_size", "parse", "find_site", "name_bot", "heed_consent", "trace_arrival", "make_rows"]


@pytest.mark.parametrize(
    ("data", "drop"),
    [
        (b" " * (MAX_BODY + 1), Drop.TOO_LARGE),
        (b"", Drop.UNREADABLE),
        (b"\xff\xfe\x00", Drop.UNREADABLE),
        (b"[1]", Drop.UNREADABLE),
        (b"[" * 16000, Drop.UNREADABLE),
        ({"site": 1, "page": "/"}, Drop.UNREADABLE),
        ({"site": "k1"}, Drop.UNREADABLE),
        ({"site": "k1", "hits": []}, Drop.UNREADABLE),
        ({"site": "k1", "hits": {}}, Drop.UNREADABLE),
        ({"site": "k1", "hits": ["x"]}, Drop.UNREADABLE),
        ({"site": "k1", "page": ""}, Drop.UNREADABLE),
        ({"site": "k1", "page": 5}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/" * 2001}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "kind": "sale"}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "kind": ["page"]}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "inside": "yes"}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "source": None}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "inside": 1}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "consent": "yes"}, Drop.UNREADABLE),
        ({"site": "k1", "page": "/", "consent": 0}, Drop.UNREADABLE),
        ({"site": "k1", "hits": [{"page": "/"}, {"page": 1}]}, Drop.UNREADABLE),
        ({"site": "k1", "hits": [{"page": "/"}] * 51}, Drop.TOO_MANY),
        ({"site": "k2", "page": "/"}, Drop.UNKNOWN_SITE),
    ],
)
def test_a_message_is_dropped_by_name(data: Any, drop: Drop) -> None:
    assert take(make_message(data)) is drop


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://www.solar.example",
        "https://solar.example",
        f"{ORIGIN}:444",
        f"{ORIGIN}/",
        "https://evil.example",
    ],
)
def test_a_message_from_another_origin_is_dropped(origin: str) -> None:
    assert take(make_message(origin=origin)) is Drop.WRONG_ORIGIN


def test_a_hit_becomes_a_row_without_anything_personal() -> None:
    data = {
        "site": "k1",
        "page": f"{ORIGIN}/danke/kim@example.com?email=kim@example.com#kim",
        "referrer": "https://www.google.de/search?q=kim",
        "source": "Google",
        "medium": "CPC",
        "campaign": "Frühling",
        "click": "gclid",
    }
    [row] = _taken(data).rows
    assert row._asdict() == {
        "site_id": 7, "at": NOW, "kind": "page", "path": "/danke/…", "label": "", "is_entry": True,
        "channel": "paid_search", "source": "google", "medium": "cpc", "campaign": "Frühling",
        "referrer_host": "www.google.de", "bot": "", "visitor_key": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hit", "is_entry"),
    [
        ({}, True),
        ({"referrer": "https://www.google.de/"}, True),
        ({"referrer": f"{ORIGIN}/preise"}, False),
        ({"inside": True}, False),
        ({"kind": "click", "label": "Angebot"}, False),
        ({"kind": "download", "label": "preise.pdf"}, False),
    ],
)
def test_an_entry_is_a_page_that_was_come_to_from_elsewhere(hit: dict[str, Any], is_entry: bool) -> None:
    [row] = _taken({"site": "k1", "page": "/", **hit}).rows
    assert row.is_entry is is_entry


def test_a_click_keeps_the_channel_of_its_page() -> None:
    hit = {"kind": "click", "page": "/", "label": "Angebot", "inside": True, "referrer": "https://www.xing.com/"}
    [row] = _taken({"site": "k1", "hits": [hit]}).rows
    assert (row.channel, row.label) == (Channel.SOCIAL, "Angebot")


KEY = str(uuid4())


@pytest.mark.parametrize(
    ("sent", "how", "is_recognised", "consent"),
    [
        ({"visitor": KEY}, {}, True, None),
        ({"visitor": KEY, "consent": True}, {}, True, True),
        ({"visitor": KEY, "consent": False}, {}, False, False),
        ({"visitor": KEY, "consent": True}, {"objects": True}, False, None),
        ({"visitor": KEY, "consent": False}, {"objects": True}, False, False),
        ({"visitor": KEY, "consent": True}, {"agent": "curl/8"}, False, None),
        ({"visitor": "kim@example.com", "consent": True}, {}, False, None),
        ({"visitor": 5, "consent": True}, {}, False, None),
        ({"consent": True}, {}, False, None),
        ({}, {}, False, None),
    ],
)
def test_consent_decides_who_is_recognised(
    sent: dict[str, Any], how: dict[str, Any], is_recognised: bool, consent: bool | None
) -> None:
    message = _taken({"site": "k1", "page": "/", **sent}, **how)
    assert message.consent is consent
    assert (message.rows[0].visitor_key is not None) is is_recognised


def test_bots_are_named_and_the_user_agent_goes_no_further() -> None:
    message = _taken(agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    assert (message.rows[0].bot, message.agent) == ("Googlebot", "")


def test_a_browser_driven_by_a_program_is_a_bot() -> None:
    [row] = _taken({"site": "k1", "webdriver": True, "hits": [{"page": "/"}]}).rows
    assert row.bot == "headless browser"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_fields = [
    "page",
    "kind",
    "referrer",
    "label",
    "source",
    "medium",
    "campaign",
    "click",
    "inside",
    "visitor",
    "consent",
    "text",
    "hits",
]


@given(
    st.dictionaries(st.sampled_from(_fields), _json | st.text() | st.lists(st.fixed_dictionaries({"page": st.text()})))
)
def test_whatever_is_sent_is_dropped_or_fits_the_table(data: dict[str, Any]) -> None:
    message = take(make_message(json.dumps({**data, "site": "k1"}).encode()))
    if isinstance(message, Drop):
        return
    for row in message.rows:
        limits = {"path": 500, "label": 120, "source": 120, "medium": 60, "campaign": 120, "referrer_host": 253}
        for name, limit in limits.items():
            text = getattr(row, name)
            assert len(text) <= limit
            assert not set(text) & {"\x00", "\t", "\n", "\r"}
            text.encode()
