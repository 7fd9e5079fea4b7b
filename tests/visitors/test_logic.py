"""How a visit came about, and what of an address may be kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.visitors.logic import CLICK_IDS, arrival, channel, clean, clean_origin, host_of, path_of
from leadstern.visitors.terms import Channel


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Channel.DIRECT),
        # where the link stood
        ({"referrer_host": "www.google.de"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "google.at"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "www.google.co.uk"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "google.example.org"}, Channel.REFERRAL),
        ({"referrer_host": "docs.google.com"}, Channel.REFERRAL),
        ({"referrer_host": "mail.google.com"}, Channel.EMAIL),
        ({"referrer_host": "com.google.android.gm"}, Channel.EMAIL),
        ({"referrer_host": "com.google.android.googlequicksearchbox"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "www.ecosia.org"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "suche.t-online.de"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "www.t-online.de"}, Channel.REFERRAL),
        ({"referrer_host": "de.search.yahoo.com"}, Channel.ORGANIC_SEARCH),
        ({"referrer_host": "navigator.gmx.net"}, Channel.EMAIL),
        ({"referrer_host": "l.facebook.com"}, Channel.SOCIAL),
        ({"referrer_host": "www.xing.com"}, Channel.SOCIAL),
        ({"referrer_host": "lnkd.in"}, Channel.SOCIAL),
        ({"referrer_host": "t.co"}, Channel.SOCIAL),
        ({"referrer_host": "reddit.co"}, Channel.REFERRAL),
        ({"referrer_host": "handwerk.example"}, Channel.REFERRAL),
        # what the campaign says
        ({"source": "google", "medium": "cpc"}, Channel.PAID_SEARCH),
        ({"source": "Google", "medium": "CPC"}, Channel.PAID_SEARCH),
        ({"source": "bing", "medium": "ppc"}, Channel.PAID_SEARCH),
        ({"source": "google", "medium": "organic"}, Channel.ORGANIC_SEARCH),
        ({"source": "google"}, Channel.ORGANIC_SEARCH),
        ({"source": "facebook", "medium": "paid"}, Channel.PAID_SOCIAL),
        ({"source": "ig", "medium": "paid_social"}, Channel.PAID_SOCIAL),
        ({"source": "linkedin", "medium": "cpm"}, Channel.PAID_SOCIAL),
        ({"source": "l.facebook.com"}, Channel.SOCIAL),
        ({"source": "xing", "medium": "beitrag"}, Channel.SOCIAL),
        ({"source": "firma", "medium": "social"}, Channel.SOCIAL),
        ({"source": "heise", "medium": "banner"}, Channel.DISPLAY),
        ({"source": "google", "medium": "display"}, Channel.DISPLAY),
        ({"source": "heise", "medium": "cpm"}, Channel.DISPLAY),
        ({"source": "heise", "medium": "cpc"}, Channel.OTHER),
        ({"source": "newsletter", "medium": "email"}, Channel.EMAIL),
        ({"source": "maerz", "medium": "newsletter"}, Channel.EMAIL),
        ({"source": "partner", "medium": "referral"}, Channel.REFERRAL),
        ({"source": "flyer", "medium": "print"}, Channel.OTHER),
        ({"campaign": "fruehling"}, Channel.OTHER),
        # the campaign wins over the place of the link, the medium over the click id
        ({"source": "newsletter", "medium": "email", "referrer_host": "www.google.de"}, Channel.EMAIL),
        ({"click": "gclid"}, Channel.PAID_SEARCH),
        ({"click": "gclid", "referrer_host": "www.google.de"}, Channel.PAID_SEARCH),
        ({"click": "gclid", "source": "google", "medium": "display"}, Channel.DISPLAY),
        ({"click": "gclid", "medium": "ads"}, Channel.PAID_SEARCH),
        ({"click": "fbclid", "referrer_host": "l.facebook.com"}, Channel.SOCIAL),
        ({"click": "li_fat_id"}, Channel.PAID_SOCIAL),
        ({"click": "unknown"}, Channel.DIRECT),
    ],
)
def test_channel_is(given: dict[str, str], expected: Channel) -> None:
    assert channel(**given) is expected


_texts = st.one_of(
    st.text(max_size=30), st.sampled_from(["google", "cpc", "www.google.de", "xing.com", "email", "…", "."])
)


@given(
    host=_texts,
    source=_texts,
    medium=_texts,
    campaign=_texts,
    click=st.one_of(_texts, st.sampled_from(sorted(CLICK_IDS))),
)
def test_channel_is_always_one_and_direct_only_without_any_hint(
    host: str, source: str, medium: str, campaign: str, click: str
) -> None:
    found = channel(referrer_host=host, source=source, medium=medium, campaign=campaign, click=click)
    assert found in Channel
    if found is Channel.DIRECT:
        assert (host, source.strip(), medium.strip(), campaign) == ("", "", "", "")
        assert click not in CLICK_IDS


@pytest.mark.parametrize(
    ("given", "source", "host"),
    [
        ({"referrer": "https://www.google.de/search?q=kim@example.com"}, "google", "www.google.de"),
        ({"referrer": "https://www.handwerk.example/liste"}, "handwerk.example", "www.handwerk.example"),
        ({"referrer": "https://www.handwerk.example/", "source": "partner"}, "partner", "www.handwerk.example"),
        ({"click": "msclkid"}, "bing", ""),
        ({}, "", ""),
    ],
)
def test_arrival_names_the_source(given: dict[str, Any], source: str, host: str) -> None:
    found = arrival(**given)
    assert (found.source, found.referrer_host) == (source, host)


def test_arrival_from_the_website_itself_has_no_source() -> None:
    found = arrival(referrer="https://www.solar.example/preise", own_hosts=frozenset({"www.solar.example"}))
    assert (found.is_inside, found.channel, found.source, found.referrer_host) == (True, Channel.DIRECT, "", "")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Www.Example.de:8080/a?b", "www.example.de"),
        ("https://user:secret@example.de/", "example.de"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
        ("www.example.de", "www.example.de"),
        ("http://[::1]:8000/", "[::1]"),
        ("", ""),
        ("javascript:alert(1)", "javascript"),
        ("https://a b/", ""),
        ("https://<script>/", ""),
        ("https://" + "a" * 300 + ".de/", ""),
    ],
)
def test_host_of_address(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://example.de/a/b?x=1#y", "/a/b"),
        ("https://example.de", "/"),
        ("https://example.de?email=kim", "/"),
        ("/a?b", "/a"),
        ("a", "/a"),
        ("", "/"),
    ],
)
def test_path_of_address(address: str, path: str) -> None:
    assert path_of(address) == path


@given(st.text())
def test_path_never_holds_query_or_fragment(text: str) -> None:
    path = path_of(text)
    assert path.startswith("/")
    assert "?" not in path
    assert "#" not in path


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/danke/kim@example.com", "/danke/…"),
        ("/danke/kim%40example.com/ok", "/danke/…/ok"),
        ("/" + "a" * 3000 + "/kim@example.com", "/" + "a" * 99),
        ("a\x00b\tc\nd", "abcd"),
        ("\ud800x", "x"),
        ("  Zähler  ", "Zähler"),
    ],
)
def test_clean_keeps(text: str, kept: str) -> None:
    assert clean(text, 100) == kept


@given(st.text(alphabet=st.characters()), st.integers(0, 50))
def test_clean_text_can_be_stored_anywhere(text: str, limit: int) -> None:
    kept = clean(text, limit)
    assert len(kept) <= limit
    assert not set(kept) & {"\x00", "\t", "\n", "\r"}
    kept.encode()


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com/ ", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("https://müller.de", "https://xn--mller-kva.de"),
        ("https://straße.de", "https://xn--strae-oqa.de"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_clean_origin_is_as_browsers_write_it(text: str, origin: str) -> None:
    assert clean_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "www.example.com", "ftp://example.com", "https://", "https://example.com/seite", "https://a@example.com",
        "https://example.com?x", "https://example.com#x", "https://exa mple.com", "https://example.com:99999",
        "https://*.example.com", "null", "javascript://example.com", "https://-a.de", "https://[::1",
    ],
)  # fmt: skip
def test_clean_origin_refuses(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- also what urllib raises
        clean_origin(text)


@given(st.text(max_size=40))
def test_clean_origin_twice_is_once(text: str) -> None:
    try:
        origin = clean_origin(f"https://{text}")
    except ValueError:
        return
    assert clean_origin(origin) == origin
    assert origin.isascii()
