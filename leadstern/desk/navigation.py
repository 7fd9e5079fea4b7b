"""The frame of every page: the rail in path order and the palette, as far as the signed-in person may see them.

Enters: the request and the pages that the stages offered. Leaves: template context. Called by Django for each page.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages

SECTIONS: dict[str, Any] = {
    "today": _("Today"),
    "leads": _("Leads"),
    "capture": _("Capture"),
    "score": _("Score"),
    "nurture": _("Nurture"),
    "route": _("Route"),
    "sell": _("Sell"),
    "reports": _("Reports"),
    "setup": _("Set up"),
}


@dataclass(frozen=True)
class Link:
    """One line of the rail or the palette."""

    label: Any
    url: str
    is_here: bool = False
    words: Any = ""


@dataclass(frozen=True)
class Section:
    """One word of the rail with the pages behind it. `url` is the first page the person may open."""

    key: str
    label: Any
    url: str
    is_here: bool
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Drawn:
    """The parts of the frame that are the same for everybody with these rights, in this language, at this place."""

    rail: SafeString
    palette: SafeString


def frame(request: HttpRequest) -> dict[str, Any]:
    """`drawn`: rail and palette of this person at this place, as HTML.

    `search_url` and `entry_url` (quick entry of a lead) are empty for those who may not.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    rights = user.rights()
    return {
        "drawn": _drawn(rights, place(rights, request.path), get_language() or ""),
        "search_url": _address("desk:leads") if Right.SEE_LEADS in rights else "",
        "entry_url": _address("capture:manual") if Right.EDIT_LEADS in rights else "",
    }


@lru_cache(maxsize=256)
def _drawn(rights: frozenset[Right], here: str, _language: str) -> Drawn:
    """Remembered: drawing it anew would cost every page as much as what it is about."""
    palette = {"palette": [_link(page, here) for page in _shown(rights)]}
    rail = {"rail": sections(rights, here)}
    return Drawn(render_to_string("core/frame/rail.html", rail), render_to_string("core/frame/palette.html", palette))


def sections(rights: frozenset[Right], here: str) -> list[Section]:
    """The sections with at least one page for somebody with these rights, in path order."""
    shown = _shown(rights)
    return [section for key in SECTIONS if (section := _section(key, shown, here))]


def place(rights: frozenset[Right], path: str) -> str:
    """The address of the offered page that `path` lies under, or nothing."""
    return _here([_address(page.url_name) for page in _shown(rights)], path)


def _shown(rights: frozenset[Right]) -> list[Page]:
    return [page for page in pages if Right(page.right) in rights]


def _here(addresses: list[str], path: str) -> str:
    """The offered page this address lies under: itself, else the longest beginning, else one of the same first word."""
    above = [address for address in addresses if address != "/" and path.startswith(address)]
    if above or path in addresses:
        return max(above, key=len, default=path)
    word = path.split("/")[1]
    return next((address for address in addresses if word and address.split("/")[1] == word), "")


@cache
def _address(url_name: str) -> str:
    """Of a page that an installation may have switched off: then empty."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _link(page: Page, here: str) -> Link:
    url = _address(page.url_name)
    return Link(page.label, url, url == here, page.words)


def _section(key: str, shown: list[Page], here: str) -> Section | None:
    offered = [_link(page, here) for page in shown if page.section == key]
    if not offered:
        return None
    # The page that carries the section's own address leads it; the others follow in path order.
    links = tuple(sorted(offered, key=lambda link: link.url != f"/{key}/"))
    return Section(key, SECTIONS[key], links[0].url, any(link.is_here for link in links), links)
