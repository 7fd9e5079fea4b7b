"""The demo's visitors: they browse, enquire, open the mails they get and press the buttons in them.

Enters: arrivals of the plan. Leaves: hits, submissions, confirmed consents, downloads. Called by `history.py`.
"""

import random
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from leadstern.capture.actions import receive, record_download
from leadstern.capture.channels.form.intake import take
from leadstern.capture.logic import hash_secret
from leadstern.capture.models import DownloadGrant, Form, FormVersion
from leadstern.capture.terms import CaptureChannel
from leadstern.consent.actions import confirm_consent
from leadstern.consent.queries import current_wording
from leadstern.consent.terms import Purpose
from leadstern.demo.company import Company
from leadstern.demo.plan import Arrival, Source
from leadstern.outbox.models import MailboxMessage
from leadstern.visitors.actions import record_consent
from leadstern.visitors.hit_store import hit_store
from leadstern.visitors.terms import Channel, HitKind, HitRow

Visit = tuple[datetime, Source, tuple[str, ...]]
LINK = re.compile(r"/(c|d)/([A-Za-z0-9_-]+)/")


class Visitors:
    """Everybody outside the company. `_seen` is the newest mail that was looked at."""

    def __init__(self, company: Company, chance: random.Random) -> None:
        self.company, self.chance = company, chance
        self.hits = hit_store()
        self._seen = 0
        self._wordings = {purpose: current_wording(purpose, language="de") for purpose in Purpose}

    def browse(self, due: list[Arrival], visits: list[Visit]) -> None:
        """Page views of those who are about to enquire and of those who never will."""
        rows = [row for visit in visits for row in self._rows(*visit, key=None)]
        for arrival in due:
            if arrival.way in ("contact", "guide"):
                rows += self._before(arrival)
        if rows:
            self.hits.write(rows, is_retry=False)

    def _before(self, arrival: Arrival) -> list[HitRow]:
        began = arrival.at - timedelta(minutes=3 * len(arrival.pages) + 2)
        if arrival.visitor is None:
            return self._rows(began, arrival.source, arrival.pages, key=None)
        record_consent(arrival.visitor, site_id=self.company.site.pk, text="Ja, messen Sie", now=began)
        return self._rows(began, arrival.source, arrival.pages, key=arrival.visitor)

    def _rows(self, at: datetime, source: Source, pages: tuple[str, ...], *, key: UUID | None) -> list[HitRow]:
        channel = source.channel if source.channel in Channel.values else Channel.DIRECT
        return [
            HitRow(
                site_id=self.company.site.pk,
                at=at + timedelta(minutes=3 * number),
                kind=HitKind.PAGE,
                path=path,
                label="",
                is_entry=number == 0,
                channel=channel,
                source=source.source if number == 0 else "",
                medium=source.medium if number == 0 else "",
                campaign=source.campaign if number == 0 else "",
                referrer_host="",
                bot="",
                visitor_key=key.hex if key else None,
            )
            for number, path in enumerate(pages)
        ]

    def enquire(self, arrival: Arrival) -> None:
        """A form is sent, or a colleague enters what they heard."""
        if arrival.way in ("seed", "spear"):
            self._enter(arrival)
            return
        form = self.company.contact if arrival.way == "contact" else self.company.guide
        version = FormVersion.objects.filter(form=form, published_at__isnull=False).latest("number")
        details = _details(arrival, is_short=arrival.way == "guide")
        marketing = {"ls_marketing": "on"} if arrival.person.says_yes else {}
        submission = receive(
            channel=CaptureChannel.DOWNLOAD if arrival.way == "guide" else CaptureChannel.FORM,
            key=f"demo:{arrival.person.email}",
            raw={**details, **marketing},
            origin=self._origin(arrival, form),
            captured_at=arrival.at,
            now=arrival.at,
            form_version=version,
            wording=self._wordings[Purpose.PRIVACY],
        )
        take(submission, details=details, now=arrival.at)

    def _origin(self, arrival: Arrival, form: Form) -> dict[str, Any]:
        wording = self._wordings[Purpose.MARKETING]
        origin = {
            "page": f"http://127.0.0.1:8001/{form.key}",
            "site": self.company.site.pk,
            "channel": arrival.source.channel,
            "source": arrival.source.source,
            "medium": arrival.source.medium,
            "campaign": arrival.source.campaign,
            "landing_page": arrival.pages[0],
            "language": "de",
            "marketing_wording": wording.pk if wording else None,
        }
        return origin | ({"visitor": str(arrival.visitor)} if arrival.visitor else {})

    def _enter(self, arrival: Arrival) -> None:
        told = {"acquisition": arrival.way, "source": arrival.source.source}
        told |= {"referred_by": "Familie Küpper, Bonn"} if arrival.way == "seed" else {}
        submission = receive(
            channel=CaptureChannel.MANUAL,
            key=f"demo:{arrival.person.email}",
            raw=_details(arrival) | told,
            origin={"language": "de"},
            captured_at=arrival.at,
            now=arrival.at,
            entered_by=self.company.people["ben" if arrival.way == "spear" else "lina"],
        )
        take(submission, details=_details(arrival) | told, now=arrival.at)

    def read_mails(self, *, now: datetime) -> None:
        """Some open the mail that asks for their consent, most fetch the guide they asked for."""
        mails = MailboxMessage.objects.filter(pk__gt=self._seen).select_related("delivery").order_by("pk")
        for mail in mails:
            self._seen = mail.pk
            found = LINK.search(mail.delivery.payload["text"])
            if found and self.chance.random() < 0.8:
                self._press(found[1], found[2], now=now)

    def _press(self, kind: str, secret: str, *, now: datetime) -> None:
        if kind == "c":
            evidence = {"ip_prefix": "192.0.2.0/24", "user_agent": "demo", "at": now.isoformat()}
            confirm_consent(secret, evidence=evidence, now=now)
        else:
            grant = DownloadGrant.objects.get(secret_hash=hash_secret(secret))
            record_download(grant, now=now)


def _details(arrival: Arrival, *, is_short: bool = False) -> dict[str, Any]:
    """What the person fills in: little for a download, more for an offer."""
    person = arrival.person
    name = " ".join(part for part in (person.title, person.first_name, person.last_name) if part)
    given = {"name": name, "email": person.email}
    if not is_short:
        given |= {"company": person.company, "interest": person.interest}
        given |= {"phone": person.phone, "postcode": person.postcode, "city": person.city, "country": "DE"}
        given |= {"position": person.position, "street": person.street if arrival.way == "seed" else ""}
    business = {} if is_short else {"is_business": bool(person.company)}
    return {key: value for key, value in given.items() if value} | business
