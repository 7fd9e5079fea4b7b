"""Which leads may this person see? Every page that shows a lead loads it through `lead_for`.

Field sales sees what it looks after or looked after, what its team looks after, what it entered by hand, and qualified
leads that nobody looks after. Every other role with the right to see leads sees all.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.leads.models import Activity, Lead
from leadstern.leads.queries import lead_by_id, live_leads
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Stage
from leadstern.routing.models import Assignment


def visible_leads(user: User) -> QuerySet[Lead]:
    """The live leads this person may see. Unordered; four sub-queries at most."""
    if not user.has_right(Right.SEE_LEADS):
        return live_leads().none()
    if not is_restricted(user):
        return live_leads()
    own = Q(owner=user)
    if user.team_id is not None:
        own |= Q(owner__team_id=user.team_id, ended_at__isnull=True)
    held = Assignment.objects.filter(own, lead=OuterRef("pk"))
    owned = Assignment.objects.filter(lead=OuterRef("pk"), ended_at__isnull=True)
    entered = Activity.objects.filter(lead=OuterRef("pk"), kind=ActivityKind.ENTERED, by=user)
    qualified = Verdict.objects.filter(lead=OuterRef("pk"), is_current=True, stage=Stage.PHONE_QUALIFIED)
    return live_leads().filter(Exists(held) | Exists(entered) | (Exists(qualified) & ~Exists(owned)))


def is_restricted(user: User) -> bool:
    """Whether this person sees only part of the leads: who is in field sales and nothing else."""
    return not user.has_right(Right.SEE_ALL_LEADS)


def only_visible(leads: QuerySet[Lead], user: User) -> QuerySet[Lead]:
    """Of these leads those the person may see; for whoever sees all, also the erased ones that figures still count."""
    return leads.filter(pk__in=visible_leads(user).values("pk")) if is_restricted(user) else leads


def lead_for(user: User, lead_id: int) -> Lead:
    """The lead behind an id (a merged id answers with the lead it became); 404 when it may not be seen."""
    lead = lead_by_id(lead_id)
    if lead is None or not visible_leads(user).filter(pk=lead.pk).exists():
        raise Http404
    return lead
