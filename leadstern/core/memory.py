"""Spares the garbage collector what stays for the life of a process: it would walk all of Django again and again.

Every command and process begins with `collect_seldom`. Those that live long or handle rows by the thousand (web,
worker, import, the tests) call `keep_what_is_loaded` once, when everything is.
"""

import gc

NEW_OBJECTS = 20_000
"""After so many new ones it looks for garbage; Python's own measure is 700."""


def collect_seldom() -> None:
    """While everything is loaded nothing becomes garbage: a command answers a sixth sooner."""
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def keep_what_is_loaded() -> None:
    """What is loaded now is never looked at again, what comes later seldom."""
    gc.collect()
    gc.freeze()
    collect_seldom()
