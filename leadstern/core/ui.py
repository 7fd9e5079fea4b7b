"""How Django's forms become our HTML, and the addresses of the built files. Named in the settings.

The templates lie in `core/templates/core/forms/`; the files are made by `frontend/build.py`.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.forms.renderers import TemplatesSetting

import leadstern

STAMP = Path(leadstern.__file__).parent / "static" / "build.txt"


class FormRenderer(TemplatesSetting):
    """Fields with label above, help, and errors in words beside them, wired by aria-describedby."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"


class AssetStorage(StaticFilesStorage):
    """Static addresses with the build's version, so that browsers keep files for long and never show old ones."""

    @cached_property
    def version(self) -> str:
        """Of this build; without one (a checkout before `make setup`) of the release."""
        return STAMP.read_text(encoding="ascii")[:10] if STAMP.exists() else leadstern.__version__

    def url(self, name: str | None, force: bool = False) -> Any:  # noqa: ARG002 -- Django's signature
        return f"{super().url(name)}?v={self.version}"
