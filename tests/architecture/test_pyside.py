"""PySide6 is a version that leaves None's reference count alone."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.architecture.source import ROOT

# A broken PySide6 loses one reference to None on each such call and aborts the process when
# none is left, so this runs in a process of its own.
COUNT = """
import sys
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

application = QApplication([])
widget, timer, thing = QWidget(), QTimer(), QObject()
calls = 20_000
before = sys.getrefcount(None)
for number in range(calls):
    widget.update()
    timer.setInterval(number)
    thing.setObjectName("x")
lost = before - sys.getrefcount(None)
print(lost)
sys.exit(lost > calls // 100)
"""


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on: nothing to lose"
)
def test_calls_that_return_nothing_take_no_reference_from_none() -> None:
    result = subprocess.run(
        [sys.executable, "-c", COUNT], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"references lost: {result.stdout}\n{result.stderr}"


@pytest.mark.parametrize(
    ("python", "version", "allowed"),
    [
        ("3.11", "6.11.3", True),
        ("3.11", "6.12.0", False),
        ("3.12", "6.12.0", True),
        ("3.13", "6.12.0", True),
    ],
)
def test_the_markers_choose_a_sound_version(python: str, version: str, allowed: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        requirement
        for requirement in map(Requirement, project["dependencies"])
        if requirement.name == "pyside6-essentials"
        and (requirement.marker is None or requirement.marker.evaluate({"python_version": python}))
    ]
    assert len(wanted) == 1, "exactly one line applies to each Python"
    assert (version in wanted[0].specifier) is allowed
