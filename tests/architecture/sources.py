"""The project's own Python files, read and parsed once. Read by the tests of this folder."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def sources(*folders: str) -> dict[str, str]:
    """Path below the project's root -> text, without migrations."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if "migrations" not in path.parts and "node_modules" not in path.parts
    }


@cache
def trees(*folders: str) -> dict[str, ast.Module]:
    """Path below the project's root -> what Python reads there."""
    return {name: ast.parse(text) for name, text in sources(*folders).items()}


def imported(tree: ast.AST) -> Iterator[str]:
    """The full name of everything a file imports, in whichever form and wherever: "django.db.models.Q"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield ast.unparse(node.args[0]).strip("'\"")


def belongs_to(name: str, packages: tuple[str, ...]) -> bool:
    """Is `name` one of the packages, or something inside?"""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
