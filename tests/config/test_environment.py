"""Settings are read from environment and file, and a wrong one is named."""

from pathlib import Path

import pytest

from leadstern.config.databases import database
from leadstern.config.environment import WrongSetting, load


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "leadstern.toml").write_text('base_url = "https://file.example"\nholidays = "AT-9"\n', encoding="utf-8")
    values = load({"LEADSTERN_HOME": str(tmp_path), "LEADSTERN_BASE_URL": "https://environment.example"})
    assert values["LEADSTERN_BASE_URL"] == "https://environment.example"
    assert values["LEADSTERN_HOLIDAYS"] == "AT-9"


def test_lists_may_be_written_as_lists_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "leadstern.toml").write_text('hosts = ["a.example", "b.example"]\n', encoding="utf-8")
    assert load({"LEADSTERN_HOME": str(tmp_path)})["LEADSTERN_HOSTS"] == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("file", "environment", "named"),
    [
        ('colour = "blue"\n', {}, "colour"),
        ("base_url = \n", {}, "leadstern.toml"),
        ("", {"LEADSTERN_MAX_BODY_KB": "many"}, "LEADSTERN_MAX_BODY_KB"),
        ("", {"LEADSTERN_RATE_LIMITS": "perhaps"}, "LEADSTERN_RATE_LIMITS"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, file: str, environment: dict[str, str], named: str) -> None:
    (tmp_path / "leadstern.toml").write_text(file, encoding="utf-8")
    with pytest.raises(WrongSetting, match=named):
        load({"LEADSTERN_HOME": str(tmp_path), **environment})


def test_without_an_address_the_database_is_a_file_in_the_home(tmp_path: Path) -> None:
    assert database("", home=tmp_path)["NAME"] == str(tmp_path / "leadstern.sqlite3")


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    found = database("postgresql://anna:geh%40eim@db.example:5433/leads", home=tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("anna", "geh@eim", "db.example", "5433")


def test_an_unknown_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="oracle"):
        database("oracle://db", home=tmp_path)
