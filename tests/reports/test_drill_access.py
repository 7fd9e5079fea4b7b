"""Whoever sees only part of the leads sees only that part behind a figure."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.journey.defaults import ensure_defaults
from leadstern.routing.actions import assign_lead
from tests.leads.make import lead

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/funnel/leads/?step=captured"


def test_field_sales_sees_its_own_leads_behind_a_figure_and_is_told_so(
    carla: User, doris: User, sign_in: Callable[[User], Client], now: datetime
) -> None:
    ensure_defaults(now=now)
    own, other = lead(last_name="Eigen"), lead(last_name="Fremdling")
    assign_lead(own, owner=carla, by=doris, reason="kennt sie", now=now)
    page = sign_in(carla).get(ADDRESS).content.decode()
    assert "Eigen" in page
    assert "Fremdling" not in page
    assert "notice" in page
    everything = sign_in(doris).get(ADDRESS).content.decode()
    assert str(other) in everything
