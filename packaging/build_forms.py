"""Compile ui/*.ui into crmdesk/gui/forms, each text routed through `crmdesk.i18n._`.

A frozen application has no uic, so the compiled forms are kept in the repository;
`--check` compares them with what would be made now, for the test that they are up to date.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
FORMS = ROOT / "crmdesk" / "gui" / "forms"

HEADER = """# Made from ui/{name} by packaging/build_forms.py; change that file, not this one.
# ruff: noqa
# mypy: ignore-errors
from __future__ import annotations

from crmdesk.i18n import _
"""

# uic writes _(u"text", None); a text of several lines is several literals in a row.
_LITERAL = r'u"(?:[^"\\\n]|\\.)*"(?:\s*\n?\s*"(?:[^"\\\n]|\\.)*")*'
_CALL = re.compile(rf"\b_\(({_LITERAL}), (None|u\"(?:[^\"\\\n]|\\.)*\")\)")


class FormError(Exception):
    """A form that cannot be compiled as it is."""


def compile_form(source: Path) -> str:
    """The module made from one .ui file.

    Raises FormError where uic fails or a text has a comment to tell it from its like: gettext's
    `_` takes the text alone.
    """
    uic = shutil.which("pyside6-uic", path=str(Path(sys.executable).parent))
    if uic is None:
        raise FormError("pyside6-uic is not installed beside this Python.")
    done = subprocess.run(
        [uic, "--generator", "python", "--no-autoconnection", "--tr", "_", str(source)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or not done.stdout:
        raise FormError(f"{source.name}: {done.stderr.strip() or 'uic failed'}")
    return routed(done.stdout, source.name)


def routed(code: str, name: str) -> str:
    """What uic wrote, with gettext's `_` in the place of Qt's own."""

    def one(found: re.Match[str]) -> str:
        if found[2] != "None":
            raise FormError(f"{name}: the text {found[1]} has a comment; give it other words.")
        return f"_({found[1]})"

    code = _CALL.sub(one, code)
    if re.search(r"\b_\([^\n]*, (None|u\")", code):
        raise FormError(f"{name}: a text was not understood.")
    # The banner names uic's version, which says nothing about the form.
    body = code[code.index("from PySide6") :]
    return HEADER.format(name=name) + body.rstrip() + "\n"


def made() -> dict[Path, str]:
    """Every module that the .ui files give, by where it belongs."""
    return {FORMS / f"{source.stem}.py": compile_form(source) for source in sorted(UI.glob("*.ui"))}


def stale() -> list[str]:
    """What in the forms folder is not what the .ui files give."""
    wanted = made()
    there = {path for path in FORMS.glob("*.py") if path.name != "__init__.py"}
    wrong = [path.name for path, code in wanted.items() if _read(path) != code]
    return sorted(wrong + [path.name for path in there - set(wanted)])


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str] | None = None) -> int:
    """Write the forms, or with --check say which are not up to date (exit code 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    asked = parser.parse_args(arguments)
    try:
        if asked.check:
            wrong = stale()
            for name in wrong:
                print(f"{name} is not what its .ui file gives", file=sys.stderr)
            return 1 if wrong else 0
        FORMS.mkdir(parents=True, exist_ok=True)
        for path, code in made().items():
            if _read(path) != code:
                path.write_text(code, encoding="utf-8", newline="\n")
                print(f"{path.name} written")
    except FormError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
