"""`leadstern demo-site`: the website of the demo company, for trying the path as a visitor."""

import argparse
import contextlib

from leadstern.config.environment import load
from leadstern.config.lifeline import end_with_parent
from leadstern.demo.site import serve


def run(options: argparse.Namespace) -> int:
    end_with_parent()
    with contextlib.suppress(KeyboardInterrupt):
        serve(options.host, options.port, leadstern=options.leadstern or load()["LEADSTERN_BASE_URL"])
    return 0
