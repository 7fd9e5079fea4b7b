"""The form builder: building, publishing, embedding; who may; what a script in a label does (nothing)."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.logic.content import default_content
from leadstern.capture.models import Form, FormVersion
from leadstern.capture.views.edited import rows_of, texts_of
from tests.capture.make import hidden, make_form, make_magnet, make_submission

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def posted(content: dict[str, object], **changes: str) -> dict[str, str]:
    """What the editor's form sends for `content`."""
    data: dict[str, str] = {"language_default": "de", "captcha": "on"}
    for row in rows_of(content, {}):
        start = f"f{row.number}-"
        data |= {start + "name": row.name, start + "type": row.type, start + "detail": row.detail,
                 start + "choices": row.choices}  # fmt: skip
        data |= {f"{start}label-{code}": text for code, text in row.labels}
        data |= {start + "required": "on"} if row.is_required else {}
    data |= {f"text-{text.key}-{text.language}": text.value for text in texts_of(content, {})}
    return data | changes


def new_form(client: Client, **changes: object) -> Form:
    client.post("/capture/forms/new/", {"name": "Kontakt", "key": "kontakt", "kind": "contact", **changes})
    return Form.objects.get()


def test_new_form_can_be_published_as_it_is(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = new_form(client)
    client.post(f"/capture/forms/{form.pk}/publish/")
    assert Client().get("/f/kontakt/").status_code == 200
    verbs = list(Entry.objects.order_by("id").values_list("verb", "actor_name"))
    assert verbs == [("form.created", "Anna"), ("form.published", "Anna")]


def test_key_in_use_is_said_beside_the_field(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    new_form(client)
    answer = client.post("/capture/forms/new/", {"name": "Zweites", "key": "kontakt", "kind": "contact"})
    assert answer.status_code == 422
    assert "key" in answer.context["form"].errors


@pytest.mark.parametrize("key", ["Kontakt", "kontakt_dach", "kontakt dach"])
def test_key_is_refused_in_the_words_of_its_hint(anna: User, sign_in: SignIn, key: str) -> None:
    answer = sign_in(anna).post("/capture/forms/new/", {"name": "Dach", "key": key, "kind": "contact"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["key"] == ["Nur Kleinbuchstaben, Ziffern und Bindestriche sind möglich."]


def test_download_form_needs_a_file(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    data = {"name": "Ratgeber", "key": "ratgeber", "kind": "download"}
    assert client.post("/capture/forms/new/", data).status_code == 422
    data["magnet"] = str(make_magnet().pk)
    assert client.post("/capture/forms/new/", data).status_code == 302


@pytest.mark.parametrize(("order", "names"), [
    ("add", ["name", "email", "phone", "postcode", "message", "field_1"]),
    ("remove:1", ["name", "phone", "postcode", "message"]),
    ("up:2", ["name", "phone", "email", "postcode", "message"]),
    ("down:0", ["email", "name", "phone", "postcode", "message"]),
    ("up:0", ["name", "email", "phone", "postcode", "message"]),
    ("up:99", ["name", "email", "phone", "postcode", "message"]),
    ("up:²", ["name", "email", "phone", "postcode", "message"]),
])  # fmt: skip
def test_button_changes_the_draft(anna: User, sign_in: SignIn, order: str, names: list[str]) -> None:
    client = sign_in(anna)
    form = new_form(client)
    answer = client.post(f"/capture/forms/{form.pk}/", posted(default_content("contact"), do=order))
    assert answer.status_code == 302
    assert [field["name"] for field in FormVersion.objects.get().content["fields"]] == names


def test_published_version_is_never_changed(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = make_form()
    before = form.versions.get().content
    changed = posted(before, do="save", **{"text-title-de": "Neuer Titel"})
    client.post(f"/capture/forms/{form.pk}/", changed)
    first, second = form.versions.order_by("number")
    assert first.content == before
    assert second.published_at is None
    assert "Neuer Titel" not in Client().get("/f/kontakt/?language=de").content.decode()
    client.post(f"/capture/forms/{form.pk}/", changed | {"do": "publish"})
    assert "Neuer Titel" in Client().get("/f/kontakt/?language=de").content.decode()


def test_wrong_field_is_said_and_nothing_is_saved(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = new_form(client)
    before = FormVersion.objects.get().content
    wrong = posted(before, do="save", **{"f0-name": "Nicht gut!"})
    answer = client.post(f"/capture/forms/{form.pk}/", wrong)
    assert answer.status_code == 422
    page = html.unescape(answer.content.decode())
    assert '<a href="#f0-name">Feld 1 (Name)</a>' in page
    assert 'value="Nicht gut!"' in page
    assert page.count('aria-invalid="true"') == 1
    assert FormVersion.objects.get().content == before


def test_error_list_leads_to_each_input(anna: User, sign_in: SignIn) -> None:
    form = new_form(client := sign_in(anna))
    wrong = posted(default_content("contact"), do="save", **{
        "f3-type": "choice", "f3-detail": "", "f3-choices": "a\na", "text-button-de": "",
    })  # fmt: skip
    page = html.unescape(client.post(f"/capture/forms/{form.pk}/", wrong).content.decode())
    for anchor, name in (("f3-choices", "Feld 4 (Postleitzahl)"), ("text-button-de", "Schaltfläche")):
        assert f'<a href="#{anchor}">{name}</a>' in page
        assert f'id="{anchor}"' in page


def test_new_field_has_no_label_until_somebody_gives_one(anna: User, sign_in: SignIn) -> None:
    form = new_form(client := sign_in(anna))
    url = f"/capture/forms/{form.pk}/"
    answer = client.post(url, posted(default_content("contact"), do="add"))
    assert answer["Location"].endswith("#f5-label-de")
    content = FormVersion.objects.get().content
    assert content["fields"][5]["label"] == {"de": "", "en": ""}
    refused = client.post(url, posted(content, do="publish"))
    assert refused.status_code == 422
    assert '<a href="#f5-label-de">Feld 6</a>' in refused.content.decode()
    assert client.post(url, posted(content, do="save")).status_code == 302
    client.post(f"{url}publish/")
    assert Client().get("/f/kontakt/").status_code == 404


def test_label_in_one_language_is_shown_in_the_other(anna: User, sign_in: SignIn) -> None:
    form = new_form(client := sign_in(anna))
    url = f"/capture/forms/{form.pk}/"
    client.post(url, posted(default_content("contact"), do="add"))
    words = {"f5-label-de": "Dachform", "f5-help-de": "Ein Blick genügt.", "f5-type": "choice",
             "f5-choices": "flat | Flachdach"}  # fmt: skip
    client.post(url, posted(FormVersion.objects.get().content, do="publish", **words))
    page = Client().get("/f/kontakt/?language=en").content.decode()
    for text in ("Dachform", "Ein Blick genügt.", "Flachdach"):
        assert text in page


def test_second_window_does_not_overwrite_the_first(anna: User, sign_in: SignIn) -> None:
    form = new_form(client := sign_in(anna))
    url = f"/capture/forms/{form.pk}/"
    content = default_content("contact")
    opened = hidden(client.get(url).content.decode(), "based_on")
    first = posted(content, do="save", based_on=opened, **{"f0-label-de": "Erste"})
    assert client.post(url, first).status_code == 302
    assert client.post(url, first).status_code == 302  # the same twice: nothing is lost
    second = posted(content, do="save", based_on=opened, **{"f1-label-de": "Zweite"})
    answer = client.post(url, second)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="Zweite"' in page
    assert FormVersion.objects.get().content["fields"][0]["label"]["de"] == "Erste"
    assert client.post(url, second).status_code == 409
    told = re.search(r'name="instead_of"\s+value="(\w+)"', page)
    assert told
    del second["do"]
    assert client.post(url, second | {"instead_of": told[1]}).status_code == 302
    assert FormVersion.objects.get().content["fields"][1]["label"]["de"] == "Zweite"


def test_choices_are_lines_of_text(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = new_form(client)
    data = posted(default_content("contact"), do="save", **{
        "f0-type": "choice", "f0-detail": "interest", "f0-choices": "roof | Dach | Roof\npump",
    })  # fmt: skip
    client.post(f"/capture/forms/{form.pk}/", data)
    assert FormVersion.objects.get().content["fields"][0]["choices"] == [
        {"value": "roof", "label": {"de": "Dach", "en": "Roof"}},
        {"value": "pump", "label": {"de": "pump", "en": ""}},
    ]


def test_preview_is_the_real_form_and_escapes(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = new_form(client)
    evil = '"><script>alert(1)</script>{{ 7|add:7 }}'
    keys = [key for key in posted(default_content("contact")) if "label" in key or key.startswith("text-")]
    client.post(
        f"/capture/forms/{form.pk}/", posted(default_content("contact"), do="publish", **dict.fromkeys(keys, evil))
    )
    for page in (client.get(f"/capture/forms/{form.pk}/"), client.get(f"/capture/forms/{form.pk}/embed/"),
                 Client().get("/f/kontakt/"), Client().get("/f/kontakt/done/")):  # fmt: skip
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in text
    assert 'id="ls-kontakt-email-preview"' in client.get(f"/capture/forms/{form.pk}/?width=phone").content.decode()


def test_only_a_published_form_can_be_closed(anna: User, sign_in: SignIn) -> None:
    form = new_form(client := sign_in(anna))
    assert 'name="closed"' not in client.get(f"/capture/forms/{form.pk}/").content.decode()
    client.post(f"/capture/forms/{form.pk}/publish/")
    page = client.get(f"/capture/forms/{form.pk}/").content.decode()
    assert 'name="closed"' in page
    assert "Wer es schon geöffnet hat, kann es noch senden." in page


def test_closing_and_opening_again(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    form = make_form()
    client.post(f"/capture/forms/{form.pk}/closed/", {"closed": "yes"})
    assert Client().get("/f/kontakt/").status_code == 410
    client.post(f"/capture/forms/{form.pk}/closed/", {"closed": "no"})
    assert Client().get("/f/kontakt/").status_code == 200


def test_embed_page_tells_where_the_form_was_seen(anna: User, sign_in: SignIn) -> None:
    form = make_form()
    row = make_submission(form_version=form.versions.get())
    type(row).objects.update(origin={"page": "https://shop.example.com/dach"})
    text = html.unescape(sign_in(anna).get(f"/capture/forms/{form.pk}/embed/").content.decode())
    assert "https://shop.example.com/dach" in text
    place = f'<div data-leadstern-form="{form.key}"><a href="http'
    assert place in text
    assert f'/f/{form.key}/">Zum Formular</a></div>' in text


def test_list_needs_the_same_number_of_queries_for_one_and_three(
    anna: User, sign_in: SignIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(anna)
    make_form("eins")
    client.get("/capture/forms/")
    with django_assert_num_queries(5):  # type: ignore[attr-defined]
        client.get("/capture/forms/")
    make_form("zwei")
    make_form("drei")
    with django_assert_num_queries(5):  # type: ignore[attr-defined]
        assert b"drei" in client.get("/capture/forms/").content


@pytest.mark.parametrize("path", ["forms/", "forms/new/", "forms/1/", "forms/1/embed/", "magnets/"])
def test_pages_are_for_those_who_build_forms(
    path: str, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User, sign_in: SignIn
) -> None:
    path = path.replace("1", str(make_form().pk))
    for user, status in ((anna, 200), (emil, 200), (ben, 403), (carla, 403), (doris, 403), (fremd, 403)):
        assert sign_in(user).get(f"/capture/{path}").status_code == status
    assert "/account/login/" in Client().get(f"/capture/{path}")["Location"]


@pytest.mark.parametrize("path", ["publish/", "closed/", ""])
def test_changes_are_for_those_who_build_forms(path: str, ben: User, anna: User, sign_in: SignIn) -> None:
    form = make_form()
    assert sign_in(ben).post(f"/capture/forms/{form.pk}/{path}", {"closed": "yes"}).status_code == 403
    form.refresh_from_db()
    assert form.closed_at is None
    assert sign_in(anna).get("/capture/forms/999/").status_code == 404


def test_get_changes_nothing(anna: User, sign_in: SignIn) -> None:
    form = make_form()
    for path in ("publish/", "closed/"):
        assert sign_in(anna).get(f"/capture/forms/{form.pk}/{path}").status_code == 405
