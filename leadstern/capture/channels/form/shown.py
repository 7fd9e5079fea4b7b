"""A form as the templates show it: dataclasses, ready to print. Called by hosted page, embed and builder."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from leadstern.capture.channels.form.signed import Shown, sign_shown
from leadstern.capture.logic import FormContent, FormField, as_text, read_content
from leadstern.capture.logic.content import said
from leadstern.capture.logic.values import YES
from leadstern.capture.models import Form, FormVersion
from leadstern.capture.terms import FieldType
from leadstern.consent.models import Wording
from leadstern.consent.queries import current_wording
from leadstern.consent.terms import Purpose

_AUTOCOMPLETE = {
    "name": "name", "title": "honorific-prefix", "first_name": "given-name", "last_name": "family-name",
    "email": "email", "phone": "tel", "company": "organization", "position": "organization-title",
    "street": "street-address", "postcode": "postal-code", "city": "address-level2", "country": "country",
}  # fmt: skip
_INPUTS = {
    FieldType.EMAIL: ("email", "email"), FieldType.PHONE: ("tel", "tel"), FieldType.POSTCODE: ("text", "numeric"),
    FieldType.NUMBER: ("text", "decimal"), FieldType.DATE: ("date", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownField:
    """One question with what was entered and what is wrong with it."""

    id: str
    name: str
    kind: str
    label: str
    help: str
    is_required: bool
    value: str
    is_checked: bool
    options: list[Option]
    errors: list[str]
    width: str
    input_type: str
    input_mode: str
    autocomplete: str

    @property
    def described_by(self) -> str:
        """The ids of help and error, in reading order; the error element always exists (the script fills it)."""
        return " ".join(filter(None, (f"{self.id}-help" if self.help else "", f"{self.id}-error")))


@dataclass(frozen=True)
class ShownForm:
    """All a template needs."""

    id: str
    key: str
    language: str
    action: str
    challenge_url: str
    token: str
    title: str
    intro: str
    button: str
    fields: list[ShownField]
    privacy: str
    marketing: str
    is_marketing_ticked: bool
    is_test: bool = False
    is_preview: bool = False
    is_snippet: bool = False
    messages: dict[str, str] = field(default_factory=dict)

    @property
    def wrong_fields(self) -> list[ShownField]:
        return [each for each in self.fields if each.errors]


@dataclass(frozen=True)
class Entered:
    """What a person had entered, to be shown again."""

    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


def show_form(
    form: Form, version: FormVersion, shown: Shown, *, entered: Entered | None = None, mode: str = "page"
) -> ShownForm:
    """`mode`: page (hosted or embedded), preview (in the builder, cannot be sent) or snippet (plain HTML to copy)."""
    content, entered = read_content(version.content), entered or Entered()
    privacy, marketing = wordings(content, shown.l)
    return ShownForm(
        id=f"ls-{form.key}" + ("-preview" if mode == "preview" else ""),
        key=form.key,
        language=shown.l,
        action=settings.BASE_URL + reverse("capture:form", args=[form.key]) if mode == "snippet"
        else reverse("capture:form", args=[form.key]),
        challenge_url=f"{reverse('capture:challenge')}?form={form.key}" if content.captcha else "",
        token=sign_shown(shown),
        title=content.text("title", shown.l),
        intro=content.text("intro", shown.l),
        button=content.text("button", shown.l),
        fields=[_shown_field(each, form.key, content, shown.l, entered, mode) for each in content.fields],
        privacy=privacy.text if privacy else "",
        marketing=marketing.text if marketing else "",
        is_marketing_ticked=as_text(entered.raw.get("ls_marketing")).lower() in YES,
        is_test=shown.x,
        is_preview=mode == "preview",
        is_snippet=mode == "snippet",
        messages={"required": _("Please fill in this field."), "box": _("Please tick this box."),
                  "email": _("Please give a complete e-mail address, for example name@example.com.")},
    )  # fmt: skip


def wordings(content: FormContent, language: str) -> tuple[Wording | None, Wording | None]:
    """Privacy notice and, where the form asks for it, advertising consent, as they are shown now."""
    marketing = current_wording(Purpose.MARKETING, language=language) if content.asks_marketing else None
    return current_wording(Purpose.PRIVACY, language=language), marketing


def first_showing(
    form: Form, version: FormVersion, *, language: str, key: str | None, at: datetime | None, is_test: bool = False
) -> Shown:
    """What the token of a new showing says. Key and time are None in a snippet that many people will use."""
    privacy, marketing = wordings(read_content(version.content), language)
    return Shown(
        f=form.pk, v=version.pk, l=language, w=privacy.pk if privacy else None, m=marketing.pk if marketing else None,
        t=at.timestamp() if at else None, k=key, x=is_test,
    )  # fmt: skip


def _shown_field(
    asked: FormField, key: str, content: FormContent, language: str, entered: Entered, mode: str
) -> ShownField:
    value = as_text(entered.raw.get(asked.name)).replace("\x00", "")
    input_type, input_mode = _INPUTS.get(asked.type, ("text", ""))
    if input_type == "date" and value and entered.errors.get(asked.name):
        input_type = "text"  # a date input would hide what was entered
    return ShownField(
        id=f"ls-{key}-{asked.name}" + ("-preview" if mode == "preview" else ""),
        name=asked.name,
        kind=asked.type.value,
        label=said(asked.label, language, content.language_default) or _("(no label yet)"),
        help=said(asked.help, language, content.language_default),
        is_required=asked.is_required,
        value=value,
        is_checked=value.lower() in YES,
        options=[
            Option(choice, said(label, language, content.language_default) or choice, choice == value)
            for choice, label in asked.choices
        ],
        errors=entered.errors.get(asked.name, []),
        width=asked.width,
        input_type=input_type,
        input_mode=input_mode,
        autocomplete=_AUTOCOMPLETE.get(asked.detail, ""),
    )
