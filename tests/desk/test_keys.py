"""A key means one thing, wherever it stands; and the handbook says what it means."""

import re
from pathlib import Path

import pytest

import leadstern

ROOT = Path(leadstern.__file__).resolve().parent
# The keys of the product. `q` is the next step of a lead (qualify, or accept by field sales).
MEANINGS = {
    "c": "call", "e": "reached", "x": "not reached", "q": "qualify or accept", "s": "later", "a": "assign",
    "t": "note", "u": "take back", "n": "new lead", "/": "search",
}  # fmt: skip
PLACES = {
    "c": {"desk/today_outcomes.html", "desk/lead_who.html"},
    "q": {"desk/today_outcomes.html", "desk/today_detail.html"},
    "a": {"desk/lead_care.html"},
    "u": {"sales/decision.html"},
    "n": {"core/frame/top.html"},
    "/": {"core/frame/top.html"},
    "e": {"desk/today_outcomes.html"},
    "x": {"desk/today_outcomes.html"},
    "s": {"desk/today_outcomes.html"},
    "t": {"desk/forms.py"},
}


def _worn() -> dict[str, set[str]]:
    """Key -> files that give it to something."""
    found: dict[str, set[str]] = {}
    for path in [*ROOT.rglob("*.html"), *ROOT.rglob("forms.py")]:
        text = path.read_text(encoding="utf-8")
        # `key="e"` hands the key to the included template of an outcome.
        for key in re.findall(r'data-(?:focus-)?key"?(?:=|: )"([^"{]+)"| key="(\w)"', text):
            found.setdefault("".join(key), set()).add("/".join(path.parts[-2:]).replace("frame/", "core/frame/"))
    return found


def test_every_key_stands_only_where_it_means_the_same() -> None:
    assert PLACES.keys() == MEANINGS.keys()
    assert _worn() == PLACES


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_handbook_lists_the_keys_there_are(language: str) -> None:
    text = (ROOT.parent / "docs/handbook" / language / "people.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("| `")]
    listed = {key for line in table for key in re.findall(r"`(.)`", line.split("|")[1])}
    assert listed == MEANINGS.keys() | {"j", "k", "?"}
