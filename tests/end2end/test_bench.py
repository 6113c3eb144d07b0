"""The speed table and the pictures can be made; how fast or how fine is not judged here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.bench.__main__ import PARTS
from tests.bench.measure import HEAD, Line, median, percentile, table

ROOT = Path(__file__).parents[2]


def test_the_table_tells_ratio_and_verdict() -> None:
    lines = [
        Line("turn", 12.34, "ms", "<= 50 ms", True, 6.17, "so many turns"),
        Line("import", 12_345.6, "rows/s", ">= 10,000 rows/s", None),
        Line("start", 600.0, "ms", "<= 1.5 x", False, 300.0),
    ]
    head, rule, turn, bring, start, *notes = table(lines).splitlines()
    assert [cell.strip() for cell in head.split("|")[1:-1]] == list(HEAD)
    assert set(rule) == {"|", "-"}
    assert [cell.strip() for cell in turn.split("|")[1:-1]] == [
        "turn", "12.3 ms", "6.17 ms", "2.00", "<= 50 ms", "yes",
    ]  # fmt: skip
    assert [cell.strip() for cell in bring.split("|")[1:-1]] == [
        "import", "12,346 rows/s", "-", "-", ">= 10,000 rows/s", "-",
    ]  # fmt: skip
    assert start.rstrip("| ").endswith("NO")
    assert notes == ["", "- turn: so many turns"]


def test_percentiles_are_values_that_were_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert median(values) == 3.0
    assert percentile(values, 0.95) == 5.0
    assert percentile([7.0], 0.5) == 7.0


def run(module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_every_act_can_be_measured(tmp_path: Path) -> None:
    said = run("tests.bench", "--contacts", "300", "--rows", "200", "--folder", str(tmp_path))
    acts = [line.split("|")[1].strip() for line in said.splitlines() if line.startswith("| ")]
    for part in PARTS:
        assert any(part in act for act in acts), f"{part}: no line"
    assert "could not be measured" not in said
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"home", "sample-300", "tasks-200"}, "what a run makes for itself goes again"


@pytest.mark.slow
def test_every_screen_can_be_photographed(tmp_path: Path) -> None:
    run("tests.screenshots", "--folder", str(tmp_path))
    pictures = sorted(tmp_path.glob("*.png"))
    # Each screen in both themes and both languages.
    screens = {path.stem.rsplit("-", 2)[0] for path in pictures}
    assert len(screens) >= 12
    assert {path.stem for path in pictures} == {
        f"{screen}-{mode}-{language}"
        for screen in screens
        for mode in ("light", "dark")
        for language in ("en", "zh")
    }
    seen = set()
    for path in pictures:
        image = QImage(str(path))
        assert not image.isNull()
        # A screen that shows something has more than a few colours.
        assert image.colorCount() > 50, path.name
        seen.add(path.read_bytes())
    assert len(seen) == len(pictures), "no two are the same"
