"""Decisions of the outbox as tables and properties; mails as a reader's program sees them."""

import email
from datetime import timedelta
from email import policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.outbox.logic import (
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    Part,
    answer,
    message_id,
    mistakes,
    next_try,
    parts,
    pause_end,
    with_details,
)
from leadstern.outbox.mime import build
from leadstern.outbox.terms import Mail, ResultKind
from leadstern.outbox.transports.address import parse
from tests.conftest import NOW

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\x85"), max_size=300)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=3000)


def payload(**changes: Any) -> dict[str, Any]:
    usual = {
        "sender": {"name": "Müller & Söhne", "address": "post@muster.example", "reply_to": ""},
        "recipient": "kim@example.com",
        "subject": "Hallo",
        "text": "Text",
        "html": "",
        "headers": {},
    }
    return usual | changes


@given(text=TEXTS.filter(lambda text: text.strip()), html=TEXTS)
def test_build_keeps_both_parts_in_seven_bit_lines(text: str, html: str) -> None:
    raw = build(payload(text=text, html=html), key="k", at=NOW)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    mail = email.message_from_bytes(raw, policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r", "").rstrip("\n") == text.rstrip("\n")
    assert (mail.get_body(("html",)) is not None) == bool(html)


@given(subject=LINES.filter(lambda text: text.strip()))
def test_build_keeps_any_subject(subject: str) -> None:
    raw = build(payload(subject=subject.strip()), key="k", at=NOW)
    assert raw.isascii()
    found = email.message_from_bytes(raw, policy=policy.default)
    assert "".join(str(found["Subject"]).split()) == "".join(subject.split())


def test_build_reads_well_in_a_program() -> None:
    headers = {"List-Unsubscribe": "<https://example.com/u/x/>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    raw = build(payload(headers=headers, html="<p>Hallo</p>"), key="k", at=NOW)
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail["From"].addresses[0].display_name == "Müller & Söhne"
    assert mail["From"].addresses[0].addr_spec == "post@muster.example"
    assert mail["List-Unsubscribe"] == "<https://example.com/u/x/>"
    assert mail["Message-ID"] == message_id("k", address="post@muster.example")
    assert mail.get_content_type() == "multipart/alternative"


def test_build_is_the_same_for_the_same() -> None:
    assert build(payload(), key="k", at=NOW) == build(payload(), key="k", at=NOW)
    assert message_id("a", address="x@y.de") != message_id("b", address="x@y.de")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"recipient": "kim"}, "recipient"),
        ({"recipient": "a@example.com, b@example.com"}, "recipient"),
        ({"recipient": "a@example.com\nBcc: b@example.com"}, "recipient"),
        ({"subject": "Hallo\r\nBcc: b@example.com"}, "subject"),
        ({"subject": "Hallo\u2028x"}, "subject"),
        ({"subject": " "}, "subject"),
        ({"headers": {"X-A": "b\nBcc: c"}}, "headers"),
        ({"headers": {"Bcc": "b@example.com"}}, "headers"),
        ({"headers": {"X A": "b"}}, "headers"),
        ({"text": ""}, "text"),
        ({"key": ""}, "key"),
    ],
)
def test_mistakes_refuse_injection_and_nonsense(changes: dict[str, Any], part: str) -> None:
    mail = Mail(**({"key": "k", "recipient": "kim@example.com", "subject": "Hallo", "text": "Text"} | changes))
    assert set(mistakes(mail)) == {part}


def test_details_stand_in_both_parts() -> None:
    text, html = with_details("Hallo\n", "<html><body><p>x</p></body></html>", "A & B GmbH\nHRB 1")
    assert text == "Hallo\n\n-- \nA & B GmbH\nHRB 1\n"
    assert "A &amp; B GmbH<br>\nHRB 1</p>\n</body></html>" in html


def test_next_try_doubles_from_a_minute_to_six_hours_and_ends_after_three_days() -> None:
    waits: list[timedelta] = []
    while again := next_try(len(waits) + 1, now=NOW):
        waits.append(again - NOW)
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == timedelta(hours=6)
    assert GIVE_UP_AFTER <= sum(waits, timedelta()) < GIVE_UP_AFTER + timedelta(hours=6)


@given(st.integers(1, 10_000))
def test_pause_never_grows_beyond_a_quarter_of_an_hour(failures: int) -> None:
    assert timedelta(seconds=30) <= pause_end(failures, now=NOW) - NOW <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("code", "text", "to_recipient", "kind", "failure"),
    [
        (451, "4.7.1 greylisted", True, ResultKind.LATER, ""),
        (550, "5.1.1 no such user", True, ResultKind.NEVER, "recipient"),
        (550, "no such user", True, ResultKind.NEVER, "recipient"),
        (550, "no such user", False, ResultKind.NEVER, "refused"),
        (550, "5.7.1 blocked by policy", True, ResultKind.NEVER, "refused"),
        (552, "5.2.2 mailbox full", True, ResultKind.NEVER, "refused"),
        (550, "5.2.1 mailbox disabled", True, ResultKind.NEVER, "recipient"),
        (554, "5.1.1 unknown", False, ResultKind.NEVER, "recipient"),
        (530, "authentication required", True, ResultKind.NEVER, "refused"),
    ],
)
def test_answer_tells_a_bounce_from_a_refusal(
    code: int, text: str, to_recipient: bool, kind: ResultKind, failure: str
) -> None:
    result = answer(code, text, is_about_recipient=to_recipient)
    assert (result.kind, result.failure) == (kind, failure)


def test_answer_421_ends_the_connection() -> None:
    assert not answer(421, "closing", is_about_recipient=False).is_connected


def test_parts_make_only_our_own_links_to_follow() -> None:
    found = parts("Hier: https://own.example/a/. https://own.example.evil/x javascript:x", own="https://own.example")
    assert found == [
        Part("Hier: "),
        Part("https://own.example/a/", "https://own.example/a/"),
        Part(". https://own.example.evil/x javascript:x"),
    ]


@given(TEXTS)
def test_parts_lose_nothing(text: str) -> None:
    assert "".join(part.text for part in parts(text, own="http://127.0.0.1:8000")) == text


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example", 587),
        ("smtp://a:b%40c@mail.example?tls=ssl", 465),
        ("smtp://mail.example:2525?tls=none", 2525),
    ],
)
def test_parse_knows_the_usual_ports(url: str, port: int) -> None:
    assert parse(url).port == port


def test_parse_decodes_user_and_password() -> None:
    found = parse("smtp://post%40muster.example:a%2Fb@mail.example")
    assert (found.user, found.password) == ("post@muster.example", "a/b")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example?tls=maybe"])
def test_parse_refuses_what_it_does_not_understand(url: str) -> None:
    with pytest.raises(ValueError, match="expected smtp"):
        parse(url)
