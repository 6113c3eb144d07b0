"""The two kinds of failure: what the user can mend, and what is our bug."""

from __future__ import annotations


class CRMDeskError(Exception):
    """Base of every error that CRMDesk raises on purpose."""


class KnownError(CRMDeskError):
    """A failure of the user's file, disk or input, told so that the user can act.

    `message` says what happened and where (file, line, field), `kept` what was
    kept or left as it was, `hint` what to do. `str()` joins the three into one
    line, the form in which the command line prints it.
    """

    def __init__(self, message: str, *, kept: str = "", hint: str = "") -> None:
        self.message = message
        self.kept = kept
        self.hint = hint
        super().__init__(" ".join(part for part in (message, kept, hint) if part))


class BugError(CRMDeskError):
    """A broken promise inside the program; shown with a report to copy, never hidden."""
