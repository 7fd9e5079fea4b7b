"""Who may get which leads: regions, their members, absences. Called by the pages of this stage."""

from datetime import datetime

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.routing.models import Member, Region


def save_region(region: Region, *, by: User, now: datetime) -> Region:
    """Stores a new or changed region. Only one fallback per role: Refused otherwise."""
    with write():
        others = Region.objects.exclude(pk=region.pk).filter(role=region.role)
        if region.is_fallback and others.filter(is_fallback=True).exists():
            raise Refused(_("There is a fallback region already. Take the mark from it first."))
        if others.filter(name=region.name).exists():
            raise Refused(_("There is a region with this name already."))
        region.save()
        data = {"name": region.name, "ranges": region.ranges, "is_fallback": region.is_fallback}
        record("region.saved", region, by=by, now=now, data=data)
    return region


def delete_region(region: Region, *, by: User, now: datetime) -> None:
    """Removes a region and its members; leads keep their owners."""
    with write():
        record("region.deleted", region, by=by, now=now, data={"name": region.name})
        region.delete()


def add_member(region: Region, *, user: User, by: User, now: datetime) -> Member:
    """`user` takes leads of the region from now on. Whoever has not had a turn yet is next. Again: the same row."""
    with write():
        member, is_new = Member.objects.get_or_create(region=region, user=user)
        if is_new:
            record("region.member_added", region, by=by, now=now, data={"user": user.pk})
    return member


def remove_member(member: Member, *, by: User, now: datetime) -> None:
    """`member` takes no more leads of the region; those they have stay theirs."""
    with write():
        record("region.member_removed", member.region, by=by, now=now, data={"user": member.user_id})
        member.delete()


def set_absence(user: User, *, is_absent: bool, by: User, now: datetime) -> None:
    """Nobody who is absent gets new leads, in any region."""
    with write():
        Member.objects.filter(user=user).update(is_absent=is_absent)
        record("member.absent" if is_absent else "member.present", user, by=by, now=now)
