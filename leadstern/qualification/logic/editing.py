"""Changes to the content of a draft, as plain values. Called by the definition page through `actions.edit_draft`."""

from typing import Any

from leadstern.scoring.logic.editing import free_key


def with_criterion(content: dict[str, Any], criterion: dict[str, Any], *, key: str = "") -> dict[str, Any]:
    """`criterion` in place of the one named `key`, which it keeps; without `key` at the end, with a key of its own."""
    criteria = content["criteria"]
    if key:
        return {**content, "criteria": [{**criterion, "key": key} if one["key"] == key else one for one in criteria]}
    taken = {one["key"] for one in criteria} | {"add"}
    return {**content, "criteria": [*criteria, {**criterion, "key": free_key(criterion["label"]["en"], taken=taken)}]}


def without_criterion(content: dict[str, Any], key: str) -> dict[str, Any]:
    return {**content, "criteria": [one for one in content["criteria"] if one["key"] != key]}


def with_criterion_moved(content: dict[str, Any], key: str, *, by: int) -> dict[str, Any]:
    """The criterion `by` places further down (up when negative), as far as there is room."""
    criteria = list(content["criteria"])
    place = next((n for n, one in enumerate(criteria) if one["key"] == key), None)
    if place is not None:
        criteria.insert(max(0, place + by), criteria.pop(place))
    return {**content, "criteria": criteria}
