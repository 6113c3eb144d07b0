"""The user's folders, and shipped files from a checkout, a wheel and a bundle."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk import paths
from crmdesk.errors import BugError, KnownError


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "stick"))
    assert paths.data_dir() == tmp_path / "stick" / "data"
    assert paths.config_dir() == tmp_path / "stick" / "config"
    assert paths.log_dir() == tmp_path / "stick" / "log"
    assert paths.cache_dir() == tmp_path / "stick" / "cache"
    assert all(path.is_dir() for path in (paths.data_dir(), paths.config_dir(), paths.log_dir()))
    assert paths.default_store() == tmp_path / "stick" / "data" / "crmdesk.sqlite3"
    assert not paths.default_store().exists()


def test_otherwise_the_platform_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    assert paths.data_dir().name == "crmdesk"
    assert paths.data_dir() != paths.log_dir()


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(KnownError, match="cannot be made"):
        paths.data_dir()


def _installed(root: Path) -> Path:
    """A package as a checkout or a wheel would lay it down, of the real module."""
    package = root / "crmdesk"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for name in ("paths.py", "errors.py"):
        shutil.copyfile(Path(paths.__file__).parent / name, package / name)
    return package


def _resource(root: Path, frozen: Path | None = None) -> str:
    freeze = f"sys._MEIPASS = {str(frozen)!r}; " if frozen else ""
    code = (
        f"import sys; {freeze}from crmdesk import paths; "
        "print(paths.resource('themes', 'light.json').read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def _write(folder: Path, text: str) -> None:
    (folder / "themes").mkdir(parents=True)
    (folder / "themes" / "light.json").write_text(text, encoding="utf-8")


def test_a_checkout_reads_its_own_folder(tmp_path: Path) -> None:
    package = _installed(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    _write(tmp_path / "resources", "checkout")
    _write(package / "_data", "left from a build")
    assert _resource(tmp_path) == "checkout"


def test_a_wheel_reads_its_data_and_nobody_elses(tmp_path: Path) -> None:
    package = _installed(tmp_path)
    _write(tmp_path / "resources", "of another package")
    _write(package / "_data", "wheel")
    assert _resource(tmp_path) == "wheel"


def test_a_bundle_reads_what_it_unpacked(tmp_path: Path) -> None:
    _installed(tmp_path)
    _write(tmp_path / "unpacked" / "crmdesk" / "_data", "bundle")
    assert _resource(tmp_path, tmp_path / "unpacked") == "bundle"


def test_what_was_not_shipped_is_a_bug(tmp_path: Path) -> None:
    _installed(tmp_path)
    assert "BugError" in _resource(tmp_path)
    with pytest.raises(BugError, match="themes/none"):
        paths.resource("themes", "none.json")


def test_the_mark_of_a_program_is_that_of_its_packages() -> None:
    first = paths.program_mark("schema", "store")
    assert first
    assert paths.program_mark("schema", "store") == first
    assert paths.program_mark("schema") != first
    assert paths.program_mark("no such package") == ""


def test_a_changed_file_changes_the_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    (tmp_path / "schema").mkdir()
    file = tmp_path / "schema" / "people.py"
    file.write_text("one")
    first = paths.program_mark("schema")
    file.write_text("other")
    assert paths.program_mark("schema") != first
