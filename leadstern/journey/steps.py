"""The whole product on one page: what happens to a lead, in order, from the visitor to the customer.

Enters: nothing. Leaves: `STEPS`, which the worker walks again and again. Each step takes the rows that the step before
left, does one thing with them and leaves rows for the next. A step takes `now` and a `limit`, returns how many rows it
took, can be killed at any moment and simply goes on. People act in between: they call, accept, win; what they do
leaves the same kinds of rows (`sales.actions`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from leadstern.capture import work as capture
from leadstern.capture.channels.file_import import actions as file_import
from leadstern.capture.channels.file_import import forgetting
from leadstern.consent import actions as consent
from leadstern.leads import actions as leads
from leadstern.nurture import actions as nurture
from leadstern.outbox import work as outbox
from leadstern.qualification import actions as qualification
from leadstern.routing import actions as routing
from leadstern.sales import actions as sales
from leadstern.scoring import actions as scoring


@dataclass(frozen=True)
class Step:
    """One step of the path: its name, what it takes and leaves, and the function that does it."""

    name: str
    takes: str
    leaves: str
    work: Callable[..., int]

    def walk(self, *, now: datetime, limit: int) -> int:
        return self.work(now=now, limit=limit)


STEPS = (
    Step("import", "lines of a file", "submissions", file_import.continue_runs),
    Step("tidy", "imports that are over", "no files, no text of lines", forgetting.forget_imports),
    Step("understand", "raw submissions that a kill left behind", "submissions", capture.understand_received),
    Step("capture", "submissions", "leads, activities", leads.take_submissions),
    Step("visit", "hits of known browsers", "activities", leads.take_hits),
    Step("download", "downloads of magnets", "activities", leads.take_downloads),
    Step("score", "changed leads", "scores", scoring.score_changed),
    Step("recheck", "scores that faded", "verdicts", qualification.recheck_due),
    Step("return", "leads whose date has come", "verdicts", qualification.return_due),
    Step("judge", "changed scores", "verdicts", qualification.judge_changed),
    Step("route", "verdicts", "assignments", routing.take_verdicts),
    Step("queue", "assignments", "tasks", sales.take_assignments),
    Step("close", "verdicts", "closed tasks", sales.take_verdicts),
    Step("enrol", "verdicts", "enrollments", nurture.take_verdicts),
    Step("welcome back", "confirmed consents", "enrollments", nurture.enrol_consented),
    Step("nurture", "due steps of sequences", "deliveries", nurture.run_due),
    Step("send", "deliveries", "mails on their way", outbox.run_due),
    Step("sent", "mails that left", "activities", nurture.take_sent),
    Step("bounce", "mails that came back", "broken contact points", nurture.take_bounces),
    Step("forget", "requests that nobody answered", "nothing", consent.forget_requests),
)
