"""The layers of the design, held by import-linter and by reading every import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, imports, package_files, relative


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on the package `crmdesk` in `folder`."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contracts_would_notice(tmp_path: Path) -> None:
    """One offence against each contract, in a copy of the package."""
    shutil.copytree(PACKAGE, tmp_path / "crmdesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    offences = {
        "store/offence.py": "import crmdesk.ops.offence\nimport sqlalchemy\n",
        "ops/offence.py": "import sqlite3\n",
        "schema/offence.py": "import PySide6\nimport sqlalchemy\n",
        "features/offence_a.py": "import crmdesk.features.offence_b\n",
        "features/offence_b.py": "",
    }
    for name, text in offences.items():
        path = tmp_path / "crmdesk" / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")

    result = lint_imports(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    for contract in (
        "Each layer imports only from the layers below it",
        "Qt only in gui and app",
        "SQLAlchemy, sqlcipher3 and sqlite-utils only in store",
        "No second SQLite in the process",
        "Features do not import each other",
    ):
        assert any(line.startswith(contract) for line in broken), result.stdout


def test_sqlite_comes_from_sqlcipher3_alone() -> None:
    """Two SQLite libraries that open one file in a process drop each other's locks."""
    others = ("sqlite3", "apsw", "aiosqlite", "pysqlite3", "sqlean", "PySide6.QtSql")
    found = [
        f"{relative(path)}:{imported.line} imports {imported.module}"
        for path in package_files()
        for imported in imports(path)
        if any(
            imported.module == other or imported.module.startswith(f"{other}.") for other in others
        )
    ]
    assert not found


def test_a_late_import_says_why() -> None:
    """Imports stand at the top; one inside a function has a comment on its line or above."""
    found = []
    for path in package_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for imported in imports(path):
            if not imported.in_function:
                continue
            own, above = lines[imported.line - 1], lines[imported.line - 2].strip()
            follows_import = above.startswith(("import ", "from "))
            if "#" not in own and not above.startswith("#") and not follows_import:
                found.append(f"{relative(path)}:{imported.line} imports {imported.module}")
    assert not found


def loaded_by(modules: list[str]) -> set[str]:
    """The top-level packages that a new process holds after importing `modules`."""
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n    importlib.import_module(name)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test_only_the_window_loads_qt() -> None:
    """Every module but those of gui and app, imported in one process."""
    modules = [
        relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in package_files()
        if path.parts[len(PACKAGE.parts)] not in {"gui", "app.py"}
    ]
    assert not loaded_by(modules) & {"PySide6", "shiboken6", "qtawesome", "qtpy"}


def test_opening_a_store_loads_no_library_that_it_can_do_without() -> None:
    """Word lists and number crunchers cost up to 0.6 s, paid by the first use alone.

    sqlite-utils is among them because it imports numpy where numpy is installed.
    """
    late = {"dateparser", "jiojio", "jionlp", "numpy", "sqlite_utils"}
    assert not loaded_by(["crmdesk.schema.registry", "crmdesk.store.engine"]) & late
