"""Which sales may this person see? Every page that shows one loads it through `opportunity_for`."""

from django.http import Http404

from leadstern.accounts.models import User
from leadstern.sales.models import Opportunity
from leadstern.sales.queries import visible_opportunities


def opportunity_for(user: User, opportunity_id: int) -> Opportunity:
    """The sale when the person may see it, with lead, company and owner; 404 otherwise."""
    found = visible_opportunities(user).select_related("lead__company", "owner").filter(pk=opportunity_id).first()
    if found is None:
        raise Http404
    return found
