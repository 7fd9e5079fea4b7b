"""A process of its own that runs passes of the outbox until it is killed: `python -m tests.outbox.passes MOMENT`."""

import sys
import time
from datetime import datetime

import django

django.setup()

from leadstern.outbox.work import run_due  # noqa: E402 -- models are ready only now

if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        if not run_due(now=moment, limit=20):
            time.sleep(0.02)
