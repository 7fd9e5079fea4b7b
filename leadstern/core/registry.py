"""What a stage offers to the others without either knowing the other: facts, pages, personal data.

Enters: offers made in a stage's `apps.py` when Django starts. Leaves: ordered look-ups. Read by the condition language
(facts), the frame and the palette (pages) and the answers to data-protection requests (personal data).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """Offers by key, in the order in which they were made (which is path order)."""

    def __init__(self) -> None:
        self._offers: dict[str, T] = {}

    def offer(self, *offers: T) -> None:
        """Adds offers. A key can be offered once only: ValueError otherwise."""
        for offer in offers:
            if offer.key in self._offers:
                raise ValueError(f"offered twice: {offer.key}")
            self._offers[offer.key] = offer

    def get(self, key: str) -> T | None:
        return self._offers.get(key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._offers.values())


class FactKind(StrEnum):
    """The types a condition can compare."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    CHOICE = "choice"


@dataclass(frozen=True)
class Fact:
    """Something that can be asked of a lead.

    `expression(now)` is a Django expression over a queryset of leads (may be NULL: unknown). `choices()` lists
    (value, label) for CHOICE facts. `label` is a lazy translation; it stands as the subject of a sentence.
    """

    key: str
    label: Any
    kind: FactKind
    expression: Callable[[datetime], Any]
    choices: Callable[[], list[tuple[str, Any]]] | None = None
    unit: Any = ""


@dataclass(frozen=True)
class Page:
    """A page of the back office, for the rail, the palette and the set-up overview.

    `section` is one of the rail's keys; `right` the name of the right without which nobody sees it.
    """

    key: str
    label: Any
    url_name: str
    section: str
    right: str
    words: Any = ""


@dataclass(frozen=True)
class DataSubject:
    """By what the rows of one person are recognised: collected once, before anything is deleted, the same for all.

    `lead_ids`: the lead, then those joined into it. `emails` and `numbers` are normalised, present and former, without
    those that belong to somebody else by now. `submissions`: also those that never became the lead. `last_names`:
    folded, as somebody may have searched for them.
    """

    lead_ids: tuple[int, ...]
    emails: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    browsers: frozenset[UUID] = frozenset()
    submissions: frozenset[int] = frozenset()
    last_names: frozenset[str] = frozenset()

    @property
    def addresses(self) -> list[str]:
        """E-mail addresses and numbers, in order."""
        return sorted(self.emails | self.numbers)


@dataclass(frozen=True)
class PersonalData:
    """How a stage shows and removes what it knows of one person (GDPR Art. 15, 17, 20). `show` tells all that `erase`
    (which is given the moment, too) removes. Erasing is asked in path order, in one transaction: what a stage behind
    has just taken is there when its turn comes. `models`: the tables that are answered for."""

    key: str
    label: Any
    show: Callable[[DataSubject], list[dict[str, Any]]]
    erase: Callable[[DataSubject, datetime], None]
    models: tuple[str, ...] = field(default=())


facts: Registry[Fact] = Registry()
pages: Registry[Page] = Registry()
personal_data: Registry[PersonalData] = Registry()
