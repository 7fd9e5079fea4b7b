"""Finds the Chromium for browser tests and screenshots. Called by tests and `tools`."""

import os
import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The path of a Chromium or Chrome, or None. LEADSTERN_CHROMIUM names one explicitly."""
    given = os.environ.get("LEADSTERN_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return given or next((path for name in names if (path := shutil.which(name))), None)


def is_required() -> bool:
    """Must the browser tests run here? LEADSTERN_REQUIRE=browser says so; then a missing Chromium is a failure."""
    return "browser" in os.environ.get("LEADSTERN_REQUIRE", "").split(",")
