"""Where the stand-alone bundle starts."""

from __future__ import annotations

import sys

from crmdesk.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
