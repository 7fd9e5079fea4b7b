"""The demo company's website: a few pages on a port of their own, with Leadstern's scripts as on any customer's site.

Enters: requests. Leaves: pages from `website/`, with Leadstern's address filled in. Called by `leadstern demo-site`.
"""

import html
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "website"
PAGES = ("index", "photovoltaik", "waermepumpe", "preise", "ratgeber", "kontakt", "datenschutz", "impressum")
MISSING = "nicht-gefunden"
ASSETS = {"/site.css": "text/css; charset=utf-8", "/site.js": "text/javascript; charset=utf-8"}


def page(name: str, *, leadstern: str) -> str:
    """The whole HTML of one page. Its first line is a comment: `title | description`."""
    source = (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    head, content = source.split("\n", 1)
    found = re.fullmatch(r"<!-- (.+?) \| (.+?) -->", head)
    assert found, f"{name}.html must begin with its title and description"
    values = {"title": found[1], "description": html.escape(found[2]), "leadstern": html.escape(leadstern)}
    layout = Template((FOLDER / "layout.html").read_text(encoding="utf-8"))
    return layout.substitute(values, content=Template(content).substitute(values))


class _Handler(BaseHTTPRequestHandler):
    """Knows its pages and files by name; nothing a visitor sends becomes a path on disk."""

    leadstern = ""

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        name = "index" if path == "/" else path.strip("/")
        if path in ASSETS:
            self._send(200, ASSETS[path], (FOLDER / path[1:]).read_text(encoding="utf-8"))
        elif name in PAGES:
            self._send(200, "text/html; charset=utf-8", page(name, leadstern=self.leadstern))
        else:
            self._send(404, "text/html; charset=utf-8", page(MISSING, leadstern=self.leadstern))

    def _send(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        own = f"default-src 'self'; script-src 'self' {self.leadstern}; connect-src 'self' {self.leadstern}; "
        own += f"style-src 'self' {self.leadstern}; img-src 'self' data:; worker-src 'self' blob: {self.leadstern}; "
        own += f"form-action 'self' {self.leadstern}"
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", own),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        """Says nothing: the demo's log belongs to Leadstern."""


def serve(host: str, port: int, *, leadstern: str) -> None:
    """Serves until the process is told to stop. `leadstern` is the address visitors' browsers reach Leadstern by."""
    handler = type("Handler", (_Handler,), {"leadstern": leadstern.rstrip("/")})
    ThreadingHTTPServer((host, port), handler).serve_forever()
