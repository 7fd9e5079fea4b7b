"""Pages of a company with thousands of leads: every row can be chosen, every address leads to its lead."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.leads.models import Identity, Lead
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome, Task
from tests.conftest import NOW
from tests.numbers import LARGE, count_from
from tests.sales.make import enquiry, mql, sql

SignIn = Callable[[User], Client]
PHONE = "+4922112345678"
SEPARATED = re.compile(r"\d[.,]\d{3}(?!\d)")
READ = {"title", "alt", "placeholder", "content", "data-name", "data-confirm", "aria-label", "d", "viewbox"}


@pytest.fixture(autouse=True)
def _thousands_of_rows(db: None, now: object) -> None:
    count_from(Lead, Task, Identity, Opportunity, Outcome)


class _Attributes(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [(name, value or "") for name, value in attrs if name not in READ]


def separated(page: str) -> list[tuple[str, str]]:
    """Attributes for machines in which a number is written for people."""
    return [(name, value) for name, value in _Attributes(page).found if SEPARATED.search(value)]


def listed(page: str) -> list[str]:
    """The addresses of the rows of "Today"."""
    rows = re.search(r'<ol class="split-list".*?</ol>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', rows[0]) if rows else []


def test_every_row_of_today_can_be_chosen(sign_in: SignIn, ben: User) -> None:
    leads = [mql(ben, f"Kim {name}") for name in ("Eins", "Zwei", "Drei")]
    assert min(lead.pk for lead in leads) > LARGE
    client = sign_in(ben)

    addresses = listed(client.get("/today/").content.decode())
    answers = [client.get(f"/today/{address}") for address in addresses]

    assert addresses == [f"?lead={lead.pk}" for lead in leads]
    assert [answer.context["detail"].lead for answer in answers] == leads
    chosen = [[line.lead for line in answer.context["lines"] if line.is_chosen] for answer in answers]
    assert chosen == [[lead] for lead in leads]


def test_after_an_outcome_the_next_row_follows(sign_in: SignIn, ben: User) -> None:
    _first, second, third = (mql(ben, f"Kim {name}") for name in ("Eins", "Zwei", "Drei"))
    client = sign_in(ben)
    page = client.get(f"/today/?lead={second.pk}").content.decode()
    following = re.search(r'name="next" value="([^"]+)"', page)
    assert following is not None

    answer = client.post(
        f"/today/{second.pk}/disqualify/", {"reason": "no_need", "note": "", "next": following[1]}, follow=True
    )

    assert answer.context["detail"].lead == third


@pytest.mark.parametrize("language", ["de", "en"])
def test_numbers_for_machines_are_plain(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, language: str
) -> None:
    called, handed, sold = mql(ben, "Kim Eins", phone=PHONE), sql(ben, carla, "Kim Zwei"), sql(ben, carla, "Kim Drei")
    enquiry(called, phone=PHONE)
    sale = actions.accept_lead(sold, by=carla, now=NOW)
    User.objects.update(language=language)
    seen = (
        (ben, "/today/"),
        (ben, f"/leads/{called.pk}/"),
        (ben, f"/leads/{called.pk}/edit/"),
        (carla, f"/today/?lead={handed.pk}"),
        (carla, f"/today/?lead={sold.pk}"),
        (carla, f"/sell/opportunities/{sale.pk}/"),
        (carla, "/sell/opportunities/"),
        (anna, "/leads/"),
        (anna, "/"),
        (doris, f"/leads/{called.pk}/"),
        (emil, "/setup/audit/"),
    )

    for person, address in seen:
        answer = sign_in(person).get(address)
        assert answer.status_code == 200, (person.name, address)
        assert separated(answer.content.decode()) == [], (person.name, address)
