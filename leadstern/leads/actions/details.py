"""Corrections by people: details and contact points of a lead, with what was before. Called by the desk and sales."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.core.text import clean, company_key, email_key, phone_key
from leadstern.leads.actions.activities import mark_changed
from leadstern.leads.logic import DETAIL_COLUMNS, ORIGIN_COLUMNS, search_text
from leadstern.leads.models import Change, Company, Identity, Lead
from leadstern.leads.terms import Health, IdentityKind

CHANGEABLE = frozenset({*DETAIL_COLUMNS, *ORIGIN_COLUMNS, "acquisition"})


def change_lead(lead: Lead, *, changes: dict[str, Any], by: User | None, now: datetime) -> list[str]:
    """Sets details (company as its name, `extra` as the answers that change); says which really became another.

    Only the given fields are written, so two people correcting different fields do not undo each other. Each change
    keeps what was before. Raises Invalid for an unknown field, Refused for a lead that was erased or merged.
    """
    if unknown := sorted(set(changes) - CHANGEABLE):
        raise Invalid({name: [_("This cannot be changed.")] for name in unknown})
    with write():
        row = _locked(lead)
        rows = [change for field, after in changes.items() if (change := _apply(row, field, after, by, now))]
        if rows:
            Change.objects.bulk_create(rows)
            row.is_changed = True
            _save(row, fields=[change.field for change in rows])
    _refresh(lead, row)
    return [change.field for change in rows]


def _locked(lead: Lead) -> Lead:
    row = Lead.objects.select_for_update(of=("self",)).select_related("company").get(pk=lead.pk)
    if row.erased_at or row.merged_into_id:
        raise Refused(_("This lead was erased or joined with another; it can no longer be changed."))
    return row


def _apply(row: Lead, field: str, after: Any, by: User | None, now: datetime) -> Change | None:
    before: Any
    after = clean(after) if isinstance(after, str) else after
    if field == "company":
        before, after = _set_company(row, after or "", now)
    elif field == "extra":
        before = {name: row.extra.get(name) for name in after}
        row.extra = row.extra | after
    else:
        before = getattr(row, field)
        if isinstance(after, str) and (length := _length(field)):
            after = after[:length]
        setattr(row, field, after)
    return None if before == after else Change(lead=row, field=field, before=before, after=after, at=now, by=by)


def _length(field: str) -> int | None:
    return getattr(Lead._meta.get_field(field), "max_length", None)  # noqa: SLF001 -- Django's documented way to a field


def _set_company(row: Lead, name: str, now: datetime) -> tuple[str, str]:
    before = row.company.name if row.company else ""
    if before != name:
        row.company = find_or_create_company(name, now=now) if company_key(name) else None
    return before, row.company.name if row.company else ""


def find_or_create_company(name: str, *, now: datetime) -> Company:
    """The company of this name, legal form and spelling aside. Joins the caller's transaction."""
    key = company_key(name)[:200]
    company = Company.objects.filter(name_key=key).order_by("id").first()
    if company:
        return company
    try:
        with transaction.atomic():
            return Company.objects.create(name=name[:200], name_key=key, created_at=now)
    except IntegrityError:
        return Company.objects.filter(name_key=key).order_by("id")[0]


def _save(row: Lead, *, fields: list[str]) -> None:
    values = {"company": row.company.name if row.company else ""}
    values |= {name: getattr(row, name) for name in ("first_name", "last_name", "postcode", "city")}
    keys = {(identity.kind, identity.value): identity.shown for identity in row.identities.order_by("id")}
    row.search = search_text(values, keys)
    row.save(update_fields=[*fields, "search", "is_changed"])


def _refresh(lead: Lead, row: Lead) -> None:
    for field in (*CHANGEABLE, "search", "is_changed"):
        setattr(lead, field, getattr(row, field))


def identity_value(kind: IdentityKind, text: str, *, country: str = "") -> str:
    """The normal form under which an identity is kept. Raises Invalid in words for the person who typed it."""
    if kind is IdentityKind.EMAIL:
        value = email_key(text)
        problem = _("This is not an e-mail address: %(text)s")
    elif kind is IdentityKind.PHONE:
        value = phone_key(text, country=country or "DE")
        problem = _("This is not a telephone number: %(text)s")
    else:
        value = clean(text)[:254] or None
        problem = _("Please enter an id.")
    if value is None:
        raise Invalid({"value": [problem % {"text": text[:80]}]})
    return value


def add_contact_point(lead: Lead, *, kind: IdentityKind, value: str, by: User | None, now: datetime) -> Identity:
    """Adds an e-mail address or number. Raises Invalid when it is none, Refused when the address is another lead's."""
    key = identity_value(kind, value, country=lead.country)
    with write():
        row = _locked(lead)
        identity = _own_or_refuse(row, kind, key)
        if identity is None:
            identity = _create_identity(row, kind, key, clean(value)[:254], now)
            _record_point(row, kind, before=None, after=key, by=by, now=now)
    _refresh(lead, row)
    return identity


def correct_contact_point(identity: Identity, *, value: str, by: User | None, now: datetime) -> Identity:
    """Replaces an address or number by the right one; its health is unknown again. Raises as `add_contact_point`."""
    kind = IdentityKind(identity.kind)
    with write():
        row = _locked(identity.lead)
        key = identity_value(kind, value, country=row.country)
        identity = Identity.objects.select_for_update().get(pk=identity.pk, lead=row)
        if key != identity.value:
            if _own_or_refuse(row, kind, key):
                raise Refused(_("This lead has this address or number already."))
            before, identity.value, identity.shown = identity.value, key, clean(value)[:254]
            identity.health, identity.health_reason = Health.UNKNOWN, ""
            identity.save(update_fields=["value", "shown", "health", "health_reason"])
            _record_point(row, kind, before=before, after=key, by=by, now=now)
    return identity


def remove_contact_point(identity: Identity, *, by: User | None, now: datetime) -> None:
    """Takes an address or number away. Raises Refused for the last one: nobody could be recognised by none."""
    with write():
        row = _locked(identity.lead)
        others = Identity.objects.filter(lead=row).exclude(pk=identity.pk).exclude(kind=IdentityKind.VISITOR)
        if not others.exists():
            raise Refused(_("This is the only way to recognise the lead. Add another one first."))
        Identity.objects.filter(pk=identity.pk).delete()
        _record_point(row, IdentityKind(identity.kind), before=identity.value, after=None, by=by, now=now)


def _own_or_refuse(row: Lead, kind: IdentityKind, key: str) -> Identity | None:
    holders = list(Identity.objects.filter(kind=kind, value=key).order_by("id"))
    own = next((holder for holder in holders if holder.lead_id == row.pk), None)
    if own is None and holders and kind is not IdentityKind.PHONE:
        raise Refused(_held(holders[0].lead_id))
    return own


def _held(lead_id: int) -> str:
    return _("This belongs to lead %(number)s. If both are the same person, they have to be joined.") % {
        "number": lead_id
    }


def _create_identity(row: Lead, kind: IdentityKind, key: str, shown: str, now: datetime) -> Identity:
    try:
        with transaction.atomic():
            return Identity.objects.create(lead=row, kind=kind, value=key, shown=shown, created_at=now)
    except IntegrityError:
        raise Refused(_("Somebody else has just entered this address or number.")) from None


def _record_point(
    row: Lead, kind: IdentityKind, *, before: str | None, after: str | None, by: User | None, now: datetime
) -> None:
    Change.objects.create(lead=row, field=kind.value, before=before, after=after, at=now, by=by)
    row.is_changed = True
    _save(row, fields=[])


def set_health(kind: IdentityKind, value: str, *, health: Health, reason: str, now: datetime) -> bool:
    """Says whether a contact point works (a bounce, a dead number, an answer). `value` is normalised here.

    False when nobody has this contact point or it is known already. Its lead is handed to scoring again.
    """
    key = identity_value(kind, value)
    with write():
        points = Identity.objects.filter(kind=kind, value=key)
        changed = points.exclude(health=health, health_reason=reason[:200])
        if not changed.update(health=health, health_reason=reason[:200]):
            return False
        mark_changed(list(points.values_list("lead_id", flat=True)))
    return True
