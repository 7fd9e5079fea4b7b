"""Pure decisions of nurturing: who may be written to, what a mail says. No database, clock or request.

The placeholder language knows seven names and nothing else: a text is cut at them, values are put in, once.
"""

import re
from collections.abc import Iterable
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import override

from leadstern.nurture.terms import Choice, Letter, Person, Point, Reason, Step

LANGUAGES = ("de", "en")
NAMES = ("salutation", "first_name", "last_name", "company", "interest", "sender_name")
MOST_STEPS = 30
LONGEST_WAIT_HOURS = 24 * 365

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_LINK = re.compile(r"https?://[^\s<>\"{}]+")
_LOOKS_LIKE_A_LINK = re.compile(r"://|www\.|@|[\x00-\x1f\x7f<>{}\\]|\w\.[a-z]{2,}/", re.IGNORECASE)
_GAPS = re.compile(r"[ \t]+([,.;:!?])")
_SPACES = re.compile(r"[ \t]{2,}")


def choose(points: Iterable[Point]) -> Choice:
    """The first address that works, is consented to and not suppressed; else why there is none.

    The reason names what is nearest to being mended: a consent is asked for only where the address works.
    """
    found = list(points)
    reasons = [_objection(point) for point in found]
    for point, reason in zip(found, reasons, strict=True):
        if not reason:
            return Choice(point.address)
    order = (Reason.SUPPRESSED, Reason.WITHDRAWN, Reason.NO_CONSENT, Reason.BROKEN_EMAIL)
    return Choice("", next((reason.value for reason in order if reason in reasons), Reason.NO_EMAIL.value))


def _objection(point: Point) -> Reason | None:
    if point.is_suppressed:
        return Reason.SUPPRESSED
    if point.is_withdrawn:
        return Reason.WITHDRAWN
    if not point.is_working:
        return Reason.BROKEN_EMAIL
    return None if point.is_allowed else Reason.NO_CONSENT


def unknown_names(text: str) -> list[str]:
    """Names in braces that the editor does not know, as written; in the order of the text."""
    return [f"{{{name}}}" for name in _PLACEHOLDER.findall(text) if name not in NAMES]


def salutation(person: Person, *, language: str) -> str:
    """Never wrong: Frau or Herr only when the person said so and has a name, else neutral, else no name at all."""
    words = {"de": ("Guten Tag", "Guten Tag Frau", "Guten Tag Herr"), "en": ("Hello", "Dear Ms", "Dear Mr")}[language]
    last_name, first_name, title = (_harmless(part) for part in (person.last_name, person.first_name, person.title))
    if last_name and person.salutation in ("ms", "mr"):
        return " ".join(part for part in (words[1 + ("ms", "mr").index(person.salutation)], title, last_name) if part)
    if first_name or last_name:
        return " ".join(part for part in (words[0], title, first_name, last_name) if part)
    return words[0]


def words(person: Person, *, language: str, sender_name: str) -> dict[str, str]:
    """What stands for each name. Where nothing is known, a word that keeps the sentence whole."""
    absent = {"de": ("Ihr Unternehmen", "Ihr Vorhaben"), "en": ("your company", "your project")}[language]
    return {
        "salutation": salutation(person, language=language),
        "first_name": _harmless(person.first_name),
        "last_name": _harmless(person.last_name),
        "company": _harmless(person.company) or absent[0],
        "interest": _harmless(person.interest) or absent[1],
        "sender_name": sender_name,
    }


def _harmless(value: str) -> str:
    """A stranger's word for use in a mail of ours: one line, short, and nothing a mail program would make a link of."""
    value = " ".join(value.split())
    return "" if _LOOKS_LIKE_A_LINK.search(value) else value[:80]


def fill(text: str, values: dict[str, str]) -> str:
    """Puts the values in, each once: braces inside a value are nothing special. Unknown names stay as written."""
    filled = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
    return _SPACES.sub(" ", _GAPS.sub(r"\1", filled))


def fill_html(text: str, values: dict[str, str]) -> str:
    """The same as HTML: paragraphs, links of the editor's text, everything else escaped."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return "\n".join(f"<p>{_paragraph(part, values)}</p>" for part in paragraphs)


def _paragraph(text: str, values: dict[str, str]) -> str:
    """Links are found before the values are put in, so that no value becomes one."""
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        url = match[0].rstrip(".,;:!?)")
        pieces += [_escaped(text[end : match.start()], values), f'<a href="{escape(url)}">{escape(url)}</a>']
        end = match.start() + len(url)
    pieces.append(_escaped(text[end:], values))
    return "".join(pieces).replace("\n", "<br>\n")


def _escaped(text: str, values: dict[str, str]) -> str:
    return escape(fill(text, values))


def letter(step: Step, person: Person, *, sender_name: str, unsubscribe_url: str) -> Letter:
    """One step as a mail for one person, in their language, with the way out at its end."""
    language = person.language if person.language in LANGUAGES else "en"
    values = words(person, language=language, sender_name=sender_name)
    subject = " ".join(fill(step["subject"][language], values).split())[:200]
    body = step["body"][language].replace("\r\n", "\n").strip()
    with override(language):
        way_out = _("No more of these e-mails: unsubscribe")
        why = _("You receive this e-mail because you agreed to it.")
    text = f"{fill(body, values)}\n\n{why}\n{way_out}: {unsubscribe_url}\n"
    return Letter(
        subject, text, _html(fill_html(body, values), language, subject, (why, way_out, unsubscribe_url)), language
    )


def _html(body: str, language: str, subject: str, foot: tuple[str, str, str]) -> str:
    """Plain HTML, no picture, no counting; colours are the reader's own, so dark mode works."""
    why, way_out, url = foot
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n"
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 sans-serif;max-width:36em;margin:0 auto;padding:16px}"
        ".foot,.company{font-size:13px}</style>\n</head>\n<body>\n"
        f'{body}\n<p class="foot">{escape(why)}<br>\n<a href="{escape(url)}">{escape(way_out)}</a></p>\n'
        "</body>\n</html>\n"
    )


def step_mistakes(step: Step) -> dict[str, list[str]]:
    """What keeps a step from being published, by form field."""
    found: dict[str, list[str]] = {}
    for part in ("subject", "body"):
        for language in LANGUAGES:
            text = step[part][language]
            if not text.strip():
                found[f"{part}_{language}"] = [_("Please enter a text.")]
            elif unknown := unknown_names(text):
                found[f"{part}_{language}"] = [
                    _("Not a name that can be filled in: %(names)s. Known are: %(known)s.")
                    % {"names": ", ".join(unknown), "known": ", ".join(f"{{{name}}}" for name in NAMES)}
                ]
    if not 0 <= step["wait_hours"] <= LONGEST_WAIT_HOURS:
        found["wait_hours"] = [_("Between 0 hours and one year.")]
    return found
