"""Ends a process when the one that started it has died, so that no orphan keeps the port or a queue.

Called by the web process (and its server workers) and by the worker process.
"""

import os
import signal
import sys
import threading
import time

PARENT = "LEADSTERN_PARENT"
"""The environment's word for the process that started this one: it may have died before we first look."""
GRACE = 20.0
"""Seconds to end cleanly; what was answered is durable by then. A worker of the web server that is still starting takes
a SIGTERM for its parent's and goes on: it would keep the port."""


def end_with_parent() -> None:
    """Ends at once when the parent is gone already. Otherwise watches it from a thread: when it is gone we get a
    SIGTERM and end cleanly, or else a SIGKILL."""
    parent = int(os.environ.get(PARENT) or os.getppid())
    if os.getppid() != parent:
        sys.exit(f"The process {parent} that started this one is gone.")
    os.environ[PARENT] = str(os.getpid())  # for those who are forked off us
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="lifeline").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
