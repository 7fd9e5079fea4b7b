"""Path order: installed apps, packages and foreign keys keep to it; and the clock is read in one place."""

import tomllib

from django.apps import apps
from django.conf import settings
from django.db import models

from tests.architecture.sources import ROOT, sources

PATH = [stage.removeprefix("leadstern.") for stage in settings.STAGES]
SIBLINGS = {frozenset({"nurture", "routing"})}


def _contract() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "path")
    names = [name.strip().removeprefix("leadstern.") for layer in reversed(layers) for name in layer.split("|")]
    return [name for name in names if name not in {"config", "cli", "demo"}]


def test_installed_apps_stand_in_path_order() -> None:
    assert _contract() == PATH


def test_every_package_has_its_place_on_the_path() -> None:
    packages = {path.parent.name for path in (ROOT / "leadstern").glob("*/__init__.py")}
    assert packages == {*PATH, "config", "cli", "demo"}


def test_foreign_keys_point_upstream() -> None:
    ours = [model for stage in PATH for model in apps.get_app_config(stage).get_models()]
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and _is_downstream(model, field)
    ]
    assert wrong == []


def _is_downstream(model: type[models.Model], field: "models.ForeignKey[models.Model]") -> bool:
    target = field.related_model._meta.app_label
    own = model._meta.app_label
    return target in PATH and (PATH.index(target) > PATH.index(own) or frozenset({own, target}) in SIBLINGS)


def test_only_core_time_reads_the_clock() -> None:
    allowed = {"leadstern/core/time.py"}
    words = ("datetime.now(", "timezone.now(", "date.today(", "time.time(")
    readers = {name for name, text in sources("leadstern").items() if any(word in text for word in words)}
    assert readers - allowed == set()
