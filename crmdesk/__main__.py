"""Starts CRMDesk: the window, or the command line when more than a store is named."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Run with the arguments of this process; the process's exit code.

    `crmdesk` and `crmdesk --store PATH` open the window; anything else is the command line's,
    which reads all of the arguments itself. `--smoke` opens the window, paints it once and
    ends, to show that an installation works.
    """
    parser = argparse.ArgumentParser("crmdesk", add_help=False, allow_abbrev=False)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--smoke", action="store_true")
    asked, more = parser.parse_known_args()
    # Each half is imported when it is the one that runs: importing Qt takes most of the time
    # that the command line needs, and the window needs nothing of the command line.
    if more:
        # For the start-up time, as said above.
        from crmdesk.cli.main import main as command_line

        return command_line()
    # For the start-up time, as said above.
    from crmdesk.app import run

    return run(asked.store, smoke=asked.smoke)


if __name__ == "__main__":
    sys.exit(main())
