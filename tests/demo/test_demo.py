"""The demo company: the same each time it is made, in a state that shows every page, and its website."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.apps import apps

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.capture.models import Form, Magnet
from leadstern.core.errors import Refused
from leadstern.demo import actions, site
from leadstern.demo.company import PASSWORD
from leadstern.journey.waiting import steps_with_work
from leadstern.leads.models import Lead
from leadstern.outbox.models import MailboxMessage
from leadstern.qualification.models import StageLabel, Verdict
from leadstern.qualification.terms import Stage
from leadstern.visitors.models import Hit, Site

END = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LEADSTERN = "http://127.0.0.1:8000"


def load() -> str:
    return actions.load(leads=20, days=30, end=END)


def counts() -> dict[str, int]:
    """How many rows each of our tables has."""
    ours = (model for model in apps.get_models() if model.__module__.startswith("leadstern."))
    return {model.__name__: model.objects.count() for model in ours}  # type: ignore[attr-defined]


def pictures() -> list[Any]:
    """Who came and how far they got."""
    leads = Lead.objects.order_by("id").values_list("first_name", "last_name", "postcode", "captured_at")
    verdicts = Verdict.objects.order_by("id").values_list("stage", "cause", "reason", "at")
    return [list(leads), list(verdicts)]


@pytest.mark.django_db(transaction=True)
def test_the_demo_is_the_same_each_time_and_shows_everything() -> None:
    assert PASSWORD in load()
    first = (counts(), pictures())
    check_what_it_shows()
    actions.wipe()
    load()
    assert (counts(), pictures()) == first
    assert first[0]["Lead"] == 20


@pytest.mark.django_db
def test_the_demo_never_touches_data_that_are_there(anna: User) -> None:
    with pytest.raises(Refused):
        load()
    assert actions.load_if_empty(website_port=8001) == ""
    assert not Lead.objects.exists()


def check_what_it_shows() -> None:
    """Every role can sign in, every stage of the path has something, nothing waits for the worker."""
    assert {role for user in User.objects.all() for role in user.roles()} == set(Role)
    assert User.objects.get(email="anna@sonnwerk.example").check_password(PASSWORD)
    assert {form.key for form in Form.objects.all()} == {"kontakt", "ratgeber"}
    assert Magnet.objects.count() == Site.objects.count() == 1
    assert StageLabel.objects.count() == len(Stage)
    assert Hit.objects.count() > 100
    assert Verdict.objects.filter(is_current=True).count() == Lead.objects.count()
    assert {Stage.CAPTURED, Stage.MARKETING_QUALIFIED, Stage.PHONE_QUALIFIED} <= set(
        Verdict.objects.values_list("stage", flat=True)
    )
    assert MailboxMessage.objects.exists()
    assert steps_with_work(now=END) == set()


@contextlib.contextmanager
def website() -> Iterator[str]:
    """The website as it is served, on a port of its own."""
    handler = type("Handler", (site._Handler,), {"leadstern": LEADSTERN})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(address: str) -> tuple[int, str, str]:
    """Status, policy and text of a page."""
    try:
        with urlopen(address) as answer:
            return answer.status, answer.headers.get("Content-Security-Policy", ""), answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, "", error.read().decode()


@pytest.mark.parametrize("name", site.PAGES)
def test_a_page_of_the_website_brings_the_scripts_of_this_leadstern(name: str) -> None:
    page = site.page(name, leadstern=LEADSTERN)
    assert page.count("<h1") == 1
    assert f'<script src="{LEADSTERN}/e/track.js" data-site="sonnwerk" defer></script>' in page
    assert f'<script src="{LEADSTERN}/e/form.js" defer></script>' in page
    assert "$" not in page


def test_the_website_shows_the_forms_that_the_demo_makes() -> None:
    assert 'data-leadstern-form="kontakt"' in site.page("kontakt", leadstern=LEADSTERN)
    assert 'data-leadstern-form="ratgeber"' in site.page("ratgeber", leadstern=LEADSTERN)


def test_the_website_answers_its_pages_and_nothing_else() -> None:
    with website() as address:
        status, policy, text = fetch(f"{address}/?utm_source=x")
        assert (status, "Sonnwerk" in text) == (200, True)
        assert f"script-src 'self' {LEADSTERN};" in policy
        assert "unsafe" not in policy
        assert fetch(f"{address}/site.css")[0] == fetch(f"{address}/preise")[0] == 200
        missing = ("/layout", "/../site.py", "/%2e%2e/site.py", "/site.py", "/wp-login.php", "/preise/../../site")
        assert {fetch(address + path)[0] for path in missing} == {404}
        lost = fetch(f"{address}/nichts")[2]
        assert "Diese Seite gibt es nicht" in lost
        assert '<nav aria-label="Hauptmenü">' in lost


def test_the_question_for_consent_covers_no_footer_and_tells_what_a_no_stores() -> None:
    page = site.page("index", leadstern=LEADSTERN)
    assert page.index("<footer>") < page.index('class="consent"')
    assert "position: fixed" not in (site.FOLDER / "site.css").read_text(encoding="utf-8")
    assert "merken uns auf Ihrem Gerät" in page


def test_the_website_cannot_be_made_to_show_foreign_markup() -> None:
    page = site.page("index", leadstern='http://x"><script>alert(1)</script>')
    assert "<script>alert(1)" not in page
