"""Installations that are made once for all processes of a run and never started: the patterns of the copies.

Enters: a folder that the processes share, and how to make the installation. Leaves: the installation. Used by the
fixtures of `conftest.py`.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.own_database import drop_database, make_database
from tests.running import Running


@contextmanager
def shared(folder: Path, make: Callable[[Running], object], *, like: Running | None = None) -> Iterator[Running]:
    """Made by whoever comes first, from a copy of `like` when given; it goes with the last who uses it."""
    with _alone(folder):
        running = _found(folder) or _made(folder, make, like)
        _count(folder, 1)
    try:
        yield running
    finally:
        with _alone(folder):
            if _count(folder, -1) == 0:
                drop_database(running.database)
                shutil.rmtree(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _found(folder: Path) -> Running | None:
    address = folder / "database"
    return Running(folder / "home", address.read_text(encoding="utf-8")) if address.exists() else None


def _made(folder: Path, make: Callable[[Running], object], like: Running | None) -> Running:
    shutil.rmtree(folder, ignore_errors=True)
    running = Running(folder / "home", make_database(like=like.database if like else ""))
    try:
        if like:
            shutil.copytree(like.home, running.home)
        else:
            running.home.mkdir(parents=True)
        make(running)
        (folder / "database").write_text(running.database, encoding="utf-8")
    except BaseException:
        drop_database(running.database)
        raise
    return running


def _count(folder: Path, more: int) -> int:
    file = folder / "users"
    users = int(file.read_text(encoding="ascii")) + more if file.exists() else more
    file.write_text(f"{users}", encoding="ascii")
    return users
