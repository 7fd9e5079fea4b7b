"""The application a server runs: `/h` goes to the hit endpoint, everything else to Django. One process, one event loop.

Works with granian's interfaces `asgi` (tells start and stop) and `asginl` (does not).
"""

import os

from leadstern.config.bridge import django_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadstern.config.settings")
pages = django_application()

# Django must be set up before a module that knows models can be imported.
from leadstern.config.lifeline import end_with_parent  # noqa: E402
from leadstern.core.memory import keep_what_is_loaded  # noqa: E402
from leadstern.visitors.endpoint import Endpoint, Receive, Scope, Send  # noqa: E402

hits = Endpoint()
keep_what_is_loaded()
if os.environ.get("LEADSTERN_SERVER"):  # a worker of our own web process must not outlive it
    end_with_parent()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatches by kind and path."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/h":
        await hits(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop of the server: at the end what is queued is written."""
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await hits.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
