"""What leads have at a moment and why: points, temperature, grade, and every line with how much it has faded."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from leadstern.scoring.logic.arithmetic import Line, activity_points, letter, number, raw_value, value
from leadstern.scoring.logic.content import Rules
from leadstern.scoring.models import Score, ScoreLine, ScoreModelVersion
from leadstern.scoring.queries.expressions import Seconds, activity_of_score
from leadstern.scoring.queries.model import stored_rules
from leadstern.scoring.terms import LineKind, Temperature


@dataclass(frozen=True)
class Points:
    """A lead's points at one moment. `grade` is A1 (best) to D4: the letter from fit, the number from activity."""

    fit: float
    activity: float
    total: float
    temperature: Temperature
    grade: str


@dataclass(frozen=True)
class ExplainedLine:
    """What one rule gives now. `original` is what the `events` gave on their days, `faded` what time and the cap
    took."""

    key: str
    label: str
    kind: LineKind
    points: float
    original: float
    faded: float
    events: int
    last_at: datetime | None
    half_life: float | None
    cap: float | None
    is_capped: bool


@dataclass(frozen=True)
class Explanation:
    """The whole account of one score; `points` is None for a lead that was not scored yet."""

    points: Points | None
    version: int | None
    lines: tuple[ExplainedLine, ...] = ()


def points(lead_ids: Collection[int], *, now: datetime) -> dict[int, Points]:
    """The points of each lead at `now` under the main model; leads without a score are missing. Two queries."""
    scores = list(_scores(lead_ids).values_list("lead_id", "fit", activity_of_score(now), "version_id"))
    versions = ScoreModelVersion.objects.filter(pk__in={version for *_rest, version in scores})
    rules = {version: stored_rules(content) for version, content in versions.values_list("pk", "content")}
    return {lead_id: graded(fit, activity, rules[version]) for lead_id, fit, activity, version in scores}


def graded(fit: float, activity: float, rules: Rules) -> Points:
    """The numbers with their words."""
    grade = letter(fit, thresholds=rules.fit_grades) + number(activity, thresholds=rules.activity_grades)
    return Points(fit, activity, fit + activity, rules.temperature(activity), grade)


def explain(lead_id: int, *, now: datetime) -> Explanation:
    """Every line of the lead's score at `now`, in the order of the model's rules, in the language of the person."""
    score = _scores([lead_id]).select_related("version").first()
    if score is None:
        return Explanation(None, None)
    rules = stored_rules(score.version.content)
    met = set(score.fit_rules.split())
    fit = [Line(rule.key, rule.points, score.scored_at, count=1) for rule in rules.fit if rule.key in met]
    active = lines_of([score.pk])[score.pk]
    account = [_explained(LineKind.FIT, rule, fit, now) for rule in rules.fit]
    account += [_explained(LineKind.ACTIVITY, rule, active, now) for rule in rules.activity]
    measured = graded(score.fit, activity_points(active, at=now), rules)
    return Explanation(measured, score.version.number, tuple(line for line in account if line))


def lines_of(score_ids: Collection[int]) -> defaultdict[int, list[Line]]:
    """The stored activity lines by score, as `logic.arithmetic` counts with them. One query.

    `as_of`, always a full second, comes as a number: psycopg reads that ten times as fast, and a list has hundreds.
    """
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    rows = ScoreLine.objects.filter(score_id__in=score_ids).order_by("score_id", "rule")
    names = ("half_life", "cap", "count", "last_at")
    for score_id, rule, points, as_of, *rest in rows.values_list(
        "score_id", "rule", "points", Seconds("as_of"), *names
    ):
        lines[score_id].append(Line(rule, points, datetime.fromtimestamp(as_of, UTC), *rest))
    return lines


def _scores(lead_ids: Collection[int]) -> "QuerySet[Score]":
    return Score.objects.filter(lead_id__in=lead_ids, model__is_main=True)


def _explained(kind: LineKind, rule: Any, lines: list[Line], now: datetime) -> ExplainedLine | None:
    line = next((one for one in lines if one.rule == rule.key), None)
    if line is None:
        return None
    current, original = value(line, at=now), rule.points * line.count
    language = "de" if (get_language() or "de").startswith("de") else "en"
    return ExplainedLine(
        key=rule.key,
        label=rule.label[language],
        kind=kind,
        points=current,
        original=original,
        faded=original - current,
        events=line.count,
        last_at=line.last_at,
        half_life=line.half_life,
        cap=line.cap,
        is_capped=line.cap is not None and abs(raw_value(line, at=now)) > line.cap,
    )


@dataclass(frozen=True)
class Fading:
    """What the future of a lead's activity points follows from: its lines, and the thresholds of its version."""

    lines: tuple[Line, ...]
    warm: float
    hot: float


def fading(lead_ids: Collection[int]) -> dict[int, Fading]:
    """By lead; leads without a score are missing. Two queries."""
    scores = list(_scores(lead_ids).values_list("pk", "lead_id", "version__warm", "version__hot"))
    lines = lines_of([score_id for score_id, *_rest in scores])
    return {lead_id: Fading(tuple(lines[score_id]), warm, hot) for score_id, lead_id, warm, hot in scores}


def with_negative_lines(lead_ids: Collection[int]) -> set[int]:
    """The leads whose points can rise by fading alone, because some of them are negative. One query."""
    rows = ScoreLine.objects.filter(points__lt=0, score__in=_scores(lead_ids).values("pk"))
    return set(rows.values_list("score__lead_id", flat=True))
