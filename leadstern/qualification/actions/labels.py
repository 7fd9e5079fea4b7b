"""What the company calls its stages."""

from collections.abc import Mapping
from datetime import datetime

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.qualification.models import StageLabel
from leadstern.qualification.terms import Stage

DEFAULT: dict[Stage, tuple[str, str]] = {
    Stage.CAPTURED: ("Lead", "Lead"),
    Stage.MARKETING_QUALIFIED: ("MQL", "MQL"),
    Stage.PHONE_QUALIFIED: ("SQL", "SQL"),
    Stage.SALES_ACCEPTED: ("Verkaufschance", "Opportunity"),
    Stage.WON: ("Kunde", "Customer"),
    Stage.LOST: ("Verloren", "Lost"),
    Stage.RECYCLED: ("Zurück zur Pflege", "Back to nurturing"),
    Stage.DISQUALIFIED: ("Aussortiert", "Sorted out"),
}


def ensure_default_labels() -> None:
    """Names the stages where nobody has named any, as after the demo was emptied. Twice changes nothing."""
    with write():
        if not StageLabel.objects.exists():
            StageLabel.objects.bulk_create(_rows(DEFAULT))


def save_labels(labels: Mapping[Stage, tuple[str, str]], *, by: User, now: datetime) -> None:
    """Stores (German, English) for each stage, in the order given; stages left out keep theirs."""
    with write():
        StageLabel.objects.bulk_create(
            _rows(labels),
            update_conflicts=True,
            unique_fields=["role"],
            update_fields=["label_de", "label_en", "order"],
        )
        data = {stage.value: list(texts) for stage, texts in labels.items()}
        record("qualification.labels_changed", None, by=by, now=now, data=data)


def _rows(labels: Mapping[Stage, tuple[str, str]]) -> list[StageLabel]:
    return [
        StageLabel(role=stage, label_de=german, label_en=english, order=place)
        for place, (stage, (german, english)) in enumerate(labels.items(), start=1)
    ]
