"""Which arguments open the window and which are the command line's.

Window and command line are replaced by recorders: what is tested is the choice alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crmdesk.__main__ import main

Started = list[tuple[Any, ...]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    calls: Started = []
    window, command_line = ModuleType("crmdesk.app"), ModuleType("crmdesk.cli.main")

    def run(store: Path | None, *, smoke: bool) -> int:
        calls.append(("window", store, smoke))
        return 0

    def command() -> int:
        calls.append(("command line", *sys.argv[1:]))
        return 2

    window.run = run  # type: ignore[attr-defined]
    command_line.main = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "crmdesk.app", window)
    monkeypatch.setitem(sys.modules, "crmdesk.cli.main", command_line)
    return calls


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ("window", None, False)),
        (["--store", "my.crm"], ("window", Path("my.crm"), False)),
        (["--store=my.crm"], ("window", Path("my.crm"), False)),
        (["--smoke"], ("window", None, True)),
        (["--version"], ("command line", "--version")),
        (["--help"], ("command line", "--help")),
        (["--store", "my.crm", "stats"], ("command line", "--store", "my.crm", "stats")),
        (["--sto", "my.crm"], ("command line", "--sto", "my.crm")),
        (["list", "company", "--limit", "3"], ("command line", "list", "company", "--limit", "3")),
    ],
)
def test_what_is_started(
    arguments: list[str],
    expected: tuple[Any, ...],
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["crmdesk", *arguments])
    code = main()
    assert started == [expected]
    assert code == (0 if expected[0] == "window" else 2)


def test_a_store_without_a_name_is_a_wrong_call(
    started: Started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["crmdesk", "--store"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "--store" in capsys.readouterr().err
    assert started == []
