"""The pages of importing, walked as people walk them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.capture.channels.file_import.actions import begin_run, continue_runs, start_run, take_lines
from leadstern.capture.models import ImportRun, Submission
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
TEXT = "E-Mail;Nachname;Farbe\nkim@firma.de;Müller;rot\n=cmd()|x;<script>alert(1)</script>;blau\n"


def upload(client: Client, data: bytes = TEXT.encode()) -> ImportRun:
    answer = client.post("/capture/imports/", {"file": SimpleUploadedFile("liste.csv", data)})
    assert answer.status_code == 302
    run = ImportRun.objects.latest("id")
    assert answer["Location"] == f"/capture/imports/{run.pk}/columns/"
    return run


def test_import_is_walked_from_upload_to_the_report(anna: User, sign_in: SignIn, now: object) -> None:
    client = sign_in(anna)
    run = upload(client)
    page = client.get(f"/capture/imports/{run.pk}/columns/")
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.content.decode()
    assert page.context["form"]["column_0"].value() == "email"
    chosen = {"column_0": "email", "column_1": "last_name", "column_2": "extra", "stage": "", "source": "messe"}
    answer = client.post(f"/capture/imports/{run.pk}/columns/", chosen)
    assert answer["Location"] == f"/capture/imports/{run.pk}/check/"
    report = client.get(answer["Location"]).context["report"]
    assert (report.lines, report.new, report.issue_count) == (2, 1, 1)
    assert not Submission.objects.exists()
    answer = client.post(f"/capture/imports/{run.pk}/begin/")
    assert answer["Location"] == f"/capture/imports/{run.pk}/"
    assert 'hx-trigger="every 2s"' in client.get(f"/capture/imports/{run.pk}/").content.decode()
    while continue_runs(now=NOW, limit=100):
        pass
    done = client.get(f"/capture/imports/{run.pk}/").content.decode()
    assert "every 2s" not in done
    assert "=cmd()" in done
    assert Submission.objects.get().details == {
        "email": "kim@firma.de", "last_name": "Müller", "extra": {"Farbe": "rot"}, "source": "messe",
    }  # fmt: skip
    file = client.get(f"/capture/imports/{run.pk}/issues.csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert ";'=cmd()" in text
    assert client.get("/capture/imports/").status_code == 200


def test_wrong_file_is_told_in_words_and_asked_for_again(anna: User, sign_in: SignIn) -> None:
    answer = sign_in(anna).post("/capture/imports/", {"file": SimpleUploadedFile("x.csv", b"\x89PNG\r\n\x1a\n")})
    assert answer.status_code == 422
    assert "PNG" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_excel_file_is_refused_in_one_language(anna: User, sign_in: SignIn) -> None:
    answer = sign_in(anna).post("/capture/imports/", {"file": SimpleUploadedFile("x.csv", b"PK\x03\x04 1234")})
    assert "sondern Excel (xlsx) oder ZIP." in answer.content.decode()


def test_columns_do_not_say_optional_each(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    page = client.get(f"/capture/imports/{upload(client).pk}/columns/").content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert '<label for="id_column_0">' in table
    assert "freiwillig" not in table


def test_doubtful_line_is_listed_beside_those_not_taken(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    run = upload(client, b"E-Mail;PLZ\nkim@firma.de;506\n")
    answer = client.post(f"/capture/imports/{run.pk}/columns/", {"column_0": "email", "column_1": "postcode"})
    assert "die Zeile wird trotzdem übernommen" in client.get(answer["Location"]).content.decode()
    client.post(f"/capture/imports/{run.pk}/begin/")
    while continue_runs(now=NOW, limit=100):
        pass
    page = client.get(f"/capture/imports/{run.pk}/").content.decode()
    assert "die Zeile wird trotzdem übernommen" in page
    assert "Liste der Probleme herunterladen" in page


def test_one_field_cannot_be_two_columns_and_somebody_must_be_recognised(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    run = upload(client)
    twice = client.post(f"/capture/imports/{run.pk}/columns/", {"column_0": "email", "column_1": "email"})
    assert twice.status_code == 422
    nobody = client.post(f"/capture/imports/{run.pk}/columns/", {"column_1": "last_name"})
    assert nobody.status_code == 422
    foreign = client.post(f"/capture/imports/{run.pk}/columns/", {"column_0": "email", "column_1": "__class__"})
    assert foreign.status_code == 422


def test_import_that_was_not_mapped_leads_back_and_one_that_began_goes_on(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    run = upload(client)
    assert client.get(f"/capture/imports/{run.pk}/check/")["Location"].endswith("/columns/")
    assert client.post(f"/capture/imports/{run.pk}/begin/")["Location"].endswith("/columns/")
    assert client.get(f"/capture/imports/{run.pk}/begin/").status_code == 405
    ImportRun.objects.update(state="running")
    for page in ("columns", "check"):
        assert client.get(f"/capture/imports/{run.pk}/{page}/")["Location"] == f"/capture/imports/{run.pk}/"
    assert client.get("/capture/imports/999999/").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("anna", 200), ("emil", 200), ("ben", 403), ("carla", 403), ("doris", 403), ("fremd", 403)],
)
def test_pages_are_for_those_who_may_import(
    name: str, status: int, request: pytest.FixtureRequest, sign_in: SignIn, anna: User
) -> None:
    run = upload(sign_in(anna))
    client = sign_in(request.getfixturevalue(name))
    for page in ("", f"{run.pk}/columns/", f"{run.pk}/issues.csv"):
        assert client.get(f"/capture/imports/{page}").status_code == status
    if status == 403:
        for page in (f"{run.pk}/", f"{run.pk}/check/"):
            assert client.get(f"/capture/imports/{page}").status_code == 403
        assert client.post(f"/capture/imports/{run.pk}/begin/").status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/capture/imports/").status_code == 302


def test_list_needs_the_same_queries_for_1_and_for_3_imports(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    for imports in (1, 3):
        while ImportRun.objects.count() < imports:
            run = start_run(TEXT.encode(), filename="x.csv", mapping={"email": "E-Mail"}, options={}, by=anna, now=NOW)
            begin_run(run, by=anna, now=NOW)
            take_lines(run, now=NOW, limit=10)
        with CaptureQueriesContext(connection) as queries:
            client.get("/capture/imports/")
        assert len(queries) == 4
