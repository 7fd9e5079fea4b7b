"""What tests of capturing stand on: a published form, its page, a solved challenge, a sender, a file to give away."""

import base64
import html
import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from altcha import Challenge, Payload, solve_challenge
from django.test import Client

from leadstern.capture.actions import add_magnet, create_form, publish_draft, receive, save_draft
from leadstern.capture.channels.form import proof
from leadstern.capture.models import Form, Magnet, Submission
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.consent.actions import publish_wording
from leadstern.core.time import clock_at
from leadstern.outbox.models import SenderIdentity
from leadstern.visitors.models import Site
from tests.conftest import NOW

GOOD: dict[str, Any] = {"name": "Kim Muster", "email": "kim@example.com", "phone": "0221 123456", "postcode": "50667",
        "message": "Ein Dach mit 80 m²"}  # fmt: skip
PDF = b"%PDF-1.7\nwhite paper"


def make_site(*origins: str) -> Site:
    return Site.objects.create(name="Website", key="w" * 16, origins=list(origins), created_at=NOW)


def make_magnet() -> Magnet:
    return add_magnet("Ratgeber", filename="ratgeber.pdf", chunks=[PDF], by=None, now=NOW)


def make_form(key: str = "kontakt", *, kind: FormKind = FormKind.CONTACT, **changes: Any) -> Form:
    """A published form; `changes` go into its content."""
    site = changes.pop("site", None)
    magnet = make_magnet() if kind == FormKind.DOWNLOAD else None
    form = create_form(key.title(), key=key, kind=kind, by=None, now=NOW, site=site, magnet=magnet)
    draft = form.versions.get()
    save_draft(form, content={**draft.content, **changes}, by=None, now=NOW)
    publish_draft(form, by=None, now=NOW)
    return form


def make_wordings() -> None:
    for language in ("de", "en"):
        publish_wording(purpose="privacy", language=language, text=f"Datenschutz {language}", now=NOW, by=None)
        publish_wording(purpose="marketing", language=language, text=f"Ja, informieren {language}", now=NOW, by=None)


def make_sender() -> SenderIdentity:
    return SenderIdentity.objects.create(
        name="Muster", address="post@example.com", company_details="Muster GmbH, Köln", is_default=True,
        imprint_url="https://muster.example/impressum", privacy_url="https://muster.example/datenschutz",
    )  # fmt: skip


def names_the_company(page: str) -> bool:
    """Whether a page for strangers says whose it is and leads to imprint and privacy page."""
    links = ('<a href="https://muster.example/impressum">', '<a href="https://muster.example/datenschutz">')
    return all(text in page for text in ("<p>Muster</p>", "Muster GmbH, Köln", *links))


def make_submission(number: int = 1, **values: Any) -> Submission:
    return receive(
        channel=CaptureChannel.MANUAL, key=f"test:{number}", raw={"name": f"Person {number}"}, origin={},
        captured_at=NOW, now=NOW, **values,
    )  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no {name}"
    return html.unescape(found[1])


def open_form(client: Client, key: str = "kontakt", *, query: str = "", at: datetime = NOW) -> str:
    """The token of the page as a visitor gets it at `at`."""
    with clock_at(at):
        return hidden(client.get(f"/f/{key}/{query}").content.decode(), "ls_token")


def solved(at: datetime = NOW) -> str:
    """A solved challenge, as the browser would send it."""
    challenge = Challenge.from_dict(proof.challenge(now=at))
    solution = solve_challenge(challenge)
    assert solution is not None
    return base64.b64encode(json.dumps(Payload(challenge, solution).to_dict()).encode()).decode()


def send(client: Client, key: str = "kontakt", *, after: float = 20, query: str = "", **values: Any) -> Any:
    """Opens the form, waits `after` seconds, posts. `token` and `proof` may be given."""
    token = values.pop("token", None) or open_form(client, key, query=query)
    data = {"ls_token": token, "ls_proof": values.pop("proof", None) or "", **values}
    with clock_at(NOW + timedelta(seconds=after)):
        return client.post(f"/f/{key}/", urlencode(data), content_type="application/x-www-form-urlencoded")
