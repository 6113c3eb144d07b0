"""One SQLite in the process: what is written, and what is loaded when it runs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "crmdesk"
OTHERS = {"sqlite3", "pysqlite3", "apsw", "aiosqlite", "pysqlcipher3", "QtSql"}
DRIVER = "store/driver.py"
TOOLS = "store/sqlite_tools.py"


def _named(source: str) -> set[str]:
    """Every module that the source imports, or names in a string as one to import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__", "importorskip")
        ):
            names = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
        else:
            continue
        found |= {part for name in names for part in name.split(".")}
    return found


def _uses(names: set[str]) -> dict[str, set[str]]:
    found = {
        path.relative_to(PACKAGE).as_posix(): names & _named(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
    }
    return {path: used for path, used in found.items() if used}


def test_no_other_sqlite_is_imported() -> None:
    assert _uses(OTHERS) == {}


def test_the_driver_and_the_tools_have_one_door_each() -> None:
    assert set(_uses({"sqlcipher3"})) == {DRIVER}
    assert set(_uses({"sqlite_utils"})) == {TOOLS}


@pytest.mark.parametrize(
    "source",
    [
        "import sqlite3",
        "import sqlite3.dbapi2 as db",
        "from sqlite3 import connect",
        "from PySide6 import QtSql",
        "from PySide6.QtSql import QSqlDatabase",
        "def f():\n    import apsw",
        "import importlib\nimportlib.import_module('pysqlite3')",
        "__import__('sqlite3')",
    ],
)
def test_the_search_sees_each_way_to_import(source: str) -> None:
    assert _named(source) & OTHERS


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=PACKAGE.parent,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_sqlite_utils_runs_on_the_one_driver() -> None:
    assert (
        _run(
            "from crmdesk.store import driver\n"
            "from crmdesk.store.sqlite_tools import tools\n"
            "from sqlite_utils.utils import sqlite3\n"
            "raw = driver.dbapi2.connect(':memory:')\n"
            "version = tools(raw).execute('PRAGMA cipher_version').fetchone()\n"
            "print(sqlite3.__name__, bool(version))"
        )
        == "sqlcipher3 True"
    )


def test_sqlite_utils_imported_too_early_is_noticed() -> None:
    said = _run("import sqlite_utils\nimport crmdesk.store.sqlite_tools")
    assert "BugError" in said
