"""The window on screens of 125, 150 and 200 %."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_the_main_screens_at_a_scale(scale: str, tmp_path: Path) -> None:
    """A process of its own: Qt reads the scale once."""
    here = {
        name: value for name, value in os.environ.items()
        # Of the workers of this run.
        if not name.startswith(("PYTEST_", "COV_"))
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
         "--basetemp", str(tmp_path / "scaled"), "tests/gui/at_scale.py"],
        cwd=ROOT, env={**here, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
