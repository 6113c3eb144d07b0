"""House rules about files: names, sizes, and what no tracked file may contain."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import (
    FORMS,
    PACKAGE,
    ROOT,
    package_files,
    relative,
    tracked_files,
    tree,
)

LONGEST = 500
# A file longer than LONGEST is here with the reason why it is better whole.
LONG_WITH_REASON: dict[str, str] = {}

VAGUE_MODULES = {"utils", "util", "helpers", "helper", "misc", "common"}
VAGUE_CLASSES = ("Manager", "Helper", "Util", "Utils")


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [relative(path) for path in package_files() if path.stem in VAGUE_MODULES]


def test_no_class_is_a_manager_or_helper() -> None:
    found = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in package_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE_CLASSES)
    ]
    assert not found


def test_init_files_hold_no_logic() -> None:
    """Nothing but a docstring, imports to re-export, and __all__."""
    found = []
    for path in PACKAGE.rglob("__init__.py"):
        for node in tree(path).body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            names = (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == "__all__"
            )
            if not (docstring or names or isinstance(node, (ast.Import, ast.ImportFrom))):
                found.append(f"{relative(path)}:{node.lineno}")
    assert not found


def test_every_package_has_its_init() -> None:
    """A folder without one is left out of the wheel's import checks and hides typing errors."""
    folders = {path.parent for path in package_files()}
    assert not [relative(folder) for folder in folders if not (folder / "__init__.py").is_file()]


def test_files_stay_short() -> None:
    too_long, no_longer = [], []
    for path in [p for p in tracked_files() if p.suffix == ".py" and FORMS not in p.parents]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        listed = relative(path) in LONG_WITH_REASON
        if lines > LONGEST and not listed:
            too_long.append(f"{relative(path)}: {lines} lines")
        if lines <= LONGEST and listed:
            no_longer.append(relative(path))
    assert not too_long
    assert not no_longer, "these are short again; take them off the list"


def test_nothing_is_left_to_do_later() -> None:
    unfinished = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    found = []
    for path in [p for p in tracked_files() if p.suffix == ".py" and FORMS not in p.parents]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if unfinished.search(line):
                found.append(f"{relative(path)}:{number} {line.strip()}")
    assert not found


# Written in pieces, so that this file does not name what it looks for.
FORBIDDEN = {
    "a machine's path": r"(?<![\w.~-])/(work|root|home/\w+)/|/tmp/" + "scratch",
    "a registry's host": r"py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.|debian" + r"\.org",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE)
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures, fonts, sample stores
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{relative(path)}:{number} {line.strip()[:120]}")
    assert not found


def test_no_lock_file_is_tracked() -> None:
    locks = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}
    assert not [path for path in tracked_files() if path.name in locks]


def test_every_constraint_is_one_exact_version() -> None:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    exact = re.compile(r"[a-z0-9-]+==[0-9][\w.]*(; python_version (<|>=) '3\.\d+')?")
    assert not [line for line in lines if not line.startswith("#") and not exact.fullmatch(line)]
