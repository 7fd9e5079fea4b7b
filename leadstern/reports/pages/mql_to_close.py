"""The page „How many MQLs buy?“. Enters: the report. Leaves: a `Page`."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadstern.core import formats
from leadstern.reports.charts import Bar, bars
from leadstern.reports.drill import Cell, address
from leadstern.reports.mql_to_close import MqlToClose, Row
from leadstern.reports.pages.parts import (
    Line,
    Page,
    few,
    interval,
    interval_words,
    linked,
    month_label,
    period_words,
    rate,
    source_label,
)
from leadstern.reports.terms import FEW

QUESTION = gettext_lazy("How many MQLs buy?")


def mql_page(report: MqlToClose) -> Page:
    columns = (
        _("MQLs"),
        _("Accepted by sales"),
        _("Share of them"),
        _("Customers"),
        _("Share of them"),
        _("95 per cent interval"),
    )
    return Page(
        question=QUESTION,
        answer=_answer(report),
        chart=_chart(report),
        columns=columns,
        lines=tuple(_line(report, row) for row in report.rows),
        total=_line(report, report.total, is_total=True) if report.rows else None,
        caveats=_caveats(report),
        is_empty=not report.rows,
    )


def _answer(report: MqlToClose) -> str:
    share = report.total.share
    words = {
        "won": formats.number(share.won),
        "number": formats.number(share.n),
        "period": period_words(report.period),
        "rate": formats.percent(share.rate),
        "interval": interval_words(share),
    }
    if not share.n:
        return _("Nobody became an MQL (%(period)s).") % words
    if share.is_few:
        return _("%(won)s of %(number)s MQLs bought (%(period)s). That is too few for a percentage.") % words
    return _("%(won)s of %(number)s MQLs bought (%(period)s): %(rate)s (95 per cent interval: %(interval)s).") % words


def _chart(report: MqlToClose) -> SafeString:
    rows = [
        Bar(
            _label(report, row),
            row.share.rate or 0,
            f"{formats.percent(row.share.rate)} · n = {formats.number(row.share.n)}"
            + (f" ({few()})" if row.share.is_few else ""),
            row.share.low,
            row.share.high,
            row.is_unfinished,
        )
        for row in report.rows
    ]
    return bars(
        "mql",
        str(QUESTION),
        _("Share of MQLs that became customers, with 95 per cent intervals. The table below holds the same numbers."),
        rows,
    )


def _line(report: MqlToClose, row: Row, *, is_total: bool = False) -> Line:
    def cell(step: str) -> Cell:
        return Cell("mql-to-close", step, report.period, report.by, row.key, is_total=is_total)

    figures = (
        linked(row.share.n, cell("n")),
        linked(row.accepted.won, cell("accepted")),
        rate(row.accepted),
        linked(row.share.won, cell("won")),
        rate(row.share),
        interval(row.share),
    )
    return Line(_("All together") if is_total else _label(report, row), figures)


def _label(report: MqlToClose, row: Row) -> str:
    if report.by != "month":
        return source_label(row.key)
    return month_label(row.key) + (" " + _("(unfinished)") if row.is_unfinished else "")


def _caveats(report: MqlToClose) -> tuple[str, ...]:
    early = report.total.early
    said = [
        _(
            "Everybody counts once, in the month of becoming an MQL, whenever the purchase was. Sales "
            "by calendar month are another number."
        ),
        _("A month is unfinished until its MQLs have had 90 days: its rate will still rise. Such bars are hatched."),
        _("Below %(number)s MQLs a percentage says next to nothing; such rows are marked “few”.") % {"number": FEW},
        _("A difference between two rows is worth talking about when their intervals do not overlap."),
    ]
    if early:
        words = ngettext(
            "%(number)s lead was won before becoming an MQL. It counts; the dates deserve a look.",
            "%(number)s leads were won before becoming MQLs. They count; the dates deserve a look.",
            early,
        ) % {"number": formats.number(early)}
        early_ones = address(Cell("mql-to-close", "early", report.period, report.by))
        said.insert(0, format_html('{} <a href="{}">{}</a>', words, early_ones, _("Show them")))
    return tuple(said)
