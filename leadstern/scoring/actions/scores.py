"""Makes scores: for leads that changed, and for those still standing by an older version of the model."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from leadstern.core.db import write
from leadstern.core.rows import insert_rows, replace_rows
from leadstern.leads.actions import claim_with_leads
from leadstern.leads.actions import take_changed as take_changed_leads
from leadstern.scoring.actions.lines import renew_lines
from leadstern.scoring.models import Score, ScoreModelVersion
from leadstern.scoring.queries.computing import fits
from leadstern.scoring.queries.model import published_version, stored_rules

RENEWED = 4
"""All scores are of an older version after publishing: larger batches write each page of the tables fewer times. Those
of the worker (500) hold SQLite's write lock for about 0.2 s."""
NAMES = ("lead", "model", "version", "fit", "fit_rules", "bound", "scored_at", "is_changed")


def score_changed(*, now: datetime, limit: int) -> int:
    """Scores up to `limit` leads that changed; with what is left of `limit`, `RENEWED` times as many whose score is by
    an older version. How many it did.

    Guarantee: taking the leads and storing their scores is one transaction; killed anywhere, the leads still wait.
    Scoring twice gives the same. Several workers share the leads. Without a published model all leads wait.
    """
    with write():
        version = published_version()
        if version is None:
            return 0
        taken = take_changed_leads(limit=limit)
        # Those of the changed leads first: whoever waits for scores that another worker holds must not hold others.
        scores = _held(taken, version.model_id) if taken else {}
        scores |= _of_older_version(version, RENEWED * (limit - len(taken)))
        lead_ids = sorted({*taken, *scores})
        if lead_ids:
            _score(lead_ids, scores, version, now)
    return len(lead_ids)


def take_changed(*, limit: int) -> list[int]:
    """Lead ids of up to `limit` scores that are new since they were last taken, ours until the surrounding `write()`
    ends. Called by qualification."""
    waiting = Score.objects.filter(is_changed=True, model__is_main=True).order_by("pk").only("lead_id")
    taken = claim_with_leads(waiting, limit=limit)
    if taken:
        Score.objects.filter(pk__in=[score.pk for score in taken]).update(is_changed=False)
    return [score.lead_id for score in taken]


def mark_all_changed() -> int:
    """Hands all scores to qualification again, because its definition is another. Joins the caller's transaction.

    Without a condition on purpose: a row that a worker is just taking waits for it and is marked again.
    """
    return Score.objects.filter(model__is_main=True).update(is_changed=True)


def erase_scores(lead_ids: Collection[int]) -> None:
    """Removes the leads' scores under every model (GDPR Art. 17)."""
    Score.objects.filter(lead_id__in=lead_ids).delete()


Scores = dict[int, int]
"""Lead id to score id."""


def _held(lead_ids: Collection[int], model_id: int) -> Scores:
    """Those of the leads that have a score, ours until the end of the transaction. Waits for other workers, so that
    nobody overwrites a newer score by an older one."""
    found = Score.objects.filter(lead_id__in=lead_ids, model_id=model_id).order_by("pk")
    return dict(found.select_for_update(no_key=True).values_list("lead_id", "pk"))


def _of_older_version(version: ScoreModelVersion, limit: int) -> Scores:
    """As `core.db.claim`, without an object for each row; in the order of the table, so that neighbours stay
    together."""
    older = list(version.model.versions.exclude(pk=version.pk).values_list("pk", flat=True))
    if limit <= 0 or not older:
        return {}
    waiting = Score.objects.filter(version__in=older).order_by("version", "pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, no_key=True)
    return dict(waiting.values_list("lead_id", "pk")[:limit])


def _score(lead_ids: list[int], scores: Scores, version: ScoreModelVersion, now: datetime) -> None:
    """Stores the scores of the living among the leads; merged and erased ones lose theirs. `scores`: those there
    are."""
    rules = stored_rules(version.content)
    found = fits(lead_ids, rules, now=now)
    if gone := set(lead_ids) - found.keys():
        Score.objects.filter(lead_id__in=gone).delete()
    if new := found.keys() - scores.keys():
        _insert(new, version, now)
        scores |= _held(new, version.model_id)
    kept = {lead_id: scores[lead_id] for lead_id in found}
    bounds = renew_lines(kept, version.model_id, rules, now=now)
    rows = (
        (lead_id, version.model_id, version.pk, fit.points, fit.rules, bounds.get(kept[lead_id]), now, True)
        for lead_id, fit in found.items()
    )
    replace_rows(Score, NAMES, rows, unique=("lead", "model"))


def _insert(lead_ids: Collection[int], version: ScoreModelVersion, now: datetime) -> None:
    """Empty scores, for their ids."""
    rows = [(lead_id, version.model_id, version.pk, 0.0, "", None, now, True) for lead_id in sorted(lead_ids)]
    insert_rows(Score, NAMES, rows, skip_known=True)
