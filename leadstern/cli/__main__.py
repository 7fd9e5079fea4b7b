"""`python -m leadstern.cli`: the same as the command `leadstern`."""

import sys

from leadstern.cli import main

sys.exit(main())
