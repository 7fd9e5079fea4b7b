"""The commands as an administrator uses them: real processes, a home and a database of their own."""

import io
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadstern.capture.channels.file_import.terms import FIELDS, STAGES
from leadstern.cli.bring_in import OUTCOME_FIELDS
from leadstern.cli.parser import parser
from leadstern.reports.catalogue import REPORTS
from tests.own_database import own_database
from tests.running import Running, fresh

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "admin" / "commands.md"


@pytest.fixture
def installation(prepared: Running, tmp_path: Path) -> Iterator[Running]:
    with fresh(tmp_path / "home", like=prepared) as running:
        yield running


def test_prepare_repeated_changes_nothing(installation: Running) -> None:
    assert installation.command("prepare") == {"prepared": True, "demo": False}


def test_user_add_prints_a_password_once_and_refuses_the_same_address(installation: Running) -> None:
    first = installation.command("user", "add", "emil@example.com", "--role", "admin")
    assert first["email"] == "emil@example.com"
    assert len(first["password"]) >= 20
    assert "error" in installation.command("user", "add", "Emil@example.com", "--role", "admin")


def test_user_add_names_the_roles_when_one_is_unknown(installation: Running) -> None:
    answer = installation.command("user", "add", "x@example.com", "--role", "king")
    assert "marketing, inside_sales, field_sales, head, admin" in answer["error"]


@pytest.mark.parametrize("command", [("user", "add", "emil@example.com"), ("doctor",), ("report", "mql-to-close")])
def test_a_command_before_prepare_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    with own_database() as database:
        answer = Running(tmp_path, database).command(*command)
    told = answer.get("error") or answer["checks"][-1]["advice"]
    assert "leadstern prepare" in told


def test_doctor_says_that_no_worker_runs_and_what_to_do(installation: Running) -> None:
    answer = installation.command("doctor")
    worker = next(check for check in answer["checks"] if check["check"] == "worker")
    assert not answer["healthy"]
    assert worker["level"] == "problem"
    assert "leadstern serve" in worker["advice"]


def test_backup_and_restore_bring_everything_back(installation: Running, tmp_path: Path) -> None:
    installation.command("user", "add", "emil@example.com", "--role", "admin")
    archive = tmp_path / "all.tar.gz"
    assert installation.command("backup", str(archive))["bytes"] > 1000
    installation.command("user", "add", "later@example.com")
    assert "error" in installation.command("restore", str(archive))
    assert installation.command("restore", str(archive), "--force")["restored"] is True
    assert "error" in installation.command("user", "add", "emil@example.com")
    assert "password" in installation.command("user", "add", "later@example.com")


def test_backup_never_overwrites_a_file(installation: Running, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    archive.write_bytes(b"precious")
    assert "error" in installation.command("backup", str(archive))
    assert archive.read_bytes() == b"precious"


def test_a_damaged_backup_is_refused_and_nothing_is_touched(installation: Running, tmp_path: Path) -> None:
    installation.command("user", "add", "emil@example.com")
    archive, damaged = tmp_path / "all.tar.gz", tmp_path / "damaged.tar.gz"
    installation.command("backup", str(archive))
    with tarfile.open(archive) as whole, tarfile.open(damaged, "w:gz") as broken:
        for member in whole:
            content = whole.extractfile(member)
            assert content is not None
            if member.name == "database":
                member.size = 100
            broken.addfile(member, content)
    assert "error" in installation.command("restore", str(damaged), "--force")
    assert "error" in installation.command("user", "add", "emil@example.com")


def test_a_foreign_file_is_no_backup(installation: Running, tmp_path: Path) -> None:
    foreign = tmp_path / "photo.tar.gz"
    foreign.write_bytes(b"\x89PNG\r\n")
    assert "error" in installation.command("restore", str(foreign), "--force")


@pytest.mark.parametrize("name", ["../escaped", "/tmp/leadstern-escaped", "files/../../escaped"])
def test_an_archive_that_writes_elsewhere_is_refused(installation: Running, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as made:
        member = tarfile.TarInfo(name)
        made.addfile(member, io.BytesIO())
    assert "error" in installation.command("restore", str(archive), "--force")
    assert not (installation.home / "escaped").exists()
    assert not (installation.home.parent / "escaped").exists()
    assert not Path("/tmp/leadstern-escaped").exists()


def test_restore_is_refused_while_a_worker_runs(installation: Running, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    installation.command("backup", str(archive))
    installation.start()
    _wait_for_worker(installation)
    answer = installation.command("restore", str(archive), "--force")
    assert "error" in answer


def _wait_for_worker(installation: Running) -> None:
    for _attempt in range(100):
        checks = installation.command("doctor")["checks"]
        if next(check for check in checks if check["check"] == "worker")["level"] == "good":
            return
    raise AssertionError("no worker reported itself")


def test_an_sqlite_database_is_whole_in_the_backup(installation: Running, tmp_path: Path) -> None:
    if installation.database:
        pytest.skip("SQLite only")
    archive = tmp_path / "all.tar.gz"
    installation.command("backup", str(archive))
    with tarfile.open(archive) as whole:
        content = whole.extractfile("database")
        assert content is not None
        (tmp_path / "database").write_bytes(content.read())
    copy = sqlite3.connect(tmp_path / "database")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_wrong_setting_stops_the_command_with_a_sentence(tmp_path: Path) -> None:
    running = Running(tmp_path, extra={"LEADSTERN_MAX_BODY_KB": "viel"})
    assert "LEADSTERN_MAX_BODY_KB" in running.command("doctor")["error"]


def test_the_documents_name_every_field_stage_and_grouping() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    words = [*FIELDS, "extra:NAME", *filter(None, STAGES), *OUTCOME_FIELDS, *REPORTS]
    words += [grouping for groupings, _runner in REPORTS.values() for grouping in groupings]
    assert [word for word in words if f"`{word}`" not in text] == []


@pytest.mark.parametrize("command", ["serve", "demo-site"])
def test_a_command_that_runs_on_has_no_answer_as_json(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--json"])
    assert "--json" in capsys.readouterr().err
