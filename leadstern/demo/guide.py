"""The demo company's guide as a small PDF (PDF 1.4, one page, a standard font). Called by `company.py`."""

LINES = (
    "Solar und Wärmepumpe im Altbau",
    "",
    "1. Dach prüfen: Süden, Osten oder Westen, mehr als 20 Quadratmeter.",
    "2. Verbrauch kennen: Strom und Heizung der letzten drei Jahre.",
    "3. Heizlast rechnen lassen, Raum für Raum.",
    "4. Förderung beantragen, bevor Sie bestellen.",
    "5. Zwei Angebote vergleichen, mit Festpreis.",
    "",
    "Sonnwerk Rheinland GmbH - eine erfundene Firma.",
)


def guide_pdf() -> bytes:
    """The file, with a correct cross-reference table."""
    text = b"".join(_line(line, at=760 - 24 * number) for number, line in enumerate(LINES))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    return _joined(objects)


def _line(text: str, *, at: int) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
    return b"BT /F1 14 Tf 60 %d Td (%s) Tj ET\n" % (at, escaped)


def _joined(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
