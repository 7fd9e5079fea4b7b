"""The charts of the reports on a phone: their values can be read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

AsPerson = Callable[..., Page]
TEXTS = """() => {
  const shown = Array.from(document.querySelectorAll(".chart text")).filter(text => text.getClientRects().length)
  return shown.map(text => {
    const box = text.getBoundingClientRect()
    return [text.textContent, box.left, box.right, box.height]
  })
}"""


@pytest.mark.parametrize("report", ["funnel", "mql-to-close", "cost"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_value_of_a_chart_is_cut_or_too_small(as_person: AsPerson, report: str, width: int) -> None:
    page = as_person("anna", viewport={"width": width, "height": 900})
    page.goto("/".join(page.url.split("/")[:3]) + f"/reports/{report}/")
    texts = page.evaluate(TEXTS)
    assert texts
    assert [text for text in texts if text[1] < 0 or text[2] > width or text[3] < 11] == []
