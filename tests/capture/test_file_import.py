"""CSV files of leads come in: every way of writing them, every broken line named, nothing twice."""

import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from leadstern.accounts.models import User
from leadstern.capture.channels.file_import.actions import (
    begin_run,
    check_run,
    continue_runs,
    map_run,
    start_run,
    take_lines,
)
from leadstern.capture.channels.file_import.convert import read_moment
from leadstern.capture.channels.file_import.guess import guess_mapping
from leadstern.capture.channels.file_import.reader import read_rows
from leadstern.capture.models import ImportIssue, ImportRun, Submission
from leadstern.capture.terms import SubmissionState
from leadstern.core.errors import Invalid, Refused
from tests.conftest import NOW

BERLIN = ZoneInfo("Europe/Berlin")
MAPPING = {"email": "E-Mail", "last_name": "Name", "city": "Ort"}
TEXT = "E-Mail;Name;Ort\nkim@firma.de;Müller;Köln\nalex@firma.de;Groß;Zürich\n"


def start(data: bytes | str, *, mapping: dict[str, str] | None = None, **options: str) -> ImportRun:
    data = data.encode() if isinstance(data, str) else data
    return start_run(
        data, filename="liste.csv", mapping=MAPPING if mapping is None else mapping, options=options, by=None, now=NOW
    )


def import_all(run: ImportRun, *, limit: int = 1000) -> ImportRun:
    begin_run(run, by=None, now=NOW)
    while take_lines(run, now=NOW, limit=limit):
        pass
    return run


def counts(run: ImportRun) -> tuple[str, int, int, int]:
    run.refresh_from_db()
    return run.state, run.accepted, run.repeated, run.rejected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode("utf-8"),
        TEXT.replace("\n", "\r").encode("utf-8"),
        TEXT.replace(";", ",").encode("utf-8"),
        TEXT.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + TEXT).encode("cp1252"),
        ("\n;;\n" + TEXT).encode("utf-8"),
        TEXT.replace("Müller", '"Müller"').rstrip("\n").encode("utf-8"),
        TEXT.replace("\n", ";;\n").encode("utf-8"),
    ],
)
def test_file_comes_out_the_same_however_it_is_written(data: bytes) -> None:
    run = import_all(start(data))
    assert counts(run) == ("done", 2, 0, 0)
    details = Submission.objects.order_by("id").values_list("details", flat=True)
    assert list(details) == [
        {"email": "kim@firma.de", "last_name": "Müller", "city": "Köln"},
        {"email": "alex@firma.de", "last_name": "Groß", "city": "Zürich"},
    ]
    sent = Submission.objects.order_by("id")[0]
    assert (sent.state, sent.channel, sent.captured_at) == (SubmissionState.WAITING, "file_import", NOW)
    assert sent.raw == {"E-Mail": "kim@firma.de", "Name": "Müller", "Ort": "Köln"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "leer|empty"),
        (b"\n \r\n;;;\n", "leer|empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04\x14\x00", "xlsx"),
        (b"%PDF-1.7", "PDF"),
        (b"a;b\x00;c\n1;2;3\n", "binär|binary"),
        (b"E-Mail;Name;E-Mail\na;b;c\n", "E-Mail"),
        (b'"E-Mail;Name\na;b\n', "Überschriften|headings"),
        (b"Name;Ort\na;b\n", "E-Mail"),
        (b"\xff\xfeabc", "UTF-16"),
    ],
)
def test_file_that_cannot_be_imported_is_refused_in_words_and_not_kept(data: bytes, word: str) -> None:
    before = set((settings.FILES / "imports").glob("*"))
    with pytest.raises(Invalid, match=word):
        start(data)
    assert not ImportRun.objects.exists()
    assert set((settings.FILES / "imports").glob("*")) == before


@pytest.mark.django_db
def test_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.OWN, "LEADSTERN_MAX_IMPORT_MB", 1)
    with pytest.raises(Invalid, match="1 MB"):
        start_run((b"x" * 1000 for _ in range(2000)), filename="x", mapping={}, options={}, by=None, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mapping", "options", "field"),
    [
        ({"last_name": "Name"}, {}, "identity"),
        ({"email": "E-Mail", "password": "Name"}, {}, "fields"),
        ({"email": "E-Mail"}, {"stage": "boss"}, "stage"),
        ({"email": "E-Mail"}, {"__class__": "x"}, "fields"),
    ],
)
def test_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], options: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        start(TEXT, mapping=mapping, **options)
    assert field in refused.value.errors


BROKEN = {
    'kim5000@firma.de;"Muster;Köln': "quotes",
    "kim5000@firma.de;Muster": "columns",
    "kim5000@firma.de;Muster;Köln;mehr": "columns",
    'kim5000@firma.de;"Mus"ter;Köln': "quotes",
    "kim5000(at)firma.de;Muster;Köln": "email",
    ";Muster;Köln": "identity",
    "kim5000@firma.de;" + "x" * 140_000 + ";Köln": "too_long",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "code"), BROKEN.items())
def test_one_broken_line_among_10000_is_named_and_costs_nothing_else(line: str, code: str) -> None:
    lines = [f'kim{number}@firma.de;"Mü{number}";Köln' for number in range(10_000)]
    lines[5000] = line
    run = start("E-Mail;Name;Ort\n" + "\n".join(lines) + "\n")
    report = check_run(run, now=NOW)
    assert (report.lines, report.good, report.issue_count) == (10_000, 9_999, 1)
    assert (report.issues[0].line, report.issues[0].code) == (5002, code)
    import_all(run, limit=3000)
    assert counts(run) == ("done", 9_999, 0, 1)
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.code) == (5002, code)
    assert issue.raw.replace(" | ", ";").startswith(line[:30])


@pytest.mark.django_db
def test_one_line_in_a_foreign_encoding_leaves_the_umlauts_of_the_others() -> None:
    lines = [f"kim{number}@firma.de;Müller;Köln".encode() for number in range(100)]
    lines[50] = "kim50@firma.de;Müller;Köln".encode("cp1252")
    run = import_all(start(b"E-Mail;Name;Ort\n" + b"\n".join(lines)))
    assert counts(run) == ("done", 99, 0, 1)
    assert ImportIssue.objects.get().line == 52
    assert set(Submission.objects.values_list("details__last_name", flat=True)) == {"Müller"}


@pytest.mark.django_db
def test_text_with_line_breaks_quotes_and_formulas_stays_text() -> None:
    run = start(
        'E-Mail;Name;Text\nkim@firma.de;"=HYPERLINK(""http://x"")";"erste\nzweite; Zeile"\n'
        "alex@firma.de;+49-1;<script>alert(1)</script>\n",
        mapping={"email": "E-Mail", "last_name": "Name", "message": "Text"},
    )
    import_all(run)
    first, second = Submission.objects.order_by("id").values_list("details", flat=True)
    assert first["last_name"] == '=HYPERLINK("http://x")'
    assert first["message"] == "erste\nzweite; Zeile"
    assert second["message"] == "<script>alert(1)</script>"


@pytest.mark.django_db
def test_same_file_twice_changes_nothing_and_a_changed_line_comes_in() -> None:
    mapping = {"external_id": "id", "city": "Ort"}
    import_all(start("id;Ort\n1;Bonn\n2;Köln\n2;Köln\n", mapping=mapping))
    again = import_all(start("id;Ort\n1;Bonn\n2;Köln\n2;Köln\n", mapping=mapping))
    assert counts(again) == ("done", 0, 3, 0)
    changed = start("id,Ort\n2,Köln\n1,Berlin\n", mapping=mapping)
    report = check_run(changed, now=NOW)
    assert (report.good, report.repeated, report.new) == (2, 1, 1)
    assert counts(import_all(changed)) == ("done", 1, 1, 0)
    assert Submission.objects.count() == 3


@pytest.mark.django_db
def test_key_of_a_line_stays_the_same_in_later_versions() -> None:
    import_all(start("E-Mail;Ort;Datum;B;A\nkim@firma.de;Köln;2026-01-02T00:00Z;2;1\n", mapping={
        "email": "E-Mail", "city": "Ort", "captured_at": "Datum", "extra:b": "B", "extra:a": "A",
    }))  # fmt: skip
    assert Submission.objects.get().key == "import:94544af9f4580c9a146fc577c0a774cf"


@pytest.mark.django_db
def test_fixed_values_stand_in_and_further_columns_are_kept() -> None:
    run = start(
        "E-Mail;Quelle;Dach\nkim@firma.de;messe;flach\nalex@firma.de;;\n",
        mapping={"email": "E-Mail", "source": "Quelle", "extra:Dach": "Dach"},
        stage="marketing_qualified", source="liste",
    )  # fmt: skip
    import_all(run)
    first, second = Submission.objects.order_by("id").values_list("details", flat=True)
    assert first == {
        "email": "kim@firma.de", "source": "messe", "stage": "marketing_qualified", "extra": {"Dach": "flach"},
    }  # fmt: skip
    assert second == {"email": "alex@firma.de", "source": "liste", "stage": "marketing_qualified"}


@pytest.mark.django_db
def test_dates_are_read_and_wrong_ones_named() -> None:
    run = start(
        "E-Mail;Datum\na@x.de;31.12.2025\nb@x.de;2025-12-31\nc@x.de;31.02.2025\nd@x.de;31.12.2027\ne@x.de;\n",
        mapping={"email": "E-Mail", "captured_at": "Datum"},
    )
    import_all(run)
    midnight = datetime(2025, 12, 31, tzinfo=BERLIN)
    assert list(Submission.objects.order_by("id").values_list("captured_at", flat=True)) == [midnight, midnight, NOW]
    issues = ImportIssue.objects.order_by("line").values_list("line", "column", "code")
    assert list(issues) == [(4, "Datum", "date"), (5, "Datum", "future")]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-02-01", datetime(2018, 2, 1, tzinfo=BERLIN)),
        ("2018-02-26 19:58:54", datetime(2018, 2, 26, 19, 58, 54, tzinfo=BERLIN)),
        ("2018-02-26T19:58:54Z", datetime(2018, 2, 26, 19, 58, 54, tzinfo=UTC)),
        ("2018-02-26T19:58:54.123+02:00", datetime(2018, 2, 26, 17, 58, 54, tzinfo=UTC)),
        ("1.7.2025 8:05 Uhr", datetime(2025, 7, 1, 8, 5, tzinfo=BERLIN)),
        ("01.07.25, 14:30", datetime(2025, 7, 1, 14, 30, tzinfo=BERLIN)),
        ("30.2.2025", None),
        ("2025-13-01", None),
        ("1825-01-01", None),
        ("2025-01-01 25:00", None),
        ("gestern", None),
        ("07/01/2025", None),
    ],
)
def test_moment_is_read_in_the_companys_time(text: str, moment: datetime | None) -> None:
    assert read_moment(text, BERLIN) == moment


@given(st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2100, 1, 1).date()))  # noqa: DTZ001
def test_plain_day_stays_that_day_in_the_companys_time(day: object) -> None:
    moment = read_moment(str(day), BERLIN)
    assert moment is not None
    assert moment.astimezone(BERLIN).date() == day


def test_mapping_is_guessed_from_german_and_english_headings() -> None:
    headings = ("Kunden-Nr.", "E-Mail-Adresse", "Straße", "PLZ", "First Name", "Farbe", "Telefon", "Mobil")
    assert guess_mapping(headings) == {
        "external_id": "Kunden-Nr.", "email": "E-Mail-Adresse", "street": "Straße", "postcode": "PLZ",
        "first_name": "First Name", "phone": "Telefon",
    }  # fmt: skip


def test_rows_are_read_for_others_and_a_broken_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("mql_id,value\n1,10\n2\n3,30\n".encode("utf-8-sig"))
    broken: list[int] = []
    rows = list(read_rows(path, on_broken=lambda record: broken.append(record.line)))
    assert rows == [(2, {"mql_id": "1", "value": "10"}), (4, {"mql_id": "3", "value": "30"})]
    assert broken == [3]
    with pytest.raises(Invalid, match="3"):
        list(read_rows(path))


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_import_goes_on_from_its_bookmark_in_portions_of_any_size(limit: int) -> None:
    text = "E-Mail;Name;Ort\n" + "".join(f'k{number}@x.de;"Mü\n{number}";Ö\n' for number in range(60)) + "kaputt\n"
    run = start(text)
    begin_run(run, by=None, now=NOW)
    portions = []
    while done := continue_runs(now=NOW, limit=limit):
        portions.append(done)
    assert sum(portions) == 61
    assert counts(run) == ("done", 60, 0, 1)
    assert ImportIssue.objects.get().line == 122


@pytest.mark.django_db
def test_runs_are_taken_one_after_the_other_and_only_when_begun() -> None:
    waiting, running = start(TEXT), start("E-Mail;Name;Ort\nida@firma.de;A;B\n")
    assert continue_runs(now=NOW, limit=10) == 0
    begin_run(running, by=None, now=NOW)
    with pytest.raises(Refused):
        begin_run(running, by=None, now=NOW)
    with pytest.raises(Refused):
        map_run(running, mapping=MAPPING, options={})
    assert continue_runs(now=NOW, limit=10) == 1
    assert counts(waiting)[0] == "uploaded"


@pytest.mark.django_db
def test_lost_file_fails_its_run_and_blocks_no_other() -> None:
    lost, good = start(TEXT), start(TEXT)
    (settings.FILES / lost.path).unlink()
    for run in (lost, good):
        begin_run(run, by=None, now=NOW)
    assert continue_runs(now=NOW, limit=10) == 0
    assert continue_runs(now=NOW, limit=10) == 2
    assert counts(lost)[0] == "failed"
    assert lost.error
    assert counts(good)[0] == "done"


@pytest.mark.django_db
def test_name_of_the_file_is_never_a_path(anna: User) -> None:
    run = start_run(TEXT.encode(), filename="..\\..\\etc/pass\x00wd.csv", mapping={}, options={}, by=anna, now=NOW)
    assert run.filename == "pass wd.csv"
    assert run.path.startswith("imports/")
    assert "pass" not in run.path


KILLED = textwrap.dedent(
    """
    import django
    django.setup()
    from datetime import UTC, datetime
    from django.core.management import call_command
    from leadstern.capture.channels.file_import.actions import begin_run, start_run, take_lines
    from leadstern.capture.models import ImportRun
    now = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    call_command("migrate", verbosity=0)
    run = ImportRun.objects.first()
    if run is None:
        text = "id" + chr(10) + chr(10).join(str(number) for number in range(20000)) + chr(10)
        run = start_run(text.encode(), filename="x.csv", mapping={"external_id": "id"}, options={}, by=None, now=now)
        begin_run(run, by=None, now=now)
    print("ready", flush=True)
    while take_lines(run, now=now, limit=50):
        print(run.accepted, flush=True)
    from leadstern.capture.models import Submission
    print("end", run.state, run.accepted, run.repeated, run.rejected, Submission.objects.count(), flush=True)
    """
)


@pytest.mark.kills
def test_killed_import_goes_on_and_brings_nothing_twice(tmp_path: Path) -> None:
    environment = {"LEADSTERN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "leadstern.config.settings", "PATH": ""}
    command = [sys.executable, "-c", KILLED]
    last = ""
    for progress in (500, 3000, 9000):
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            while (line := process.stdout.readline()) and not (line.strip().isdigit() and int(line) >= progress):
                last = line
            process.send_signal(signal.SIGKILL)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert last
    assert done.stdout.splitlines()[-1] == "end done 20000 0 0 20000"


@pytest.mark.django_db
def test_times_between_upload_and_import_do_not_change_what_is_new() -> None:
    import_all(start(TEXT))
    later = start_run(TEXT.encode(), filename="x", mapping=MAPPING, options={}, by=None, now=NOW + timedelta(days=9))
    assert counts(import_all(later)) == ("done", 0, 2, 0)
