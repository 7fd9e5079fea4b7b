"""A pytest plugin, loaded before Django's settings: each test process gets a home (and SQLite file) of its own."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="leadstern-test-")
os.environ["LEADSTERN_HOME"] = _home
os.environ.setdefault("LEADSTERN_RATE_LIMITS", "false")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
