"""Forms and their versions: a draft changes freely, a published version never. Called by the builder and the demo."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.logic import check_content, default_content, read_content
from leadstern.capture.logic.content import mark_of, to_json
from leadstern.capture.models import Form, FormVersion, Magnet
from leadstern.capture.queries import draft_or_live
from leadstern.capture.terms import FormKind
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.visitors.models import Site


def create_form(
    name: str, *, key: str, kind: FormKind, by: User | None, now: datetime, site: Site | None = None,
    magnet: Magnet | None = None,
) -> Form:  # fmt: skip
    """A form with a draft of sensible defaults. Raises Invalid when the key is taken or a download has no file."""
    if kind == FormKind.DOWNLOAD and magnet is None:
        raise Invalid({"magnet": [_("Choose the file that is given in exchange.")]})
    with write():
        if Form.objects.filter(key=key).exists():
            raise Invalid({"key": [_("Another form has this key already.")]})
        form = Form.objects.create(key=key, name=name, kind=kind, site=site, magnet=magnet, created_at=now)
        FormVersion.objects.create(form=form, number=1, content=default_content(kind))
        record("form.created", form, by=by, now=now, data={"key": key})
    return form


class Overtaken(Refused):
    """Somebody else saved the form since the editor was opened: nothing was saved over it."""


def save_draft(
    form: Form, *, content: Any, by: User | None, now: datetime, based_on: str = "", is_final: bool = False
) -> FormVersion:  # fmt: skip
    """Keeps `content` as the draft, making one where there is none. Raises Invalid with the places in it.

    `based_on` is the mark of what the editor began with (`mark_of`; "" where there was no editor): Overtaken when
    something else stands there by now. `is_final`: about to be published, so each field needs its label.
    """
    errors = check_content(content, kind=form.kind, is_draft=not is_final)
    if errors:
        raise Invalid(errors)
    kept = to_json(read_content(content))
    with write():
        Form.objects.select_for_update().get(pk=form.pk)
        newest = draft_or_live(form)
        _check_not_overtaken(newest, kept, based_on)
        if newest is None or newest.published_at is not None:
            number = newest.number + 1 if newest else 1
            return FormVersion.objects.create(form=form, number=number, content=kept)
        newest.content = kept
        newest.save(update_fields=["content"])
    return newest


def _check_not_overtaken(newest: FormVersion | None, kept: dict[str, Any], based_on: str) -> None:
    """The same content sent twice overtakes nobody."""
    if based_on and newest and mark_of(newest.content) not in (based_on, mark_of(kept)):
        raise Overtaken(_("Somebody has changed this form since you opened it."))


def publish_draft(form: Form, *, by: User | None, now: datetime) -> FormVersion:
    """The draft becomes what visitors see; those who have the version before open may still send it."""
    with write():
        drafts = FormVersion.objects.select_for_update()
        draft = drafts.filter(form=form, published_at__isnull=True).first()
        if draft is None:
            raise Refused(_("There is nothing new to publish."))
        errors = check_content(draft.content, kind=form.kind)
        if errors:
            raise Invalid(errors)
        draft.published_at, draft.published_by = now, by
        draft.save(update_fields=["published_at", "published_by"])
        record("form.published", form, by=by, now=now, data={"version": draft.number})
    return draft


def close_form(form: Form, *, by: User, now: datetime) -> None:
    """Strangers are told that the form is closed; who opened it before may still send it."""
    _set_closed(form, now, verb="form.closed", by=by, now=now)


def reopen_form(form: Form, *, by: User, now: datetime) -> None:
    """The form takes submissions again."""
    _set_closed(form, None, verb="form.reopened", by=by, now=now)


def _set_closed(form: Form, closed_at: datetime | None, *, verb: str, by: User, now: datetime) -> None:
    with write():
        changed = Form.objects.filter(pk=form.pk, closed_at__isnull=closed_at is not None).update(closed_at=closed_at)
        if changed:
            record(verb, form, by=by, now=now)
    form.closed_at = closed_at
