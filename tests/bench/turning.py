"""Turning the cube: from the call to all faces painted, and the frames of the turn as seen."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.query import Query
from crmdesk.settings import Settings
from tests.bench import frames
from tests.bench.desk import pump, settle, until
from tests.bench.measure import Line, median, ms, percentile

TURNS = 60
SEED = 3
SIZE = (1440, 900)
KINDS = ("company", "opportunity", "contact")
"""The fronts in turn: a firm, a deal, a person; each turn is to another kind of record."""

SCREENS = (((1440, 900), 1.0), ((1920, 1080), 1.0), ((1440, 900), 2.0), ((1920, 1080), 2.0))
"""Sizes of the window, in device-independent pixels, and the pixels of the screen to one."""
OF_DUE, FRAME_MS = 0.95, 8.0
"""The share of the due frames that must be seen, and what one may cost."""

WAY = 6
"""Turns before one goes back to the list and begins anew; the trail grows meanwhile."""


def targets(bridge: Bridge) -> list[tuple[str, str]]:
    """Random records to turn to."""
    chance = random.Random(SEED)
    select = bridge.workspace.select
    found: dict[str, list[str]] = {}
    with bridge.workspace.reader() as conn:
        for entity in KINDS:
            rowids = select.ids(conn, Query(entity), bridge.query_context())
            some = [rowids[chance.randrange(len(rowids))] for _ in range(TURNS)]
            named = select.record_ids(conn, entity, some)
            found[entity] = [named[rowid] for rowid in some]
    return [(entity, found[entity][n]) for n in range(TURNS) for entity in KINDS]


def turning(bridge: Bridge, folder: Path, *, judged: bool) -> list[Line]:
    """Turns from record to record in the main window, the first of each kind left out."""
    window = MainWindow(bridge, Settings(folder / "turning.json"))
    window.resize(*SIZE)
    window.show()
    settle(bridge)
    blocks: list[float] = []

    def turn(entity: str, record: str) -> None:
        window.view.turn(entity, record)
        longest = settle(bridge)
        # The faces are painted when all has come, a moment later.
        blocks.append(max(longest, until(lambda: window.view.rests), pump()))

    taken, used = [], []
    for number, to in enumerate(targets(bridge)):
        if number % WAY == 0:
            window.view.go_home()
            settle(bridge)
        before = time.process_time()
        taken.append(ms(partial(turn, *to)))
        used.append((time.process_time() - before) * 1000)
    # Each kind's form is made at its first turn; the start's budget is for such work.
    taken, blocks, used = (one[len(KINDS) :] for one in (taken, blocks, used))
    window.view.deleteLater()
    window.hide()
    late = percentile(taken, 0.95)
    return [
        Line(
            "turn the cube, p95", late, "ms", "<= 50 ms", late <= 50 if judged else None,
            note=f"{len(taken)} turns at {SIZE[0]} x {SIZE[1]}, median {median(taken):.1f} ms, "
            f"until form, both faces, timeline and counts are painted; longest block "
            f"{max(blocks):.0f} ms; of the processor's time {median(used):.1f} ms, "
            f"p95 {percentile(used, 0.95):.1f} ms",
        ),
        *seen(bridge.workspace.path, judged=judged),
    ]  # fmt: skip


def seen(store: Path, *, judged: bool) -> list[Line]:
    """The frames of turns, on a screen where one can be had."""
    lines = []
    for size, scale in SCREENS:
        wide, high = (round(side * scale) for side in size)
        with frames.screen(wide, high) as display:
            shown = frames.on_screen(store, size, scale, display)
        share = shown.frames / shown.due
        on = "a screen of X" if display else "no screen"
        lines.append(
            Line(
                f"a turn at {size[0]} x {size[1]}, {scale:.0%}: a frame", shown.cost, "ms",
                f"<= {FRAME_MS:g} ms",
                shown.cost <= FRAME_MS and share >= OF_DUE if judged else None,
                note=f"processor time of the window's thread; {shown.frames} frames seen of "
                f"{shown.due:.1f} due at 60 a second ({share:.0%}), on {on}; the first "
                f"{shown.first:.0f} ms after the call (median)",
            )
        )  # fmt: skip
    return lines
