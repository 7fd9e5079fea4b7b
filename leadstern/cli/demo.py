"""`leadstern demo`: the made-up company with a year of history. `--fresh` begins from nothing."""

import argparse

from leadstern.cli.answer import Answer
from leadstern.cli.prepare import prepare_database
from leadstern.demo import actions


def run(options: argparse.Namespace) -> Answer:
    """Refused over existing data unless `--fresh` is given, which deletes them."""
    prepare_database()
    if options.fresh:
        actions.wipe()
    return Answer(
        {"loaded": True, "leads": options.leads},
        actions.load(leads=options.leads, website_port=options.demo_port, days=options.days),
    )
