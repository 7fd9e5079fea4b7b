"""Hands mails to a mail server by SMTP (RFC 5321). Enters: finished bytes. Leaves: a Result per mail. Called by `work`.

`smtplib` speaks; the content is handed over here, because what is known differs before and after the final dot.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self

from leadstern.outbox.logic import answer
from leadstern.outbox.terms import Result, ResultKind, ServerUnavailable
from leadstern.outbox.transports.address import Address, parse

TIMEOUT = 20
_LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class Connection:
    """One connection for one pass. Opening raises ServerUnavailable; sending never raises for what a server does."""

    def __init__(self, url: str) -> None:
        try:
            self._server = _open(parse(url))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise ServerUnavailable(_words(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._server.quit()
        except (OSError, smtplib.SMTPException):
            self._server.close()

    def send(self, content: bytes, *, sender: str, recipient: str, hand_over: Callable[[], bool]) -> Result:
        """Sends one mail. `hand_over` is called when the server awaits the content; if it says no, nothing is sent.

        4xx and 5xx are the server's word that it did not take the mail. A connection that breaks before the content is
        complete is the same; one that breaks after it leaves UNKNOWN.
        """
        try:
            refusal = self._address(sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            return Result(ResultKind.LATER, _words(error), is_connected=False)
        if refusal:
            return refusal
        return self._content(content, hand_over)

    def _address(self, sender: str, recipient: str) -> Result | None:
        code, text = self._server.mail(sender)
        if code >= 300:
            return self._refused(code, text)
        code, text = self._server.rcpt(recipient)
        if code >= 300:
            return self._refused(code, text, is_about_recipient=True)
        code, text = self._server.docmd("DATA")
        return None if code == 354 else self._refused(code, text)

    def _refused(self, code: int, text: bytes, *, is_about_recipient: bool = False) -> Result:
        result = answer(code, text.decode("utf-8", "replace"), is_about_recipient=is_about_recipient)
        if result.is_connected:
            result = self._cleared(result)
        return result

    def _cleared(self, result: Result) -> Result:
        """Ready for the next mail; a server that does not even do that is not used further."""
        try:
            self._server.rset()
        except (OSError, smtplib.SMTPException):
            return Result(result.kind, result.error, result.failure, is_connected=False)
        return result

    def _content(self, content: bytes, hand_over: Callable[[], bool]) -> Result:
        if not hand_over():
            self._server.close()
            return Result(ResultKind.NOT_MINE, is_connected=False)
        try:
            self._server.send(_LINE_WITH_DOT.sub(b"..", content) + b".\r\n")
        except (OSError, smtplib.SMTPException) as error:
            return Result(ResultKind.LATER, _words(error), is_connected=False)
        try:
            code, text = self._server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Result(ResultKind.UNKNOWN, _words(error), is_connected=False)
        return Result(ResultKind.SENT) if code < 300 else self._refused(code, text)


def _open(address: Address) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if address.tls == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(address.host, address.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(address.host, address.port, timeout=TIMEOUT)
    try:
        if address.tls == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if address.user:
            server.login(address.user, address.password)
    except BaseException:
        server.close()
        raise
    return server


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:500]
    return (str(error) or type(error).__name__)[:500]
