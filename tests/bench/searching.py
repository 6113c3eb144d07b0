"""Search as one types, over the whole store."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query
from crmdesk.schema.values import Phone
from tests.bench.measure import Line, median, ms, percentile
from tests.bench.yardsticks import plain

NAMES = 40
SEED = 11
TITLES = ("contact", "company", "opportunity")


def typed(workspace: Workspace) -> list[str]:
    """What is in the search box after each key of searches for records that there are.

    Names of people, firms and opportunities (Chinese ones too), and phone numbers.
    """
    chance = random.Random(SEED)
    words: list[str] = []
    with workspace.reader() as conn:
        select = workspace.select
        for entity, path in (("contact", "name"), ("company", "name"), ("opportunity", "name"),
                             ("contact", "phone")):  # fmt: skip
            rowids = select.ids(conn, Query(entity), workspace.query_context())
            some = chance.sample(list(rowids), min(NAMES, len(rowids)))
            for row in select.rows(conn, entity, some, [path]):
                value = row.cells[0]
                text = value.raw if isinstance(value, Phone) else value
                if text:
                    words.append(str(text))
    return [word[:length] for word in words for length in range(1, min(len(word), 16) + 1)]


def searching(workspace: Workspace, folder: Path, *, judged: bool) -> list[Line]:
    """Each keystroke of some names, in the order of typing."""
    keys = typed(workspace)
    workspace.search("a")
    ours = [ms(partial(workspace.search, key)) for key in keys]
    texts, asked = folder / "titles.txt", folder / "asked.txt"
    try:
        with texts.open("w", encoding="utf-8") as file, workspace.reader() as conn:
            for entity in TITLES:
                for row in workspace.select.stream(
                    conn, Query(entity), workspace.query_context(), ["name"]
                ):
                    file.write(f"{row.cells[0]}\n")
        asked.write_text("\n".join(key.strip() or "a" for key in keys), encoding="utf-8")
        theirs = plain(folder, "searches", texts, asked)
    finally:
        texts.unlink(missing_ok=True)
        asked.unlink(missing_ok=True)
    late = percentile(ours, 0.95)
    slowest = keys[ours.index(max(ours))]
    return [
        Line(
            "search as you type, p95", late, "ms", "<= 30 ms", late <= 30 if judged else None,
            percentile(theirs, 0.95),
            f"{len(keys)} keystrokes, median {median(ours):.1f} ms, slowest {max(ours):.0f} ms "
            f"({slowest!r}); a plain FTS5 table of the titles of {', '.join(TITLES)}, by word "
            "prefix, without pinyin, infix, ranks or records",
        )
    ]  # fmt: skip
