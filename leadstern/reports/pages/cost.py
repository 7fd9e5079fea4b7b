"""The page „What does a customer cost?“. Enters: the report. Leaves: a `Page`."""

from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadstern.core import formats
from leadstern.reports.charts import Bar, bars
from leadstern.reports.cost import CostReport
from leadstern.reports.drill import Cell
from leadstern.reports.logic import Cost
from leadstern.reports.pages.parts import Figure, Line, Page, few, linked, month_label, period_words, source_label
from leadstern.reports.terms import FEW

QUESTION = gettext_lazy("What does a customer cost?")


def cost_page(report: CostReport) -> Page:
    columns = (
        _("Spent"),
        _("Leads"),
        _("Cost per lead"),
        _("MQLs"),
        _("Cost per MQL"),
        _("Customers"),
        _("Cost per customer"),
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


def _answer(report: CostReport) -> str:
    total = report.total
    words = {
        "amount": formats.money(total.amount),
        "period": period_words(report.period.whole_months),
        "customers": formats.number(total.customers),
        "leads": formats.number(total.leads),
        "per_customer": formats.money(total.per_customer),
        "per_lead": formats.money(total.per_lead),
    }
    if not report.rows:
        return _("No spend is recorded (%(period)s).") % words
    if not total.customers:
        return _("%(amount)s brought %(leads)s leads and so far no customer (%(period)s).") % words
    return (
        _(
            "A customer cost %(per_customer)s and a lead %(per_lead)s: %(amount)s brought %(leads)s "
            "leads and %(customers)s customers (%(period)s)."
        )
        % words
    )


def _chart(report: CostReport) -> SafeString:
    rows = [Bar(_label(report, row), float(row.per_customer or 0), _figure(row)) for row in report.rows]
    return bars("cost", str(QUESTION), _("Cost per customer. The table below holds it beside the cost per lead."), rows)


def _figure(row: Cost) -> str:
    return formats.money(row.per_customer) if row.customers else _("no customer yet")


def _line(report: CostReport, row: Cost, *, is_total: bool = False) -> Line:
    def cell(step: str) -> Cell:
        return Cell("cost", step, report.period, report.by, row.key, row.source or "", is_total)

    figures = (
        Figure(formats.money(row.amount)),
        linked(row.leads, cell("leads")),
        _per(row.per_lead, row.leads),
        linked(row.mqls, cell("mqls")),
        _per(row.per_mql, row.mqls),
        linked(row.customers, cell("customers")),
        _per(row.per_customer, row.customers),
    )
    return Line(_("All together") if is_total else _label(report, row), figures)


def _per(amount: Decimal | None, heads: int) -> Figure:
    return Figure(formats.money(amount), "", few() if 0 < heads < FEW else "")


def _label(report: CostReport, row: Cost) -> str:
    if report.by == "month":
        return month_label(row.key)
    if report.by == "campaign":
        return f"{source_label(row.source)} · {row.key or _('rest of the source')}"
    return source_label(row.key)


def _caveats(report: CostReport) -> tuple[str, ...]:
    unpaid, lonely = report.unpaid_leads, [_label(report, row) for row in report.rows if row.amount and not row.leads]
    said = [
        _("Only recorded spend counts. Wages, agencies and tools are in it only when somebody entered them."),
        _(
            "Leads count in the month of their first contact and under their first source; later "
            "contacts share no cost."
        ),
        _("Spend is known by month, so the period is widened to whole months."),
        _("Customers of the last months are still to come: their cost will fall."),
        _("Averages over fewer than %(number)s heads are marked “few”.") % {"number": FEW},
    ]
    if lonely and report.by != "month":
        words = {"amount": formats.money(sum(row.amount for row in report.rows if not row.leads))}
        said.insert(
            0,
            _("%(amount)s brought no lead at all: %(sources)s. Is the source named as at the leads?")
            % (words | {"sources": ", ".join(lonely)}),
        )
    if unpaid:
        said.insert(
            0,
            ngettext(
                "%(number)s lead came in a month without recorded spend for its source and is in no figure here.",
                "%(number)s leads came in months without recorded spend for their source and are in no figure here.",
                unpaid,
            )
            % {"number": formats.number(unpaid)},
        )
    return tuple(said)
