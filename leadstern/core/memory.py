"""Spares the garbage collector what stays for the life of a process. Called once, when everything is loaded, by the
processes that live long or handle rows by the thousand (web, worker, import, the tests): it would walk all of Django
again and again otherwise.
"""

import gc

NEW_OBJECTS = 20_000


def keep_what_is_loaded() -> None:
    """What is loaded now is never looked at again; what comes later less often (Python's own measure is 700)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
