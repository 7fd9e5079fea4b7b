"""The score model of a fresh installation: rules that hold for most firms selling to businesses and private persons.

Called by set-up and the demo. The people at the desk change it in the editor.
"""

from datetime import datetime
from typing import Any

from leadstern.core.db import write
from leadstern.criteria.logic import parse, to_json
from leadstern.scoring.actions.models import publish_version, save_draft
from leadstern.scoring.models import ScoreModelVersion
from leadstern.scoring.queries.model import published_version

DECIDES = " or ".join(
    f'lead.position contains "{word}"'
    for word in (
        "geschäftsführ",
        "inhaber",
        "vorstand",
        "leiter",
        "leitung",
        "einkauf",
        "managing director",
        "owner",
        "head of",
    )
)
FIT = (
    ("business", "Geschäftskunde mit Firma", "Business with a company",
     "lead.is_business and lead.company is known", 10),
    ("phone", "Telefonnummer bekannt", "Telephone number known", "lead.has_phone", 10),
    ("email", "E-Mail-Adresse bekannt", "E-mail address known", "lead.has_email", 5),
    ("region", "Aus Deutschland, Österreich oder der Schweiz", "From Germany, Austria or Switzerland",
     'lead.country in ["DE", "AT", "CH"]', 5),
    ("place", "Postleitzahl bekannt", "Postcode known", "lead.postcode is known", 5),
    ("interest", "Interesse genannt", "Interest named", "lead.interest is known", 10),
    ("decides", "Entscheidet selbst oder bereitet vor", "Decides or prepares decisions", DECIDES, 10),
    ("recommended", "Auf Empfehlung", "By recommendation", 'lead.acquisition = "seed"', 10),
    ("free_mail", "Firma mit Freemail-Adresse", "Business with a free-mail address",
     "lead.is_business and lead.free_mail", -5),
)  # fmt: skip
ACTIVITY = (
    ("enquiry", "Anfrage über ein Formular", "Enquiry by a form", ["submission"], None, 30, 30, 60),
    ("request", "Unterlage angefordert", "Document requested", ["request"], None, 5, 21, 15),
    ("download", "Unterlage heruntergeladen", "Document downloaded", ["download"], None, 10, 21, 30),
    ("prices", "Preisseite angesehen", "Price page viewed", ["page"], {"prefix": "/preise"}, 10, 14, 30),
    ("visits", "Seiten angesehen", "Pages viewed", ["page"], None, 1, 7, 10),
    ("call_to_action", "Schaltfläche angeklickt", "Call to action clicked", ["click"], None, 5, 14, 15),
    ("unsubscribed", "Von E-Mails abgemeldet", "Unsubscribed from e-mails", ["unsubscribed"], None, -20, 90, 20),
)


def ensure_default_model(*, now: datetime) -> ScoreModelVersion:
    """The published version of the main model; publishes the default one when there is none. Twice changes nothing."""
    with write():
        return published_version() or publish_version(save_draft(default_content()), by=None, now=now)


def default_content() -> dict[str, Any]:
    """The content of the default model, conditions in their stored form."""
    return {
        "fit": [
            {"key": key, "label": {"de": de, "en": en}, "condition": to_json(parse(condition)), "points": points}
            for key, de, en, condition, points in FIT
        ],
        "activity": [
            {
                "key": key, "label": {"de": de, "en": en}, "kind": kinds, "content": content, "points": points,
                "half_life_days": half_life, "cap": cap,
            }
            for key, de, en, kinds, content, points, half_life, cap in ACTIVITY
        ],
        "temperature": {"warm": 15, "hot": 40},
        "grades": {"fit": [35, 20, 10], "activity": [40, 15, 5]},
    }  # fmt: skip
