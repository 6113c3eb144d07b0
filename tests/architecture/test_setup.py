"""What `make` runs before anything is installed: finding a Python, naming missing libraries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.source import ROOT

PACKAGING = ROOT / "packaging"
posix = pytest.mark.skipif(os.name == "nt", reason="make and sh are for Linux and macOS")


def load(name: str) -> ModuleType:
    """A script of packaging/, which is no package."""
    spec = spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("sh") or "sh", str(PACKAGING / "find_python.sh"), *arguments],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@posix
def test_a_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3.13", "exit 127")  # a version manager's shim without a version
    interpreter(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    found = find_python(tmp_path)
    assert (found.returncode, found.stdout.strip()) == (0, "python3")


@posix
def test_without_a_python_it_says_what_to_install(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3", "exit 1")
    found = find_python(tmp_path)
    assert found.returncode == 1
    assert "apt-get install python3 python3-venv" in found.stderr


@posix
def test_a_python_that_was_named_is_the_only_candidate(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    interpreter(tmp_path, "broken", "exit 1")
    assert find_python(tmp_path, "python3").stdout.strip() == "python3"
    refused = find_python(tmp_path, "broken")
    assert refused.returncode == 1
    assert refused.stderr.startswith("broken is not a working Python")


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    check = load("check_system")
    libraries = {"libcrmdesk-none.so.1": ("libnone1", "none-libs")}
    assert check.missing(libraries) == ["libcrmdesk-none.so.1"]
    monkeypatch.setattr(check.shutil, "which", lambda name: None)
    assert check.install_line(["libcrmdesk-none.so.1"], libraries) == (
        "sudo apt-get install libnone1"
    )
    monkeypatch.setattr(check.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert check.install_line(["libcrmdesk-none.so.1"], libraries) == ("sudo dnf install none-libs")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
def test_the_machine_that_runs_these_tests_has_what_offscreen_drawing_needs() -> None:
    check = load("check_system")
    assert check.missing(check.OFFSCREEN) == []


def test_compiled_forms_are_up_to_date() -> None:
    assert load("build_forms").stale() == []


def test_a_form_that_was_not_compiled_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = load("build_forms")
    for name, folder in (("UI", "ui"), ("FORMS", "forms")):
        monkeypatch.setattr(forms, name, tmp_path / folder)
        (tmp_path / folder).mkdir()
    (tmp_path / "ui" / "note.ui").write_text(
        '<ui version="4.0"><class>Note</class><widget class="QWidget" name="Note">'
        '<property name="windowTitle"><string>Note</string></property></widget></ui>',
        encoding="utf-8",
    )
    assert forms.main(["--check"]) == 1
    assert forms.main([]) == 0
    assert forms.main(["--check"]) == 0
    (tmp_path / "ui" / "note.ui").unlink()
    assert forms.stale() == ["note.py"]


def test_make_says_what_each_command_is_for() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared is not None
    explained = set(re.findall(r"make ([a-z-]+)  +\w", text))
    assert explained == set(declared.group(1).split())
