"""`python -m leadstern.config.web HOST PORT`: the web server process. Started by `leadstern serve`."""

import os
import sys

from granian import Granian
from granian.constants import Interfaces

from leadstern.config.lifeline import end_with_parent
from leadstern.core.memory import collect_seldom


def main(host: str, port: int) -> None:
    """Serves until SIGTERM. One worker process: the database, not Python, is the limit at this size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadstern.config.settings")
    os.environ["LEADSTERN_SERVER"] = "1"
    end_with_parent()
    collect_seldom()
    Granian(
        "leadstern.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
