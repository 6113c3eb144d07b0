"""What a measurement is: one act with its yardstick, and the table of all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HEAD = ("act", "ours", "yardstick", "ratio", "budget", "met")


@dataclass(frozen=True)
class Line:
    """One act of the table.

    `ours` and `yardstick` are in `unit`; `met` is None where the budget is for a store of
    another size than the one measured. `note` says what the yardstick is, or what was measured.
    """

    act: str
    ours: float
    unit: str
    budget: str
    met: bool | None
    yardstick: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the yardstick."""
        return self.ours / self.yardstick if self.yardstick else None

    def cells(self) -> tuple[str, ...]:
        """The line as text, one for each of `HEAD`."""
        return (
            self.act,
            _figure(self.ours, self.unit),
            "-" if self.yardstick is None else _figure(self.yardstick, self.unit),
            "-" if self.ratio is None else f"{self.ratio:.2f}",
            self.budget,
            "-" if self.met is None else "yes" if self.met else "NO",
        )


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def table(lines: Sequence[Line]) -> str:
    """All lines under their heads, and below what each was measured against."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    right = {1, 2, 3}

    def joined(row: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return ("| " + " | ".join(cells) + " |").rstrip()

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    notes = [f"- {line.act}: {line.note}" for line in lines if line.note]
    return "\n".join([joined(HEAD), rule, *map(joined, rows[1:]), "", *notes])


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Iterable[float]) -> float:
    """The value in the middle."""
    return percentile(values, 0.5)


def ms(act: Callable[[], object]) -> float:
    """How long a call takes, in milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
