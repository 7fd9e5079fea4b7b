"""The error pages: in the reader's language, without session or database, without promises."""

from collections.abc import Callable

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override

from leadstern.core import pages

PAGES: list[tuple[Callable[..., HttpResponse], int, str, str]] = [
    (pages.bad_request, 400, "Die Anfrage war nicht lesbar", "The request could not be read"),
    (pages.denied, 403, "Diese Seite gehört nicht zu Ihrer Rolle", "This page is not for your role"),
    (pages.not_found, 404, "Diese Seite gibt es nicht", "This page does not exist"),
    (pages.csrf_failure, 403, "Bitte senden Sie das Formular noch einmal", "Please send the form once more"),
]


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/somewhere/")


@pytest.mark.parametrize(("page", "status", "german", "english"), PAGES)
def test_an_error_page_speaks_both_languages(
    page: Callable[..., HttpResponse], status: int, german: str, english: str, request_: HttpRequest
) -> None:
    for language, heading in (("de", german), ("en", english)):
        with override(language):
            answer = page(request_, Http404())
        text = answer.content.decode()
        assert answer.status_code == status
        assert heading in text
        assert f'<html lang="{language}"' in text


def test_a_fault_shows_the_number_that_stands_in_the_log(
    request_: HttpRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with override("de"):
        text = pages.failed(request_).content.decode()
    assert "Bei uns ist etwas schiefgegangen" in text
    number = caplog.records[-1].getMessage().split("error number ")[1].split(":")[0]
    assert f"<strong>{number}</strong>" in text


@pytest.mark.django_db
def test_an_unknown_address_answers_in_the_language_of_the_browser() -> None:
    answer = Client().get("/no/such/page/", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_has_no_inline_script_and_no_inline_style() -> None:
    answer = Client().get("/account/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    text = answer.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
