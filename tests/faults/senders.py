"""People who fill in a form by the plain page, at once and in great number. Standard library only.

Enters: the address of an installation. Leaves: what each of them was answered.
"""

import html
import http.client
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

LEAST_SECONDS = 3.2
FORM = "application/x-www-form-urlencoded"
TOKEN = re.compile(r'name="ls_token" value="([^"]+)"')


@dataclass
class Answer:
    """What the server said. `status` 0: nothing, the connection broke."""

    status: int
    location: str = ""
    text: str = ""

    @property
    def is_thanks(self) -> bool:
        return self.status == 303 and "/done/" in self.location


@dataclass
class Sender:
    """One person with one enquiry. `answers` are all they got; `patient` ones try again until they are thanked."""

    number: int
    token: str = ""
    is_patient: bool = True
    answers: list[Answer] = field(default_factory=list)

    @property
    def email(self) -> str:
        return f"person{self.number}@muster{self.number}.example"

    @property
    def is_thanked(self) -> bool:
        return any(answer.is_thanks for answer in self.answers)

    def entries(self) -> dict[str, str]:
        return {
            "name": f"Person {self.number}",
            "email": self.email,
            "phone": f"0221 5551{self.number:04}",
            "postcode": "50667",
            "message": "Ein Dach mit 80 m²",
            "ls_marketing": "on",
            "ls_token": self.token,
        }


class Website:
    """The installation as its visitors reach it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), parts.port

    def ask(self, path: str, body: str = "", *, timeout: float = 40) -> Answer:
        """One request on a connection of its own; with a body a POST."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        try:
            headers = {"Content-Type": FORM, "Accept": "text/html", "Accept-Language": "de"}
            connection.request("POST" if body else "GET", path, body or None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()

    def open_form(self, sender: Sender) -> None:
        """Reads the page; the token of this showing is the sender's."""
        found = TOKEN.search(self.ask("/f/kontakt/").text)
        assert found, "the page has no form"
        sender.token = html.unescape(found[1])

    def send(self, sender: Sender) -> Answer:
        answer = self.ask("/f/kontakt/", urlencode(sender.entries()))
        sender.answers.append(answer)
        return answer

    def send_until_thanked(self, sender: Sender, *, deadline: float) -> None:
        """The same entries of the same showing again and again: what a person does whose browser showed an error."""
        while not self.send(sender).is_thanks and sender.is_patient and time.monotonic() < deadline:
            time.sleep(0.2)


def open_forms(website: Website, count: int, *, first: int = 0) -> list[Sender]:
    """`count` people with the form before them, for as long as a person needs at least."""
    senders = [Sender(number) for number in range(first, first + count)]
    together(website.open_form, senders)
    time.sleep(LEAST_SECONDS)
    return senders


def together(do: Callable[[Sender], object], senders: Iterable[Sender], *, threads: int = 4) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(do, senders))
