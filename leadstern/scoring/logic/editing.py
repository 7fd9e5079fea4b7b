"""Changes to the content of a draft, as plain values: rules added, replaced, removed, moved; keys made from names.

Enters: the content and what the editor's form says. Leaves: new content; the old one is untouched. Called by the
editor through `scoring.actions.edit_draft`.
"""

import re
import unicodedata
from typing import Any

GROUPS = ("fit", "activity")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def with_rule(content: dict[str, Any], group: str, rule: dict[str, Any], *, key: str = "") -> dict[str, Any]:
    """`rule` in place of the one named `key`, which it keeps; without `key` at the end, with a key of its own."""
    rules = content[group]
    if key:
        return {**content, group: [{**rule, "key": key} if one["key"] == key else one for one in rules]}
    taken = {one["key"] for name in GROUPS for one in content[name]} | {"add"}
    return {**content, group: [*rules, {**rule, "key": free_key(rule["label"]["en"], taken=taken)}]}


def without_rule(content: dict[str, Any], group: str, key: str) -> dict[str, Any]:
    return {**content, group: [one for one in content[group] if one["key"] != key]}


def with_rule_moved(content: dict[str, Any], group: str, key: str, *, by: int) -> dict[str, Any]:
    """The rule `by` places further down (up when negative), as far as there is room."""
    rules = list(content[group])
    place = next((n for n, one in enumerate(rules) if one["key"] == key), None)
    if place is not None:
        rules.insert(max(0, place + by), rules.pop(place))
    return {**content, group: rules}


def free_key(label: str, *, taken: set[str]) -> str:
    """A key that says what the label says and that no other rule has."""
    plain = unicodedata.normalize("NFKD", label.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
    base = base if base[:1].isalpha() else f"rule_{base}".rstrip("_")
    number, key = 2, base
    while key in taken:
        number, key = number + 1, f"{base}_{number}"
    return key
