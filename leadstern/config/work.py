"""`python -m leadstern.config.work`: the worker process. Started by `leadstern serve`."""

import os

import django

from leadstern.config.lifeline import end_with_parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadstern.config.settings")
    os.environ["LEADSTERN_SERVER"] = "1"
    end_with_parent()
    django.setup()
    from leadstern.core.memory import keep_what_is_loaded  # noqa: PLC0415 -- Django must be set up before
    from leadstern.journey import worker  # noqa: PLC0415 -- models are imported

    keep_what_is_loaded()
    worker.run()


if __name__ == "__main__":
    main()
