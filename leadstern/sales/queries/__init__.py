"""Reading tasks, calls, answers and opportunities. Called by the desk, reports and this stage's own pages."""

from leadstern.sales.queries.decisions import decision_about, decision_just_made
from leadstern.sales.queries.leads import (
    Guide,
    GuideLine,
    answers_of,
    attempts_since_reached,
    call_permission,
    guide,
    open_task,
)
from leadstern.sales.queries.opportunities import (
    Board,
    BoardColumn,
    OpportunityFilter,
    OwnSales,
    board,
    open_opportunity,
    opportunity_page,
    own_sales,
    visible_opportunities,
)
from leadstern.sales.queries.queue import Queue, QueueCounts, QueueRow, queue, queue_counts, queue_row

__all__ = [
    "Board",
    "BoardColumn",
    "Guide",
    "GuideLine",
    "OpportunityFilter",
    "OwnSales",
    "Queue",
    "QueueCounts",
    "QueueRow",
    "answers_of",
    "attempts_since_reached",
    "board",
    "call_permission",
    "decision_about",
    "decision_just_made",
    "guide",
    "open_opportunity",
    "open_task",
    "opportunity_page",
    "own_sales",
    "queue",
    "queue_counts",
    "queue_row",
    "visible_opportunities",
]
