"""What the browser tests look for and the demo company shows on most days only: a sale that is won, and two people who
ask for the guide and never open a mail, one today, one so long ago that their links have run out.

Run by `Running.module` in an installation that holds the demo company and does not serve yet.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from leadstern.capture.actions import receive
from leadstern.capture.actions.downloads import VALID
from leadstern.capture.channels.form.intake import take
from leadstern.capture.models import FormVersion
from leadstern.capture.terms import CaptureChannel
from leadstern.consent.logic import REQUEST_LIFE
from leadstern.consent.queries import current_wording
from leadstern.consent.terms import Purpose
from leadstern.core.time import clock_at, now
from leadstern.journey.actions import walk_until_done
from leadstern.sales.actions import win_opportunity
from leadstern.sales.models import Opportunity


def ask_for_the_guide(email: str, *, at: datetime) -> None:
    """They agree to be written to, so that they are asked once more by mail."""
    details = {"email": email}
    marketing = current_wording(Purpose.MARKETING, language="de")
    assert marketing
    submission = receive(
        channel=CaptureChannel.DOWNLOAD,
        key=f"undecided:{email}",
        raw=details | {"ls_marketing": "on"},
        origin={"language": "de", "marketing_wording": marketing.pk},
        captured_at=at,
        now=at,
        form_version=FormVersion.objects.filter(form__key="ratgeber", published_at__isnull=False).latest("number"),
        wording=current_wording(Purpose.PRIVACY, language="de"),
    )
    take(submission, details=details, now=at)
    walk_until_done(now=at)


def win_a_sale(*, at: datetime) -> None:
    sale = Opportunity.objects.filter(state=Opportunity.State.OPEN).earliest("id")
    assert sale.owner
    win_opportunity(sale, value=Decimal(24_900), by=sale.owner, now=at)
    walk_until_done(now=at)


if __name__ == "__main__":
    today = now()
    win_a_sale(at=today)
    for email, at in (
        ("vera@unentschieden.example", today - max(REQUEST_LIFE, VALID) - timedelta(days=1)),
        ("udo@unentschieden.example", today),
    ):
        with clock_at(at):
            ask_for_the_guide(email, at=at)
