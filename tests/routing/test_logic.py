"""Who looks after a lead: places, turns, and that nobody is ever without an owner while somebody is there."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.routing.logic import (
    LeadFacts,
    MemberState,
    RegionState,
    Turns,
    choose,
    covers,
    normalise_postcode,
    read_ranges,
    show_ranges,
)
from leadstern.routing.terms import Reason

START = datetime(2026, 11, 18, 9, tzinfo=UTC)
BEN = MemberState(1, 11, "Ben")
BIRGIT = MemberState(2, 12, "Birgit")
CARL = MemberState(3, 13, "Carl")
COLOGNE = RegionState(1, "Köln/Bonn", "DE", (("50", "53"),), members=(BEN, BIRGIT))
TYROL = RegionState(2, "Tirol", "AT", (("6000", "6691"),), members=(CARL,))
OTHERS = RegionState(9, "Übrige", "DE", is_fallback=True, members=(CARL,))
REGIONS = (COLOGNE, TYROL, OTHERS)


def away(member: MemberState) -> MemberState:
    return replace(member, is_present=False)


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        ("DE", "50667", ("DE", "50667")),
        ("DE", " D-50667 ", ("DE", "50667")),
        ("de", "50 667", ("DE", "50667")),
        ("AT", "A-6020", ("AT", "6020")),
        ("CH", "CH-8001", ("CH", "8001")),
        ("", "50667", ("DE", "50667")),
        ("", "6020", ("", "")),
        ("DE", "1067", ("DE", "")),
        ("FR", "75001", ("FR", "")),
        ("DE", "٥٠٦٦٧", ("DE", "")),
        ("DE", "", ("DE", "")),
        ("", "", ("", "")),
    ],
)
def test_normalise_postcode_keeps_what_can_be_compared(country: str, text: str, expected: tuple[str, str]) -> None:
    assert normalise_postcode(country, text) == expected


@pytest.mark.parametrize(
    ("ranges", "postcode", "is_covered"),
    [
        ((("50", "53"),), "49999", False),
        ((("50", "53"),), "50000", True),
        ((("50", "53"),), "53999", True),
        ((("50", "53"),), "54000", False),
        ((("50667", "50667"),), "50667", True),
        ((("50667", "50667"),), "50668", False),
        ((("0", "0"),), "01067", True),
        ((), "99999", True),
        ((), "", True),
        ((("50", "53"),), "", False),
    ],
)
def test_covers_counts_both_ends_in(ranges: tuple[tuple[str, str], ...], postcode: str, is_covered: bool) -> None:
    assert covers(replace(COLOGNE, ranges=ranges), "DE", postcode) is is_covered


def test_covers_nothing_of_another_country() -> None:
    assert not covers(COLOGNE, "AT", "5020")


def test_choose_takes_the_region_of_the_postcode_by_turn() -> None:
    choice = choose(REGIONS, LeadFacts("DE", "50667"))

    assert (choice.reason, choice.user_id, choice.region, choice.place) == (Reason.REGION_TURN, 11, COLOGNE, "DE 50667")


def test_choose_takes_who_waited_longest() -> None:
    waited = replace(
        COLOGNE, members=(replace(BEN, last_at=START), replace(BIRGIT, last_at=START - timedelta(seconds=1)))
    )

    assert choose([waited], LeadFacts("DE", "50667")).user_id == 12


def test_choose_passes_over_the_absent() -> None:
    assert choose([replace(COLOGNE, members=(away(BEN), BIRGIT))], LeadFacts("DE", "50667")).user_id == 12


def test_choose_steps_in_when_all_are_absent() -> None:
    nobody = replace(COLOGNE, members=(away(BEN), away(BIRGIT)))

    choice = choose([nobody, OTHERS], LeadFacts("DE", "50667"))

    assert (choice.reason, choice.user_id) == (Reason.FALLBACK_TURN, 13)


@pytest.mark.parametrize(("country", "postcode"), [("FR", "75001"), ("DE", "99999"), ("", ""), ("AT", "1010")])
def test_choose_steps_in_where_no_region_covers(country: str, postcode: str) -> None:
    assert choose(REGIONS, LeadFacts(country, postcode)).reason is Reason.FALLBACK_TURN


def test_choose_says_when_nobody_is_left() -> None:
    choice = choose([COLOGNE, replace(OTHERS, members=(away(CARL),))], LeadFacts("DE", "99999"))

    assert (choice.reason, choice.user_id) == (Reason.NO_REGION, None)


def test_choose_keeps_a_company_with_its_owner() -> None:
    choice = choose(REGIONS, LeadFacts("DE", "50667", company_owners=[13]))

    assert (choice.reason, choice.user_id, choice.member) == (Reason.KNOWS_COMPANY, 13, None)


def test_choose_prefers_who_knows_the_lead_itself() -> None:
    choice = choose(REGIONS, LeadFacts("DE", "50667", lead_owners=[12], company_owners=[13]))

    assert (choice.reason, choice.user_id) == (Reason.KNOWS_LEAD, 12)


def test_choose_forgets_an_absent_owner_of_the_company() -> None:
    regions = [COLOGNE, replace(OTHERS, members=(away(CARL),))]

    assert choose(regions, LeadFacts("DE", "50667", company_owners=[13])).reason is Reason.REGION_TURN


MEMBERS = st.lists(st.booleans(), min_size=1, max_size=6).map(
    lambda present: tuple(MemberState(n, 100 + n, str(n), is_present=here) for n, here in enumerate(present))
)


@given(MEMBERS, st.integers(1, 60))
def test_turns_are_fair(members: tuple[MemberState, ...], leads: int) -> None:
    """After any number of leads nobody present has more than one lead more than anybody else."""
    turns = Turns([replace(COLOGNE, members=members)])
    present = [member.user_id for member in members if member.is_present]

    choices = [turns.choose(LeadFacts("DE", "50667"), at=START + timedelta(seconds=n)) for n in range(leads)]

    counts = Counter(choice.user_id for choice in choices)
    if present:
        each = [counts[user_id] for user_id in present]
        assert max(each) - min(each) <= 1
        assert sum(each) == leads
    else:
        assert counts == {None: leads}


WHOEVER = st.lists(st.sampled_from([101, 102, 103, 201, 202, 203]), max_size=2)
LEADS = st.lists(
    st.builds(
        LeadFacts,
        st.sampled_from(["DE", "AT", "de"]),
        st.sampled_from(["50667", "10115", "6020", ""]),
        lead_owners=WHOEVER,
        company_owners=WHOEVER,
    ),
    max_size=30,
)


@given(MEMBERS, MEMBERS, LEADS)
def test_turns_choose_as_if_each_lead_came_alone(
    cologne: tuple[MemberState, ...], others: tuple[MemberState, ...], leads: list[LeadFacts]
) -> None:
    """What a batch remembers is what would be read again: places, and whose turn it was."""
    others = tuple(replace(one, id=one.id + 50, user_id=one.user_id + 100) for one in others)
    regions = [replace(COLOGNE, members=cologne), replace(OTHERS, members=others)]
    turns = Turns(regions)
    taken = {}

    for n, facts in enumerate(leads):
        at = START + timedelta(microseconds=n)
        alone = choose(regions, facts)
        together = turns.choose(facts, at=at)

        said = [
            (one.reason, one.user_id, one.place, one.member.id if one.member else 0, one.region.id if one.region else 0)
            for one in (alone, together)
        ]
        assert said[0] == said[1]
        if alone.member:
            taken[alone.member.id] = at
            regions = [_after(region, alone.member.id, at) for region in regions]
    assert turns.taken == taken


def _after(region: RegionState, member_id: int, at: datetime) -> RegionState:
    members = tuple(replace(one, last_at=at) if one.id == member_id else one for one in region.members)
    return replace(region, members=members)


@given(MEMBERS, st.integers(0, 60))
def test_turns_are_deterministic(members: tuple[MemberState, ...], leads: int) -> None:
    def run() -> list[int | None]:
        turns = Turns([replace(COLOGNE, members=members)])
        return [turns.choose(LeadFacts("DE", "50667"), at=START + timedelta(seconds=n)).user_id for n in range(leads)]

    assert run() == run()


@given(MEMBERS, st.sampled_from(["DE", "AT", "CH", "FR", ""]), st.text(max_size=8))
def test_nobody_is_lost_while_somebody_steps_in(members: tuple[MemberState, ...], country: str, postcode: str) -> None:
    choice = choose([replace(COLOGNE, members=members), OTHERS], LeadFacts(country, postcode))

    assert choice.user_id is not None


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("", []),
        ("50-53, 40210–40629; 57", [["50", "53"], ["40210", "40629"], ["57", "57"]]),
        ("5\n6", [["5", "5"], ["6", "6"]]),
    ],
)
def test_read_ranges_reads_what_people_type(text: str, ranges: list[list[str]]) -> None:
    assert read_ranges(text, country="DE") == ranges
    assert read_ranges(show_ranges(ranges), country="DE") == ranges


@pytest.mark.parametrize("text", ["Köln", "50-", "53-50", "506671", "50-53-57", "-"])
def test_read_ranges_names_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_ranges(text, country="DE")
