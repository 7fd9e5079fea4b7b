"""The page „Where do we lose leads?“. Enters: the report. Leaves: a `Page`."""

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from leadstern.core import formats
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage
from leadstern.reports.charts import Bar, funnel
from leadstern.reports.drill import Cell
from leadstern.reports.funnel import LEADS, VISITS, Funnel, Step
from leadstern.reports.logic import share
from leadstern.reports.pages.parts import Figure, Line, Page, interval, interval_words, linked, period_words, rate

QUESTION = gettext_lazy("Where do we lose leads?")


def funnel_page(report: Funnel) -> Page:
    labels = _labels()
    columns = (pgettext("how many", "Number"), _("Of the step before"), _("95 per cent interval"), _("Of all leads"))
    return Page(
        question=QUESTION,
        answer=_answer(report, labels),
        chart=_chart(report, labels),
        columns=columns,
        lines=tuple(_line(report, step, labels) for step in report.steps),
        total=None,
        caveats=_caveats(report),
        is_empty=not any(step.n for step in report.steps),
    )


def _labels() -> dict[str, str]:
    stages = {stage.value: label for stage, label in stage_labels(get_language() or "de").items()}
    return stages | {VISITS: _("Visits"), LEADS: stages[Stage.CAPTURED]}


def _answer(report: Funnel, labels: dict[str, str]) -> str:
    leads, won = report.steps[1].n, report.steps[-1].n
    whole = share(leads, won)
    words = {
        "leads": formats.number(leads),
        "won": formats.number(won),
        "period": period_words(report.period),
        "rate": formats.percent(whole.rate),
        "interval": interval_words(whole),
    }
    if not leads:
        return _("No leads were captured (%(period)s).") % words
    if whole.is_few:
        return _("%(won)s of %(leads)s leads became customers (%(period)s). That is too few for a percentage.") % words
    said = (
        _("%(won)s of %(leads)s leads became customers (%(period)s): %(rate)s (95 per cent interval: %(interval)s).")
        % words
    )
    return f"{said} {_largest_loss(report, labels)}".rstrip()


def _largest_loss(report: Funnel, labels: dict[str, str]) -> str:
    """The step at which most persons go missing."""
    pairs = list(zip(report.steps[1:], report.steps[2:], strict=False))
    before, after = max(pairs, key=lambda pair: pair[0].n - pair[1].n)
    lost = before.n - after.n
    if not lost:
        return ""
    words = {"lost": formats.number(lost), "before": labels[before.key], "after": labels[after.key]}
    return _("Most get lost between %(before)s and %(after)s: %(lost)s.") % words


def _chart(report: Funnel, labels: dict[str, str]) -> SafeString:
    rows = [_bar(step, labels) for step in report.steps]
    return funnel(
        "funnel",
        str(QUESTION),
        _("Number at each step from visit to customer. The table below holds the same numbers."),
        rows,
    )


def _bar(step: Step, labels: dict[str, str]) -> Bar:
    """Visits are no persons and dwarf them, so they stand on a scale of their own."""
    number = formats.number(step.n)
    if step.key != VISITS:
        return Bar(labels[step.key], step.n, number)
    figure = _("%(number)s (own scale)") % {"number": number}
    return Bar(labels[VISITS], step.n, figure, has_own_scale=True)


def _line(report: Funnel, step: Step, labels: dict[str, str]) -> Line:
    if step.key == VISITS:
        return Line(labels[VISITS], (Figure(formats.number(step.n)), *[Figure(formats.NOTHING)] * 3))
    number = linked(step.n, Cell("funnel", step.key, report.period))
    if step.of_previous is None or step.of_leads is None:
        return Line(labels[step.key], (number, *[Figure(formats.NOTHING)] * 3))
    return Line(labels[step.key], (number, rate(step.of_previous), interval(step.of_previous), rate(step.of_leads)))


def _caveats(report: Funnel) -> tuple[str, ...]:
    out = {key: formats.number(number) for key, number in vars(report.excluded).items()}
    return (
        _(
            "Leads are persons captured in the period, whatever became of them later. Visits are "
            "visits of the period, not persons: no rate connects the two."
        ),
        _("The persons captured late in the period have had little time; their later steps will still grow."),
        _("A lead that reached a later step counts in all steps before it."),
        _(
            "Not in the figures: %(bots)s visits of robots, %(merged)s joined duplicates, %(spam)s "
            "spam, %(tests)s tests, %(parked)s parked and %(unfinished)s unfinished submissions."
        )
        % out,
        _("In the period %(number)s submissions were taken; several may come from one person.")
        % {"number": formats.number(report.submissions)},
    )
