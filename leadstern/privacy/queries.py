"""What is known of one person, from every stage (GDPR Art. 15 and 20). Called by the privacy pages."""

from typing import Any

from leadstern.core.registry import personal_data


def collected(lead_id: int) -> dict[str, Any]:
    """By stage: {"label": words, "rows": […]}, in path order; plain values, ready for JSON."""
    return {offer.key: {"label": str(offer.label), "rows": offer.show(lead_id)} for offer in personal_data}
