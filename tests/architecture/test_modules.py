"""What every file keeps to, whatever it is about: its size, its docstring, and how far from the web it stands."""

import ast

from django.conf import settings

from tests.architecture.sources import belongs_to, imported, sources, trees

OURS = ("leadstern", "tests", "tools", "bench")
WEB = ("django.http", "django.shortcuts", "django.views", "django.contrib.messages", "django.middleware")
EDGE = {"views", "public", "forms", "middleware", "access", "config"}
# Files of the edge that are named after what they are about.
ALSO_EDGE = {
    "leadstern/accounts/adapter.py": "allauth's hook into its own views",
    "leadstern/capture/channels/form/door.py": "part of the form's public view",
    "leadstern/capture/channels/form/origins.py": "part of the form's public view",
    "leadstern/capture/channels/form/posting.py": "reads the body for the form's public view",
    "leadstern/core/pages.py": "the views of errors",
    "leadstern/desk/outcomes.py": "views",
    "leadstern/desk/today.py": "views",
    "leadstern/outbox/queries.py": "takes a host name apart with Django's own function; sees no request",
}
PURE_DJANGO = ("django.utils.translation", "django.utils.timezone")
IMPURE = (
    "leadstern.core.time",
    "leadstern.core.db",
    "leadstern.core.rows",
    "leadstern.core.waiting",
    *"http urllib.request requests socket ssl smtplib subprocess sqlite3 psycopg os time random secrets".split(),
)
IMPURE_PARTS = {"models", "queries", "actions", "forms", "views", "public", "work", "personal_data", "apps"}


def test_files_stay_small() -> None:
    assert [name for name, text in sources(*OURS).items() if text.count("\n") > 400] == []


def test_functions_stay_small() -> None:
    tall = [
        f"{name}:{node.name}"
        for name, tree in trees(*OURS).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert tall == []


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in trees(*OURS).items() if tree.body and not ast.get_docstring(tree)] == []


def test_only_the_edge_knows_the_web() -> None:
    """Decisions, tables, reading, writing and steps work the same for a page, a command and the worker."""
    knowing = {
        name
        for name, tree in trees("leadstern").items()
        if any(belongs_to(module, WEB) for module in imported(tree)) and not _is_edge(name)
    }
    assert knowing - ALSO_EDGE.keys() == set()
    assert ALSO_EDGE.keys() - knowing == set(), "these exceptions are no longer needed"


def _is_edge(name: str) -> bool:
    """By its name, or because Django calls it with each request (middleware, context processors)."""
    called = [*settings.MIDDLEWARE, *settings.TEMPLATES[0]["OPTIONS"]["context_processors"]]
    module = name.removesuffix(".py").replace("/", ".")
    return bool(EDGE & set(module.split(".")[1:])) or any(path.startswith(f"{module}.") for path in called)


def test_no_stage_calls_another_by_a_signal() -> None:
    """A hand-over is a row: it can be seen, counted, repeated, and survives a kill."""
    signals = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
    assert [
        name
        for name, tree in trees("leadstern").items()
        if any(belongs_to(module, signals) for module in imported(tree))
    ] == []


def test_logic_is_pure() -> None:
    """Decisions know neither database, request, settings, network nor clock."""
    logic = {name: tree for name, tree in trees("leadstern").items() if "logic" in name[:-3].split("/")}
    wrong = [f"{name}: {module}" for name, tree in logic.items() for module in imported(tree) if not _is_pure(module)]
    assert len(logic) > 10
    assert wrong == []


def _is_pure(module: str) -> bool:
    if belongs_to(module, ("django",)):
        return belongs_to(module, PURE_DJANGO)
    if belongs_to(module, ("leadstern",)) and IMPURE_PARTS & set(module.split(".")):
        return False
    return not belongs_to(module, IMPURE)


def test_an_impure_import_is_found_in_every_form() -> None:
    forms = (
        "from django.db.models import Q",
        "from django.db import models",
        "from django import db",
        "import django.db as database",
        "def late():\n    from django.conf import settings",
        "importlib.import_module('django.db')",
        "from leadstern.core import time",
        "from leadstern.leads.models import Lead",
        "from leadstern.leads import queries",
        "import urllib.request",
    )
    assert [form for form in forms if all(_is_pure(module) for module in imported(ast.parse(form)))] == []
    fine = "from django.utils.translation import gettext\nfrom leadstern.leads.terms import IdentityKind\nimport re"
    assert all(_is_pure(module) for module in imported(ast.parse(fine)))
