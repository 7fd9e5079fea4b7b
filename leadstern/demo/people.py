"""Made-up people and companies of the Rhineland and beyond, from a seeded random source. Called by `history.py`.

Everything is invented; mail addresses end in `.example`, phone numbers lie in ranges kept for drama and tests.
"""

import random
from dataclasses import dataclass

FIRST = (
    "Kim Aylin Jonas Lena Mehmet Sabine Thomas Petra Andreas Claudia Stefan Birgit Michael Susanne Frank "
    "Heike Markus Julia Daniel Katharina Florian Anja Sebastian Nicole Tobias Martina Christian Silke "
    "Alexander Yvonne Jan Tanja Uwe Monika Ralf Gabriele Dirk Ute Oliver Kerstin Emre Fatma Piotr "
    "Agnieszka Luca Giulia Nikola Marta Hannah Felix "
).split()
LAST = (
    "Muster Demir Schmitz Müller Becker Hoffmann Wagner Schäfer Koch Bauer Richter Klein Wolf Neumann "
    "Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Weber "
    "Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank "
    "Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus "
    "Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Yılmaz Kaya Nowak Kowalski Rossi "
    "Esser Küpper Breuer Pütz Schlösser Kessel "
).split()
TITLES = ("", "", "", "", "", "", "", "", "Dr.", "Prof. Dr.")
TRADES = (
    ("Bau", "GmbH"),
    ("Logistik", "GmbH & Co. KG"),
    ("Metallbau", "GmbH"),
    ("Bäckerei", "e.K."),
    ("Druck", "GmbH"),
    ("Gartenbau", "KG"),
    ("Autohaus", "GmbH"),
    ("Hausverwaltung", "GmbH"),
    ("Kältetechnik", "GmbH"),
    ("Möbel", "AG"),
    ("Pflegedienst", "gGmbH"),
    ("Obsthof", ""),
    ("Zahnarztpraxis", ""),
    ("Immobilien", "GmbH"),
)
POSITIONS = ("Geschäftsführung", "Einkauf", "Technische Leitung", "Inhaberin", "Inhaber", "Assistenz", "Praktikum")
NEAR = (
    ("50667", "Köln"),
    ("50823", "Köln"),
    ("51065", "Köln"),
    ("51465", "Bergisch Gladbach"),
    ("53111", "Bonn"),
    ("53225", "Bonn"),
    ("53721", "Siegburg"),
    ("53757", "Sankt Augustin"),
    ("50354", "Hürth"),
    ("50259", "Pulheim"),
    ("40213", "Düsseldorf"),
    ("40549", "Düsseldorf"),
    ("41061", "Mönchengladbach"),
    ("42103", "Wuppertal"),
    ("51373", "Leverkusen"),
    ("52062", "Aachen"),
)
FAR = (("20095", "Hamburg"), ("80331", "München"), ("10115", "Berlin"), ("01067", "Dresden"), ("28195", "Bremen"))
SPELLED = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("ı"): "i"}
STREETS = ("Hauptstraße", "Bahnhofstraße", "Am Markt", "Gartenweg", "Kirchgasse", "Rheinallee", "Lindenstraße")


@dataclass(frozen=True)
class Person:
    """Somebody who may ask Sonnwerk. `drive` (0 to 1) is how much they want to buy; it decides what they do."""

    kind: str
    title: str
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    position: str
    street: str
    postcode: str
    city: str
    interest: str
    drive: float
    says_yes: bool


KINDS = (("home", 50), ("business", 30), ("far", 9), ("student", 5), ("applicant", 3), ("competitor", 3))
DRIVE = {"home": 0.45, "business": 0.52, "far": 0.4, "student": 0.05, "applicant": 0.02, "competitor": 0.05}
INTERESTS = ("Photovoltaik", "Wärmepumpe", "Photovoltaik und Wärmepumpe")


def invent(number: int, chance: random.Random) -> Person:
    """The person with this number; the same for the same random source."""
    kind = chance.choices([name for name, _share in KINDS], [share for _name, share in KINDS])[0]
    first, last = chance.choice(FIRST), chance.choice(LAST)
    postcode, city = chance.choice(FAR if kind == "far" else NEAR)
    company, domain = _company(last, chance) if kind in ("business", "competitor") else ("", "post.example")
    drive = min(1.0, max(0.0, chance.gauss(DRIVE[kind], 0.22)))
    return Person(
        kind=kind,
        title=chance.choice(TITLES),
        first_name=first,
        last_name=last,
        email=f"{_ascii(first)}.{_ascii(last)}{number}@{domain}",
        phone=f"0221 5550 {number % 10000:04d}" if chance.random() < 0.45 + drive / 2 else "",
        company=company,
        position=chance.choice(POSITIONS) if company else "",
        street=f"{chance.choice(STREETS)} {chance.randint(1, 120)}",
        postcode=postcode,
        city=city,
        interest=chance.choice(INTERESTS),
        drive=drive,
        says_yes=chance.random() < 0.42,
    )


def _company(last: str, chance: random.Random) -> tuple[str, str]:
    trade, form = chance.choice(TRADES)
    name = f"{trade} {last} {form}".strip() if chance.random() < 0.5 else f"{last} {trade} {form}".strip()
    return name, f"{_ascii(last)}-{_ascii(trade)}.example"


def _ascii(text: str) -> str:
    swapped = text.lower().translate(SPELLED)
    return "".join(letter for letter in swapped if letter.isascii() and letter.isalnum())
