"""The pages of scoring: who may, what is shown, what a draft can and cannot do."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.actions import score_changed, start_draft
from leadstern.scoring.queries import draft, published_version
from tests.conftest import NOW
from tests.scoring.make import SIMPLE, content, happen, make_lead, publish

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

EDITOR = [
    "/score/model/",
    "/score/model/draft/",
    "/score/model/draft/thresholds/",
    "/score/model/draft/fit/add/",
    "/score/model/draft/activity/add/",
    "/score/model/draft/activity/prices/",
]


@pytest.fixture(autouse=True)
def published(now: datetime) -> None:
    publish(SIMPLE)


@pytest.mark.parametrize("path", EDITOR)
def test_the_editor_is_for_those_who_may_edit_scoring(
    path: str, sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    start_draft(now=NOW)
    for user, status in ((anna, 200), (doris, 200), (ben, 403), (carla, 403), (emil, 403), (fremd, 403)):
        assert sign_in(user).get(path).status_code == status
    assert Client().get(path).status_code == 302


def test_the_overview_is_for_everybody_who_sees_all_leads(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    for user in (anna, ben, doris, emil):
        assert sign_in(user).get("/score/").status_code == 200
    for user in (carla, fremd):
        assert sign_in(user).get("/score/").status_code == 403


@pytest.mark.parametrize("path", ["start/", "publish/", "discard/", "fit/german/remove/", "fit/german/up/"])
def test_changes_need_a_post_and_the_right(path: str, sign_in: SignIn, anna: User, ben: User) -> None:
    start_draft(now=NOW)
    before = draft()
    assert sign_in(anna).get(f"/score/model/draft/{path}").status_code == 405
    assert sign_in(ben).post(f"/score/model/draft/{path}").status_code == 403
    assert before is not None
    assert draft() == before


def test_the_overview_shows_the_hottest_with_a_constant_number_of_queries(
    sign_in: SignIn, anna: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(anna)
    client.get("/score/")
    for name, number in (("Wärmer", 1), ("Heiß", 2)):
        for _lead in range(number):
            happen(make_lead(last_name=name, country="DE"), NOW)
        score_changed(now=NOW, limit=10)
        with django_assert_num_queries(13):  # type: ignore[attr-defined]
            page = client.get("/score/").content.decode()
        assert name in page


def test_rules_stand_as_sentences(sign_in: SignIn, anna: User) -> None:
    page = sign_in(anna).get("/score/model/").content.decode()
    assert "/preise" in page
    assert "german" in page
    assert "<form" in page


def test_a_draft_is_edited_and_published(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    lead = make_lead(country="DE", last_name="Wandler")
    happen(lead, NOW, kind=ActivityKind.CLICK)
    score_changed(now=NOW, limit=10)

    assert client.post("/score/model/draft/start/").url == "/score/model/draft/"  # type: ignore[attr-defined]
    entered = {
        "label_de": "Klick", "label_en": "Click on it", "points": "50", "kind": ["click"], "how": "", "content": "",
        "half_life_days": "10", "cap": "",
    }  # fmt: skip
    assert client.post("/score/model/draft/activity/add/", entered).status_code == 302
    rule = draft().content["activity"][-1]  # type: ignore[union-attr]
    assert rule == {
        "key": "click_on_it", "label": {"de": "Klick", "en": "Click on it"}, "points": 50.0, "kind": ["click"],
        "content": None, "half_life_days": 10.0, "cap": None,
    }  # fmt: skip
    page = client.get("/score/model/draft/").content.decode()
    assert "Wandler" in page

    client.post("/score/model/draft/activity/click_on_it/up/")
    assert [one["key"] for one in draft().content["activity"]][-2] == "click_on_it"  # type: ignore[union-attr]
    client.post("/score/model/draft/fit/german/remove/")
    assert client.post("/score/model/draft/publish/").url == "/score/model/"  # type: ignore[attr-defined]
    version = published_version()
    assert version is not None
    assert (version.number, version.published_by) == (2, anna)
    assert [one["key"] for one in version.content["fit"]] == ["business"]
    assert Entry.objects.filter(verb="scoring.published", actor=anna).exists()


def test_a_fit_rule_keeps_its_key_when_changed(sign_in: SignIn, anna: User) -> None:
    start_draft(now=NOW)
    entered = {"label_de": "Anders", "label_en": "Other", "points": "-3", "condition": 'lead.country = "AT"'}
    assert sign_in(anna).post("/score/model/draft/fit/german/", entered).status_code == 302
    rule = draft().content["fit"][0]  # type: ignore[union-attr]
    assert (rule["key"], rule["label"]["de"], rule["points"]) == ("german", "Anders", -3)
    assert rule["condition"]["condition"] == {"fact": "lead.country", "is": "=", "values": ["AT"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"condition": "lead.country ="},
        {"condition": "score.activity > 5"},
        {"condition": "nonsense > 5"},
        {"points": "many"},
        {"points": "inf"},
        {"label_en": ""},
    ],
)
def test_a_wrong_rule_is_told_and_nothing_is_saved(wrong: dict[str, str], sign_in: SignIn, anna: User) -> None:
    start_draft(now=NOW)
    before = draft().content  # type: ignore[union-attr]
    entered = {"label_de": "A", "label_en": "B", "points": "1", "condition": "lead.is_business"} | wrong
    answer = sign_in(anna).post("/score/model/draft/fit/add/", entered)
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert draft().content == before  # type: ignore[union-attr]


def test_a_half_life_of_nothing_is_refused(sign_in: SignIn, anna: User) -> None:
    start_draft(now=NOW)
    entered = {"label_de": "A", "label_en": "B", "points": "1", "kind": ["page"], "half_life_days": "0"}
    assert sign_in(anna).post("/score/model/draft/activity/add/", entered).status_code == 422


def test_thresholds_that_contradict_are_refused(sign_in: SignIn, anna: User) -> None:
    start_draft(now=NOW)
    right = {
        "warm": "10", "hot": "30", "fit_a": "30", "fit_b": "20", "fit_c": "10", "activity_1": "3", "activity_2": "2",
        "activity_3": "1",
    }  # fmt: skip
    client = sign_in(anna)
    assert client.post("/score/model/draft/thresholds/", right | {"warm": "50"}).status_code == 422
    assert client.post("/score/model/draft/thresholds/", right | {"fit_b": "40"}).status_code == 422
    assert client.post("/score/model/draft/thresholds/", right).status_code == 302
    assert draft().hot == 30  # type: ignore[union-attr]


def test_an_empty_draft_cannot_be_published(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    start_draft(now=NOW)
    for group in ("fit", "activity"):
        for rule in SIMPLE[group]:
            client.post(f"/score/model/draft/{group}/{rule['key']}/remove/")
    assert client.post("/score/model/draft/publish/").url == "/score/model/draft/"  # type: ignore[attr-defined]
    version = published_version()
    assert version is not None
    assert version.number == 1


def test_a_draft_that_is_not_there_is_not_found(sign_in: SignIn, anna: User) -> None:
    assert sign_in(anna).get("/score/model/draft/").status_code == 404
    start_draft(now=NOW)
    assert sign_in(anna).get("/score/model/draft/fit/nobody/").status_code == 404
    sign_in(anna).post("/score/model/draft/discard/")
    assert draft() is None


def test_script_in_a_rule_is_shown_as_text(sign_in: SignIn, anna: User) -> None:
    model = content(fit=[{**SIMPLE["fit"][0], "label": {"de": "<script>x</script>", "en": "x"}}])
    publish(model)
    assert "<script>x" not in sign_in(anna).get("/score/model/").content.decode()


def test_english_readers_read_english(sign_in: SignIn, doris: User) -> None:
    doris.language = "en"
    doris.save()
    with translation.override("en"):
        page = sign_in(doris).get("/score/model/").content.decode()
    assert "Score model" in page
    assert "halves every 30 days" in page
