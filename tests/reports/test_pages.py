"""The pages: who may see them, what they say, and that every number opens exactly its leads."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.leads.models import Company
from leadstern.reports.charts import Bar, bars
from tests.conftest import NOW
from tests.reports.make import ACCEPTED, MQL, SQL, WON, lead, spend

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGES = ["/reports/funnel/", "/reports/mql-to-close/", "/reports/cost/"]


def filled() -> None:
    for number in range(25):
        past = {MQL: "2026-01-11"}
        if number < 10:
            past |= {SQL: "2026-01-12", ACCEPTED: "2026-01-20"}
        if number < 5:
            past |= {WON: "2026-02-01"}
        lead(f"2026-0{number % 3 + 1}-10", past, source="search", campaign="solar" if number % 2 else "")
    lead("2026-10-10", {MQL: "2026-10-11", WON: "2026-10-01"}, source=None)
    lead("2026-10-10", {MQL: "2026-10-11"}, source="fair=1;2")
    lead("2026-10-10", {}, source="")
    spend("2026-01-01", "search", "1000.00")
    spend("2026-02-01", "search", "234.50", campaign="solar")
    spend("2026-02-01", "fair=1;2", "100.00")


def linked_counts(page: str) -> list[tuple[str, int]]:
    found = re.findall(r'<a href="(/reports/[a-z-]+/leads/[^"]*)">([\d.]+)</a>', page)
    return [(unescape(url), int(number.replace(".", ""))) for url, number in found]


@pytest.mark.parametrize(
    "address",
    [*PAGES, "/reports/mql-to-close/?by=month", "/reports/cost/?by=campaign", "/reports/cost/?by=month",
     "/reports/funnel/?since=2026-01-01&until=2026-02-28", "/reports/mql-to-close/?since=2026-01-01&until=2026-06-30",
     "/reports/cost/?by=source&since=2026-01-15&until=2026-02-03"],
)  # fmt: skip
def test_every_number_opens_exactly_its_leads(sign_in: SignIn, anna: User, now: datetime, address: str) -> None:
    filled()
    client = sign_in(anna)
    counts = linked_counts(client.get(address).content.decode())
    assert counts
    for url, number in counts:
        answer: Any = client.get(url.replace("/leads/", "/leads.csv"))
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) - 1 == number, url
        assert client.get(url).content.decode().count("<tr data-row>") == min(number, 50)


def test_more_leads_than_are_counted_are_called_more(
    sign_in: SignIn, anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled()
    for many, said in ((28, "28 Leads"), (27, "27+ Leads")):
        monkeypatch.setattr("leadstern.reports.views.MANY", many)
        page = sign_in(anna).get("/reports/funnel/leads/?step=captured").content.decode()
        assert said in " ".join(page.split())


def test_leads_won_before_they_were_mqls_open_from_the_caveat(sign_in: SignIn, anna: User, now: datetime) -> None:
    filled()
    client = sign_in(anna)
    for grouping in ("source", "month"):
        page = client.get(f"/reports/mql-to-close/?by={grouping}&since=2026-10-01").content.decode()
        (address,) = re.findall(r'href="([^"]*step=early[^"]*)"', page)
        assert client.get(unescape(address)).content.decode().count("<tr data-row>") == 1


def test_leads_without_recorded_spend_open_as_well(sign_in: SignIn, anna: User, now: datetime) -> None:
    filled()
    client = sign_in(anna)
    page = client.get("/reports/cost/").content.decode()
    assert "15 Leads kamen in Monaten, für die zu ihrer Herkunft keine Ausgaben erfasst sind" in page
    url = re.search(r'href="(/reports/cost/leads/[^"]*unpaid[^"]*)"', page)
    assert url is not None
    assert client.get(unescape(url.group(1))).content.decode().count("<tr data-row>") == 15


def test_the_answer_stands_in_a_sentence_with_its_interval(sign_in: SignIn, anna: User, now: datetime) -> None:
    filled()
    client = sign_in(anna)
    page = client.get("/reports/mql-to-close/").content.decode()
    assert "Von 27 MQLs haben 6 gekauft (seit Beginn): 22,2\u00a0%" in page
    assert "1 Lead wurde gewonnen, bevor er MQL war." in page
    assert "keine Angabe" in page
    assert "wenige" in page
    page = client.get("/reports/funnel/").content.decode()
    assert "Von 28 Leads wurden 6 Kunden" in page
    page = client.get("/reports/cost/").content.decode()
    assert "444,83\u00a0€" in page
    assert "1.334,50\u00a0€" in page


def test_too_few_get_no_percentage_in_the_answer(sign_in: SignIn, anna: User, now: datetime) -> None:
    lead("2026-01-10", {MQL: "2026-01-11"}, source="search")
    page = sign_in(anna).get("/reports/mql-to-close/").content.decode()
    assert "Von 1 MQLs haben 0 gekauft (seit Beginn). Für eine Prozentzahl sind es zu wenige." in page


def test_unfinished_months_are_hatched_and_said(sign_in: SignIn, anna: User, now: datetime) -> None:
    filled()
    page = sign_in(anna).get("/reports/mql-to-close/?by=month").content.decode()
    assert "10/2026 (läuft noch)" in page
    assert page.count('fill="url(#mql-wide-hatch)"') == page.count('fill="url(#mql-narrow-hatch)"') == 1


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_report_says_so(sign_in: SignIn, anna: User, now: datetime, address: str) -> None:
    page = sign_in(anna).get(address).content.decode()
    assert "Wählen Sie einen längeren Zeitraum" in page
    assert "<svg viewBox" not in page


@pytest.mark.parametrize("query", ["since=2026-13-01", "since=2026-02-01&until=2026-01-01", "by=id", "since=%00"])
def test_a_filter_that_cannot_be_read_is_said(sign_in: SignIn, anna: User, now: datetime, query: str) -> None:
    answer = sign_in(anna).get(f"/reports/mql-to-close/?{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "error-summary" in page
    assert "Bitte prüfen Sie diese Angabe." in page
    assert "noch nichts gespeichert" not in page
    assert "(seit Beginn)" not in page


@pytest.mark.parametrize(
    "query",
    ["cost/leads/", "x?step=n", "cost?step=n", "mql-to-close?step=n&row=is&by=id&key=1",
     "mql-to-close?step=n&row=is&by=month&key=2026-99", "mql-to-close?step=n&since=x",
     "mql-to-close?step=n&row=is&by=source&key=%00", "cost?step=leads&row=none&by=month"],
)  # fmt: skip
def test_a_made_up_address_of_leads_is_not_found(sign_in: SignIn, anna: User, now: datetime, query: str) -> None:
    assert sign_in(anna).get("/reports/" + query.replace("?", "/leads/?")).status_code == 404


def test_roles_decide_who_sees_reports_and_who_exports(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User, now: datetime
) -> None:
    cell = "?step=captured"
    for user, sees, exports, records in [
        (anna, True, True, True), (ben, True, False, False), (carla, True, False, False), (doris, True, True, True),
        (emil, False, False, False), (fremd, False, False, False),
    ]:  # fmt: skip
        client = sign_in(user)
        for address in [*PAGES, f"/reports/funnel/leads/{cell}"]:
            assert client.get(address).status_code == (200 if sees else 403), (user.name, address)
        assert client.get(f"/reports/funnel/leads.csv{cell}").status_code == (200 if exports else 403), user.name
        if sees:
            assert ("/leads/spend/" in client.get("/reports/cost/").content.decode()) is records, user.name
    assert Client().get("/reports/funnel/").status_code == 302


def test_an_export_is_recorded_and_runs_no_formula(sign_in: SignIn, anna: User, now: datetime) -> None:
    firm = Company.objects.create(name='=HYPERLINK("x")', name_key="x", created_at=NOW)
    lead("2026-01-10", company=firm, last_name="@Muster", source="-1+1")
    answer: Any = sign_in(anna).get("/reports/funnel/leads.csv?step=captured")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert "'@Muster" in text
    assert "'-1+1" in text
    assert "\"'=HYPERLINK" in text
    assert Entry.objects.get().verb == "leads.exported"


@pytest.mark.parametrize(
    ("address", "figure", "line"),
    [("mql-to-close/leads/?step=n&by=source&row=is&key=search", "MQLs · search",
      ["MQL zu Kunde", "seit Beginn", "25 Leads"]),
     ("mql-to-close/leads/?step=won&by=month&row=is&key=2026-01", "Kunden · 01/2026", ["5 Leads"]),
     ("funnel/leads/?step=won&since=2026-10-01", "Kunde", ["Trichter", "seit 01.10.2026", "1 Lead"]),
     ("cost/leads/?step=leads&by=campaign&row=is&key=solar&source=search&since=2026-01-15&until=2026-02-03",
      "search · solar", ["Kosten", "01.01.2026 bis 28.02.2026"])],
)  # fmt: skip
def test_the_leads_say_behind_which_figure_they_stand(
    sign_in: SignIn, anna: User, now: datetime, address: str, figure: str, line: list[str]
) -> None:
    filled()
    page = " ".join(sign_in(anna).get(f"/reports/{address}").content.decode().split())
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
    assert figure in heading
    for words in line:
        assert words in page
    report = f"/reports/{address.split('/', maxsplit=1)[0]}/"
    assert f'<a href="{report}" aria-current="page">' in page


def test_a_source_is_said_in_words_and_the_file_keeps_its_code(sign_in: SignIn, anna: User, now: datetime) -> None:
    lead("2026-01-10", source="organic_search")
    lead("2026-01-10", source="manual")
    client, cell = sign_in(anna), "?report=funnel&step=captured"
    page = client.get(f"/reports/funnel/leads/{cell}").content.decode()
    assert "<td>Suche (unbezahlt)</td>" in page
    assert "<td>Von Hand erfasst</td>" in page
    answer: Any = client.get(f"/reports/funnel/leads.csv{cell}")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert "Herkunft;Herkunft in Worten" in lines[0]
    assert "organic_search;Suche (unbezahlt)" in lines[1]


def test_money_for_a_source_without_leads_is_said(sign_in: SignIn, anna: User, now: datetime) -> None:
    lead("2026-01-10", source="paid_search")
    spend("2026-01-01", "paid_search", "100.00")
    spend("2026-01-01", "Gugel", "50.00")
    page = unescape(sign_in(anna).get("/reports/cost/").content.decode())
    assert "50,00\u00a0€ haben keinen einzigen Lead gebracht: Gugel." in page


def test_the_leads_of_a_figure_cost_the_same_for_one_and_three(
    sign_in: SignIn, anna: User, now: datetime, django_assert_num_queries: Any
) -> None:
    client = sign_in(anna)
    for number in (1, 2):
        for _ in range(number):
            lead("2026-01-10", {MQL: "2026-01-11"}, source="search")
        with django_assert_num_queries(5):
            client.get("/reports/mql-to-close/leads/?step=n")


def test_labels_in_a_chart_are_escaped_and_numbers_stay_numbers() -> None:
    drawn = bars("x", "<b>", "d", [Bar("<script>", 0.5, "50 %", 0.25, 0.75, is_hatched=True), Bar("leer", 0, "–")])
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert 'role="img"' in drawn
    assert "<title" in drawn
    assert 'style="' not in drawn
    assert bars("x", "t", "d", []).startswith("<svg")
