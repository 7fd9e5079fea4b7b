"""Who stands behind a page for strangers (§ 5 DDG, Art. 13 GDPR). Called by Django for each page.

Enters: a request. Leaves: `company` for every template, asked of the database only where a page shows it.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from leadstern.outbox.queries import default_sender


def company(_request: HttpRequest) -> dict[str, Any]:
    """The default sender, or nothing while none is set up."""
    return {"company": SimpleLazyObject(default_sender)}
