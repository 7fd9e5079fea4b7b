"""The pages of the websites: who may, what is shown, what is saved."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.visitors.models import Refusal, Site
from leadstern.visitors.terms import Channel, Drop
from tests.visitors.make import ORIGIN, make_hit, make_site

SignIn = Callable[[User], Client]
PAGES = ("/capture/sites/", "/capture/sites/new/", "/capture/sites/{id}/", "/capture/sites/{id}/edit/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("ben", 403), ("carla", 403), ("doris", 403), ("emil", 200), ("fremd", 403)]
)
def test_pages_are_for_those_who_build_forms(
    request: pytest.FixtureRequest, sign_in: SignIn, page: str, who: str, status: int
) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(page.format(id=make_site().pk)).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_pages_send_strangers_to_the_sign_in(client: Client, page: str) -> None:
    assert client.get(page.format(id=1)).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_queries_for_one_and_three(
    anna: User, sign_in: SignIn, django_assert_num_queries: Callable[..., object], number: int
) -> None:
    for count in range(number):
        make_hit(make_site(f"Site {count}", key=f"k{count}", origins=(f"https://{count}.example",)), is_entry=True)
    client = sign_in(anna)
    client.get("/capture/sites/")
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        client.get("/capture/sites/")


def test_an_empty_list_offers_the_first_step(anna: User, sign_in: SignIn) -> None:
    page = sign_in(anna).get("/capture/sites/").content.decode()
    assert "Noch keine Website" in page
    assert "/capture/sites/new/" in page


def test_a_new_website_gets_a_key_and_a_snippet(anna: User, sign_in: SignIn, now: datetime) -> None:
    given = {"name": "Solar", "origins": "https://www.Solar.example/\nhttps://müller.de\n\n"}
    response = sign_in(anna).post("/capture/sites/new/", given, follow=True)
    site = Site.objects.get()
    assert site.origins == ["https://www.solar.example", "https://xn--mller-kva.de"]
    assert site.created_at == now
    page = response.content.decode()
    assert f"data-site=&quot;{site.key}&quot;" in page
    assert "/e/track.js" in page
    assert all(f"{kind}-src http" in page for kind in ("script", "style", "connect"))
    assert "data-copy" in page
    assert Entry.objects.filter(verb="site.added", object_id=site.pk, actor=anna).exists()


@pytest.mark.parametrize(
    ("origins", "sentence"),
    [
        ("www.solar.example", "ist keine Adresse"),
        ("https://www.solar.example/seite", "ist keine Adresse"),
        ("https://taken.example", "gehört schon zu"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_a_wrong_address_is_said_in_words(anna: User, sign_in: SignIn, origins: str, sentence: str) -> None:
    make_site("Other", key="k2", origins=("https://taken.example",))
    response = sign_in(anna).post("/capture/sites/new/", {"name": "Solar", "origins": origins})
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert "<script>alert" not in page
    assert Site.objects.count() == 1


def test_a_changed_website_forgets_what_it_cures(anna: User, sign_in: SignIn, now: datetime) -> None:
    site = make_site()
    Refusal.objects.create(site=site, reason=Drop.WRONG_ORIGIN, origin="https://neu.example", number=3, last_at=now)
    Refusal.objects.create(site=site, reason=Drop.WRONG_ORIGIN, origin="https://evil.example", number=1, last_at=now)
    given = {"name": "Solar neu", "origins": f"{ORIGIN}\nhttps://neu.example"}
    response = sign_in(anna).post(f"/capture/sites/{site.pk}/edit/", given)
    assert response.status_code == 302
    site.refresh_from_db()
    assert (site.name, site.origins) == ("Solar neu", [ORIGIN, "https://neu.example"])
    assert [refusal.origin for refusal in site.refusals.all()] == ["https://evil.example"]


def test_a_website_without_hits_says_what_may_be_wrong(anna: User, sign_in: SignIn, now: datetime) -> None:
    page = sign_in(anna).get(f"/capture/sites/{make_site().pk}/").content.decode()
    assert "Noch nicht" in page
    assert "Content Security Policy" in page


def test_a_website_with_refused_hits_shows_from_where(anna: User, sign_in: SignIn, now: datetime) -> None:
    site = make_site()
    Refusal.objects.create(site=site, reason=Drop.WRONG_ORIGIN, origin="https://neu.example", number=1234, last_at=now)
    page = sign_in(anna).get(f"/capture/sites/{site.pk}/").content.decode()
    assert "werden aber abgewiesen" in page
    assert "https://neu.example" in page
    assert "1.234" in page


def test_a_running_website_shows_visits_by_channel_and_bots_apart(anna: User, sign_in: SignIn, now: datetime) -> None:
    site = make_site()
    Site.objects.update(last_hit_at=now, last_hit_path="/preise")
    for _ in range(2):
        make_hit(site, is_entry=True, channel=Channel.ORGANIC_SEARCH)
    make_hit(site, is_entry=False)
    make_hit(site, is_entry=True, bot="GPTBot")
    make_hit(site, is_entry=True, channel=Channel.EMAIL, at=now - timedelta(days=1))
    page = sign_in(anna).get(f"/capture/sites/{site.pk}/").content.decode()
    assert "Ja. Der letzte Aufruf kam am 18.11.2026, 10:00 von der Seite /preise." in page
    assert "Suche (unbezahlt)" in page
    assert "GPTBot" in page
    assert "Kanal" in page
    assert "E-Mail</th>" not in page


def test_an_unknown_website_is_404(anna: User, sign_in: SignIn) -> None:
    assert sign_in(anna).get("/capture/sites/99/").status_code == 404


@pytest.mark.django_db
def test_the_script_may_be_loaded_from_anywhere_and_is_kept(client: Client) -> None:
    response = client.get("/e/track.js", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert response.headers["Content-Encoding"] == "gzip"
    again = client.get("/e/track.js", headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.post("/e/track.js").status_code == 405


def test_the_very_last_page_view_is_told_although_the_mark_follows_later(
    anna: User, sign_in: SignIn, now: datetime
) -> None:
    site = make_site()
    Site.objects.filter(pk=site.pk).update(last_hit_at=now - timedelta(seconds=3), last_hit_path="/")
    make_hit(site, at=now - timedelta(seconds=3), path="/")
    make_hit(site, at=now, path="/kontakt")
    page = sign_in(anna).get(f"/capture/sites/{site.pk}/").content.decode()
    assert "von der Seite /kontakt" in page
