"""Who looks after a lead: pure decisions on regions, members and what is known of the lead.

Enters: regions with their members, the lead's place, who knew it before. Leaves: a `Choice` with its reason. Called by
`routing.actions` and the simulator, so that both always agree.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

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


@dataclass(frozen=True)
class LeadFacts:
    """What routing knows of a lead: its place, and who looked after it or its company before (user ids)."""

    country: str = ""
    postcode: str = ""
    lead_owner: int | None = None
    company_owner: int | None = None


@dataclass(frozen=True)
class Choice:
    """Who, by which region (both None: nobody could be found there), and why. `place` is the postcode that counted."""

    reason: Reason
    user_id: int | None = None
    member: MemberState | None = None
    region: RegionState | None = None
    place: str = ""


@dataclass
class Turns:
    """The regions of one role while leads are handed out: every choice moves the turn on. Order: `order`, then id."""

    regions: Sequence[RegionState]
    _by_id: dict[int, int] = field(default_factory=dict)

    def choose(self, facts: LeadFacts, *, at: datetime) -> Choice:
        """Chooses and remembers that the chosen one had their turn at `at`."""
        choice = choose(self.regions, facts)
        if choice.member is not None and choice.region is not None:
            self.regions = [_after_turn(region, choice, at=at) for region in self.regions]
        return choice


def _after_turn(region: RegionState, choice: Choice, *, at: datetime) -> RegionState:
    if region is not choice.region:
        return region
    members = (replace(one, last_at=at) if one is choice.member else one for one in region.members)
    return replace(region, members=tuple(members))


def normalise_postcode(country: str, text: str) -> tuple[str, str]:
    """(country, postcode) without country prefix and spaces; an unusable postcode becomes empty.

    Without a country, five digits are German: Austria and Switzerland have four and cannot be told apart.
    """
    digits = _PREFIX.sub("", text.strip()).replace(" ", "")
    country = country.strip().upper() or ("DE" if len(digits) == LENGTHS["DE"] else "")
    is_usable = digits.isascii() and digits.isdigit() and len(digits) == LENGTHS.get(country, -1)
    return country, digits if is_usable else ""


def covers(region: RegionState, country: str, postcode: str) -> bool:
    """Whether the region is responsible for a normalised place. Ends of a range count in; prefixes are padded."""
    if region.is_fallback or region.country != country:
        return False
    if not region.ranges:
        return True
    if not postcode:
        return False
    length = LENGTHS[country]
    return any(low.ljust(length, "0") <= postcode <= high.ljust(length, "9") for low, high in region.ranges)


def choose(regions: Sequence[RegionState], facts: LeadFacts) -> Choice:
    """The owner for a lead among the regions of one role, in their order.

    Who looked after the lead before goes first, then who looks after its company, then the first covering region with
    somebody present, by turn (longest ago, then lowest id), then the fallback region. `NO_REGION` when nobody is left.
    """
    country, postcode = normalise_postcode(facts.country, facts.postcode)
    place = " ".join(part for part in (country, postcode) if part)
    for user_id, reason in ((facts.lead_owner, Reason.KNOWS_LEAD), (facts.company_owner, Reason.KNOWS_COMPANY)):
        if user_id is not None and (known := _present(regions, user_id)):
            return Choice(reason, user_id, None, known, place)
    for region in (region for region in regions if covers(region, country, postcode)):
        if member := _next(region.members):
            return Choice(Reason.REGION_TURN, member.user_id, member, region, place)
    for region in (region for region in regions if region.is_fallback):
        if member := _next(region.members):
            return Choice(Reason.FALLBACK_TURN, member.user_id, member, region, place)
    return Choice(Reason.NO_REGION, place=place)


def _present(regions: Iterable[RegionState], user_id: int) -> RegionState | None:
    """The first region in which the person works and is not absent."""
    for region in regions:
        if any(member.user_id == user_id and member.is_present for member in region.members):
            return region
    return None


def _next(members: Iterable[MemberState]) -> MemberState | None:
    """Whose turn it is among those present."""
    present = [member for member in members if member.is_present]
    return min(present, key=lambda member: (member.last_at or _NEVER, member.id), default=None)


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
