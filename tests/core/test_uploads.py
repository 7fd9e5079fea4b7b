"""Files are taken where files are meant to come in, and nowhere else."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leadstern.accounts.models import User

pytestmark = pytest.mark.django_db
LARGE = b"x" * 300_000


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("large.csv", LARGE)


@pytest.mark.parametrize("path", ["/f/kontakt/", "/account/login/", "/leads/", "/nowhere/"])
def test_a_large_upload_is_refused_in_words_anywhere_else(client: Client, path: str) -> None:
    answer = client.post(path, {"file": file()}, headers={"Accept-Language": "en"})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_a_small_one_is_left_to_the_page(client: Client) -> None:
    assert client.post("/nowhere/", {"file": SimpleUploadedFile("small.csv", b"a")}).status_code == 404


def test_where_files_come_in_they_may_be_large(anna: User, sign_in: Callable[[User], Client]) -> None:
    for path in settings.UPLOADS:
        assert sign_in(anna).post(path, {"file": file()}).status_code != 413
