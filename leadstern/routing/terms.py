"""The words of routing: what a region is for, why somebody got a lead, and how soon the first contact is due."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionRole(models.TextChoices):
    """Who works in a region: inside sales takes MQLs, field sales takes what inside sales has qualified."""

    INSIDE_SALES = "inside_sales", _("Inside sales")
    FIELD_SALES = "field_sales", _("Field sales")


class Country(models.TextChoices):
    """Countries with postcode regions."""

    DE = "DE", _("Germany")
    AT = "AT", _("Austria")
    CH = "CH", _("Switzerland")


class Reason(models.TextChoices):
    """Why a lead has this owner."""

    KNOWS_LEAD = "knows_lead", _("Has looked after this lead before")
    KNOWS_COMPANY = "knows_company", _("Looks after the same company")
    REGION_TURN = "region_turn", _("Region and turn")
    FALLBACK_TURN = "fallback_turn", _("Fallback region and turn")
    NO_REGION = "no_region", _("No region covers this lead")
    BY_PERSON = "by_person", _("Assigned by a person")
    ACCEPTED = "accepted", _("Accepted the lead")


class Urgency(models.TextChoices):
    """What decides how soon the first contact is due."""

    INQUIRY = "inquiry", _("Enquiry by contact form")
    STANDARD = "standard", _("Other ready lead")
    HAND_OVER = "hand_over", _("Hand-over to field sales")
    IMPORTED = "imported", _("Imported lead")


# Business time until the first contact is due. The odds of reaching somebody fall more than tenfold within the first
# hour (Oldroyd, Lead Response Management Study, 2007); four hours is the usual limit for demo requests.
FIRST_CONTACT = {
    Urgency.INQUIRY: timedelta(hours=1),
    Urgency.STANDARD: timedelta(hours=4),
    Urgency.HAND_OVER: timedelta(hours=9),
    Urgency.IMPORTED: timedelta(hours=45),
}
