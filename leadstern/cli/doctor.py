"""`leadstern doctor`: is this installation well, and if not, what to do. Status 1 when there is a problem."""

import argparse

from django.conf import settings
from django.utils import translation

from leadstern.cli.answer import Answer
from leadstern.core.time import now
from leadstern.journey.health import Finding, Level, findings

SIGNS = {Level.GOOD: "ok", Level.WARNING: "!!", Level.PROBLEM: "XX"}


def run(options: argparse.Namespace) -> Answer:
    with translation.override(settings.LANGUAGE_CODE):
        found = findings(now=now())
    worst = any(finding.level is Level.PROBLEM for finding in found)
    data = {"healthy": not worst, "checks": [finding.as_json() for finding in found]}
    return Answer(data, "\n".join(_line(finding) for finding in found), status=int(worst))


def _line(finding: Finding) -> str:
    line = f"{SIGNS[finding.level]}  {finding.check:<11} {finding.text}"
    return f"{line}\n{'':16}{finding.advice}" if finding.advice else line
