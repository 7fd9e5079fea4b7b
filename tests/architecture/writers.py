"""Finds the places where code of one stage writes a table of another. Called by `test_tables.py`.

Enters: parsed files. Leaves: "file:line writes stage.Model". Follows a model through names, annotations, loops,
relations and the return annotations of the project's functions, as far as one can see without running the code.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from django.apps import apps
from django.db import models

WRITES = frozenset(
    "save asave create acreate update aupdate delete adelete bulk_create abulk_create bulk_update abulk_update "
    "get_or_create aget_or_create update_or_create aupdate_or_create add set remove clear".split()
)
ROWS_AGAIN = frozenset(
    "all filter exclude order_by select_related prefetch_related select_for_update annotate alias only defer distinct "
    "using union difference intersection none reverse get_queryset".split()
)
ONE_ROW = frozenset("get first last earliest latest create".split())
SQL = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?([a-z]+_[a-z]+)", re.IGNORECASE)


class Kind(Enum):
    """What an expression stands for: the class, a queryset or related rows, one row, several rows, (row, is new)."""

    MODEL, ROWS, ROW, MANY, PAIR = range(5)


@dataclass(frozen=True)
class Seen:
    """An expression that has to do with a table."""

    kind: Kind
    model: type[models.Model]


class Project:
    """All files together, so that a name can be followed to where it is defined."""

    def __init__(self, files: Mapping[str, ast.Module]) -> None:
        self.modules = {_module(path): File(self, path, tree) for path, tree in files.items()}
        self.tables = {model._meta.db_table: model for model in apps.get_models()}
        self._known: dict[tuple[str, str], Meaning] = {}

    def breaches(self, *paths: str) -> list[str]:
        """Every write to a table of another stage, in the given files or in all."""
        files = [file for file in self.modules.values() if not paths or file.path in paths]
        return [breach for file in files for breach in file.breaches()]

    def definition(self, module: str, name: str) -> "Meaning":
        """What `name` means in `module`: a model, a function, the name of a module, or nothing of interest."""
        if (module, name) not in self._known:
            self._known[module, name] = None  # should two files import a name from each other, it ends here
            self._known[module, name] = self._defined(module, name)
        return self._known[module, name]

    def _defined(self, module: str, name: str) -> "Meaning":
        if f"{module}.{name}" in self.modules:
            return f"{module}.{name}"
        stage = module.split(".")[1] if module.startswith("leadstern.") else ""
        if ".models" in module and name.lower() in apps.all_models.get(stage, {}):
            return apps.get_model(stage, name)
        file = self.modules.get(module)
        if file is None:
            return None
        if name in file.functions:
            return Function(file, file.functions[name])
        return self.definition(*file.imports[name]) if name in file.imports else None


@dataclass(frozen=True)
class Function:
    """A function of the project and where it stands."""

    file: "File"
    node: ast.FunctionDef


Meaning = type[models.Model] | Function | str | None


class File:
    """One file: its names and its breaches."""

    def __init__(self, project: Project, path: str, tree: ast.Module) -> None:
        self.project, self.path, self.tree, self.module = project, path, tree, _module(path)
        self.stage = path.split("/")[1]

    def breaches(self) -> Iterator[str]:
        for part in self.tree.body:
            yield from Scope(self, part).breaches()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for table in SQL.findall(node.value):
                    if table in self.project.tables:
                        yield from self.breach(node, self.project.tables[table])

    def breach(self, node: ast.expr, model: type[models.Model]) -> Iterator[str]:
        if model.__module__.startswith("leadstern.") and model._meta.app_label != self.stage:
            yield f"{self.path}:{node.lineno} writes {model._meta.label}"

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Local name -> (module, name there)."""
        found: dict[str, tuple[str, str]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        return found

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    def meaning(self, name: str) -> Meaning:
        return self.project.definition(*self.imports.get(name, (self.module, name)))

    def annotated(self, annotation: ast.expr | None) -> set[Seen]:
        """What a parameter or an answer is, by its annotation."""
        text = ast.unparse(annotation).strip("'\"") if annotation else ""
        found = [self.meaning(word) for word in re.findall(r"[A-Za-z_]\w*", text)]
        named = [model for model in found if isinstance(model, type)]
        if "QuerySet" in text or "Manager" in text:
            kind = Kind.ROWS
        elif text.startswith("type["):
            kind = Kind.MODEL
        else:
            kind = Kind.MANY if "[" in text else Kind.ROW
        return {Seen(kind, model) for model in named}


class Scope:
    """A statement at the top of a file, most often a function: which name stands for which rows in it."""

    def __init__(self, file: File, node: ast.AST) -> None:
        self.file, self.node = file, node
        self.names: dict[str, set[Seen]] = defaultdict(set)
        for _round in range(3):  # a name may be made of one that is met later
            for part in ast.walk(node):
                self._learn(part)

    def breaches(self) -> Iterator[str]:
        for node in ast.walk(self.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                for seen in self.read(node.func.value):
                    if seen.kind in {Kind.ROWS, Kind.ROW}:
                        yield from self.file.breach(node, seen.model)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.arg):
            self.names[node.arg] |= self.file.annotated(node.annotation)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._name(target, self.read(node.value))
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            self._name(node.target, self.read(node.value))
        elif isinstance(node, ast.For | ast.comprehension):
            self._name(node.target, _each(self.read(node.iter)))

    def _name(self, target: ast.expr, seen: set[Seen]) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] |= seen
        elif isinstance(target, ast.Tuple) and target.elts:
            self._name(target.elts[0], {Seen(Kind.ROW, one.model) for one in seen if one.kind is Kind.PAIR})

    def read(self, node: ast.expr) -> set[Seen]:
        """What an expression stands for."""
        match node:
            case ast.Name():
                found = self._named(node.id)
            case ast.Attribute():
                found = {after for seen in self.read(node.value) for after in _attribute(seen, node.attr)}
            case ast.Subscript():
                found = self.read(node.value)
                found = found if isinstance(node.slice, ast.Slice) else _each(found)
            case ast.BoolOp():
                found = {seen for value in node.values for seen in self.read(value)}
            case ast.IfExp():
                found = self.read(node.body) | self.read(node.orelse)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                found = {Seen(Kind.MANY, seen.model) for seen in self.read(node.elt) if seen.kind is Kind.ROW}
            case ast.Call(func=ast.Attribute(value=asked, attr=name)):
                found = self._asked(asked, name)
            case ast.Call(func=ast.Name(id=name)):
                found = self._called(name, self.read(node.args[0]) if node.args else set())
            case _:
                found = set()
        return found

    def _named(self, name: str) -> set[Seen]:
        meaning = self.file.meaning(name)
        return self.names.get(name) or ({Seen(Kind.MODEL, meaning)} if isinstance(meaning, type) else set())

    def _asked(self, asked: ast.expr, name: str) -> set[Seen]:
        """The answer of a method of rows, or of a function of a module."""
        found = {after for seen in self.read(asked) for after in _method(seen, name)}
        module = self.file.meaning(asked.id) if isinstance(asked, ast.Name) else None
        if found or not isinstance(module, str):
            return found
        return self._answer(self.file.project.definition(module, name))

    def _called(self, name: str, first: set[Seen]) -> set[Seen]:
        """The answer of a function; `first` is what it is given first."""
        meaning = self.file.meaning(name)
        if name in {"list", "tuple", "set", "sorted", "reversed", "iter", "claim"}:
            return {Seen(Kind.MANY, seen.model) for seen in first}
        if name in {"next", "get_object_or_404"}:
            return {Seen(Kind.ROW, seen.model) for seen in first}
        return {Seen(Kind.ROW, meaning)} if isinstance(meaning, type) else self._answer(meaning)

    def _answer(self, meaning: Meaning) -> set[Seen]:
        return meaning.file.annotated(meaning.node.returns) if isinstance(meaning, Function) else set()


def _attribute(seen: Seen, name: str) -> Iterator[Seen]:
    """`Model.objects`, a foreign key of a row, or the rows that point to it."""
    if seen.kind is Kind.MODEL and name in {"objects", "_default_manager", "_base_manager"}:
        yield Seen(Kind.ROWS, seen.model)
    if seen.kind is not Kind.ROW:
        return
    for field in seen.model._meta.get_fields():
        own = field.get_accessor_name() if isinstance(field, models.ForeignObjectRel) else field.name
        if name == own and field.is_relation and isinstance(field.related_model, type):
            one = field.one_to_one or field.many_to_one
            yield Seen(Kind.ROW if one else Kind.ROWS, field.related_model)


def _method(seen: Seen, name: str) -> Iterator[Seen]:
    """What a method of rows answers."""
    if seen.kind is Kind.ROWS and name in ROWS_AGAIN:
        yield seen
    elif seen.kind is Kind.ROWS and name in ONE_ROW:
        yield Seen(Kind.ROW, seen.model)
    elif seen.kind is Kind.ROWS and name in {"get_or_create", "update_or_create"}:
        yield Seen(Kind.PAIR, seen.model)
    elif (seen.kind, name) in {(Kind.ROWS, "iterator"), (Kind.ROWS, "in_bulk"), (Kind.MANY, "values")}:
        yield Seen(Kind.MANY, seen.model)
    elif seen.kind is Kind.MANY and name in {"get", "pop"}:
        yield Seen(Kind.ROW, seen.model)


def _each(found: set[Seen]) -> set[Seen]:
    return {Seen(Kind.ROW, seen.model) for seen in found if seen.kind in {Kind.ROWS, Kind.MANY, Kind.PAIR}}


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
