"""Where the stand-alone bundle starts."""

from __future__ import annotations

import multiprocessing
import sys

from crmdesk.__main__ import main

if __name__ == "__main__":
    # A process that is started from this one begins here as well, and does its own work.
    multiprocessing.freeze_support()
    sys.exit(main())
