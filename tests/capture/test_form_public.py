"""The hosted form by the real client: every way a submission can go, and that none is lost."""

import gzip
import json
import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.actions import close_form, publish_draft, save_draft
from leadstern.capture.channels.form.signed import read_question
from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason, SubmissionState
from leadstern.consent.models import LedgerEntry
from leadstern.core.time import clock_at
from leadstern.outbox.models import Delivery
from tests.capture.make import (
    GOOD,
    hidden,
    make_form,
    make_sender,
    make_site,
    make_wordings,
    open_form,
    send,
    solved,
)
from tests.conftest import NOW

State = SubmissionState
pytestmark = pytest.mark.django_db


def only() -> Submission:
    return Submission.objects.get()


def test_form_page_shows_the_published_fields_and_changes_nothing(client: Client) -> None:
    make_form()
    page = client.get("/f/kontakt/", headers={"accept-language": "de"})
    assert "Ihre Anfrage" in page.content.decode()
    assert page["Content-Language"] == "de"
    assert not Submission.objects.exists()


def test_form_page_speaks_the_language_asked_for(client: Client) -> None:
    make_form()
    page = client.get("/f/kontakt/?language=en").content.decode()
    assert "Your enquiry" in page
    assert 'lang="en"' in page


def test_good_submission_waits_for_the_leads_stage(client: Client) -> None:
    make_wordings()
    make_form()
    answer = send(client, proof=solved(), **GOOD)
    assert answer.status_code == 303
    assert "ist angekommen" in client.get(answer["Location"]).content.decode()
    row = only()
    assert row.state == State.WAITING
    assert row.details["phone"] == "+49221123456"
    assert row.raw["phone"] == "0221 123456"
    assert row.wording is not None
    assert row.wording.text == "Datenschutz de"
    assert row.origin["ip_prefix"] == "127.0.0.0/24"


def test_wrong_entries_are_said_beside_the_field_and_kept(client: Client) -> None:
    make_form()
    answer = send(client, **{**GOOD, "email": "kim@", "message": "<script>alert(1)</script>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="ls-kontakt-email-error">' in page
    assert 'class="ls-summary" role="alert" tabindex="-1"' in page
    assert 'value="kim@"' in page
    assert "<script>alert" not in page
    assert only().state == State.INVALID


def test_corrected_submission_is_taken_and_the_first_one_stays(client: Client) -> None:
    make_form()
    page = send(client, **{**GOOD, "email": "kim@"}).content.decode()
    answer = send(client, token=hidden(page, "ls_token"), proof=solved(), **GOOD)
    assert answer.status_code == 303
    first, second = Submission.objects.order_by("id")
    assert (first.state, first.state_reason) == (State.INVALID, Reason.CORRECTED)
    assert second.state == State.WAITING


def test_replayed_submission_is_answered_the_same_and_stored_once(client: Client) -> None:
    make_form()
    token, proof = open_form(client), solved()
    answers = [send(client, token=token, proof=proof, **GOOD) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/f/kontakt/done/?language=de"] * 2
    assert only().state == State.WAITING


def test_other_words_after_going_back_are_a_submission_of_their_own(client: Client) -> None:
    make_form()
    token = open_form(client)
    send(client, token=token, proof=solved(), **GOOD)
    send(client, token=token, proof=solved(), **{**GOOD, "message": "Noch etwas"})
    assert Submission.objects.filter(state=State.WAITING).count() == 2


def test_used_proof_does_not_serve_twice(client: Client) -> None:
    make_form()
    proof = solved()
    send(client, proof=proof, **GOOD)
    send(client, proof=proof, **{**GOOD, "name": "Zweite"})
    assert sorted(Submission.objects.values_list("state", flat=True)) == [State.HELD, State.WAITING]


def test_expired_or_foreign_proof_is_none(client: Client) -> None:
    make_form()
    send(client, proof=solved(NOW - timedelta(hours=3)), **GOOD)
    send(client, proof="bm90aGluZw==", **{**GOOD, "name": "Zweite"})
    assert set(Submission.objects.values_list("state", flat=True)) == {State.HELD}


def test_without_javascript_a_question_in_words_proves_a_human(client: Client) -> None:
    make_form()
    question_url = send(client, **GOOD)["Location"]
    assert only().state == State.HELD
    assert client.get(question_url).status_code == 200
    wrong = client.post(question_url, {"answer": "tausend"})
    assert "again=1" in wrong["Location"]
    assert only().state == State.HELD
    token = wrong["Location"].split("/human/")[1].split("/")[0]
    question = read_question(token)
    assert question is not None
    right = client.post(wrong["Location"], {"answer": str(question.a + question.b)})
    assert right["Location"].startswith("/f/kontakt/done/")
    assert only().state == State.WAITING


def test_altered_question_is_not_found(client: Client) -> None:
    make_form()
    url = send(client, **GOOD)["Location"]
    assert client.get(url.replace("/human/", "/human/x")).status_code == 404


@pytest.mark.parametrize(("values", "after", "reason"), [
    ({"ls_homepage": "http://spam"}, 20, Reason.HONEYPOT),
    ({}, 1, Reason.TOO_FAST),
])  # fmt: skip
def test_machines_are_thanked_and_kept_as_spam(
    client: Client, values: dict[str, str], after: float, reason: Reason
) -> None:
    make_form()
    answer = send(client, after=after, proof=solved(), **GOOD, **values)
    assert answer["Location"].startswith("/f/kontakt/done/")
    assert (only().state, only().state_reason) == (State.SPAM, reason)


def test_too_many_from_one_network_are_parked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setitem(settings.OWN, "LEADSTERN_RATE_LIMITS", True)
    make_form(captcha=False)
    token = open_form(client)
    for number in range(22):
        send(client, token=token, **{**GOOD, "message": str(number)})
    parked = Submission.objects.filter(state=State.PARKED, state_reason=Reason.RATE_LIMIT)
    assert parked.count() == 2
    assert Submission.objects.filter(state=State.WAITING).count() == 20
    cache.clear()


def test_test_mode_is_parked_as_test(anna: User, client: Client) -> None:
    form = make_form()
    client.force_login(anna)
    page = client.get(f"/capture/forms/{form.pk}/embed/").content.decode()
    found = re.search(r'href="[^"]*/f/kontakt/(\?test=[^"]+)"', page)
    assert found
    send(Client(), query=found[1], proof=solved(), **GOOD)
    assert (only().state, only().state_reason) == (State.PARKED, Reason.TEST)
    assert only().origin["test"] is True


def test_invented_test_mark_counts_as_none(client: Client) -> None:
    make_form()
    send(client, query="?test=kontakt:falsch", proof=solved(), **GOOD)
    assert only().state == State.WAITING


def test_too_large_body_is_refused_in_words(client: Client) -> None:
    make_form()
    answer = send(client, **{**GOOD, "message": "x" * 1_000_000})
    assert answer.status_code == 413
    assert not Submission.objects.exists()


def test_bytes_that_are_not_utf8_are_kept_and_parked(client: Client, anna: User) -> None:
    make_form()
    token = open_form(client)
    body = urlencode({**GOOD, "name": "Jörg Müller", "ls_token": token}, encoding="cp1252")
    with clock_at(NOW + timedelta(seconds=20)):
        answer = client.post("/f/kontakt/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert (only().state, only().state_reason) == (State.PARKED, Reason.ENCODING)
    client.force_login(anna)
    assert "Jörg Müller" in client.get(f"/capture/submissions/{only().pk}/").content.decode()
    client.post(f"/capture/submissions/{only().pk}/release/")
    assert only().details["name"] == "Jörg Müller"
    assert only().state == State.WAITING


def send_name_as_json(client: Client, name: str) -> None:
    make_form(captcha=False)
    data = {**GOOD, "ls_token": open_form(client), "name": name}
    with clock_at(NOW + timedelta(seconds=20)):
        answer = client.post(
            "/f/kontakt/", json.dumps(data), content_type="application/json", headers={"accept": "application/json"}
        )
    assert answer.json()["state"] == "done"


def test_nul_is_kept_and_understood(client: Client) -> None:
    send_name_as_json(client, "Kim\x00 Muster")
    assert b64decode(only().raw["name"]["base64"]) == b"Kim\x00 Muster"
    assert only().details["name"] == "Kim Muster"


def test_half_of_a_surrogate_pair_is_kept_and_never_reaches_the_lead(client: Client) -> None:
    send_name_as_json(client, "Kim \ud800Muster")
    assert b64decode(only().raw["name"]["base64"]).decode("utf-8", "surrogatepass") == "Kim \ud800Muster"
    name = only().details["name"]
    assert (name[:3], name[-6:], name.isprintable()) == ("Kim", "Muster", True)


def test_unknown_form_is_said_in_words_and_json(client: Client) -> None:
    assert client.get("/f/gibtsnicht/").status_code == 404
    assert client.post("/f/gibtsnicht/", {}).status_code == 404
    answer = client.post("/f/gibtsnicht/", {}, headers={"accept": "application/json"})
    assert answer.json()["state"] == "refused"


def test_unpublished_form_is_not_shown(client: Client) -> None:
    form = make_form()
    form.versions.update(published_at=None)
    assert client.get("/f/kontakt/").status_code == 404


def test_unreadable_body_is_a_clear_refusal(client: Client) -> None:
    make_form()
    for kind, body in (("application/json", b"{"), ("application/json", b"[]"), ("text/plain", b"x"),
                       ("application/json", b"[" * 100_000)):  # fmt: skip
        assert client.post("/f/kontakt/", body, content_type=kind).status_code == 400


def test_form_changed_while_open_is_read_as_it_was_shown(client: Client) -> None:
    form = make_form()
    token = open_form(client)
    content = form.versions.get().content
    extra = {"name": "budget", "type": "number", "label": {"de": "Budget"}, "required": True, "detail": ""}
    save_draft(form, content={**content, "fields": [*content["fields"], extra]}, by=None, now=NOW)
    publish_draft(form, by=None, now=NOW)
    assert send(client, token=token, proof=solved(), **GOOD).status_code == 303
    version = only().form_version
    assert version is not None
    assert version.number == 1
    assert send(client, proof=solved(), **GOOD).status_code == 422


def test_closed_form_still_takes_what_was_open_before(client: Client, anna: User) -> None:
    form = make_form()
    token = open_form(client)
    close_form(form, by=anna, now=NOW + timedelta(seconds=5))
    assert client.get("/f/kontakt/").status_code == 410
    assert send(client, token=token, proof=solved(), **GOOD).status_code == 303
    assert only().state == State.WAITING
    assert (
        client.post("/f/kontakt/", urlencode(GOOD), content_type="application/x-www-form-urlencoded").status_code == 410
    )


def test_submission_without_token_is_held_and_kept_apart_by_sender(client: Client, now: object) -> None:
    make_form()
    for agent in ("A", "A", "B"):
        client.post("/f/kontakt/", urlencode(GOOD), content_type="application/x-www-form-urlencoded",
                    headers={"user-agent": agent})  # fmt: skip
    assert list(Submission.objects.values_list("state", flat=True)) == [State.HELD] * 2


def test_ticked_box_asks_for_confirmation_once(client: Client) -> None:
    make_wordings()
    make_sender()
    make_form(asks_marketing=True)
    token, proof = open_form(client), solved()
    for _ in range(2):
        send(client, token=token, proof=proof, ls_marketing="on", **GOOD)
    entry, mail = LedgerEntry.objects.get(), Delivery.objects.get()
    assert entry.evidence["form"] == "kontakt"
    assert entry.wording is not None
    assert entry.wording.text == "Ja, informieren de"
    assert mail.recipient == "kim@example.com"
    assert "/c/" in mail.payload["text"]


def test_box_stands_unticked_and_unticked_asks_nothing(client: Client) -> None:
    make_wordings()
    make_sender()
    make_form(asks_marketing=True)
    page = client.get("/f/kontakt/?language=de").content.decode()
    box = re.search(r'<input type="checkbox"[^>]*name="ls_marketing"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    send(client, proof=solved(), **GOOD)
    assert not LedgerEntry.objects.exists()
    assert not Delivery.objects.exists()


def test_missing_sender_loses_no_submission(client: Client) -> None:
    make_wordings()
    make_form(asks_marketing=True)
    send(client, proof=solved(), ls_marketing="on", **GOOD)
    assert (only().state, only().state_reason) == (State.WAITING, Reason.MAIL_REFUSED)
    assert not LedgerEntry.objects.exists()


def test_embed_is_allowed_exactly_for_the_origins_of_the_site(client: Client) -> None:
    make_form(site=make_site("https://shop.example.com"))
    for origin, allowed in (("https://shop.example.com", "https://shop.example.com"), ("https://evil.example", None)):
        answer = client.get("/f/kontakt/embed.json?language=de", headers={"origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert (
            client.options("/f/kontakt/", headers={"origin": origin}).headers.get("Access-Control-Allow-Origin")
            == allowed
        )
    refused = client.post("/f/kontakt/", "{}", content_type="application/json",
                          headers={"origin": "https://evil.example", "accept": "application/json"})  # fmt: skip
    assert refused.status_code == 403
    assert not Submission.objects.exists()


def test_embed_posts_json_and_gets_errors_then_thanks(client: Client) -> None:
    make_form(site=make_site("https://shop.example.com"))
    asked = {"origin": "https://shop.example.com", "accept": "application/json"}
    with clock_at(NOW):
        fragment = client.get("/f/kontakt/embed.json?language=en", headers=asked).json()["html"]
    data = {**GOOD, "email": "", "ls_token": hidden(fragment, "ls_token"), "ls_page": "https://shop.example.com/dach",
            "ls_source": "google", "ls_campaign": "herbst"}  # fmt: skip
    with clock_at(NOW + timedelta(seconds=20)):
        wrong = client.post("/f/kontakt/", json.dumps(data), content_type="application/json", headers=asked)
        data |= {"email": "kim@example.com", "ls_token": hidden(wrong.json()["html"], "ls_token"), "ls_proof": solved()}
        right = client.post("/f/kontakt/", json.dumps(data), content_type="application/json", headers=asked)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["email"])
    assert right.json()["title"] == "Your enquiry has arrived"
    row = Submission.objects.get(state=State.WAITING)
    assert row.origin["page"] == "https://shop.example.com/dach"
    assert (row.details["source"], row.details["campaign"], row.details["language"]) == ("google", "herbst", "en")


def test_challenge_is_given_for_known_forms_only(client: Client) -> None:
    make_form()
    assert client.get("/f/challenge?form=kontakt").json()["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert client.get("/f/challenge?form=nein").status_code == 404


def test_plain_snippet_works_without_our_script(client: Client, anna: User, now: object) -> None:
    make_wordings()
    form = make_form()
    client.force_login(anna)
    page = client.get(f"/capture/forms/{form.pk}/embed/")
    snippet = page.context["html"]
    assert f'action="{settings.BASE_URL}/f/kontakt/"' in snippet
    answer = send(Client(), token=hidden(snippet, "ls_token"), **GOOD)
    assert "/human/" in answer["Location"]
    assert only().wording is not None


def test_embed_files_are_served_and_small(client: Client) -> None:

    script = client.get("/e/form.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert len(gzip.compress(script.content)) <= 8 * 1024
    assert client.get("/e/form.css")["Content-Type"].startswith("text/css")
    assert client.get("/e/settings.py").status_code == 404
