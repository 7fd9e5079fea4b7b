"""Stage roles and what a criterion can say. Labels and order of the stages are the company's own (`StageLabel`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Neutral roles of the waterfall; the mapping to other vocabularies stands in docs/glossary.md."""

    CAPTURED = "captured", _("Lead")
    MARKETING_QUALIFIED = "marketing_qualified", _("MQL")
    PHONE_QUALIFIED = "phone_qualified", _("SQL")
    SALES_ACCEPTED = "sales_accepted", _("Opportunity")
    WON = "won", _("Customer")
    LOST = "lost", _("Lost")
    RECYCLED = "recycled", _("Back to nurturing")
    DISQUALIFIED = "disqualified", _("Sorted out")


NOT_YET = frozenset({Stage.CAPTURED, Stage.RECYCLED})
WITH_SALES = frozenset({Stage.MARKETING_QUALIFIED, Stage.PHONE_QUALIFIED, Stage.SALES_ACCEPTED})
CLOSED = frozenset({Stage.WON, Stage.LOST, Stage.DISQUALIFIED})

_OUT = {Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST}
BY_PERSON: dict[Stage, frozenset[Stage]] = {
    Stage.CAPTURED: WITH_SALES | {Stage.RECYCLED, Stage.DISQUALIFIED},
    Stage.RECYCLED: WITH_SALES | {Stage.CAPTURED, Stage.RECYCLED, Stage.DISQUALIFIED},
    Stage.MARKETING_QUALIFIED: frozenset({Stage.PHONE_QUALIFIED, Stage.SALES_ACCEPTED, *_OUT}),
    Stage.PHONE_QUALIFIED: frozenset({Stage.MARKETING_QUALIFIED, Stage.SALES_ACCEPTED, *_OUT}),
    Stage.SALES_ACCEPTED: frozenset({Stage.PHONE_QUALIFIED, Stage.WON, *_OUT}),
    Stage.WON: frozenset({Stage.SALES_ACCEPTED}),
    Stage.LOST: frozenset({Stage.SALES_ACCEPTED, Stage.RECYCLED, Stage.CAPTURED}),
    Stage.DISQUALIFIED: frozenset({Stage.CAPTURED, Stage.RECYCLED}),
}
"""Where a person may move a lead from each stage. Recycling again sets another return date; won and lost can be taken
back to the opportunity, sorting out to the start. Each is a further verdict; none is ever overwritten."""

BY_MACHINE: dict[Stage, frozenset[Stage]] = dict.fromkeys(NOT_YET, frozenset({Stage.MARKETING_QUALIFIED}))
"""The definition only promotes. What lies with sales or is closed is never touched by it."""


class Importance(models.TextChoices):
    """How a criterion counts."""

    MUST = "must", _("must")
    SHOULD = "should", _("should")
    MUST_NOT = "must_not", _("must not")


class Finding(models.TextChoices):
    """What a criterion says of a lead. Unknown is not "no": the next question follows from it."""

    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    UNKNOWN = "unknown", _("unknown")


class Cause(models.TextChoices):
    """Who or what moved a lead to a stage. `CAPTURED`: the first verdict of a lead that just came in. `CORRECTED`: a
    person has taken the verdict before back."""

    CAPTURED = "captured", _("by its first contact")
    DEFINITION = "definition", _("by the definition")
    PERSON = "person", _("by a person")
    IMPORTED = "imported", _("as imported")
    RETURNED = "returned", _("by its return date")
    CORRECTED = "corrected", _("Correction")
