"""What the start page says first: the last finished cohort, the agreement, and what keeps mails from leaving.

Enters: the person, the moment. Leaves: figures in words, each with the page that shows what is behind it. A constant
number of queries. Called by `views.start`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core import formats
from leadstern.core.counting import MANY, capped_count
from leadstern.core.counting import Count as Number
from leadstern.desk.agreement import leads_under
from leadstern.leads.queries import live_leads
from leadstern.nurture.models import Sequence
from leadstern.outbox.queries import outage
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Stage
from leadstern.reports.drill import Cell, address
from leadstern.reports.logic import is_unfinished, next_month, share
from leadstern.reports.mql_to_close import mqls
from leadstern.reports.pages.parts import interval_words, month_label
from leadstern.reports.persons import within
from leadstern.reports.terms import Period, Share


@dataclass(frozen=True)
class Kept:
    """So many of so many, each a link; `note` says more. `rest_url` shows the missing ones, if any."""

    words: str
    part: str
    part_url: str
    whole: str
    whole_url: str
    note: str = ""
    rest_url: str = ""


@dataclass(frozen=True)
class Hint:
    """Something to mend, with the page where it is done; `url` empty for those who may not."""

    words: str
    url: str
    link: str


def headlines(user: User, *, now: datetime) -> list[Kept]:
    """For those who see reports; nothing for the others. Five queries."""
    if not user.has_right(Right.SEE_REPORTS):
        return []
    return [
        _last_cohort(now),
        _promise("called", _("MQLs called in time, due in the last 30 days"), now=now),
        _promise("answered", _("SQLs accepted or returned in time, due in the last 30 days"), now=now),
    ]


def _last_cohort(now: datetime) -> Kept:
    """The newest month whose MQLs have all had 90 days: younger ones would look worse than they are."""
    month = _last_finished_month(now)
    period = Period(month, next_month(month) - timedelta(days=1))
    # Whoever first became an MQL in the month has a verdict of that month: found by index, not by reading all leads.
    here = within(Verdict.objects.filter(stage=Stage.MARKETING_QUALIFIED, is_corrected=False), "at", period)
    counted = mqls(period).filter(pk__in=here.values("lead_id"))
    found = share(**counted.aggregate(n=Count("pk"), won=Count("pk", filter=Q(won_at__isnull=False))))
    key = f"{month:%Y-%m}"

    def url(step: str) -> str:
        return address(Cell("mql-to-close", step, period, by="month", key=key, is_total=False))

    return Kept(
        words=_("MQL to customer, MQLs of %(month)s") % {"month": month_label(key)},
        part=formats.number(found.won),
        part_url=url("won") if found.won else "",
        whole=formats.number(found.n),
        whole_url=url("n") if found.n else "",
        note=_rate_words(found),
    )


def _last_finished_month(now: datetime) -> date:
    month = timezone.localtime(now, timezone.get_default_timezone()).date().replace(day=1)
    while is_unfinished(month, now):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def _rate_words(found: Share) -> str:
    if not found.n:
        return ""
    if found.is_few:
        return _("too few for a percentage")
    words = {"rate": formats.percent(found.rate), "interval": interval_words(found)}
    return _("%(rate)s (95 per cent interval: %(interval)s)") % words


def _promise(key: str, words: str, *, now: datetime) -> Kept:
    def count(wanted: str) -> Number:
        return capped_count(leads_under(wanted, leads=live_leads(), now=now), limit=MANY)

    kept, whole = count(f"{key}_kept"), count(key)
    return Kept(
        words=words,
        part=str(kept),
        part_url=_leads(f"{key}_kept") if kept else "",
        whole=str(whole),
        whole_url=_leads(key) if whole else "",
        rest_url=_leads(f"{key}_late") if whole.n > kept.n else "",
    )


def _leads(key: str) -> str:
    return f"{reverse('desk:leads')}?{urlencode({'agreement': key})}"


def hints(user: User) -> list[Hint]:
    """What keeps mails from people: no sequence is switched on, or the mail server cannot be used. Two queries."""
    found = []
    if user.has_right(Right.EDIT_SEQUENCES) and not Sequence.objects.filter(is_active=True).exists():
        words = _("Leads that are not ready get no mails: read a sequence and switch it on.")
        found.append(Hint(words, reverse("nurture:sequences"), _("To the sequences")))
    trouble = outage()
    if trouble is not None:
        words = _(
            "Mails cannot leave since %(since)s: the mail server cannot be used. The mails wait, nothing is lost."
        )
        url = reverse("outbox:outbox") if user.has_right(Right.MANAGE_SYSTEM) else ""
        found.append(Hint(words % {"since": formats.moment(trouble.since)}, url, _("To the outbox")))
    return found
