"""Reads Leadstern's own settings from the environment and from `leadstern.toml` in LEADSTERN_HOME.

Enters: environment variables and the optional file. Leaves: typed values. Called by `settings.py`, before Django is set
up; every `Setting` declared here is documented in `docs/admin/settings.md`, and a test fails when one is not.
"""

import gettext
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadstern.config import checks

FILE = "leadstern.toml"
_ = str  # marks a sentence for translation
_CATALOGUES = Path(__file__).parent / "locale"


class WrongSetting(ValueError):
    """A setting cannot be understood. The message is one sentence that names it and says what would be right."""


@dataclass(frozen=True)
class Setting:
    """One setting: its environment name, how its text is read, and what holds when it is absent.

    `is_secret`: its text is never shown.
    """

    name: str
    read: checks.Read
    default: Any
    is_secret: bool = False

    @property
    def key(self) -> str:
        """The name in `leadstern.toml`: lower case, without the prefix LEADSTERN_."""
        return self.name.removeprefix("LEADSTERN_").lower()


HOME = Setting("LEADSTERN_HOME", Path, Path("var"))
SETTINGS = (
    HOME,
    Setting("DATABASE_URL", checks.database_url, "", is_secret=True),
    Setting("LEADSTERN_SECRET_KEY", checks.secret_key, "", is_secret=True),
    Setting("LEADSTERN_BASE_URL", checks.base_url, "http://127.0.0.1:8000"),
    Setting("LEADSTERN_HOSTS", checks.hosts, []),
    Setting("LEADSTERN_TIME_ZONE", checks.time_zone, "Europe/Berlin"),
    Setting("LEADSTERN_LANGUAGE", checks.language, "de"),
    Setting("LEADSTERN_HOLIDAYS", checks.holidays, "DE-NW"),
    Setting("LEADSTERN_BUSINESS_HOURS", checks.business_hours, "Mon-Fri 08:00-17:00"),
    Setting("LEADSTERN_CURRENCY", checks.currency, "EUR"),
    Setting("LEADSTERN_SMTP_URL", checks.smtp_url, "", is_secret=True),
    Setting("LEADSTERN_TRUSTED_PROXIES", checks.trusted_proxies, []),
    Setting("LEADSTERN_MAX_BODY_KB", checks.size, 256),
    Setting("LEADSTERN_MAX_IMPORT_MB", checks.size, 200),
    Setting("LEADSTERN_RATE_LIMITS", checks.flag, True),
)


def home_from(environment: Mapping[str, str]) -> Path:
    """The folder that holds data and settings, absolute; it need not exist yet."""
    return Path(environment.get(HOME.name, "").strip() or HOME.default).expanduser().resolve()


def load(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting by name. The environment wins over the file, the file over the default; an empty text is absent.

    Raises WrongSetting, in the language that is set, for a file that cannot be read, a key it may not have, and a value
    of the wrong shape.
    """
    given = os.environ if environment is None else environment
    home, stored = _sources(given)
    language = _language(given, stored)
    values = {setting.name: _value(setting, _text(setting, given, stored), language) for setting in SETTINGS[1:]}
    return {HOME.name: home} | values


def is_given(name: str, environment: Mapping[str, str]) -> bool:
    """Whether environment or file say anything of this setting. Raises WrongSetting for a file that cannot be read."""
    setting = next(setting for setting in SETTINGS if setting.name == name)
    return bool(_text(setting, environment, _sources(environment)[1]))


def _sources(given: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    """The home and what the file in it says."""
    language = _language(given, {})
    try:
        home = home_from(given)
        is_folder = home.is_dir() or not home.exists()
    except (RuntimeError, OSError, ValueError):
        is_folder = False
    if not is_folder:
        raise _wrong(HOME, given[HOME.name], _("Right would be the path of a folder."), language)
    return home, _from_file(home / FILE, language)


def _from_file(path: Path, language: str) -> dict[str, Any]:
    """`home` may not stand in the file: the file lies there."""
    if not path.exists():
        return {}
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        text = _say(_("The file cannot be read (%(error)s)."), language) % {"error": error}
        raise WrongSetting(f"{path}: {text}") from error
    keys = [setting.key for setting in SETTINGS if setting is not HOME]
    if unknown := sorted(set(stored) - set(keys)):
        text = _say(_("%(names)s cannot be set in this file; it may hold %(known)s."), language)
        raise WrongSetting(f"{path}: {text % {'names': ', '.join(unknown), 'known': ', '.join(keys)}}")
    return stored


def _text(setting: Setting, given: Mapping[str, str], stored: Mapping[str, Any]) -> str:
    """What is said of it. Empty: nothing."""
    if text := given.get(setting.name, "").strip():
        return text
    entry = stored.get(setting.key, "")
    return (",".join(map(str, entry)) if isinstance(entry, list) else str(entry)).strip()


def _value(setting: Setting, text: str, language: str) -> Any:
    if not text:
        return setting.default
    try:
        return setting.read(text)
    except checks.Wrong as error:
        raise _wrong(setting, text, str(error), language) from None


def _wrong(setting: Setting, text: str, sentence: str, language: str) -> WrongSetting:
    """The name, the text unless a secret may stand in it, what would be right."""
    shown = "" if setting.is_secret else "=" + re.sub(r"//.*@", "//…@", " ".join(text.split()))[:80]
    return WrongSetting(f"{setting.name}{shown}: {_say(sentence, language)}")


def _language(given: Mapping[str, str], stored: Mapping[str, Any]) -> str:
    """The language that is set, else that of the terminal, else German."""
    own = given.get("LEADSTERN_LANGUAGE", "").strip() or stored.get("language")
    if own in checks.LANGUAGES:
        return str(own)
    terminal = given.get("LC_ALL") or given.get("LC_MESSAGES") or given.get("LANG") or ""
    return "en" if terminal.startswith("en") else "de"


def _say(sentence: str, language: str) -> str:
    """Translated from Django's own catalogue, which Python reads without it; English where it has not been built."""
    return gettext.translation("django", _CATALOGUES, [language], fallback=True).gettext(sentence)
