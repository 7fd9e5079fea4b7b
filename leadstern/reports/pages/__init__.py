"""Reports as pages: question, answer, picture, table, and what the number does not say. Called by the views."""

from leadstern.reports.pages.behind import behind
from leadstern.reports.pages.cost import cost_page
from leadstern.reports.pages.funnel import funnel_page
from leadstern.reports.pages.mql_to_close import mql_page

__all__ = ["behind", "cost_page", "funnel_page", "mql_page"]
