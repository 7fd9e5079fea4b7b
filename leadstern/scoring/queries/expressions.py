"""The points of any moment as database expressions, for conditions and lists.

Enters: `now`. Leaves: expressions over a queryset of leads, NULL for a lead without a score. The same arithmetic as
`logic.arithmetic.value`, proven equal by tests on both databases.
"""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, FloatField, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, Power

from leadstern.scoring.logic.arithmetic import DAY
from leadstern.scoring.models import Score, ScoreLine
from leadstern.scoring.terms import Temperature

ENDLESS = 1e300
"""Stands for "no cap" and "never fades": neither changes a sum."""


class Seconds(Func):
    """A moment as seconds since 1970, whole ones: scores are stored as of full seconds."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS REAL)", **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="EXTRACT(EPOCH FROM %(expressions)s)::double precision", **context
        )


def fit(now: datetime) -> Subquery:
    return Subquery(_main_score().values("fit"))


def activity(now: datetime) -> Subquery:
    return Subquery(_main_score().values(points=activity_of_score(now)))


def temperature(now: datetime) -> Subquery:
    """By the thresholds of the version that made the lead's score."""
    measured = _main_score().annotate(points=activity_of_score(now))
    word = Case(
        When(Q(points__gte=F("version__hot")), then=Value(Temperature.HOT.value)),
        When(Q(points__gte=F("version__warm")), then=Value(Temperature.WARM.value)),
        default=Value(Temperature.COLD.value),
        output_field=CharField(),
    )
    return Subquery(measured.values(word=word))


def _main_score() -> QuerySet[Score]:
    return Score.objects.filter(lead=OuterRef("pk"), model__is_main=True).order_by()


def activity_of_score(now: datetime) -> Coalesce:
    """Over scores: the sum of their activity lines at `now`."""
    lines = ScoreLine.objects.filter(score=OuterRef("pk")).order_by()
    total = lines.values("score").annotate(total=Sum(line_value(now))).values("total")
    return Coalesce(Subquery(total), 0.0, output_field=FloatField())


def line_value(now: datetime) -> Greatest:
    """Over lines: max(-cap, min(cap, points * 2^(-(now - as_of) / half-life)))."""
    age = Greatest(Value(float(int(now.timestamp()))) + Value(now.microsecond / 1e6) - Seconds("as_of"), 0.0)
    half_life = Coalesce(F("half_life"), ENDLESS) * DAY
    # Beyond 1,000 half-lives nothing is left; a larger exponent would overflow PostgreSQL's power().
    exponent = Greatest(-age / half_life, -1000.0)
    faded = F("points") * Power(Value(2.0), exponent, output_field=FloatField())
    cap = Coalesce(F("cap"), ENDLESS)
    return Greatest(-cap, Least(cap, faded), output_field=FloatField())
