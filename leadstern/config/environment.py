"""Reads Leadstern's own settings from the environment and from `leadstern.toml` in LEADSTERN_HOME.

Enters: environment variables and the optional file. Leaves: typed values. Called by `settings.py`; every
`Setting` declared here is documented in `docs/admin/settings.md`, and a test fails when one is not.
"""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class WrongSetting(ValueError):
    """A setting cannot be understood. The message names it and says what would be right."""


@dataclass(frozen=True)
class Setting:
    """One setting: its environment name, how its text is read, and what holds when it is absent."""

    name: str
    read: Callable[[str], Any]
    default: Any

    @property
    def key(self) -> str:
        """The name in `leadstern.toml`: lower case, without the prefix LEADSTERN_."""
        return self.name.removeprefix("LEADSTERN_").lower()


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError("expected true or false") from None


SETTINGS = (
    Setting("LEADSTERN_HOME", Path, Path("var")),
    Setting("DATABASE_URL", str, ""),
    Setting("LEADSTERN_SECRET_KEY", str, ""),
    Setting("LEADSTERN_BASE_URL", str, "http://127.0.0.1:8000"),
    Setting("LEADSTERN_HOSTS", _list, []),
    Setting("LEADSTERN_TIME_ZONE", str, "Europe/Berlin"),
    Setting("LEADSTERN_LANGUAGE", str, "de"),
    Setting("LEADSTERN_HOLIDAYS", str, "DE-NW"),
    Setting("LEADSTERN_BUSINESS_HOURS", str, "Mon-Fri 08:00-17:00"),
    Setting("LEADSTERN_CURRENCY", str, "EUR"),
    Setting("LEADSTERN_SMTP_URL", str, ""),
    Setting("LEADSTERN_TRUSTED_PROXIES", _list, []),
    Setting("LEADSTERN_MAX_BODY_KB", int, 256),
    Setting("LEADSTERN_MAX_IMPORT_MB", int, 200),
    Setting("LEADSTERN_RATE_LIMITS", _flag, True),
)


def home_from(environment: dict[str, str]) -> Path:
    """The folder that holds data and settings, absolute; it need not exist yet."""
    return Path(environment.get("LEADSTERN_HOME", "") or "var").expanduser().resolve()


def load(environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Every setting by name. The environment wins over the file, the file over the default.

    Raises WrongSetting for an unreadable file, an unknown key in it, or a value of the wrong shape.
    """
    given = dict(os.environ) if environment is None else environment
    home = home_from(given)
    stored = _from_file(home / "leadstern.toml")
    values = {setting.name: _value(setting, given, stored) for setting in SETTINGS}
    return values | {"LEADSTERN_HOME": home}


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path}: {error}") from error
    unknown = set(stored) - {setting.key for setting in SETTINGS}
    if unknown:
        raise WrongSetting(f"{path}: unknown setting {', '.join(sorted(unknown))}")
    return stored


def _value(setting: Setting, given: dict[str, str], stored: dict[str, Any]) -> Any:
    if setting.name in given:
        text = given[setting.name]
    elif setting.key in stored:
        entry = stored[setting.key]
        text = ",".join(map(str, entry)) if isinstance(entry, list) else str(entry)
    else:
        return setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        raise WrongSetting(f"{setting.name}={text!r}: {error}") from error
