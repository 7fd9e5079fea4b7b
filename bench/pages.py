"""The list of leads and the page "Today" at 100,000 leads and 10,000 open tasks of one person: time of the server.

By Django's test client, without a network, signed in, after two visits; the number of queries stands beside.
"""

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
from leadstern.leads.models import Lead  # noqa: E402
from leadstern.sales.models import Task  # noqa: E402

VISITS = 30


def figures(scale: float) -> list[Figure]:
    user, head = (User.objects.get(email=f"{name}@example.com") for name in ("person0", "head"))
    count = f"{Lead.objects.count():,} leads, {Task.objects.filter(owner=user, done_at=None).count():,} open tasks"
    newest = Lead.objects.order_by("-captured_at").values_list("pk", flat=True)[0]
    return [
        _visited(f"Today ({count})", "/today/", user),
        _visited("leads", "/leads/", head),
        _visited("leads, by stage", "/leads/?stage=marketing_qualified", head),
        _visited("leads, by owner", f"/leads/?owner={user.pk}", head),
        _visited("leads, by source", "/leads/?source=social", head),
        _visited("leads, by name", "/leads/?order=name", head),
        _visited("leads, hottest", "/leads/?order=hot", head),
        _visited("leads, hottest of an owner", f"/leads/?order=hot&owner={user.pk}", head),
        _visited("leads, frequent word", "/leads/?q=köln", head),
        _visited("leads, rare word", "/leads/?q=lead77777@", head),
        _visited("one lead", f"/leads/{newest}/", head),
    ]


def _visited(name: str, address: str, user: User) -> Figure:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    _get(client, address)
    queries: list[str] = []
    with connection.execute_wrapper(partial(_note, queries)):
        _get(client, address)
    times = [_get(client, address) for _ in range(VISITS)]
    return spread(name, times, goal=Goal("p95", 100), note=f"{len(queries)} queries")


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
