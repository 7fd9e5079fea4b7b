"""Entered by hand: through the same door, once, and on to the lead."""

from collections.abc import Callable

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ENTRY = {"name": "Kim Muster", "phone": "0221 123456", "country": "DE", "acquisition": "seed",
         "referred_by": "Hofgut Lindner", "key": "a" * 32}  # fmt: skip


def test_entry_waits_for_the_leads_stage(ben: User, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answer = client.post("/leads/new/", ENTRY)
    row = Submission.objects.get()
    assert answer["Location"] == f"/capture/submissions/{row.pk}/?then=lead"
    assert (row.channel, row.state, row.entered_by) == (CaptureChannel.MANUAL, SubmissionState.WAITING, ben)
    assert row.details["phone"] == "+49221123456"
    assert (row.details["acquisition"], row.details["referred_by"]) == ("seed", "Hofgut Lindner")
    assert client.get(answer["Location"])["Refresh"] == "1"


def test_double_click_enters_one(ben: User, sign_in: SignIn) -> None:
    client = sign_in(ben)
    for _ in range(2):
        client.post("/leads/new/", ENTRY)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"phone": ""}, "phone"), ({"phone": "x"}, "phone"), ({"email": "x@"}, "email"), ({"name": ""}, "name"),
    ({"referred_by": ""}, "referred_by"), ({"postcode": "1"}, "postcode"),
])  # fmt: skip
def test_wrong_entry_is_said_beside_the_field(change: dict[str, str], field: str, ben: User, sign_in: SignIn) -> None:
    answer = sign_in(ben).post("/leads/new/", ENTRY | change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Submission.objects.exists()
