"""What stands beside the chosen lead on "Today": what the person wrote, what was said on the phone, in words."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.sales.models import Task
from leadstern.sales.queries import queue
from leadstern.sales.terms import TaskKind, Urgency
from leadstern.scoring.actions import score_changed
from tests.conftest import NOW
from tests.sales.make import enquiry, mql, sql
from tests.scoring.make import activity_rule, content, publish

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")


def words(client: Client) -> str:
    """The page without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/today/").content.decode()).split())


def wrote(lead: Lead, text: str, *, days_ago: int = 0) -> None:
    activity = enquiry(lead, at=NOW - timedelta(days=days_ago))
    Activity.objects.filter(pk=activity.pk).update(data={"message": text})


def test_the_newest_message_is_shown_before_calling(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)
    wrote(lead, "Bitte nur vormittags.", days_ago=9)
    wrote(lead, "Wir brauchen <b>12</b> Module.")
    for number in range(12):  # the message is older than everything the history shows
        Activity.objects.create(
            lead=lead, kind=ActivityKind.PAGE, at=NOW + timedelta(minutes=number), content="/preise"
        )

    text = sign_in(ben).get("/today/").content.decode()

    assert "Wir brauchen &lt;b&gt;12&lt;/b&gt; Module." in text
    assert text.index("Wir brauchen") < text.index("Darf ich anrufen?")
    assert "Das schrieb die Person, 18.11.2026, 10:00" in words(sign_in(ben))


def test_older_messages_stand_in_the_history(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)
    wrote(lead, "Bitte nur vormittags.", days_ago=9)
    wrote(lead, "Wir brauchen Module.")

    text = words(sign_in(ben))

    assert text.count("Wir brauchen Module.") == 1
    assert text.index("Bitte nur vormittags.") > text.index("Verlauf")


def test_who_decides_on_a_hand_over_sees_the_answers(sign_in: SignIn, ben: User, carla: User) -> None:
    lead = sql(ben, carla)
    wrote(lead, "Wir brauchen Module.")

    text = words(sign_in(carla))

    assert text.index("Am Telefon gesagt") < text.index("Zurück an den Innendienst")
    assert "Budget ja: ja (Kim Muster, 18.11.2026)" in text
    assert "Wir brauchen Module." in text
    assert text.index("Budget ja") < text.index("Annehmen Zurück")


def test_no_dot_stands_alone(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben)
    Lead.objects.filter(pk=lead.pk).update(city="", postcode="", interest="Photovoltaik")

    found = sign_in(ben).get("/today/")

    assert "Erstanruf ·" not in found.content.decode()
    assert found.context["detail"].about == "Photovoltaik"
    Lead.objects.filter(pk=lead.pk).update(is_business=True, city="Köln", postcode="50667")
    assert sign_in(ben).get("/today/").context["detail"].about == "Geschäftskunde · 50667 Köln · Photovoltaik"


def test_the_counts_say_what_the_rows_say(sign_in: SignIn, ben: User) -> None:
    """A hot lead is to be called now though its deadline ends tomorrow; a call back of yesterday is due, too."""
    hot, back, planned = (mql(ben, f"Kim {name}") for name in ("Heiß", "Gestern", "Morgen"))
    tomorrow = NOW + timedelta(days=1)
    Task.objects.filter(lead__in=[hot, planned]).update(due_at=tomorrow)
    Task.objects.filter(lead=planned).update(is_deadline=False)
    yesterday = NOW - timedelta(days=1)
    Task.objects.filter(lead=back).update(kind=TaskKind.CALL_BACK, is_deadline=False, due_at=yesterday)
    publish(content(activity=[activity_rule("enquiry", ActivityKind.SUBMISSION, 50)]))
    enquiry(hot)
    score_changed(now=NOW, limit=10)

    found = sign_in(ben).get("/today/")

    assert [line.when for line in found.context["lines"]] == ["jetzt", "jetzt", "19.11."]
    assert [row.group for row in queue(ben, now=NOW).rows] == [Urgency.HOT, Urgency.CALL_BACK, Urgency.PLANNED]
    assert "0 über der Zeit · 2 fällig · 1 geplant" in words(sign_in(ben))


def test_numbers_are_written_in_groups(sign_in: SignIn, ben: User) -> None:
    lead = mql(ben, phone="+4922112345678")
    enquiry(lead, phone="+4922112345678")

    assert "+49 221 12345678 anrufen" in words(sign_in(ben))
    page = sign_in(ben).get(f"/leads/{lead.pk}/").content.decode()
    assert 'href="tel:+4922112345678"' in page
    assert ">+49 221 12345678</a>" in page
