"""Guesses which column is what from its heading, in German and English. Pure. Called by the mapping page."""

import re

from leadstern.core.text import fold

WORDS: dict[str, tuple[str, ...]] = {
    "external_id": ("externalid", "kundennummer", "kundennr", "leadid", "id", "mqlid", "datensatzid", "uid", "crmid"),
    "email": ("email", "emailadresse", "mail", "mailadresse", "emailaddress"),
    "phone": (
        "telefon", "telefonnummer", "tel", "phone", "phonenumber", "mobil", "mobile", "handy", "mobiltelefon",
        "mobilnummer", "rufnummer", "festnetz", "telephone",
    ),
    "name": ("name", "fullname", "ansprechpartner", "kontakt", "contact", "vollername", "contactname"),
    "salutation": ("anrede", "salutation", "geschlecht"),
    "title": ("titel", "title", "akademischertitel"),
    "first_name": ("vorname", "firstname", "givenname"),
    "last_name": ("nachname", "lastname", "familienname", "surname", "zuname"),
    "company": ("firma", "unternehmen", "company", "companyname", "firmenname", "organisation", "organization"),
    "position": ("position", "funktion", "jobtitle", "rolle", "beruf"),
    "street": ("strasse", "street", "adresse", "address", "anschrift", "strassehausnummer", "strasseundhausnummer"),
    "postcode": ("plz", "postleitzahl", "postcode", "zip", "zipcode", "postalcode"),
    "city": ("ort", "stadt", "city", "wohnort", "town"),
    "country": ("land", "country", "staat", "countrycode", "laenderkennzeichen"),
    "language": ("sprache", "language"),
    "is_business": ("gewerblich", "b2b", "geschaeftskunde", "isbusiness", "kundentyp"),
    "interest": ("interesse", "interest", "produkt", "product", "thema"),
    "message": ("nachricht", "message", "bemerkung", "notiz", "kommentar", "anmerkung", "notes", "comment"),
    "captured_at": (
        "datum", "date", "erfasstam", "erstkontakt", "firstcontactdate", "erstelltam", "createdat", "eingang",
        "anfragedatum", "created", "firstcontact", "timestamp", "zeitstempel",
    ),
    "source": ("quelle", "source", "herkunft", "origin", "leadquelle", "leadsource", "utmsource"),
    "medium": ("medium", "utmmedium"),
    "campaign": ("kampagne", "campaign", "utmcampaign"),
    "landing_page": ("landingpage", "landingpageid", "einstiegsseite", "zielseite"),
    "referred_by": ("empfohlenvon", "referredby", "empfehlung", "empfehler"),
    "stage": ("stufe", "stage", "leadstatus"),
}  # fmt: skip


def guess_mapping(headings: tuple[str, ...]) -> dict[str, str]:
    """{our field: heading}; each heading once, each field once, the first that fits. What is not known stays out."""
    fields = {word: name for name, words in WORDS.items() for word in words}
    mapping: dict[str, str] = {}
    for heading in headings:
        name = fields.get(re.sub(r"[^a-z0-9]", "", fold(heading)))
        if name:
            mapping.setdefault(name, heading)
    return mapping
