"""What every test stands on: a home of its own, the cast, clients, a moved clock. Nothing else is replaced."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.template import Context, Template
from django.test import Client
from django.test.signals import template_rendered
from django.utils.safestring import SafeString
from playwright.sync_api import Browser, sync_playwright

from leadstern.accounts.models import RoleGrant, User
from leadstern.accounts.terms import Role
from leadstern.core.memory import keep_what_is_loaded
from leadstern.core.time import clock_at
from tests.patterns import shared
from tests.running import Running
from tools.browser import ARGUMENTS, chromium, is_required

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PASSWORD = "ein langes Kennwort 42"
_HASH = make_password(PASSWORD)
# A browser that says it is driven by a program is counted as one, and no visit of a machine counts.
LIKE_A_PERSON = "--disable-blink-features=AutomationControlled"


def pytest_collection_finish() -> None:
    keep_what_is_loaded()


@pytest.fixture(scope="session", autouse=True)
def whole_pages_only(django_test_environment: None) -> Iterator[None]:
    """`answer.context` holds what pages were given. Django would copy it anew for each of the hundred parts of a page,
    a tenth of the time that a page takes in a test."""

    def render(template: Template, context: Context) -> SafeString:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture
def now() -> Iterator[datetime]:
    """Wednesday, 18 November 2026, 10:00 in Berlin; the product's clock stands there."""
    with clock_at(NOW):
        yield NOW


def make_user(name: str, *roles: Role, language: str = "de") -> User:
    user = User.objects.create(
        email=f"{name.lower()}@example.com", name=name, language=language, password=_HASH, created_at=NOW
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


@pytest.fixture
def anna(db: None) -> User:
    return make_user("Anna", Role.MARKETING)


@pytest.fixture
def ben(db: None) -> User:
    return make_user("Ben", Role.INSIDE_SALES)


@pytest.fixture
def carla(db: None) -> User:
    return make_user("Carla", Role.FIELD_SALES)


@pytest.fixture
def doris(db: None) -> User:
    return make_user("Doris", Role.HEAD)


@pytest.fixture
def emil(db: None) -> User:
    return make_user("Emil", Role.ADMIN)


@pytest.fixture
def fremd(db: None) -> User:
    """Signed in, but without any role."""
    return make_user("Fremd")


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A client signed in as the person; CSRF is checked as in production when asked with `enforce_csrf_checks`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def home() -> Path:
    return Path(os.environ["LEADSTERN_HOME"])


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def prepared(common: Path) -> Iterator[Running]:
    """An installation as `prepare` leaves it; tests take copies."""

    def prepare(running: Running) -> None:
        assert running.command("prepare") == {"prepared": True, "demo": False}

    with shared(common / "prepared", prepare) as running:
        yield running


@pytest.fixture(scope="session")
def company(common: Path, prepared: Running) -> Iterator[Running]:
    """A small company that takes enquiries; tests take copies."""
    with shared(common / "company", lambda running: running.module("tests.faults.company"), like=prepared) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process. Its driver keeps an event loop in this thread, which uses the database, too."""
    path, missing = chromium(), "Chromium is not on this machine; LEADSTERN_CHROMIUM can name one"
    if path is None and is_required():
        pytest.fail(missing)
    if path is None:
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, LIKE_A_PERSON])
        yield launched
        launched.close()
