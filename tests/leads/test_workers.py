"""Several workers take submissions at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from leadstern.capture.models import Submission
from leadstern.capture.terms import SubmissionState
from leadstern.leads.actions import take_submissions
from leadstern.leads.models import Activity, Identity, Lead
from tests.conftest import NOW
from tests.leads.make import submission


def work(_worker: int) -> int:
    try:
        total = 0
        while taken := take_submissions(now=NOW, limit=4):
            total += taken
        return total
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_workers_make_one_lead_per_person_and_lose_nothing() -> None:
    for number in range(120):
        person = number * 7 % 20
        submission(email=f"kim{person}@firma{person % 5}.de", company=f"Firma {person % 5}", city=f"Ort {number}")
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) >= 120
    assert Submission.objects.exclude(state=SubmissionState.TAKEN).count() == 0
    assert (Lead.objects.count(), Identity.objects.count(), Activity.objects.count()) == (20, 20, 120)
