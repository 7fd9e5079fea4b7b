"""Makes an installation a small company that takes enquiries. Run by `Running.module`, inside the installation."""

from datetime import datetime

from leadstern.accounts.actions import add_user
from leadstern.accounts.terms import Role
from leadstern.capture.actions import create_form, publish_draft, save_draft
from leadstern.capture.terms import FormKind
from leadstern.core.time import now
from leadstern.outbox.actions import save_sender
from leadstern.routing.actions import add_member, save_region
from leadstern.routing.models import Region


def make(*, at: datetime) -> None:
    """Ben calls; a form asks for no proof of a human; mails go to the built-in mailbox."""
    emil = add_user(email="emil@example.com", name="Emil", roles=[Role.ADMIN], language="de", now=at, by=None)
    ben = add_user(email="ben@example.com", name="Ben", roles=[Role.INSIDE_SALES], language="de", now=at, by=None)
    details = "Muster GmbH, Köln"
    save_sender(name="Muster", address="post@muster.example", reply_to="", company_details=details, by=emil, now=at)
    region = save_region(Region(name="Überall", is_fallback=True), by=emil, now=at)
    add_member(region, user=ben, by=emil, now=at)
    form = create_form("Kontakt", key="kontakt", kind=FormKind.CONTACT, by=emil, now=at)
    content = {**form.versions.get().content, "captcha": False, "asks_marketing": True}
    save_draft(form, content=content, by=emil, now=at)
    publish_draft(form, by=emil, now=at)


if __name__ == "__main__":
    make(at=now())
