"""What the builder calls the meanings of answers and the texts of a form."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leadstern.visitors.terms import Channel

DETAIL_LABELS: dict[str, Any] = {
    "": _("A further answer (kept with the lead)"),
    "name": _("Whole name"),
    "salutation": _("Salutation"),
    "title": _("Title"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "company": _("Company"),
    "position": _("Position"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Place"),
    "country": _("Country"),
    "interest": _("Interest"),
    "message": _("Enquiry"),
    "is_business": _("Asks for a business"),
    "referred_by": _("Recommended by"),
}
TEXT_LABELS: dict[str, Any] = {
    "title": _("Heading"),
    "intro": _("Introduction"),
    "button": _("Button"),
    "done_title": _("Closing heading"),
    "done_text": _("What happens next, and when"),
}
ORIGIN_LABELS: dict[str, Any] = {
    "page": _("Page"),
    "referrer": _("Came from"),
    "site": _("Website"),
    "visitor": _("Visitor"),
    "channel": _("Channel"),
    "source": _("Source"),
    "medium": _("Medium"),
    "campaign": _("Campaign"),
    "landing_page": _("Landing page"),
    "language": _("Language"),
    "ip_prefix": _("Network"),
    "test": _("Test"),
    "marketing_wording": _("Version of the advertising text"),
}
ACQUISITIONS: list[tuple[str, Any]] = [
    ("spear", _("Spear: direct contact by sales")),
    ("seed", _("Seed: recommendation")),
    ("net", _("Net: online or mass channel")),
]
ORIGIN_CODES: dict[str, dict[str, Any]] = {
    "channel": dict(Channel.choices),
    "source": dict(Channel.choices),
    "language": dict(settings.LANGUAGES),
    "acquisition": dict(ACQUISITIONS),
}
KNOWN_LABELS: dict[str, Any] = {
    **ORIGIN_LABELS,
    **{key: label for key, label in DETAIL_LABELS.items() if key},
    "acquisition": _("Kind of acquisition"),
    "external_id": _("Outside id"),
    "stage": _("Stage"),
    "extra": _("Further answers"),
}
