"""Reads the project's own source for the tests of its structure."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "crmdesk"
FORMS = PACKAGE / "gui" / "forms"  # made by pyside6-uic


@dataclass(frozen=True)
class Import:
    """One import statement's target, and where it stands."""

    module: str  # dotted; for "from a import b" it is "a.b"
    line: int
    in_function: bool


def package_files() -> list[Path]:
    """Every module of the package that a person wrote."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if FORMS not in path.parents]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[Import]:
    """All imports of a file, at whatever depth, import_module("...") with a constant included."""
    yield from _imports(tree(path), in_function=False)


def _imports(node: ast.AST, *, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, in_function)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                yield Import(f"{child.module}.{alias.name}", child.lineno, in_function)
        elif (
            isinstance(child, ast.Call)
            and _name(child.func) in {"import_module", "__import__"}
            and child.args
            and isinstance(child.args[0], ast.Constant)
        ):
            yield Import(str(child.args[0].value), child.lineno, in_function)
        inside = in_function or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from _imports(child, in_function=inside)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def tracked_files() -> list[Path]:
    """What git tracks; the test is skipped outside of a checkout (a source archive)."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]
