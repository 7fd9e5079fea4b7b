"""Reads people and teams. Called by the people pages and by every stage that lets somebody choose a colleague."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import RIGHTS, Right


def people() -> QuerySet[User]:
    """Everyone, those with access first, then by name; roles and team come in the same breath."""
    return User.objects.select_related("team").prefetch_related("grants").order_by("-is_active", Lower("name"), "pk")


def active_people(*, right: Right | None = None) -> QuerySet[User]:
    """Those who may sign in, by name; with `right` only those whose roles give it."""
    found = User.objects.filter(is_active=True).order_by(Lower("name"), "pk")
    if right is None or right is Right.SIGNED_IN:
        return found
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return found.filter(pk__in=User.objects.filter(grants__role__in=roles).values("pk"))


def is_known_address(email: str) -> bool:
    """Whether someone, active or not, has this address."""
    return User.objects.filter(email__iexact=email.strip()).exists()


def names(user_ids: Iterable[int]) -> dict[int, str]:
    """The name of each; ids that nobody has are missing."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def teams() -> QuerySet[Team]:
    """Every team by name, with `members`: how many active people belong to it."""
    active = Count("user", filter=Q(user__is_active=True))
    return Team.objects.annotate(members=active).order_by(Lower("name"))
