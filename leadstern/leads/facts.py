"""What conditions can ask of a lead itself and of what it did. Offered in `apps.py`, read by the condition language.

Each expression stands over a queryset of leads and costs at most one index look-up per lead.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, StrIndex, Substr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import Fact, FactKind
from leadstern.core.text import FREE_MAIL
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.terms import BY_LEAD, Acquisition, ActivityKind, IdentityKind, source_words


def _column(name: str) -> Callable[[datetime], Any]:
    """A text column; empty is unknown."""
    return lambda _now: NullIf(F(name), Value("", output_field=CharField()))


def _plain(name: str) -> Callable[[datetime], Any]:
    return lambda _now: F(name)


def _has(kind: IdentityKind) -> Callable[[datetime], Any]:
    return lambda _now: Exists(Identity.objects.filter(lead=OuterRef("pk"), kind=kind))


def _free_mail(now: datetime) -> Any:
    """Of the first address; unknown without one."""
    domain = Substr("value", StrIndex("value", Value("@")) + 1)
    is_free = Case(When(domain__in=sorted(FREE_MAIL), then=True), default=False, output_field=BooleanField())
    first = Identity.objects.filter(lead=OuterRef("pk"), kind=IdentityKind.EMAIL).order_by("id")
    return Subquery(first.annotate(domain=domain).values(is_free=is_free)[:1])


def _number_of(kinds: Collection[ActivityKind]) -> Callable[[datetime], Any]:
    def expression(now: datetime) -> Any:
        own = Activity.objects.filter(lead=OuterRef("pk"), kind__in=sorted(kinds)).order_by()
        number = own.values("lead").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(number, output_field=IntegerField()), 0)

    return expression


def _last_at(now: datetime) -> Any:
    own = Activity.objects.filter(lead=OuterRef("pk"), kind__in=sorted(BY_LEAD)).order_by()
    return Subquery(own.values("lead").annotate(last=Max("at")).values("last"))


def _values_of(field: str) -> Callable[[], list[tuple[str, Any]]]:
    def choices() -> list[tuple[str, Any]]:
        values = Lead.objects.exclude(**{field: None}).exclude(**{field: ""}).order_by(field)
        return [(value, value) for value in values.values_list(field, flat=True).distinct()[:500]]

    return choices


def _sources() -> list[tuple[str, Any]]:
    return [(source, source_words(source)) for source, _source in _values_of("source")()]


def _countries() -> list[tuple[str, Any]]:
    return list(_country_names((get_language() or settings.LANGUAGE_CODE)[:2]))


@lru_cache(maxsize=4)
def _country_names(language: str) -> tuple[tuple[str, str], ...]:
    names = {code: name for code, name in Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    near = ("DE", "AT", "CH")
    return tuple((code, names[code]) for code in (*near, *sorted(set(names) - set(near), key=names.__getitem__)))


FACTS = (
    Fact("lead.country", _("Country"), FactKind.CHOICE, _column("country"), choices=_countries),
    Fact("lead.postcode", _("Postcode"), FactKind.TEXT, _column("postcode")),
    Fact("lead.city", _("Town"), FactKind.TEXT, _column("city")),
    Fact("lead.is_business", _("Business customer"), FactKind.BOOLEAN, _plain("is_business")),
    Fact("lead.company", _("Company"), FactKind.TEXT, _plain("company__name")),
    Fact("lead.position", _("Position"), FactKind.TEXT, _column("position")),
    Fact("lead.interest", _("Interest"), FactKind.TEXT, _column("interest")),
    Fact("lead.source", _("Source"), FactKind.CHOICE, _plain("source"), choices=_sources),
    Fact("lead.medium", _("Medium"), FactKind.TEXT, _column("medium")),
    Fact("lead.campaign", _("Campaign"), FactKind.CHOICE, _column("campaign"), choices=_values_of("campaign")),
    Fact("lead.landing_page", _("Landing page"), FactKind.TEXT, _column("landing_page")),
    Fact(
        "lead.acquisition",
        _("Kind of acquisition"),
        FactKind.CHOICE,
        _plain("acquisition"),
        choices=lambda: list(Acquisition.choices),
    ),
    Fact("lead.captured_at", _("First contact"), FactKind.MOMENT, _plain("captured_at")),
    Fact("lead.has_email", _("E-mail address known"), FactKind.BOOLEAN, _has(IdentityKind.EMAIL)),
    Fact("lead.has_phone", _("Telephone number known"), FactKind.BOOLEAN, _has(IdentityKind.PHONE)),
    Fact(
        "lead.language", _("Language"), FactKind.CHOICE, _column("language"), choices=lambda: list(settings.LANGUAGES)
    ),
    Fact("lead.free_mail", _("Free-mail address"), FactKind.BOOLEAN, _free_mail),
    Fact("activity.count", _("Number of activities"), FactKind.NUMBER, _number_of(BY_LEAD)),
    Fact(
        "activity.submissions",
        _("Number of enquiries"),
        FactKind.NUMBER,
        _number_of({ActivityKind.SUBMISSION}),
    ),
    Fact("activity.downloads", _("Number of downloads"), FactKind.NUMBER, _number_of({ActivityKind.DOWNLOAD})),
    Fact("activity.last_at", _("Last activity"), FactKind.MOMENT, _last_at),
)
