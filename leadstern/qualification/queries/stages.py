"""In which stage leads are and were, and what the company calls the stages."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from leadstern.qualification.models import StageLabel, Verdict
from leadstern.qualification.terms import Stage


def current_stage(lead_id: int) -> Stage | None:
    """None: not judged yet."""
    return stages([lead_id]).get(lead_id)


def stages(lead_ids: Collection[int]) -> dict[int, Stage]:
    """By lead; leads that were not judged yet are missing. One query."""
    rows = Verdict.objects.filter(lead_id__in=lead_ids, is_current=True).values_list("lead_id", "stage")
    return {lead_id: Stage(stage) for lead_id, stage in rows}


def current_verdict(lead_id: int) -> Verdict | None:
    return Verdict.objects.filter(lead_id=lead_id, is_current=True).first()


def stage_history(lead_id: int) -> QuerySet[Verdict]:
    """All verdicts of a lead in the order in which they were recorded, with the persons behind them."""
    return Verdict.objects.filter(lead_id=lead_id).select_related("by", "definition").order_by("id")


def stage_labels(language: str) -> dict[Stage, str]:
    """What the company calls the stages, in its order. A stage without a label of its own goes by its role's name."""
    rows = label_rows()
    named = {Stage(row.role): row.label_de if language.startswith("de") else row.label_en for row in rows}
    return named | {stage: str(stage.label) for stage in Stage if stage not in named}


def label_rows() -> QuerySet[StageLabel]:
    return StageLabel.objects.order_by("order", "id")


def stage_role(now: datetime) -> Subquery:
    """The current stage, as an expression over leads. NULL: not judged yet."""
    return Subquery(Verdict.objects.filter(lead=OuterRef("pk"), is_current=True).values("stage"))
