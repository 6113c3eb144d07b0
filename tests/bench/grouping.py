"""A million tasks in groups, and a board: how long they take to show, how long the window waits."""

from __future__ import annotations

from crmdesk.gui.bridge import Bridge
from crmdesk.schema.viewdata import ViewSpec
from tests.bench import million
from tests.bench.desk import settle
from tests.bench.measure import Line, median

ROUNDS = 3


def grouping(bridge: Bridge, *, judged: bool) -> list[Line]:
    """Put the list of tasks into groups with subtotals, by one field and by two."""
    ways = {
        "by status": ("status",),
        "by owner and month": ("owner", "due:month"),
        "by company": ("company",),
    }
    lines = []
    worst = 0.0
    with million.list_of_tasks(bridge) as front:
        for way, group in ways.items():
            spec = ViewSpec("task", group=group, totals=(("length", "sum"),))
            runs = []
            for _ in range(ROUNDS):
                runs.append(million.change(bridge, front, spec))
                million.change(bridge, front, ViewSpec("task"))
            first = median(run.first for run in runs)
            worst = max(worst, *(run.block for run in runs))
            lines.append(
                Line(f"group, {way}", first, "ms", "-", None,
                     note=f"to the group rows; {runs[0].total:,} lines; all there after "
                          f"{median(run.whole for run in runs):,.0f} ms")
            )  # fmt: skip
    lines.append(
        Line("group, longest block", worst, "ms", "<= 50 ms",
             worst <= 50 if judged else None, note="of the window, while its groups come")
    )  # fmt: skip
    settle(bridge)
    return lines
