"""Loads the objects of this stage for a person, or answers 404. Called by the views."""

from django.shortcuts import get_object_or_404

from leadstern.accounts.models import User
from leadstern.criteria.models import Segment


def segment_for(user: User, segment_id: int) -> Segment:
    """Segments belong to the company: whoever may open the page may open each."""
    return get_object_or_404(Segment.objects.select_related("created_by"), pk=segment_id)
