"""`python -m leadstern.config.work`: the worker process. Started by `leadstern serve`."""

import os

import django

from leadstern.config.lifeline import end_with_parent
from leadstern.core.memory import collect_seldom, keep_what_is_loaded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadstern.config.settings")
    os.environ["LEADSTERN_SERVER"] = "1"
    end_with_parent()
    collect_seldom()
    django.setup()
    from leadstern.journey import worker  # noqa: PLC0415 -- models are imported

    keep_what_is_loaded()
    worker.run()


if __name__ == "__main__":
    main()
