"""Normal forms of what people type."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.core.money import read_amount
from leadstern.core.text import (
    clean,
    company_key,
    country_code,
    email_key,
    fold,
    is_free_mail,
    phone_key,
    search_words,
    split_name,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" Anna.Muster@Firma.DE ", "anna.muster@firma.de"),
        ("kim@müller-bau.de", "kim@xn--mller-bau-q9a.de"),
        ("kim@xn--mller-bau-q9a.de", "kim@xn--mller-bau-q9a.de"),
        ("kim+solar@gmail.com", "kim+solar@gmail.com"),
        ("k.i.m@gmail.com", "k.i.m@gmail.com"),
        ("jörg@firma.de", "jörg@firma.de"),
        ("kim@firma", None),
        ("kim@@firma.de", None),
        ("a..b@firma.de", None),
        (".a@firma.de", None),
        ("kim firma.de", None),
        ("", None),
        ("<script>@firma.de", None),
        (f"{'a' * 65}@firma.de", None),
        (f"a@{'b' * 250}.de", None),
    ],
)
def test_email_key_is_one_form_per_address(text: str, key: str | None) -> None:
    assert email_key(text) == key


@given(st.text(max_size=60))
def test_email_key_of_a_key_is_the_key(text: str) -> None:
    key = email_key(text)
    assert key is None or email_key(key) == key


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [
        ("0221 / 123 45 67", "DE", "+492211234567"),
        ("+49 (0)221 1234567", "DE", "+492211234567"),
        ("0049-221-1234567", "DE", "+492211234567"),
        ("01 5123456", "AT", "+4315123456"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("+41 44 668 18 00", "DE", "+41446681800"),
        ("0171 1234567", "DE", "+491711234567"),
        ("bitte anrufen", "DE", None),
        ("110", "DE", None),
        ("", "DE", None),
        ("0" * 40, "DE", None),
    ],
)
def test_phone_key_is_e164_or_nothing(text: str, country: str, key: str | None) -> None:
    assert phone_key(text, country=country) == key


@given(st.from_regex(r"(\+49|0049|0)[1-9][0-9]{7,10}", fullmatch=True))
def test_phone_key_short_way_agrees_with_the_library(text: str) -> None:
    number = phonenumbers.parse(text, "DE")
    assert phone_key(text) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(alphabet="0123456789+ ()/-", max_size=25))
def test_phone_key_of_a_key_is_the_key(text: str) -> None:
    key = phone_key(text)
    assert key is None or phone_key(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Müller GmbH", "mueller"),
        ("MUELLER", "mueller"),
        ("Muster Bau GmbH & Co. KG", "muster bau"),
        ("Muster-Bau KG", "muster bau"),
        ("Solar Ges.m.b.H.", "solar"),
        ("Kim Meier e. K.", "kim meier"),
        ("Kim Meier e.K.", "kim meier"),
        ("X UG (haftungsbeschränkt)", "x"),
        ("Müller und Sohn", "mueller und sohn"),
        ("Müller & Sohn GmbH", "mueller und sohn"),
        ("Fa. Huber", "huber"),
        ("AG", "ag"),
        ("Œuvre Sàrl", "oeuvre"),
        ("…", ""),
    ],
)
def test_company_key_leaves_out_legal_form_and_spelling(name: str, key: str) -> None:
    assert company_key(name) == key


@given(st.text(max_size=60))
def test_company_key_ignores_case_and_is_plain(name: str) -> None:
    key = company_key(name)
    assert key.isascii()
    assert key == key.strip().lower()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Julia von Berg", ("", "Dr.", "Julia", "von Berg")),
        ("Frau Prof. Dr. med. Anna-Lena Schmidt", ("ms", "Prof. Dr. med.", "Anna-Lena", "Schmidt")),
        ("von Berg, Dr. Julia", ("", "Dr.", "Julia", "von Berg")),
        ("Muster, Kim", ("", "", "Kim", "Muster")),
        ("Herr Karl Maria von und zu Thal", ("mr", "", "Karl Maria", "von und zu Thal")),
        ("Dipl.-Ing. Max Muster", ("", "Dipl.-Ing.", "Max", "Muster")),
        ("Meier", ("", "", "", "Meier")),
        ("von Berg", ("", "", "", "von Berg")),
        ("Max Ing", ("", "", "Max", "Ing")),
        ("", ("", "", "", "")),
    ],
)
def test_split_name_knows_german_titles_and_prefixes(text: str, parts: tuple[str, ...]) -> None:
    name = split_name(text)
    assert (name.salutation, name.title, name.first_name, name.last_name) == parts


@given(st.lists(st.sampled_from(["Anna", "Dr.", "von", "Berg", "Frau", "Prof.", "zu", "Maria", "Ing"]), max_size=6))
def test_split_name_loses_no_word(words: list[str]) -> None:
    name = split_name(" ".join(words))
    kept = f"{name.title} {name.first_name} {name.last_name}".split()
    rest = words[1:] if words and words[0] == "Frau" else words
    assert kept == rest


@given(st.text(max_size=80))
def test_fold_of_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80))
def test_clean_is_one_line_that_databases_can_hold(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip() == clean(cleaned)
    cleaned.encode("utf-8")


def test_country_code_knows_codes_and_names() -> None:
    assert [country_code(text) for text in ("de", "Österreich", "Switzerland", "D", "XX", "")] == [
        "DE", "AT", "CH", "DE", "", "",
    ]  # fmt: skip


def test_search_words_makes_one_number_of_a_typed_number() -> None:
    assert search_words("0221 / 12 34") == ["02211234"]
    assert search_words("Müller Köln") == ["mueller", "koeln"]
    assert search_words("()") == []


def test_free_mail_says_nothing_about_a_company() -> None:
    assert is_free_mail("gmx.de")
    assert not is_free_mail("muster-bau.de")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,50 €", "1234.50"),
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1.234", "1234"),
        ("0.125", "0.125"),
        ("12,5", "12.5"),
        ("-3,00", "-3.00"),
        ("1.234.567,89 EUR", "1234567.89"),
        ("50000.0", "50000.0"),
        ("99,–", "99"),
    ],
)
def test_amount_is_read_as_written_here_and_elsewhere(text: str, amount: str) -> None:
    assert str(read_amount(text)) == amount


@pytest.mark.parametrize("text", ["", "abc", "1,2,3", "1.2,3.4", "=1+1", "NaN", "Infinity", "1e5", "-", "--1", "."])
def test_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        read_amount(text)
