"""Factories of the outbox, and a real mail server in a thread whose behaviour a test decides."""

import asyncio
import logging
import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from leadstern.outbox.actions import queue_mail, save_sender
from leadstern.outbox.models import Delivery, SenderIdentity

# A client that is killed is what some tests are about; the server's words about it would outlive pytest's output.
logging.getLogger("mail.log").propagate = False

DETAILS = "Muster GmbH, Köln\nAmtsgericht Köln, HRB 4711"


def make_sender(now: datetime) -> SenderIdentity:
    return save_sender(
        name="Muster GmbH", address="post@muster.example", reply_to="", company_details=DETAILS, by=None, now=now
    )


def make_mail(now: datetime, key: str = "a", recipient: str = "kim@example.com", **more: Any) -> Delivery:
    return queue_mail(
        key=key, recipient=recipient, subject=f"Betreff {key}", text=f"Guten Tag – {key}", now=now, **more
    )


class Server:
    """What a mail server took. `to_recipient` and `to_content`: what it answers by address, "*" for all; else 250."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.tries: list[str] = []
        self.to_recipient: dict[str, str] = {}
        self.to_content: dict[str, str] = {}
        self.cuts_after: int | None = None
        self.takes_seconds = 0.0
        self.port = free_port()

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        self.tries.append(address)
        reply = _reply(self.to_recipient, address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.takes_seconds)
        reply = _reply(self.to_content, envelope.rcpt_tos[0])
        if reply.startswith("250"):
            self.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.cuts_after is not None and len(self.mails) > self.cuts_after:
            cast(WriteTransport, server.transport).abort()
        return reply


def _reply(replies: dict[str, str], address: str) -> str:
    return replies.get(address, replies.get("*", "250 OK"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(server: Server) -> Iterator[Server]:
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
