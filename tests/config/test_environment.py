"""Settings are read from environment and file, and a wrong one is named with what would be right."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leadstern.config.databases import database
from leadstern.config.environment import SETTINGS, WrongSetting, is_given, load

SECRET = "geh-eim"
WRONG = [
    ("DATABASE_URL", f"oracle://anna:{SECRET}@db.example/leads", "postgresql://"),
    ("DATABASE_URL", f"postgresql://anna:{SECRET}@db.example:zwei/leads", "postgresql://"),
    ("DATABASE_URL", f"postgresql://anna:{SECRET}@db.example", "postgresql://"),
    ("DATABASE_URL", f"postgresql://anna:{SECRET}@db.example/leads?sslmode=require", "PGSSLMODE"),
    ("DATABASE_URL", "sqlite://leads.sqlite3", "sqlite:///"),
    ("DATABASE_URL", "sqlite://folder/leads.sqlite3", "sqlite:////"),
    ("LEADSTERN_SECRET_KEY", SECRET, "32"),
    ("LEADSTERN_BASE_URL", "leads.example.com", "https://"),
    ("LEADSTERN_BASE_URL", "https:///", "https://"),
    ("LEADSTERN_BASE_URL", "https://leads.example.com/app", "https://"),
    ("LEADSTERN_BASE_URL", "https://leads.example.com:99999", "https://"),
    ("LEADSTERN_BASE_URL", f"https://anna:{SECRET}@leads.example.com", "https://"),
    ("LEADSTERN_HOSTS", "leads.example.com, https://www.example.com", ","),
    ("LEADSTERN_HOSTS", "*", ","),
    ("LEADSTERN_TIME_ZONE", "Mars/Base", "Europe/Berlin"),
    ("LEADSTERN_TIME_ZONE", "Europe", "Europe/Berlin"),
    ("LEADSTERN_TIME_ZONE", "../../etc/passwd", "Europe/Berlin"),
    ("LEADSTERN_LANGUAGE", "fr", "de"),
    ("LEADSTERN_HOLIDAYS", "XX-1", "DE-NW"),
    ("LEADSTERN_HOLIDAYS", "DE-XX", "DE-NW"),
    ("LEADSTERN_BUSINESS_HOURS", "immer", "Mon-Thu 08:00-17:00"),
    ("LEADSTERN_BUSINESS_HOURS", "Mon-Fri 17:00-08:00", "Mon-Thu 08:00-17:00"),
    ("LEADSTERN_CURRENCY", "XYZ", "EUR"),
    ("LEADSTERN_CURRENCY", "eur", "EUR"),
    ("LEADSTERN_SMTP_URL", f"mail.example.com:{SECRET}", "smtp://"),
    ("LEADSTERN_SMTP_URL", f"smtp://anna:{SECRET}@mail.example.com:587?tls=yes", "smtp://"),
    ("LEADSTERN_SMTP_URL", f"smtp://anna:{SECRET}/x@mail.example.com", "smtp://"),
    ("LEADSTERN_TRUSTED_PROXIES", "127.0.0.1, foo", "10.0.0.0/8"),
    ("LEADSTERN_MAX_BODY_KB", "-5", "1000000"),
    ("LEADSTERN_MAX_BODY_KB", "0", "1000000"),
    ("LEADSTERN_MAX_BODY_KB", "many", "1000000"),
    ("LEADSTERN_MAX_IMPORT_MB", "1.5", "1000000"),
    ("LEADSTERN_RATE_LIMITS", "perhaps", "true"),
]
ONE_EACH = list({name: (name, value, right) for name, value, right in WRONG}.values())


def toml(name: str, value: str) -> str:
    return f"{name.removeprefix('LEADSTERN_').lower()} = {json.dumps(value)}\n"


def test_environment_wins_over_the_file_and_an_empty_text_is_none(tmp_path: Path) -> None:
    file = 'base_url = "https://file.example"\nholidays = "AT-9"\nrate_limits = true\n'
    (tmp_path / "leadstern.toml").write_text(file, encoding="utf-8")
    given = {"LEADSTERN_HOME": str(tmp_path), "LEADSTERN_BASE_URL": "https://environment.example"}
    values = load({**given, "LEADSTERN_HOLIDAYS": "", "LEADSTERN_RATE_LIMITS": " "})
    assert values["LEADSTERN_BASE_URL"] == "https://environment.example"
    assert (values["LEADSTERN_HOLIDAYS"], values["LEADSTERN_RATE_LIMITS"]) == ("AT-9", True)


def test_lists_may_be_written_as_lists_in_the_file(tmp_path: Path) -> None:
    file = 'hosts = ["a.example", "b.example"]\nmax_body_kb = 512\nrate_limits = false\n'
    (tmp_path / "leadstern.toml").write_text(file, encoding="utf-8")
    values = load({"LEADSTERN_HOME": str(tmp_path)})
    assert values["LEADSTERN_HOSTS"] == ["a.example", "b.example"]
    assert (values["LEADSTERN_MAX_BODY_KB"], values["LEADSTERN_RATE_LIMITS"]) == (512, False)


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    right = {
        "DATABASE_URL": "sqlite:////data/leads.sqlite3",
        "LEADSTERN_SECRET_KEY": "k" * 32,
        "LEADSTERN_BASE_URL": "https://leads.example.com/",
        "LEADSTERN_HOSTS": "leads.example.com,[::1],2001:db8::1,10.0.0.1,.example.com",
        "LEADSTERN_TIME_ZONE": "Europe/Zurich",
        "LEADSTERN_LANGUAGE": "en",
        "LEADSTERN_HOLIDAYS": "none",
        "LEADSTERN_BUSINESS_HOURS": "Mon-Thu 08:00-17:00, Fri 08:00-15:00",
        "LEADSTERN_CURRENCY": "CHF",
        "LEADSTERN_SMTP_URL": "smtp://leads:secret@mail.example.com:465?tls=ssl",
        "LEADSTERN_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8, ::1",
        "LEADSTERN_MAX_BODY_KB": "512",
        "LEADSTERN_MAX_IMPORT_MB": "1",
        "LEADSTERN_RATE_LIMITS": "No",
    }
    values = load({"LEADSTERN_HOME": str(tmp_path), **right})
    assert values == {
        **right,
        "LEADSTERN_HOME": tmp_path,
        "LEADSTERN_BASE_URL": "https://leads.example.com",
        "LEADSTERN_HOSTS": ["leads.example.com", "[::1]", "[2001:db8::1]", "10.0.0.1", ".example.com"],
        "LEADSTERN_HOLIDAYS": "",
        "LEADSTERN_TRUSTED_PROXIES": ["127.0.0.1", "10.0.0.0/8", "::1"],
        "LEADSTERN_MAX_BODY_KB": 512,
        "LEADSTERN_MAX_IMPORT_MB": 1,
        "LEADSTERN_RATE_LIMITS": False,
    }


def test_the_table_of_wrong_texts_leaves_no_setting_out() -> None:
    assert {name for name, _value, _right in WRONG} == {each.name for each in SETTINGS} - {"LEADSTERN_HOME"}


@pytest.mark.parametrize(("name", "value", "right"), WRONG)
@pytest.mark.parametrize("is_in_file", [False, True])
def test_a_wrong_setting_is_named_with_what_is_right_and_without_a_password(
    name: str, value: str, right: str, is_in_file: bool, tmp_path: Path
) -> None:
    (tmp_path / "leadstern.toml").write_text(toml(name, value) if is_in_file else "", encoding="utf-8")
    with pytest.raises(WrongSetting) as caught:
        load({"LEADSTERN_HOME": str(tmp_path)} | ({} if is_in_file else {name: value}))
    told = str(caught.value)
    assert told.startswith(name)
    assert right in told
    assert SECRET not in told
    secret = name in ("DATABASE_URL", "LEADSTERN_SECRET_KEY", "LEADSTERN_SMTP_URL") or SECRET in value
    assert secret or value in told


@pytest.mark.parametrize(("name", "value", "right"), ONE_EACH)
def test_a_wrong_setting_stops_the_command_with_one_sentence(name: str, value: str, right: str, tmp_path: Path) -> None:
    environment = os.environ | {"LEADSTERN_HOME": str(tmp_path), "DATABASE_URL": "", name: value}
    command = [sys.executable, "-m", "leadstern.cli", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"leadstern: {name}")
    assert right in done.stderr
    assert done.stderr.count("\n") == 1


def test_serve_stops_before_it_starts_anything(tmp_path: Path) -> None:
    environment = os.environ | {"LEADSTERN_HOME": str(tmp_path), "LEADSTERN_TIME_ZONE": "Mars/Base"}
    command = [sys.executable, "-m", "leadstern.cli", "serve"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("leadstern: LEADSTERN_TIME_ZONE=Mars/Base")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "file", "expected"),
    [
        ({}, "", "Diese Zeitzone gibt es nicht"),
        ({"LANG": "en_GB.UTF-8"}, "", "There is no such time zone"),
        ({"LANG": "en_GB.UTF-8", "LEADSTERN_LANGUAGE": "de"}, "", "Diese Zeitzone gibt es nicht"),
        ({"LEADSTERN_LANGUAGE": "en"}, "", "There is no such time zone"),
        ({}, 'language = "en"\n', "There is no such time zone"),
    ],
)
def test_a_wrong_setting_is_told_in_the_language_that_is_set(
    environment: dict[str, str], file: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "leadstern.toml").write_text(file, encoding="utf-8")
    with pytest.raises(WrongSetting, match=expected):
        load({"LEADSTERN_HOME": str(tmp_path), "LEADSTERN_TIME_ZONE": "Mars/Base", **environment})


@pytest.mark.parametrize(
    ("file", "named"),
    [
        (b'colour = "blue"\n', "colour"),
        (b"base_url = \n", "leadstern.toml"),
        (b'base_url = "\xff"\n', "leadstern.toml"),
        (b'home = "/data"\n', "home"),
        (b"time_zone = 5\n", "LEADSTERN_TIME_ZONE=5"),
        (b'[hosts]\nfirst = "a.example"\n', "LEADSTERN_HOSTS"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named(file: bytes, named: str, tmp_path: Path) -> None:
    (tmp_path / "leadstern.toml").write_bytes(file)
    with pytest.raises(WrongSetting, match=named):
        load({"LEADSTERN_HOME": str(tmp_path)})


def test_a_home_that_is_no_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(WrongSetting, match=r"LEADSTERN_HOME=file: Richtig"):
        load({"LEADSTERN_HOME": "file"})


def test_whether_a_setting_is_given_is_known_without_reading_the_others(tmp_path: Path) -> None:
    given = {"LEADSTERN_HOME": str(tmp_path), "LEADSTERN_CURRENCY": "XYZ"}
    assert not is_given("LEADSTERN_BASE_URL", given)
    assert is_given("LEADSTERN_BASE_URL", given | {"LEADSTERN_BASE_URL": "https://leads.example.com"})
    (tmp_path / "leadstern.toml").write_text('base_url = "https://leads.example.com"\n', encoding="utf-8")
    assert is_given("LEADSTERN_BASE_URL", given)


def test_settings_are_read_without_django() -> None:
    script = "import sys; import leadstern.config.environment as e; e.load(); assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], env=os.environ | {"DATABASE_URL": ""}, check=True)


def test_without_an_address_the_database_is_a_file_in_the_home(tmp_path: Path) -> None:
    assert database("", home=tmp_path)["NAME"] == str(tmp_path / "leadstern.sqlite3")


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    found = database("postgresql://anna:geh%40eim@db.example:5433/leads", home=tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("anna", "geh@eim", "db.example", "5433")


@pytest.mark.parametrize("stays", ["", "1"])
def test_postgres_plans_for_pages_and_pgoptions_have_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stays: str
) -> None:
    monkeypatch.setenv("LEADSTERN_SERVER", stays)
    monkeypatch.setenv("PGOPTIONS", "-c random_page_cost=4")
    said = database("postgresql://anna@db.example/leads", home=tmp_path)["OPTIONS"]["options"]
    assert said.index("random_page_cost=1.1") < said.index("random_page_cost=4")
    assert ("lock_timeout" in said) == bool(stays)
