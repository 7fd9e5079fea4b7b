"""Ends a process when the one that started it has died, so that no orphan keeps the port or a queue.

Called by the web process (and its server workers) and by the worker process.
"""

import os
import signal
import threading
import time

PARENT = "LEADSTERN_PARENT"
"""The environment's word for the process that started this one: it may have died before we first look."""
GRACE = 20.0
"""Seconds to end cleanly. What was answered is durable by then; a process that hangs in its end keeps the port."""


def end_with_parent() -> None:
    """Watches the parent from a thread of its own; when it is gone we get a SIGTERM and end cleanly, or else a
    SIGKILL."""
    parent = int(os.environ.pop(PARENT, "") or os.getppid())
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="lifeline").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
