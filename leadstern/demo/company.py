"""Sets up Sonnwerk Rheinland, a made-up installer of solar systems and heat pumps, by the same actions people use.

Enters: an empty, prepared database. Leaves: people, website, forms, magnet, regions, sender. Called by `actions.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from leadstern.accounts.actions import add_team, add_user
from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.capture.actions import add_magnet, create_form, publish_draft, save_draft
from leadstern.capture.logic import default_content
from leadstern.capture.models import Form
from leadstern.capture.terms import FormKind
from leadstern.consent.actions import publish_wording
from leadstern.consent.terms import Purpose
from leadstern.demo.guide import guide_pdf
from leadstern.nurture.actions import activate_sequence
from leadstern.nurture.models import Sequence
from leadstern.outbox.actions import save_sender
from leadstern.routing.actions import add_member, save_region
from leadstern.routing.models import Region
from leadstern.routing.terms import RegionRole
from leadstern.visitors.actions import add_site
from leadstern.visitors.models import Site

PASSWORD = "sonnwerk-demo-2026"  # noqa: S105 -- the demo's only; printed on the screen and in the README
WEBSITE_PORT = 8001
DETAILS = (
    "Sonnwerk Rheinland GmbH · Solarstraße 12 · 50667 Köln\n"
    "Geschäftsführerin: Doris Adler · Amtsgericht Köln, HRB 000000 · USt-IdNr. DE000000000\n"
    "Telefon 0221 5550 1234 · post@sonnwerk.example"
)
WORDINGS = {
    "de": (
        "Ja, die Sonnwerk Rheinland GmbH darf mir per E-Mail Informationen und Angebote zu meinem Anliegen senden. Ich "
        "kann diese Einwilligung jederzeit mit Wirkung für die Zukunft widerrufen, zum Beispiel über den Abmeldelink "
        "in jeder E-Mail."
    ),
    "en": (
        "Yes, Sonnwerk Rheinland GmbH may send me information and offers about my enquiry by e-mail. I can withdraw "
        "this consent for the future at any time, for example with the unsubscribe link in every e-mail."
    ),
}
PEOPLE = (
    ("anna", "Anna Klein", (Role.MARKETING,)),
    ("ben", "Ben Sommer", (Role.INSIDE_SALES,)),
    ("lina", "Lina Yıldız", (Role.INSIDE_SALES,)),
    ("carla", "Carla Wirtz", (Role.FIELD_SALES,)),
    ("jonas", "Jonas Esser", (Role.FIELD_SALES,)),
    ("doris", "Doris Adler", (Role.HEAD,)),
    ("emil", "Emil Voss", (Role.ADMIN,)),
)
NORTH = ["40", "42"]
SOUTH = ["50", "53"]


@dataclass(frozen=True)
class Company:
    """What the history needs of the company."""

    people: dict[str, User]
    site: Site
    contact: Form
    guide: Form


def found(*, now: datetime, website_port: int = WEBSITE_PORT) -> Company:
    """Makes the company as it was on its first day. Its website answers on `website_port` of this machine."""
    people = _people(now=now)
    anna, doris = people["anna"], people["doris"]
    website = f"http://127.0.0.1:{website_port}"
    save_sender(
        name="Sonnwerk Rheinland",
        address="post@sonnwerk.example",
        reply_to="",
        company_details=DETAILS,
        by=people["emil"],
        now=now,
        imprint_url=f"{website}/impressum",
        privacy_url=f"{website}/datenschutz",
    )
    for language, text in WORDINGS.items():
        publish_wording(purpose=Purpose.MARKETING, language=language, text=text, by=people["emil"], now=now)
    origins = [f"http://{host}:{website_port}" for host in ("127.0.0.1", "localhost")]
    site = add_site("sonnwerk.example", origins=origins, by=anna, now=now, key="sonnwerk")
    _regions(people, by=doris, now=now)
    for sequence in Sequence.objects.all():
        activate_sequence(sequence, by=anna, now=now)
    return Company(people, site, _contact_form(site, by=anna, now=now), _guide_form(site, by=anna, now=now))


def _people(*, now: datetime) -> dict[str, User]:
    team = add_team(name="Vertrieb", by=None)
    return {
        key: add_user(
            email=f"{key}@sonnwerk.example",
            name=name,
            roles=roles,
            language=settings.LANGUAGE_CODE,
            password=PASSWORD,
            team=team if Role.FIELD_SALES in roles else None,
            now=now,
            by=None,
        )
        for key, name, roles in PEOPLE
    }


def _regions(people: dict[str, User], *, by: User, now: datetime) -> None:
    inside, field = RegionRole.INSIDE_SALES, RegionRole.FIELD_SALES
    plan: tuple[tuple[str, RegionRole, list[list[str]], bool, tuple[str, ...]], ...] = (
        ("Köln und Bonn", inside, [SOUTH], False, ("ben", "lina")),
        ("Düsseldorf und Bergisches Land", inside, [NORTH], False, ("lina", "ben")),
        ("Übriges Deutschland", inside, [], True, ("ben",)),
        ("Köln und Bonn", field, [SOUTH], False, ("carla",)),
        ("Düsseldorf und Bergisches Land", field, [NORTH], False, ("jonas",)),
        ("Übriges Deutschland", field, [], True, ("carla", "jonas")),
    )
    for order, (name, role, ranges, is_fallback, members) in enumerate(plan, start=1):
        region = Region(name=name, role=role, ranges=ranges, order=order, is_fallback=is_fallback)
        saved = save_region(region, by=by, now=now)
        for key in members:
            add_member(saved, user=people[key], by=by, now=now)


def _contact_form(site: Site, *, by: User, now: datetime) -> Form:
    form = create_form("Angebot anfordern", key="kontakt", kind=FormKind.CONTACT, by=by, now=now, site=site)
    content = default_content(FormKind.CONTACT)
    texts = {
        "title": {"de": "Angebot anfordern", "en": "Request a quote"},
        "intro": {"de": "Wir rufen Sie am selben Werktag zurück.", "en": "We call you back on the same working day."},
        "button": {"de": "Angebot anfordern", "en": "Request a quote"},
        "done_text": {
            "de": "Wir rufen Sie am selben Werktag zurück. Ohne Telefonnummer schreiben wir Ihnen.",
            "en": "We call you back on the same working day. Without a telephone number we write to you.",
        },
    }
    content = {**content, "fields": _fields(), "texts": {**content["texts"], **texts}, "asks_marketing": True}
    save_draft(form, content=content, by=by, now=now)
    publish_draft(form, by=by, now=now)
    return form


def _fields() -> list[dict[str, Any]]:
    interests = [
        {"value": "Photovoltaik", "label": {"de": "Photovoltaik", "en": "Solar system"}},
        {"value": "Wärmepumpe", "label": {"de": "Wärmepumpe", "en": "Heat pump"}},
        {"value": "Photovoltaik und Wärmepumpe", "label": {"de": "Beides", "en": "Both"}},
    ]
    return [
        _field("name", "text", "Name", "Name", "name", required=True),
        _field("company", "text", "Firma", "Company", "company"),
        _field("email", "email", "E-Mail", "E-mail", "email", required=True),
        _field("phone", "phone", "Telefon", "Telephone", "phone"),
        _field("postcode", "postcode", "Postleitzahl", "Postcode", "postcode", required=True),
        {**_field("interest", "choice", "Worum geht es?", "What is it about?", "interest"), "choices": interests},
        _field("message", "textarea", "Ihre Nachricht", "Your message", "message"),
    ]


def _field(name: str, kind: str, german: str, english: str, detail: str, *, required: bool = False) -> dict[str, Any]:
    label = {"de": german, "en": english}
    return {"name": name, "type": kind, "label": label, "detail": detail, "required": required}


def _guide_form(site: Site, *, by: User, now: datetime) -> Form:
    title = "Ratgeber Solar und Wärmepumpe im Altbau"
    magnet = add_magnet(title, filename="ratgeber.pdf", chunks=[guide_pdf()], by=by, now=now)
    form = create_form("Ratgeber", key="ratgeber", kind=FormKind.DOWNLOAD, by=by, now=now, site=site, magnet=magnet)
    publish_draft(form, by=by, now=now)
    return form
