"""Drafts and versions of the main score model. Called by the editor and by set-up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.scoring.models import ScoreModel, ScoreModelVersion
from leadstern.scoring.queries.model import draft, published_version, rules_of


def start_draft(*, now: datetime) -> ScoreModelVersion:
    """The draft there is, else a new one that begins as the published version. Raises `Refused` without a model."""
    with write():
        if (existing := draft()) is not None:
            return existing
        version = published_version()
        if version is None:
            raise Refused(_("There is no score model yet."))
        return save_draft(version.content)


def save_draft(content: dict[str, Any]) -> ScoreModelVersion:
    """Stores `content` as the main model's draft, making the model when there is none. It may still be without rules.

    Raises `Invalid` with every problem by its place.
    """
    with write():
        rules = rules_of(content, is_draft=True)
        model, _is_new = ScoreModel.objects.get_or_create(is_main=True, defaults={"name": _("Main model")})
        ScoreModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        newest = model.versions.aggregate(newest=Max("number"))["newest"] or 0
        version, _is_new = ScoreModelVersion.objects.update_or_create(
            model=model,
            published_at=None,
            defaults={"content": content, "warm": rules.warm, "hot": rules.hot},
            create_defaults={"number": newest + 1, "content": content, "warm": rules.warm, "hot": rules.hot},
        )
    return version


def edit_draft(change: Callable[[dict[str, Any]], dict[str, Any]]) -> ScoreModelVersion:
    """Applies `change` to the draft's content, one person at a time. Raises `Refused` without a draft, `Invalid`."""
    with write():
        existing = draft()
        if existing is None:
            raise Refused(_("There is no draft. Begin one first."))
        locked = ScoreModelVersion.objects.select_for_update(no_key=True).get(pk=existing.pk)
        return save_draft(change(locked.content))


def discard_draft(*, by: User, now: datetime) -> None:
    """Throws the draft away; nothing happens when there is none."""
    with write():
        if (existing := draft()) is not None:
            record("scoring.draft_discarded", existing, by=by, now=now)
            existing.delete()


def publish_version(version: ScoreModelVersion, *, by: User | None, now: datetime) -> ScoreModelVersion:
    """Makes the draft the version by which all scores are made from now on; the worker renews the old ones.

    Until a lead's turn comes, its score stands unchanged under the version that made it. Raises `Refused` when it is
    published already, `Invalid` when it cannot stand (no rules, an unknown detail, …).
    """
    with write():
        locked = ScoreModelVersion.objects.select_for_update(of=("self",)).select_related("model").get(pk=version.pk)
        if locked.published_at is not None:
            raise Refused(_("This version is published already."))
        rules = rules_of(locked.content)
        locked.published_at, locked.published_by = now, by
        locked.warm, locked.hot = rules.warm, rules.hot
        locked.save(update_fields=["published_at", "published_by", "warm", "hot"])
        record("scoring.published", locked, by=by, now=now, data={"number": locked.number})
    return locked
