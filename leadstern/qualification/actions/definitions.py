"""Drafts and versions of the definition. Called by the definition page and by set-up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.criteria.logic import parse, to_json
from leadstern.qualification.models import Definition
from leadstern.qualification.queries.definitions import bar_of, draft, published_definition
from leadstern.scoring.actions import mark_all_changed

EMPTY: dict[str, Any] = {"criteria": [], "should_needed": 0}


def start_draft() -> Definition:
    """The draft there is, else a new one that begins as the published version (or empty)."""
    with write():
        if (existing := draft()) is not None:
            return existing
        published = published_definition()
        return save_draft(published.content if published else EMPTY)


def save_draft(content: dict[str, Any]) -> Definition:
    """Stores `content` as the draft. It may still be without criteria. Raises `Invalid` with every problem by its
    place."""
    with write():
        bar_of(content, is_draft=True)
        existing = Definition.objects.select_for_update(no_key=True).filter(is_draft=True).first()
        if existing is not None:
            existing.content = content
            existing.save(update_fields=["content"])
            return existing
        newest = Definition.objects.aggregate(newest=Max("number"))["newest"] or 0
        return Definition.objects.create(number=newest + 1, content=content)


def edit_draft(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Definition:
    """Applies `change` to the draft's content, one person at a time. Raises `Refused` without a draft, `Invalid`."""
    with write():
        existing = Definition.objects.select_for_update(no_key=True).filter(is_draft=True).first()
        if existing is None:
            raise Refused(_("There is no draft. Begin one first."))
        return save_draft(change(existing.content))


def discard_draft(*, by: User, now: datetime) -> None:
    """Throws the draft away; nothing happens when there is none."""
    with write():
        if (existing := draft()) is not None:
            record("definition.draft_discarded", existing, by=by, now=now)
            existing.delete()


def publish_definition(definition: Definition, *, by: User | None, now: datetime, note: str = "") -> Definition:
    """Makes the draft the definition by which leads are judged from now on; the worker judges all of them again.

    Stages that leads have reached stay; nobody is demoted. Raises `Refused` when it is published already, `Invalid`
    when it cannot stand (nothing required, an unknown detail, …).
    """
    with write():
        locked = Definition.objects.select_for_update(no_key=True).get(pk=definition.pk)
        if not locked.is_draft:
            raise Refused(_("This version is published already."))
        bar_of(locked.content)
        locked.is_draft, locked.published_at, locked.published_by = False, now, by
        locked.note = note or locked.note
        locked.save(update_fields=["is_draft", "published_at", "published_by", "note"])
        mark_all_changed()
        record("definition.published", locked, by=by, now=now, data={"number": locked.number, "note": locked.note})
    return locked


def ensure_default_definition(*, now: datetime) -> Definition:
    """The published definition; publishes the default one when there is none. Twice changes nothing."""
    with write():
        return published_definition() or publish_definition(save_draft(default_content()), by=None, now=now)


DEFAULT = (
    ("reachable", "must", "Erreichbar", "Reachable", "lead.has_email or lead.has_phone",
     "Wie können wir Sie erreichen?", "How can we reach you?"),
    ("interested", "must", "Zeigt Interesse oder ist persönlich bekannt", "Shows interest or is known in person",
     'score.activity >= 25 or lead.acquisition in ["seed", "spear"]', "", ""),
    ("need_named", "should", "Bedarf genannt", "Need named", "lead.interest is known",
     "Wofür interessieren Sie sich?", "What are you interested in?"),
    ("suitable", "should", "Passt zu uns", "Suits us", "score.fit >= 20", "", ""),
    ("by_phone", "should", "Telefonisch erreichbar", "Reachable by telephone", "lead.has_phone",
     "Unter welcher Nummer erreichen wir Sie?", "Which number can we call you on?"),
    ("elsewhere", "must_not", "Außerhalb unseres Gebiets", "Outside our region",
     'not lead.country in ["DE", "AT", "CH"]',
     "Wo wird die Leistung gebraucht?", "Where is the service needed?"),
)  # fmt: skip


def default_content() -> dict[str, Any]:
    """The definition of a fresh installation, for firms that sell to businesses and private persons."""
    criteria = [
        {
            "key": key, "label": {"de": de, "en": en}, "condition": to_json(parse(condition)), "must": must,
            "ask": {"de": ask_de, "en": ask_en},
        }
        for key, must, de, en, condition, ask_de, ask_en in DEFAULT
    ]  # fmt: skip
    return {"criteria": criteria, "should_needed": 1}
