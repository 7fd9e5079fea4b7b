"""The German catalogues are complete, without fuzzy entries, and hold every string of the sources."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "leadstern").glob("*/locale/de/LC_MESSAGES/django.po"))


def _missing(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(message.id) and (message.fuzzy or not all(texts))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_catalogue_is_complete(path: Path) -> None:
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale="de")
    assert [message.id for message in catalogue if _missing(message)] == []
