"""Models that cannot stand are refused with the place and a sentence."""

from typing import Any

import pytest

from leadstern.core.errors import Invalid
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.actions.default_model import default_content
from leadstern.scoring.logic.editing import free_key, with_rule, with_rule_moved, without_rule
from leadstern.scoring.queries import rules_of
from tests.scoring.make import SIMPLE, activity_rule, content, fit_rule

FIT, ACTIVITY = fit_rule("a", "lead.is_business", 5), activity_rule("b", ActivityKind.PAGE, 5)


@pytest.mark.parametrize("model", [SIMPLE, default_content(), content(fit=[FIT]), content(activity=[ACTIVITY])])
def test_a_right_model_is_read(model: dict[str, Any]) -> None:
    rules = rules_of(model)
    assert len(rules.fit) == len(model["fit"])
    assert len(rules.activity) == len(model["activity"])


@pytest.mark.parametrize(
    ("model", "place"),
    [
        (content(), ""),
        (content(fit=[FIT, FIT]), ""),
        (content(fit=[FIT], activity=[{**ACTIVITY, "key": "a"}]), ""),
        (content(fit=[{**FIT, "key": "Ä b"}]), "fit.0.key"),
        (content(fit=[{**FIT, "label": {"de": " ", "en": "x"}}]), "fit.0.label"),
        (content(fit=[{**FIT, "points": True}]), "fit.0.points"),
        (content(fit=[{**FIT, "points": float("nan")}]), "fit.0.points"),
        (content(fit=[{**FIT, "condition": {"fact": "lead.gone"}}]), "fit.0.condition"),
        (content(fit=[fit_rule("c", "score.activity > 3", 1)]), "fit.0.condition"),
        (content(activity=[{**ACTIVITY, "half_life_days": 0}]), "activity.0.half_life_days"),
        (content(activity=[{**ACTIVITY, "half_life_days": -3}]), "activity.0.half_life_days"),
        (content(activity=[{**ACTIVITY, "cap": 0}]), "activity.0.cap"),
        (content(activity=[{**ACTIVITY, "kind": "telepathy"}]), "activity.0.kind"),
        (content(activity=[{**ACTIVITY, "kind": []}]), "activity.0.kind"),
        (content(activity=[{**ACTIVITY, "content": {"regex": ".*"}}]), "activity.0.content"),
        (content(fit=[FIT], warm=40, hot=40), "temperature"),
        ({**content(fit=[FIT]), "temperature": None}, "temperature.warm"),
        ({**content(fit=[FIT]), "grades": {"fit": [1, 2, 3], "activity": [3, 2, 1]}}, "grades.fit"),
        ({**content(fit=[FIT]), "grades": None}, "grades.activity"),
        ({**content(fit=[FIT]), "fit": "all"}, "fit"),
        ([], ""),
    ],
)
def test_a_wrong_model_is_named(model: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules_of(model)
    assert place in caught.value.errors


def test_a_rule_counts_by_kind_and_content() -> None:
    begins = rules_of(content(activity=[{**ACTIVITY, "content": {"prefix": "/preise"}}])).activity[0]
    exactly = rules_of(content(activity=[{**ACTIVITY, "content": {"exact": "/preise"}}])).activity[0]
    assert [begins.counts("page", path) for path in ("/preise", "/preise/pv", "/de/preise")] == [True, True, False]
    assert [exactly.counts("page", path) for path in ("/preise", "/preise/pv")] == [True, False]
    assert not begins.counts("click", "/preise")


def test_the_longest_half_life_is_of_rules_that_give_points() -> None:
    fading = [
        activity_rule(f"r{days}", ActivityKind.PAGE, points, half_life=days) for days, points in ((5, 1), (90, -1))
    ]
    assert rules_of(content(activity=fading)).longest() == 5
    endless = activity_rule("endless", ActivityKind.PAGE, 1, half_life=None)
    assert rules_of(content(activity=[*fading, endless])).longest() is None


def test_rules_are_added_moved_and_removed_without_touching_the_original() -> None:
    model = content(fit=[FIT])
    added = with_rule(model, "fit", {**FIT, "label": {"de": "Ä", "en": "Größe & more"}})
    assert [rule["key"] for rule in added["fit"]] == ["a", "groesse_more"]
    assert [rule["key"] for rule in with_rule_moved(added, "fit", "groesse_more", by=-1)["fit"]] == [
        "groesse_more",
        "a",
    ]
    assert [rule["key"] for rule in with_rule_moved(added, "fit", "a", by=-1)["fit"]] == ["a", "groesse_more"]
    assert without_rule(added, "fit", "a")["fit"][0]["key"] == "groesse_more"
    assert model == content(fit=[FIT])


@pytest.mark.parametrize(("label", "key"), [("Web page", "web_page_2"), ("7 days", "rule_7_days"), ("—", "rule")])
def test_keys_are_free_and_readable(label: str, key: str) -> None:
    assert free_key(label, taken={"web_page"}) == key
