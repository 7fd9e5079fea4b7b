"""What any such product costs before it does anything: a server that answers nothing, Django with nothing in it.

`python -m bench.bare` is the second; the first is `application`. Their memory and their start are the limits of
`bench.process`. Imports nothing of ours.
"""

import sys
import time
from typing import Any

import django
from django.conf import settings


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers 204."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    settings.configure()
    django.setup()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    time.sleep(60)
