"""Makes scores: for leads that changed, and for those still standing by an older version of the model."""

from collections.abc import Iterator
from datetime import datetime

from leadstern.core.db import claim, write
from leadstern.core.rows import replace_rows
from leadstern.leads.actions import take_changed as take_changed_leads
from leadstern.leads.queries import live_leads
from leadstern.scoring.actions.lines import store_lines
from leadstern.scoring.logic.arithmetic import Line
from leadstern.scoring.models import Score, ScoreModelVersion
from leadstern.scoring.queries.computing import Computed, computed
from leadstern.scoring.queries.model import published_version, stored_rules
from leadstern.scoring.terms import LineKind


def score_changed(*, now: datetime, limit: int) -> int:
    """Scores up to `limit` leads that changed, then leads whose score is by an older version. How many it did.

    Guarantee: taking the leads and storing their scores is one transaction; killed anywhere, the leads still wait.
    Scoring twice gives the same. Several workers share the leads. Without a published model all leads wait.
    """
    with write():
        version = published_version()
        if version is None:
            return 0
        taken = take_changed_leads(limit=limit)
        lead_ids = list(dict.fromkeys([*taken, *_by_older_version(version, limit - len(taken))]))
        if lead_ids:
            _score(lead_ids, version, now)
    return len(lead_ids)


def take_changed(*, limit: int) -> list[int]:
    """Lead ids of up to `limit` scores that are new since they were last taken, ours until the surrounding `write()`
    ends. Called by qualification."""
    waiting = Score.objects.filter(is_changed=True, model__is_main=True).order_by("pk").only("lead_id")
    taken = claim(waiting, limit=limit)
    if taken:
        Score.objects.filter(pk__in=[score.pk for score in taken]).update(is_changed=False)
    return [score.lead_id for score in taken]


def mark_all_changed() -> int:
    """Hands all scores to qualification again, because its definition is another. Joins the caller's transaction.

    Without a condition on purpose: a row that a worker is just taking waits for it and is marked again.
    """
    return Score.objects.filter(model__is_main=True).update(is_changed=True)


def erase_scores(lead_id: int) -> None:
    """Removes a lead's scores under every model (GDPR Art. 17)."""
    Score.objects.filter(lead_id=lead_id).delete()


def _by_older_version(version: ScoreModelVersion, limit: int) -> list[int]:
    if limit <= 0:
        return []
    older = list(version.model.versions.exclude(pk=version.pk).values_list("pk", flat=True))
    if not older:
        return []
    return [score.lead_id for score in claim(Score.objects.filter(version__in=older).only("lead_id"), limit=limit)]


def _score(lead_ids: list[int], version: ScoreModelVersion, now: datetime) -> None:
    """Stores the scores of the living among the leads; merged and erased ones lose theirs."""
    living = set(live_leads().filter(pk__in=lead_ids).values_list("pk", flat=True))
    if len(living) < len(lead_ids):
        Score.objects.filter(lead_id__in=set(lead_ids) - living).delete()
    made = computed(sorted(living), stored_rules(version.content), now=now)
    score_ids = _store_scores(made, version, now)
    store_lines(score_ids.values(), _lines(made, score_ids))


def _store_scores(made: dict[int, Computed], version: ScoreModelVersion, now: datetime) -> dict[int, int]:
    """The score rows, written first: on PostgreSQL that makes a second worker with the same lead wait here. Returns
    their ids by lead."""
    replace_rows(
        Score,
        ("lead", "model", "version", "fit", "bound", "scored_at", "is_changed"),
        ((lead_id, version.model_id, version.pk, one.fit, one.bound, now, True) for lead_id, one in made.items()),
        unique=("lead", "model"),
    )
    stored = Score.objects.filter(lead_id__in=made, model_id=version.model_id)
    return dict(stored.values_list("lead_id", "pk"))


def _lines(made: dict[int, Computed], score_ids: dict[int, int]) -> Iterator[tuple[int, LineKind, Line]]:
    for lead_id, one in made.items():
        score_id = score_ids[lead_id]
        for line in one.fit_lines:
            yield score_id, LineKind.FIT, line
        for line in one.activity_lines:
            yield score_id, LineKind.ACTIVITY, line
