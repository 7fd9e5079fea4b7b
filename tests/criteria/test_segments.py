"""Segments: saving, the pages, the editor's answers, and who may do what."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.core.errors import Invalid
from leadstern.criteria.actions import delete_segment, save_segment
from leadstern.criteria.logic import parse, read, to_json
from leadstern.criteria.models import Segment
from tests.criteria.make import CHOICE, FLAG, NUMBER, TEXT, saved
from tests.leads.make import lead

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def segment(anna: User, now: datetime, name: str = "Köln", text: str = f'{TEXT} = "Köln"') -> Segment:
    return save_segment(None, name=name, condition=parse(text), by=anna, now=now)


def test_preview_and_sentence_call_a_source_by_its_name(sign_in: SignIn, anna: User, now: datetime) -> None:
    lead(source="organic_search")
    text = 'lead.source = "organic_search"'
    page = sign_in(anna).post("/score/condition/", {"condition": text}).content.decode()
    assert "<td>Suche (unbezahlt)</td>" in page
    assert "Herkunft ist Suche (unbezahlt)" in page


def test_a_segment_is_saved_as_canonical_json_and_recorded(anna: User, now: datetime) -> None:
    made = segment(anna, now)
    assert read(Segment.objects.get().condition) == parse(f'{TEXT} = "Köln"')
    assert (made.created_by, made.created_at) == (anna, now)
    assert Entry.objects.get().verb == "segment.saved"


def test_a_changed_segment_keeps_its_maker(anna: User, doris: User, now: datetime) -> None:
    made = segment(anna, now)
    save_segment(made, name="Bonn", condition=parse(FLAG), by=doris, now=now)
    kept = Segment.objects.get()
    assert (kept.name, kept.created_by, kept.condition) == ("Bonn", anna, to_json(parse(FLAG)))


def test_two_segments_cannot_share_a_name(anna: User, now: datetime) -> None:
    segment(anna, now)
    with pytest.raises(Invalid):
        segment(anna, now)
    assert Segment.objects.count() == 1


def test_a_deleted_segment_leaves_its_condition_in_the_audit(anna: User, now: datetime) -> None:
    made = segment(anna, now)
    condition = made.condition
    delete_segment(made, by=anna, now=now)
    assert not Segment.objects.exists()
    assert Entry.objects.get(verb="segment.deleted").data["before"] == condition


def test_the_form_saves_and_shows_the_segment(sign_in: SignIn, anna: User, now: datetime) -> None:
    saved(last_name="Muster", city="Köln")
    client = sign_in(anna)
    answer = client.post("/score/segments/new/", {"name": "Rhein", "condition": f'{TEXT} = "Köln"'}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/score/segments/{Segment.objects.get().pk}/", 302)]
    assert "Ort ist „Köln“." in page
    assert "1 Lead." in page
    assert "Muster" in page


def test_a_wrong_condition_stays_in_the_form_with_its_place(sign_in: SignIn, anna: User, now: datetime) -> None:
    answer = sign_in(anna).post("/score/segments/new/", {"name": "Rhein", "condition": 'test.plase = "Köln"'})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zeile 1, Zeichen 1: Die Angabe „test.plase“ gibt es nicht. Meinten Sie „test.place“?" in page
    assert "test.plase = &quot;Köln&quot;" in page
    assert not Segment.objects.exists()


def test_a_taken_name_is_said_at_the_field(sign_in: SignIn, anna: User, now: datetime) -> None:
    segment(anna, now)
    answer = sign_in(anna).post("/score/segments/new/", {"name": "Köln", "condition": FLAG})
    assert answer.status_code == 422
    assert "Ein Segment mit diesem Namen gibt es schon." in answer.content.decode()


def test_editing_starts_with_the_stored_text(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = segment(anna, now)
    page = sign_in(anna).get(f"/score/segments/{made.pk}/edit/").content.decode()
    assert "test.place = &quot;Köln&quot;</textarea>" in page


def test_a_segment_whose_fact_is_gone_says_so_and_breaks_nothing(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = segment(anna, now)
    Segment.objects.update(condition={"version": 1, "condition": {"fact": "gone.away", "is": "known", "values": []}})
    client = sign_in(anna)
    for path in ("", f"{made.pk}/"):
        assert "„gone.away“ gibt es nicht" in client.get(f"/score/segments/{path}").content.decode()
    assert client.get(f"/score/segments/{made.pk}/edit/").status_code == 200


def test_the_editor_answers_with_sentence_count_and_leads(sign_in: SignIn, anna: User, now: datetime) -> None:
    saved(last_name="Muster", country="DE")
    answer = sign_in(anna).post("/score/condition/?field=rule-1", {"rule-1": f'{CHOICE} = "DE"'})
    page = answer.content.decode()
    assert "Land ist Deutschland." in page
    assert "1 Lead." in page
    assert "Muster" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{NUMBER} >", "Zeile 1, Zeichen 14: Die Bedingung bricht hier ab."),
        ("<script>alert(1)</script>", "„&lt;“ passt hier nicht."),
        (f'{CHOICE} = "Germany"', "Bisher ist „test.land“ nie „Germany“."),
        (f'{TEXT} = "<b>{{{{ 7|add:7 }}}}"', "Ort ist „&lt;b&gt;{{ 7|add:7 }}“."),
        ("", ""),
    ],
)
def test_the_editor_says_what_is_wrong(sign_in: SignIn, anna: User, text: str, words: str) -> None:
    answer = sign_in(anna).post("/score/condition/", {"condition": text})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_reading_addresses_change_nothing(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = segment(anna, now)
    client = sign_in(anna)
    assert client.get("/score/condition/").status_code == 405
    assert client.get(f"/score/segments/{made.pk}/delete/").status_code == 405
    assert Segment.objects.exists()


def test_roles_decide_who_sees_and_who_edits(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User, now: datetime
) -> None:
    made = segment(anna, now)
    seen = {"/score/segments/", f"/score/segments/{made.pk}/"}
    edited = {"/score/segments/new/", f"/score/segments/{made.pk}/edit/"}
    for user, may_see, may_edit in [
        (anna, True, True), (ben, True, False), (carla, False, False), (doris, True, True), (emil, True, False),
        (fremd, False, False),
    ]:  # fmt: skip
        client = sign_in(user)
        assert {client.get(path).status_code for path in seen} == {200 if may_see else 403}, user.name
        assert {client.get(path).status_code for path in edited} == {200 if may_edit else 403}, user.name
        assert client.post("/score/condition/", {"condition": FLAG}).status_code == (200 if may_see else 403)
    assert Client().get("/score/segments/").status_code == 302
    assert sign_in(ben).post(f"/score/segments/{made.pk}/delete/").status_code == 403


def test_deleting_returns_to_the_list(sign_in: SignIn, doris: User, now: datetime) -> None:
    made = segment(doris, now)
    answer = sign_in(doris).post(f"/score/segments/{made.pk}/delete/", follow=True)
    assert "Noch keine Segmente" in answer.content.decode()


def test_the_list_costs_the_same_for_one_and_three(
    sign_in: SignIn, anna: User, now: datetime, django_assert_num_queries: Any
) -> None:
    client = sign_in(anna)
    for names in (["a"], ["b", "c"]):
        for name in names:
            segment(anna, now, name=name)
        with django_assert_num_queries(4):
            client.get("/score/segments/")


def test_counts_lead_to_the_list_of_leads(sign_in: SignIn, anna: User, now: datetime) -> None:
    for number in range(22):
        saved(last_name=f"Muster {number}", city="Köln")
    saved(city="Bonn")
    made, client = segment(anna, now), sign_in(anna)

    stored = client.get(f"/score/segments/{made.pk}/").content.decode()
    typed = client.post("/score/condition/", {"condition": f'{TEXT} = "Köln"'}).content.decode()

    for page in (stored, typed):
        assert "22 Leads." in page
        assert "Die neuesten 20 davon:" in page
        (address,) = re.findall(r'href="(/leads/\?[^"]+)"', page)
        assert client.get(html.unescape(address)).content.decode().count("<tr data-row>") == 22


def test_a_condition_too_long_for_an_address_has_no_link(sign_in: SignIn, anna: User) -> None:
    saved(city="Köln")
    places = ", ".join(f'"Ort {number}"' for number in range(150))
    page = sign_in(anna).post("/score/condition/", {"condition": f'{TEXT} in ["Köln", {places}]'}).content.decode()
    assert "1 Lead." in page
    assert "/leads/?" not in page
