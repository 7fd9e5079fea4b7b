"""The words of scoring."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Temperature(models.TextChoices):
    """How near to a purchase somebody is, from the activity points of this moment."""

    COLD = "cold", _("cold")
    WARM = "warm", _("warm")
    HOT = "hot", _("hot")


class LineKind(models.TextChoices):
    """Fit points come from details and stay; activity points come from events and fade."""

    FIT = "fit", _("Fit")
    ACTIVITY = "activity", _("Activity")
