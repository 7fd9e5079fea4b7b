"""Ends a process when the one that started it has died, so that no orphan keeps the port or a queue.

Called by the web process (and its server workers) and by the worker process.
"""

import os
import signal
import threading
import time


def end_with_parent() -> None:
    """Watches the parent from a thread of its own; when it is gone we get a SIGTERM and end cleanly."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="lifeline").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
