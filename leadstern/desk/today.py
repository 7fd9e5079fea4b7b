"""The page "Today": one person's queue, and beside it everything needed to act on the chosen lead.

Enters: the signed-in person, `?lead=`. Leaves: the page; `outcomes.py` uses `show` to answer entries with mistakes.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core import time
from leadstern.desk.today_detail import detail_of
from leadstern.desk.today_lines import queue_lines
from leadstern.sales.queries import decision_just_made, own_sales, queue, queue_row


@requires(Right.WORK_QUEUE)
def today(request: HttpRequest) -> HttpResponse:
    """The queue; `?lead=` chooses a line, the first one otherwise."""
    given = request.GET.get("lead", "")
    lead_id = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    return show(request, lead_id=lead_id)


def show(
    request: HttpRequest, *, lead_id: int | None, mistaken: Mapping[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page with this lead chosen. `mistaken`: a form with mistakes by its name, shown open."""
    user, now = person(request), time.now()
    found = queue(user, now=now)
    chosen = next((row for row in found.rows if row.lead.pk == lead_id), None)
    if chosen is None and lead_id is not None and (beyond := queue_row(user, lead_id, now=now)):
        found = replace(found, rows=[beyond, *found.rows])
    chosen = chosen or (found.rows[0] if found.rows else None)
    context = {
        "lines": queue_lines(found.rows, chosen, now=now),
        "counts": found.counts,
        "hidden": found.counts.beyond(len(found.rows)),
        "detail": detail_of(chosen, found.rows, user=user, now=now, mistaken=mistaken or {}) if chosen else None,
        "mistaken": next(iter(mistaken), "") if mistaken else "",
        "may_sell": user.has_right(Right.SELL),
        "sales": own_sales(user, now=now) if user.has_right(Right.SELL) else None,
        "decision": decision_just_made(user, now=now),
    }
    return render(request, "desk/today.html", context, status=status)
