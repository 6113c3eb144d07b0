"""Compiles ui/*.ui, drawn in Qt Designer, into crmdesk/gui/forms (`make forms`).

The compiled forms are committed, since an installed or frozen application has no compiler.
With `--check` nothing is written: exit code 1 and a line for each form that is not up to date.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "ui"
TARGET = ROOT / "crmdesk" / "gui" / "forms"

# What pyside6-uic writes calls _(text, disambiguation); ours is gettext's _(text).
TRANSLATE = """
from crmdesk.i18n import _ as _gettext


def _(text, disambiguation=None):
    return _gettext(text)


class Ui_"""


def compiled(ui: Path) -> str:
    """The Python text of one form, without the version of the compiler in its head."""
    compiler = shutil.which("pyside6-uic", path=os.path.dirname(sys.executable))
    if compiler is None:
        raise SystemExit(
            "pyside6-uic is missing beside this Python; run `make forms` or `make lint`."
        )
    text = subprocess.run(
        [compiler, "--tr", "_", str(ui)], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    lines = [line.rstrip() for line in text.splitlines() if "Created by: Qt User" not in line]
    return "\n".join(lines).strip().replace("\nclass Ui_", "\n" + TRANSLATE, 1) + "\n"


def expected() -> dict[Path, str]:
    """Each compiled form's path and what it should hold."""
    return {TARGET / f"{ui.stem}.py": compiled(ui) for ui in sorted(SOURCE.glob("*.ui"))}


def stale() -> list[str]:
    """One line for each form that is missing, out of date or without a source."""
    forms = expected()
    complaints = [
        f"{path.relative_to(ROOT).as_posix()} is not what ui/{path.stem}.ui compiles to"
        for path, text in forms.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    left_over = set(TARGET.glob("*.py")) - set(forms) - {TARGET / "__init__.py"}
    return complaints + [
        f"{path.relative_to(ROOT).as_posix()} has no ui/{path.stem}.ui" for path in left_over
    ]


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        complaints = stale()
        for complaint in complaints:
            print(f"{complaint}; run `make forms`", file=sys.stderr)
        return 1 if complaints else 0
    for path, text in expected().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT).as_posix())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
