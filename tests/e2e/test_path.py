"""The whole path in a real browser: a stranger on the demo company's website becomes a customer in the reports."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Installation

Opened = Callable[..., Page]
NAME = "Kim Wegweiser"
LEAST_SECONDS = 3.2
DIGITS = {word: number for number, word in enumerate("null eins zwei drei vier fünf sechs sieben acht neun".split())}


def appears(page: Page, what: Callable[[], Locator], *, seconds: float = 10) -> Locator:
    """Looks again and again, as somebody at the desk does, until it is there; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not what().count() and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        page.reload()
    expect(what().first).to_be_visible()
    return what().first


def number_in(locator: Locator) -> int:
    return int(re.sub(r"\D", "", locator.inner_text()))


def test_a_visitor_becomes_a_customer(installation: Installation, stranger: Opened, as_person: Opened) -> None:
    enquire(stranger(), installation)
    marketing_looks(as_person("anna"), installation)
    owner = the_owner(as_person, installation)
    qualify_by_keys(owner)
    win(as_person("carla"), installation)
    head_looks(as_person("doris"), installation)


def enquire(page: Page, installation: Installation) -> None:
    """Comes by an advertisement, agrees to be measured, looks around, asks for an offer: first with a mistake."""
    page.goto(f"{installation.website}/photovoltaik?utm_source=google&utm_medium=cpc&utm_campaign=solar-herbst")
    page.get_by_role("button", name="Ja, messen Sie").click()
    page.get_by_role("link", name="Preise", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="Angebot anfordern").click()
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-Mail", exact=True).fill("kim.wegweiser")
    page.get_by_role("button", name="Angebot anfordern").click()
    expect(page.get_by_text("Bitte geben Sie eine vollständige E-Mail-Adresse an")).to_be_visible()
    expect(page.get_by_label("E-Mail", exact=True)).to_be_focused()
    page.get_by_label("E-Mail", exact=True).fill("kim.wegweiser@wegweiser-bau.example")
    page.get_by_label("Firma").fill("Wegweiser Bau GmbH")
    page.get_by_label("Telefon").fill("0221 5550 9876")
    page.get_by_label("Postleitzahl").fill("50667")
    page.get_by_label("Worum geht es?").select_option("Photovoltaik")
    page.get_by_label("darf mir per E-Mail").check()
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.get_by_role("button", name="Angebot anfordern").click()
    done = page.get_by_role("heading", name="Ihre Anfrage ist angekommen")
    expect(done).to_be_visible(timeout=15_000)


def marketing_looks(page: Page, installation: Installation) -> None:
    """Sees what came in, and the lead with what it did, its points and why it is an MQL."""
    page.goto(f"{installation.address}/capture/submissions/")
    appears(page, lambda: page.get_by_role("row", name=re.compile(f"{NAME}.*Übernommen")))
    page.get_by_role("link", name=NAME).first.click()
    page.get_by_role("link", name="Zum Lead").click()
    expect(page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
    story = page.get_by_role("region", name="Verlauf")
    for words in ("/photovoltaik", "/preise", "Angebot anfordern (Preise)", "Anfrage"):
        expect(story.get_by_text(words).first).to_be_visible()
    details = page.get_by_role("region", name="Angaben")
    for words in ("solar-herbst", "/photovoltaik"):
        expect(details.get_by_text(words)).to_be_visible()
    points = page.get_by_role("region", name="Punkte")
    for words in ("Anfrage über ein Formular", "Preisseite angesehen", "Telefonnummer bekannt"):
        expect(points.get_by_role("rowheader", name=words)).to_be_visible()
    met = page.get_by_role("region", name="Auf dem Weg zum MQL").get_by_role("listitem")
    expect(met.filter(has_text="erfüllt").filter(has_text="Bedarf genannt")).to_be_visible()
    expect(page.get_by_role("region", name="Einwilligungen")).to_contain_text("Erbeten")


def the_owner(as_person: Opened, installation: Installation) -> Page:
    """The page of whoever of inside sales was given the lead: it is in their queue within seconds."""
    pages = [as_person(key) for key in ("ben", "lina")]
    for page in pages:
        page.goto(f"{installation.address}/today/?")
    found = [page for page in pages if line_of(page).count()]
    assert len(found) == 1
    return found[0]


def line_of(page: Page) -> Locator:
    return lines_of(page).filter(has_text=NAME)


def lines_of(page: Page) -> Locator:
    return page.get_by_role("list", name="Was als Nächstes zu tun ist").get_by_role("link")


def choose_by_keys(page: Page) -> None:
    """Up to the first line and down to the lead's, wherever the others' tasks of this day put it."""
    above = [NAME in line for line in lines_of(page).all_inner_texts()].index(True)
    for key in "k" * lines_of(page).count() + "j" * above:
        page.keyboard.press(key)


def qualify_by_keys(page: Page) -> None:
    """Calls, notes who was reached, fills in the guide, qualifies: without touching the mouse for the outcomes."""
    choose_by_keys(page)
    expect(page.locator("#detail[aria-busy=true]")).to_be_attached()
    expect(detail_of(page)).to_contain_text("Ja: Eigene Anfrage")
    page.keyboard.press("e")
    page.keyboard.type("Will im Frühjahr bauen")
    page.get_by_role("button", name="Speichern: Erreicht").press("Enter")
    expect(page.get_by_text(f"Eingetragen: {NAME} erreicht.")).to_be_visible()
    for question in ("Bedarf", "Budget", "Entscheidet", "Zeit"):
        answer_yes(page, question)
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.get_by_text(f"{NAME} ist qualifiziert und geht an den Außendienst.")).to_be_visible()


def detail_of(page: Page) -> Locator:
    """The right side of the queue, once it shows the lead."""
    detail = page.locator("#detail:not([aria-busy=true])")
    expect(detail.get_by_role("heading", name=NAME)).to_be_visible()
    return detail


def answer_yes(page: Page, question: str) -> None:
    page.get_by_label(question, exact=True).select_option(label="ja")
    page.get_by_label(f"{question}: In Worten").fill("besprochen")


def win(page: Page, installation: Installation) -> None:
    """Field sales takes the lead over, enters what it may be worth, and wins."""
    page.goto(f"{installation.address}/today/")
    appears(page, lambda: line_of(page)).click()
    expect(detail_of(page)).to_be_visible()
    page.keyboard.press("q")
    expect(page.get_by_text(f"Für {NAME} sind jetzt Sie zuständig.")).to_be_visible()
    page.get_by_role("link", name="Zur Verkaufschance").click()
    page.get_by_label("Erwarteter Wert").fill("34500")
    page.get_by_label("Nächster Schritt").fill("Vor-Ort-Termin")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("34.500,00 €")
    page.locator("summary", has_text="Gewonnen").click()
    page.get_by_role("button", name="Als gewonnen eintragen").click()
    expect(page.get_by_text("Gewonnen. Herzlichen Glückwunsch.")).to_be_visible()


def head_looks(page: Page, installation: Installation) -> None:
    """The head of sales sees the customer in both reports and opens the leads behind the number."""
    for report, number in (
        ("funnel", page.get_by_role("row", name=re.compile("^Kunde ")).get_by_role("link")),
        ("mql-to-close", page.locator("tfoot a").last),
    ):
        page.goto(f"{installation.address}/reports/{report}/")
        customers = number_in(number)
        number.click()
        rows = page.get_by_role("main").locator("tbody tr")
        expect(rows).to_have_count(customers)
        expect(rows.get_by_role("link", name=NAME)).to_have_count(1)


def test_without_javascript_from_the_form_to_unsubscribing(
    installation: Installation, stranger: Opened, as_person: Opened
) -> None:
    nora, anna = stranger(java_script_enabled=False), as_person("anna")
    send_the_first_mail_at_once(anna, installation)
    fill_in_by_hand(nora, installation, "kontakt", {"Name": "Nora Ohne", "E-Mail": "nora@ohne.example",
                                                   "Postleitzahl": "10115"})  # fmt: skip
    expect(nora.get_by_role("heading", name="Ihre Anfrage ist angekommen")).to_be_visible()
    fill_in_by_hand(nora, installation, "ratgeber", {"E-Mail-Adresse": "nils@ohne.example"}, agrees=True)
    expect(nora.get_by_role("heading", name="Der Link ist unterwegs")).to_be_visible()

    nora.goto(link_in_mail(anna, installation, "Ihr Link", "nils@ohne.example", "/d/"))
    with nora.expect_download() as file:
        nora.get_by_role("button", name="Datei herunterladen").click()
    assert file.value.suggested_filename == "ratgeber.pdf"

    before = running_in_sequence(anna, installation)
    confirm = link_in_mail(anna, installation, "Bitte bestätigen", "nils@ohne.example", "/c/")
    for _look in range(2):
        nora.goto(confirm)
        expect(nora.get_by_role("heading", name="Bitte bestätigen Sie")).to_be_visible()
    assert running_in_sequence(anna, installation) == before
    nora.get_by_role("button", name="Ja, ich bin einverstanden").click()
    expect(nora.get_by_role("heading", name="Vielen Dank, Ihre Einwilligung ist bestätigt")).to_be_visible()

    leave = link_in_mail(anna, installation, "Schön, dass Sie da sind", "nils@ohne.example", "/u/")
    assert running_in_sequence(anna, installation) == before + 1
    for _look in range(2):
        nora.goto(leave)
        expect(nora.get_by_role("heading", name="Keine E-Mails mehr?")).to_be_visible()
    nora.get_by_role("button", name="Abmelden").click()
    expect(nora.get_by_role("heading", name="Sie sind abgemeldet")).to_be_visible()
    assert running_in_sequence(anna, installation) == before


def send_the_first_mail_at_once(page: Page, installation: Installation) -> None:
    """Marketing sets the wait before the first mail of the sequence to nothing and publishes that."""
    page.goto(f"{installation.address}/nurture/sequences/")
    page.get_by_role("link", name="Willkommen").click()
    page.get_by_role("link", name="Schön, dass Sie da sind").click()
    page.get_by_label("Wartezeit davor in Stunden").fill("0")
    page.get_by_role("button", name="Schritt speichern").click()
    page.get_by_role("button", name="Veröffentlichen").click()
    confirm = page.locator("#confirm")
    if confirm.is_visible():
        confirm.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_role("button", name="Veröffentlichen")).to_have_count(0)


def fill_in_by_hand(
    page: Page, installation: Installation, form: str, entries: dict[str, str], *, agrees: bool = False
) -> None:
    """The hosted page without JavaScript ends with a question that only people answer; once wrongly, then right."""
    page.goto(f"{installation.address}/f/{form}/")
    for label, text in entries.items():
        page.get_by_role("textbox", name=label).fill(text)
    if agrees:
        page.get_by_label("darf mir per E-Mail").check()
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.locator("form.ls-form button[type=submit]").click()
    page.locator("#answer").fill("99")
    page.get_by_role("button", name="Senden").click()
    expect(page.get_by_text("Das war nicht richtig.")).to_be_visible()
    question = page.locator("label[for=answer]").inner_text()
    found = re.search(r"Wie viel ist (\w+) plus (\w+)\?", question)
    assert found, question
    page.locator("#answer").fill(str(DIGITS[found[1]] + DIGITS[found[2]]))
    page.get_by_role("button", name="Senden").click()


def link_in_mail(page: Page, installation: Installation, subject: str, recipient: str, path: str) -> str:
    """The address in the newest mail of that kind to somebody, read in the built-in mailbox."""
    page.goto(f"{installation.address}/nurture/mailbox/")
    mail = re.compile(f"{subject}.*{re.escape(recipient)}")
    appears(page, lambda: page.get_by_role("row", name=mail)).get_by_role("link").click()
    link = page.locator(f".mail-text a[href*='{path}']")
    address = link.get_attribute("href")
    assert address is not None
    return installation.address + urlsplit(address).path


def running_in_sequence(page: Page, installation: Installation) -> int:
    """How many people are in the sequence now."""
    page.goto(f"{installation.address}/nurture/sequences/")
    page.get_by_role("link", name="Willkommen").click()
    page.get_by_role("link", name="Menschen darin").click()
    return page.get_by_role("main").locator("tbody tr").count()


@pytest.mark.parametrize("objects", [False, True], ids=["declines", "global-privacy-control"])
def test_who_declines_leaves_nothing_behind_and_is_counted_all_the_same(
    installation: Installation, stranger: Opened, as_person: Opened, objects: bool
) -> None:
    anna = as_person("anna")
    before = visits_today(anna, installation)
    page = stranger()
    if objects:
        page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(installation.website)
    dialog = page.get_by_role("region", name="Dürfen wir Ihre Besuche messen?")
    if objects:
        expect(dialog).to_be_hidden()
    else:
        dialog.get_by_role("button", name="Nein, danke").click()
    page.get_by_role("link", name="Preise", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Preise")).to_be_visible()
    page.goto(f"{installation.website}/kontakt")
    expect(page.locator("form.ls-form")).to_be_visible()
    assert page.context.cookies() == []
    assert stored(page) == ([] if objects else ["sonnwerk-consent"])
    deadline = time.monotonic() + 8
    while visits_today(anna, installation) == before and time.monotonic() < deadline:
        anna.wait_for_timeout(300)
    assert visits_today(anna, installation) == before + 1


def stored(page: Page) -> list[str]:
    """Everything the website has left in this browser, by name."""
    found: list[Any] = page.evaluate(
        "async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage),"
        " ...(await indexedDB.databases()).map(one => one.name), ...await caches.keys()]"
    )
    return [str(name) for name in found]


def visits_today(page: Page, installation: Installation) -> int:
    page.goto(f"{installation.address}/capture/sites/")
    return number_in(page.get_by_role("row", name=re.compile("sonnwerk.example")).get_by_role("cell").nth(2))
