"""Roles and rights: who may do what, as one table. Read by `access.py`, sign-in and the tests of every page."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does here. One person may hold several roles."""

    MARKETING = "marketing", _("Marketing")
    INSIDE_SALES = "inside_sales", _("Inside sales")
    FIELD_SALES = "field_sales", _("Field sales")
    HEAD = "head", _("Head of sales and marketing")
    ADMIN = "admin", _("Administrator")


class Theme(models.TextChoices):
    """Which of the two colour schemes a person sees."""

    AUTO = "auto", _("as the device is set")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Right(StrEnum):
    """What a page or an action asks for. Every staff view names at least one.

    `SEE_LEADS` opens the pages of leads; who has not `SEE_ALL_LEADS` meets only some there (`routing.access`).
    """

    SIGNED_IN = "signed_in"
    SEE_LEADS = "see_leads"
    SEE_ALL_LEADS = "see_all_leads"
    EDIT_LEADS = "edit_leads"
    EXPORT_LEADS = "export_leads"
    IMPORT_LEADS = "import_leads"
    WORK_QUEUE = "work_queue"
    QUALIFY = "qualify"
    SELL = "sell"
    ASSIGN = "assign"
    BUILD_FORMS = "build_forms"
    EDIT_SCORING = "edit_scoring"
    EDIT_DEFINITION = "edit_definition"
    EDIT_SEQUENCES = "edit_sequences"
    EDIT_ROUTING = "edit_routing"
    SEE_REPORTS = "see_reports"
    RECORD_SPEND = "record_spend"
    SEE_MAILBOX = "see_mailbox"
    MANAGE_USERS = "manage_users"
    MANAGE_SYSTEM = "manage_system"
    SEE_AUDIT = "see_audit"
    ANSWER_PRIVACY = "answer_privacy"


_EVERYONE = {Right.SIGNED_IN, Right.SEE_LEADS}
_INSIDE = _EVERYONE | {Right.SEE_ALL_LEADS, Right.SEE_MAILBOX}
_SALES = {Right.EDIT_LEADS, Right.WORK_QUEUE, Right.QUALIFY, Right.SEE_REPORTS}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.MARKETING: frozenset(
        _INSIDE
        | {Right.EDIT_LEADS, Right.EXPORT_LEADS, Right.IMPORT_LEADS, Right.BUILD_FORMS, Right.EDIT_SCORING}
        | {Right.EDIT_DEFINITION, Right.EDIT_SEQUENCES, Right.SEE_REPORTS, Right.RECORD_SPEND}
    ),
    Role.INSIDE_SALES: frozenset(_INSIDE | _SALES),
    Role.FIELD_SALES: frozenset(_EVERYONE | _SALES | {Right.SELL}),
    Role.HEAD: frozenset(
        _INSIDE
        | _SALES
        | {Right.SELL, Right.ASSIGN, Right.EXPORT_LEADS, Right.EDIT_SCORING, Right.EDIT_DEFINITION}
        | {Right.EDIT_ROUTING, Right.RECORD_SPEND, Right.SEE_AUDIT}
    ),
    Role.ADMIN: frozenset(
        _INSIDE
        | {Right.MANAGE_USERS, Right.MANAGE_SYSTEM, Right.SEE_AUDIT, Right.ANSWER_PRIVACY}
        | {Right.EDIT_ROUTING, Right.IMPORT_LEADS, Right.EXPORT_LEADS, Right.BUILD_FORMS, Right.EDIT_LEADS}
    ),
}
