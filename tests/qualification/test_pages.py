"""The definition page, its editor and the stage labels: who may, what is shown, what is refused."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.qualification.actions import start_draft
from leadstern.qualification.queries import bar_of, draft, preview, published_definition, stage_labels
from leadstern.qualification.terms import Stage
from tests.conftest import NOW
from tests.qualification.make import GERMAN_AND_ACTIVE, content, criterion, publish, work
from tests.scoring.make import SIMPLE, happen, make_lead
from tests.scoring.make import publish as publish_model

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EDITOR = [
    "/score/definition/draft/",
    "/score/definition/draft/needed/",
    "/score/definition/draft/criteria/add/",
    "/score/definition/draft/criteria/german/",
    "/setup/stages/",
]


@pytest.fixture(autouse=True)
def published(now: datetime) -> None:
    publish_model(SIMPLE)
    publish()


@pytest.mark.parametrize("path", EDITOR)
def test_the_editor_is_for_those_who_may_edit_the_definition(
    path: str, sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    start_draft()
    for user, status in ((anna, 200), (doris, 200), (ben, 403), (carla, 403), (emil, 403), (fremd, 403)):
        assert sign_in(user).get(path).status_code == status
    assert Client().get(path).status_code == 302


def test_the_definition_is_read_by_everybody_with_reports(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    for user, status in ((anna, 200), (doris, 200), (ben, 200), (carla, 200), (emil, 403), (fremd, 403)):
        assert sign_in(user).get("/score/definition/").status_code == status
    assert "draft/start" in sign_in(anna).get("/score/definition/").content.decode()
    assert "draft/start" not in sign_in(ben).get("/score/definition/").content.decode()


@pytest.mark.parametrize("path", ["start/", "publish/", "discard/", "criteria/german/remove/", "criteria/german/up/"])
def test_changes_need_a_post_and_the_right(path: str, sign_in: SignIn, anna: User, ben: User) -> None:
    start_draft()
    assert sign_in(anna).get(f"/score/definition/draft/{path}").status_code == 405
    assert sign_in(ben).post(f"/score/definition/draft/{path}").status_code == 403
    assert draft().content == GERMAN_AND_ACTIVE  # type: ignore[union-attr]


def test_leads_just_above_and_just_below_are_shown_with_a_constant_number_of_queries(
    sign_in: SignIn, anna: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(anna)
    client.get("/score/definition/")
    for number in (1, 2):
        for _lead in range(number):
            happen(make_lead(country="DE", last_name="Darüber"), NOW)
            make_lead(country="DE", last_name="Darunter")
            make_lead(country="AT", last_name="Fern")
        work()
        with django_assert_num_queries(7):  # type: ignore[attr-defined]
            page = client.get("/score/definition/").content.decode()
        assert "Darüber" in page
        assert "Darunter" in page
        assert "Fern" not in page


def test_a_draft_is_edited_and_published_with_a_note(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    assert client.post("/score/definition/draft/start/").url == "/score/definition/draft/"  # type: ignore[attr-defined]
    entered = {
        "label_de": "Bedarf", "label_en": "Need", "must": "should", "condition": "lead.interest is known",
        "ask_de": "Wofür?", "ask_en": "What for?",
    }  # fmt: skip
    assert client.post("/score/definition/draft/criteria/add/", entered).status_code == 302
    assert client.post("/score/definition/draft/needed/", {"should_needed": "1"}).status_code == 302
    client.post("/score/definition/draft/criteria/need/up/")
    assert [one["key"] for one in draft().content["criteria"]] == ["german", "need", "active"]  # type: ignore[union-attr]
    client.post("/score/definition/draft/criteria/active/remove/")
    assert client.get("/score/definition/draft/").status_code == 200

    assert client.post("/score/definition/draft/publish/", {"note": ""}).status_code == 422
    answer = client.post("/score/definition/draft/publish/", {"note": "Bedarf statt Punkte"})
    assert answer.url == "/score/definition/"  # type: ignore[attr-defined]
    version = published_definition()
    assert version is not None
    assert (version.number, version.published_by, version.note) == (2, anna, "Bedarf statt Punkte")
    assert Entry.objects.filter(verb="definition.published", actor=anna).exists()
    assert "Bedarf statt Punkte" in client.get("/score/definition/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"condition": "lead.city"}, {"condition": 'stage.role = "won"'}, {"must": "perhaps"}, {"label_de": ""}],
)
def test_a_wrong_criterion_is_told_and_nothing_is_saved(wrong: dict[str, str], sign_in: SignIn, anna: User) -> None:
    start_draft()
    entered = {"label_de": "A", "label_en": "B", "must": "must", "condition": "lead.is_business"} | wrong
    assert sign_in(anna).post("/score/definition/draft/criteria/add/", entered).status_code == 422
    assert draft().content == GERMAN_AND_ACTIVE  # type: ignore[union-attr]


def test_a_definition_that_requires_nothing_is_not_published(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    start_draft()
    for key in ("german", "active"):
        client.post(f"/score/definition/draft/criteria/{key}/remove/")
    answer = client.post("/score/definition/draft/publish/", {"note": "Alle"})
    assert answer.url == "/score/definition/draft/"  # type: ignore[attr-defined]
    assert published_definition().number == 1  # type: ignore[union-attr]


def test_without_a_definition_the_page_says_what_to_do(sign_in: SignIn, anna: User) -> None:
    published_definition().delete()  # type: ignore[union-attr]
    client = sign_in(anna)
    assert "draft/start" in client.get("/score/definition/").content.decode()
    assert client.post("/score/definition/draft/start/").url == "/score/definition/draft/"  # type: ignore[attr-defined]
    assert client.get("/score/definition/draft/").status_code == 200


def test_labels_of_stages_are_the_companys_own(sign_in: SignIn, doris: User) -> None:
    client = sign_in(doris)
    entered = {f"{stage.value}_{code}": stage.value for stage in Stage for code in ("de", "en")}
    assert client.post("/setup/stages/", entered | {"won_de": ""}).status_code == 422
    assert client.post("/setup/stages/", entered | {"won_de": "Mandant"}).status_code == 302
    assert stage_labels("de")[Stage.WON] == "Mandant"
    assert stage_labels("en")[Stage.WON] == "won"
    assert set(stage_labels("de")) == set(Stage)


def test_just_above_the_bar_are_only_those_whom_points_lift_over_it(now: datetime) -> None:
    known, active = make_lead(country="DE", acquisition="spear"), make_lead(country="DE")
    for _ in range(3):
        happen(active, NOW)
    work()
    either = criterion("interest", "must", 'score.activity >= 20 or lead.acquisition = "spear"')
    shown = preview(bar_of(content(either)), language="de", now=now)
    assert shown.met == 2
    assert [line.lead for line in shown.above] == [active]
    plain = preview(bar_of(content(criterion("german", "must", 'lead.country = "DE"'))), language="de", now=now)
    assert {line.lead for line in plain.above} == {known, active}
