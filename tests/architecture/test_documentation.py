"""Settings and commands are documented, or CI fails."""

import argparse
from pathlib import Path

from leadstern.cli.parser import parser
from leadstern.config.environment import SETTINGS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "admin"


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in text] == []


def test_every_command_and_option_is_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    commands = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    missing = [name for name in commands.choices if f"leadstern {name}" not in text]
    for name, command in commands.choices.items():
        options = [option for action in command._actions for option in action.option_strings if option.startswith("--")]
        missing += [f"{name} {option}" for option in options if option != "--help" and f"`{option}" not in text]
    assert missing == []
