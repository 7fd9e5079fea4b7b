"""Django behind the ASGI server: its views run in a few threads that live on and keep their database connections.

Django's own ASGI handler starts a thread and opens a database connection for every request, which costs more than most
pages. Enters: ASGI requests. Leaves: Django's answers. Called by `config.asgi` for everything but hits.
"""

import string
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

THREADS = 6
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gone(OSError):
    """The visitor hung up in the middle of a request. Django takes it for what it is: nothing was received."""


def django_application() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Django as an ASGI application. Make one for a process."""
    django: Any = get_wsgi_application()
    inner: Any = WSGIMiddleware(django, workers=THREADS)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(_cleaned(scope), _whole(receive, _length(scope)), send)

    return application


def _cleaned(scope: Scope) -> Scope:
    """Without headers whose underscore would pass for a hyphen (`X_Forwarded_For`), and with an ASCII query."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = scope["query_string"]
    if not query.isascii():
        query = quote(query, safe=string.punctuation).encode()
    return {**scope, "headers": headers, "query_string": query}


def _length(scope: Scope) -> int:
    """How many bytes the visitor said they would send."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() else 0


def _whole(receive: Receive, length: int) -> Receive:
    """A body that breaks off is an error, never a shorter body, however the server tells it. (The bridge needs a
    coroutine.)"""
    missing = length

    async def received() -> MutableMapping[str, Any]:
        nonlocal missing
        message = await receive()
        missing -= len(message.get("body", b""))
        if message["type"] == "http.disconnect" or (missing > 0 and not message.get("more_body", False)):
            raise Gone("the visitor hung up")
        return message

    return received
