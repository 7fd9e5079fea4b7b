"""What the company calls its stages."""

from collections.abc import Mapping
from datetime import datetime

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.qualification.models import StageLabel
from leadstern.qualification.terms import Stage


def save_labels(labels: Mapping[Stage, tuple[str, str]], *, by: User, now: datetime) -> None:
    """Stores (German, English) for each stage, in the order given; stages left out keep theirs."""
    with write():
        rows = [
            StageLabel(role=stage, label_de=german, label_en=english, order=place)
            for place, (stage, (german, english)) in enumerate(labels.items(), start=1)
        ]
        StageLabel.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["role"], update_fields=["label_de", "label_en", "order"]
        )
        data = {stage.value: list(texts) for stage, texts in labels.items()}
        record("qualification.labels_changed", None, by=by, now=now, data=data)
