"""The command that makes a task of one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crmdesk.cli.main import main

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Runs a command on a store with one person; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CRMDESK_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        store = str(tmp_path / "store.crmdesk")
        monkeypatch.setattr(sys, "argv", ["crmdesk", "--store", store, "--lang", "en", *arguments])
        code = main()
        told = capsys.readouterr()
        return code, told.out, told.err

    assert run("sample", "--contacts", "1", "--until", "2026-11-20")[0] == 0
    assert run("new", "company", "name=Kestrel Pumps")[0] == 0
    assert run("new", "contact", "name=Zora Keller", "company=Kestrel Pumps")[0] == 0
    return run


def test_a_line_becomes_a_task_and_is_told_as_it_was_read(call: Call) -> None:
    code, out, err = call("add", "call", "Zora", "Keller", "tomorrow", "3pm", "about", "spares")
    assert (code, err) == (0, "")
    first, *rest = out.splitlines()
    assert first.startswith("Task: ")
    assert rest[:2] == ["  Subject: Call Zora Keller about spares", "  Kind: Call"]
    assert rest[3:] == ["  Contact: Zora Keller · Kestrel Pumps", "  Company: Kestrel Pumps"]
    shown = json.loads(call("show", "task", first.split()[-1], "--json")[1])["fields"]
    assert (shown["subject"], shown["kind"]) == ("Call Zora Keller about spares", "call")
    assert shown["contact"]["title"] == "Zora Keller"


def test_a_dry_run_makes_nothing(call: Call) -> None:
    before = json.loads(call("list", "task", "--json")[1])["total"]
    read = json.loads(call("add", "--dry-run", "--json", "给Zora Keller打电话 at 3")[1])
    assert read["id"] is None
    assert read["read"]["kind"]["value"] == "call"
    assert len(read["read"]["due"]["others"]) == 1
    assert json.loads(call("list", "task", "--json")[1])["total"] == before
