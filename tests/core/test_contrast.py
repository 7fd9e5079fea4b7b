"""WCAG 2.2 AA for every pair of colours that the style sheets put on each other, in both schemes (SC 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "frontend/css/tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "raised", "sunken", "chosen")
TEXT = [(text, ground) for text in ("ink", "ink-soft", "link") for ground in GROUNDS]
TEXT += [("late", ground) for ground in ("paper", "raised", "sunken", "chosen", "late-ground")]
TEXT += [("next", "next-ground"), ("good", "good-ground"), ("cool", "cool-ground")]
TEXT += [("ink", ground) for ground in ("next-ground", "late-ground", "good-ground", "cool-ground")]
TEXT += [("action-ink", "action"), ("action-ink", "action-over"), ("danger-ink", "danger"), ("danger", "paper")]
TEXT += [("danger", "raised"), ("night-ink", "night"), ("night-ink", "night-here"), ("night-soft", "night")]
TEXT += [("night-soft", "night-here")]
SHAPES = [("line-strong", ground) for ground in ("paper", "raised", "sunken")]
SHAPES += [("focus", ground) for ground in (*GROUNDS, "late-ground")] + [("star", "night"), ("late", "raised")]
SHAPES += [(f"chart-{number}", "paper") for number in (1, 2, 3, 4)]


def colours(scheme: int) -> dict[str, str]:
    """Token name to six digits; `scheme` is 0 for light, 1 for dark."""
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS)
    single = re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", TOKENS)
    return {name: found[scheme] for name, *found in pairs} | dict(single)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text: str, ground: str, scheme: int) -> None:
    token = colours(scheme)
    assert contrast(token[text], token[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_stand_out_from_their_ground(shape: str, ground: str, scheme: int) -> None:
    token = colours(scheme)
    assert contrast(token[shape], token[ground]) >= 3


def test_every_colour_has_both_schemes() -> None:
    assert colours(0).keys() == colours(1).keys()
    assert len(colours(0)) > 25
