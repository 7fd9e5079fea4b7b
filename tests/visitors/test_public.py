"""The script for other people's websites comes from the build where there is one."""

from pathlib import Path
from typing import Any

from django.conf import settings as ours
from django.test import Client

SOURCE = Path(ours.PACKAGE) / "visitors" / "embed" / "track.js"


def test_the_built_script_is_what_websites_load(settings: Any, tmp_path: Path) -> None:
    settings.PACKAGE = tmp_path
    assert Client().get("/e/track.js").content == SOURCE.read_bytes()
    built = tmp_path / "static" / "embed" / "track.js"
    built.parent.mkdir(parents=True)
    built.write_bytes(b"built()")
    assert Client().get("/e/track.js").content == b"built()"


def test_the_build_is_smaller_than_its_source() -> None:
    built = ours.PACKAGE / "static" / "embed" / "track.js"
    served = Client().get("/e/track.js").content
    assert served == (built if built.exists() else SOURCE).read_bytes()
    assert not built.exists() or len(served) < len(SOURCE.read_bytes())
