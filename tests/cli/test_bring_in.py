"""`leadstern import` says in words what was not taken and answers with the status that fits."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from leadstern.capture.models import ImportRun, Submission
from leadstern.cli import bring_in, main
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.sales.models import Opportunity
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

MAP = ("--map", "external_id=id", "--map", "email=mail")
OUTCOMES = ("--map", "external_id=id", "--map", "won_at=date")
LEADS = "id;mail;note\na1;kim@muster.example;x\na2;nonsense;x\na3;lea@muster.example\na4;uwe@muster.example;x\n"
DEALS = "id;date\na1;2026-03-01\na9;2026-03-01\na4;soon\n"


@pytest.fixture(autouse=True)
def defaults() -> None:
    ensure_defaults(now=NOW)


def file(folder: Path, text: str) -> str:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_lines_that_were_not_taken_are_told_in_the_users_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, LEADS)
    assert main(["import", "leads", path, *MAP]) == 1
    german = capsys.readouterr().out.splitlines()
    with translation.override("en"):
        assert main(["import", "leads", path, *MAP]) == 1
    english = capsys.readouterr().out.splitlines()
    assert german == [
        "2 übernommen, 0 schon bekannt, 2 abgelehnt",
        "Zeile 3, mail: Keine E-Mail-Adresse",
        "Zeile 4: Mehr oder weniger Spalten als Überschriften",
    ]
    assert english == [
        "0 taken, 2 known already, 2 rejected",
        "Line 3, mail: Not an e-mail address",
        "Line 4: More or fewer columns than the headings",
    ]


def test_machines_get_code_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "leads", file(tmp_path, LEADS), *MAP, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["rejected"], answer["unlisted"], answer["dry_run"]) == (2, 2, 0, False)
    assert answer["issues"][0] == {"line": 3, "column": "mail", "code": "email", "problem": "Keine E-Mail-Adresse"}


def test_an_import_without_a_fault_answers_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "leads", file(tmp_path, "id;mail\na1;kim@muster.example\n"), *MAP]) == 0
    assert capsys.readouterr().out == "1 übernommen, 0 schon bekannt, 0 abgelehnt\n"


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_a_list_that_is_cut_says_how_much_is_missing(
    option: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_in, "SHOWN", 200)
    lines = "".join(f"a{number};nonsense\n" for number in range(207))
    assert main(["import", "leads", file(tmp_path, f"id;mail\n{lines}"), *MAP, *option]) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 202
    assert told[-1] == "7 weitere Zeilen, die nicht übernommen wurden, stehen hier nicht."


def test_a_dry_run_says_that_it_only_checked_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = set(settings.FILES.rglob("*"))
    assert main(["import", "leads", file(tmp_path, LEADS), *MAP, "--dry-run"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("Nur geprüft, nichts übernommen: 2 zu übernehmen, 0 schon bekannt, 2 abgelehnt\n")
    assert "Zeile 3, mail: Keine E-Mail-Adresse" in told
    assert not ImportRun.objects.exists()
    assert not Submission.objects.exists()
    assert {path for path in settings.FILES.rglob("*") if path.is_file()} <= files


def test_outcomes_that_were_not_taken_are_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", "leads", file(tmp_path, LEADS), *MAP])
    capsys.readouterr()
    path = file(tmp_path, DEALS)
    assert main(["import", "outcomes", path, *OUTCOMES, "--dry-run"]) == 1
    assert capsys.readouterr().out.startswith("Nur geprüft, nichts übernommen: 1 zu übernehmen")
    assert not Opportunity.objects.exists()
    assert main(["import", "outcomes", path, *OUTCOMES]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "1 übernommen, 0 schon bekannt, 2 abgelehnt",
        "Zeile 3: Kein Lead hat diese fremde Kennung",
        "Zeile 4: Das Datum ist nicht lesbar",
    ]
    assert Opportunity.objects.count() == 1


def test_a_run_that_breaks_off_answers_2_and_says_that_it_can_be_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored copy vanishes, as on a disk that is taken away."""

    def without_the_file(**given: int) -> int:
        (settings.FILES / ImportRun.objects.get().path).unlink()
        return walk_until_done(now=NOW, limit=10)

    monkeypatch.setattr(bring_in, "walk_until_done", without_the_file)
    assert main(["import", "leads", file(tmp_path, LEADS), *MAP]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("leadstern: Der Import ist nach 0 Zeilen abgebrochen.")
    assert ImportRun.objects.get().state == ImportRun.State.FAILED


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("leads", "--map", "email=Post"), "Post"),
        (("leads", "--map", "colour=id"), "colour"),
        (("leads", "--map", "email"), "FELD=ÜBERSCHRIFT"),
        (("outcomes", "--map", "external_id=Nummer", "--map", "won_at=date"), "Nummer"),
        (("outcomes", "--map", "external_id=id", "--map", "colour=date"), "colour"),
        (("outcomes", "--map", "external_id=id"), "won_at"),
        (("outcomes", *OUTCOMES, "--stage", "won"), "--stage"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_read(
    command: tuple[str, ...], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, "id;mail;date\na1;kim@muster.example;2026-03-01\n")
    assert main(["import", command[0], path, *command[1:]]) == 2
    assert named in capsys.readouterr().err
    assert not ImportRun.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "leads", str(tmp_path / "nothing.csv"), *MAP]) == 2
    assert "nothing.csv" in capsys.readouterr().err
