"""The list of leads and the page "Today" at 100,000 leads and 10,000 open tasks of one person: time of the server.

By Django's test client, without a network, signed in, after two visits; the number of queries stands beside. The limit
is a page of the same frame that shows nothing but one's own profile.
"""

import statistics
import time
from functools import partial
from http import HTTPStatus
from typing import Any

import django

from bench.figures import Figure, Goal, spread

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up
from django.test import Client  # noqa: E402

from leadstern.accounts.models import User  # noqa: E402
from leadstern.core.memory import keep_what_is_loaded  # noqa: E402
from leadstern.leads.models import Lead  # noqa: E402
from leadstern.sales.models import Task  # noqa: E402

VISITS = 30


def figures(scale: float) -> list[Figure]:
    user, head = (User.objects.get(email=f"{name}@example.com") for name in ("person0", "head"))
    count = f"{Lead.objects.count():,} leads, {Task.objects.filter(owner=user, done_at=None).count():,} open tasks"
    limit = statistics.median(_times("/setup/profile/", head)[0])
    keep_what_is_loaded()  # as the web process does
    newest = Lead.objects.order_by("-captured_at").values_list("pk", flat=True)[0]
    looked = {
        f"Today ({count})": ("/today/", user),
        "start page": ("/", head),
        "leads": ("/leads/", head),
        "leads, by stage": ("/leads/?stage=marketing_qualified", head),
        "leads, by owner": (f"/leads/?owner={user.pk}", head),
        "leads, by source": ("/leads/?source=social", head),
        "leads, by name": ("/leads/?order=name", head),
        "leads, hottest": ("/leads/?order=hot", head),
        "leads, hottest of an owner": (f"/leads/?order=hot&owner={user.pk}", head),
        "leads, frequent word": ("/leads/?q=köln", head),
        "leads, rare word": ("/leads/?q=lead77777@", head),
        "one lead": (f"/leads/{newest}/", head),
    }
    return [_visited(name, address, person, limit) for name, (address, person) in looked.items()]


def _visited(name: str, address: str, user: User, limit: float) -> Figure:
    times, queries = _times(address, user)
    return spread(name, times, limit=limit, goal=Goal("p95", 100), note=f"{queries} queries")


def _times(address: str, user: User) -> tuple[list[float], int]:
    """(seconds of each visit, queries of one)"""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    _get(client, address)
    queries: list[str] = []
    with connection.execute_wrapper(partial(_note, queries)):
        _get(client, address)
    return [_get(client, address) for _ in range(VISITS)], len(queries)


def _note(queries: list[str], execute: Any, sql: str, *rest: Any) -> Any:
    queries.append(sql)
    return execute(sql, *rest)


def _get(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address, follow=False)
    seconds = time.perf_counter() - began
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return seconds
