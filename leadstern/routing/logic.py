"""Who looks after a lead: pure decisions on regions, members and what is known of the lead.

Enters: regions with their members, the lead's place, who knew it before. Leaves: a `Choice` with its reason. Called by
`routing.actions` and the simulator, so that both always agree.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from leadstern.routing.terms import Reason

LENGTHS = {"DE": 5, "AT": 4, "CH": 4}
_PREFIX = re.compile(r"^(?:D|DE|A|AT|CH)[\s-]+", re.IGNORECASE)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class MemberState:
    """Somebody whose turn can come. `last_at`: when a lead of this region last went to them."""

    id: int
    user_id: int
    name: str
    last_at: datetime | None = None
    is_present: bool = True


@dataclass(frozen=True)
class RegionState:
    """A region as the decision sees it. `ranges` as in `models.Region`; no ranges: the whole country."""

    id: int
    name: str
    country: str
    ranges: tuple[tuple[str, str], ...] = ()
    is_fallback: bool = False
    members: tuple[MemberState, ...] = ()

    @cached_property
    def bounds(self) -> list[tuple[str, str]]:
        """The ranges as whole postcodes: prefixes padded, ends count in."""
        length = LENGTHS[self.country]
        return [(low.ljust(length, "0"), high.ljust(length, "9")) for low, high in self.ranges]


@dataclass(frozen=True)
class LeadFacts:
    """What routing knows of a lead: its place, and who looked after it or its company (user ids, newest first)."""

    country: str = ""
    postcode: str = ""
    lead_owners: Sequence[int] = ()
    company_owners: Sequence[int] = ()


@dataclass(frozen=True)
class Choice:
    """Who, by which region (both None: nobody could be found there), and why. `place` is the postcode that counted."""

    reason: Reason
    user_id: int | None = None
    member: MemberState | None = None
    region: RegionState | None = None
    place: str = ""


@dataclass(frozen=True)
class _Place:
    """What a place leads to while people stay present or absent: a region with somebody in it, or none."""

    name: str
    reason: Reason
    region: RegionState | None


class Turns:
    """The regions of one role, in the order in which they are asked, while leads are handed out.

    `taken`: the members who had a turn here, by id, and when. Quick for many leads: each place is looked up once.
    """

    def __init__(self, regions: Sequence[RegionState]) -> None:
        self._regions = regions
        self._rows = {region.id: _row(region) for region in regions}
        self._homes: dict[int, RegionState] = {}
        for region in regions:
            for member in self._rows[region.id]:
                self._homes.setdefault(member.user_id, region)
        self._places: dict[tuple[str, str], _Place] = {}
        self.taken: dict[int, datetime] = {}

    @property
    def has_fallback(self) -> bool:
        """Somebody takes a lead whatever its place."""
        return any(region.is_fallback and self._rows[region.id] for region in self._regions)

    @property
    def last_at(self) -> datetime | None:
        """When anybody had their turn last."""
        return max((one.last_at for region in self._regions for one in region.members if one.last_at), default=None)

    def choose(self, facts: LeadFacts, *, at: datetime) -> Choice:
        """The owner for a lead, who then goes to the end of the row: `at` is later than any turn before.

        Who looked after the lead before goes first, then who looks after its company, then the first covering region
        with somebody present, by turn (longest ago, then lowest id), then the fallback region. `NO_REGION` when nobody
        is left. Who knows a lead or its company keeps their turn.
        """
        place = self._place(facts.country, facts.postcode)
        known = ((facts.lead_owners, Reason.KNOWS_LEAD), (facts.company_owners, Reason.KNOWS_COMPANY))
        for owners, reason in known:
            for user_id in owners:
                if user_id in self._homes:
                    return Choice(reason, user_id, None, self._homes[user_id], place.name)
        if place.region is None:
            return Choice(place.reason, place=place.name)
        row = self._rows[place.region.id]
        member = row[0]
        row.rotate(-1)
        self.taken[member.id] = at
        return Choice(place.reason, member.user_id, member, place.region, place.name)

    def _place(self, country: str, postcode: str) -> _Place:
        found = self._places.get((country, postcode))
        if found is None:
            found = self._places[country, postcode] = self._look_up(*normalise_postcode(country, postcode))
        return found

    def _look_up(self, country: str, postcode: str) -> _Place:
        name = " ".join(part for part in (country, postcode) if part)
        for region in self._regions:
            if self._rows[region.id] and covers(region, country, postcode):
                return _Place(name, Reason.REGION_TURN, region)
        for region in self._regions:
            if self._rows[region.id] and region.is_fallback:
                return _Place(name, Reason.FALLBACK_TURN, region)
        return _Place(name, Reason.NO_REGION, None)


def choose(regions: Sequence[RegionState], facts: LeadFacts) -> Choice:
    """Who would get one lead now, by the rules of `Turns.choose`; nobody's turn passes."""
    return Turns(regions).choose(facts, at=_NEVER)


def _row(region: RegionState) -> deque[MemberState]:
    """Those present, in the order of their turn."""
    present = (member for member in region.members if member.is_present)
    return deque(sorted(present, key=lambda member: (member.last_at or _NEVER, member.id)))


def normalise_postcode(country: str, text: str) -> tuple[str, str]:
    """(country, postcode) without country prefix and spaces; an unusable postcode becomes empty.

    Without a country, five digits are German: Austria and Switzerland have four and cannot be told apart.
    """
    digits = _PREFIX.sub("", text.strip()).replace(" ", "")
    country = country.strip().upper() or ("DE" if len(digits) == LENGTHS["DE"] else "")
    is_usable = digits.isascii() and digits.isdigit() and len(digits) == LENGTHS.get(country, -1)
    return country, digits if is_usable else ""


def covers(region: RegionState, country: str, postcode: str) -> bool:
    """Whether the region is responsible for a normalised place."""
    if region.is_fallback or region.country != country:
        return False
    if not region.ranges:
        return True
    return bool(postcode) and any(low <= postcode <= high for low, high in region.bounds)


def read_ranges(text: str, *, country: str) -> list[list[str]]:
    """Ranges as typed: "50-53, 40210-40629, 57" -> [["50", "53"], ["40210", "40629"], ["57", "57"]].

    Raises ValueError with the part that is not a postcode, a prefix of one, or a range of those.
    """
    found = []
    for part in re.split(r"[,;\n]+", text):
        if not part.strip():
            continue
        low, dash, high = (end.strip() for end in part.replace("–", "-").partition("-"))
        high = high if dash else low
        if not all(_is_prefix(end, country) for end in (low, high)) or _padded(low, "0", country) > _padded(
            high, "9", country
        ):
            raise ValueError(part.strip())
        found.append([low, high])
    return found


def _is_prefix(text: str, country: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LENGTHS[country]


def _padded(text: str, filler: str, country: str) -> str:
    return text.ljust(LENGTHS[country], filler)


def show_ranges(ranges: Iterable[Sequence[str]]) -> str:
    """The inverse of `read_ranges`, for people: "50–53, 57"."""
    return ", ".join(low if low == high else f"{low}–{high}" for low, high in ranges)
