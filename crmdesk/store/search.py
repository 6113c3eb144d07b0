"""Search as one types, over all entities of a store.

A search asks the index in stages, the most telling first, and stops when it has enough:
words of the title, inside the words of the title, then the same for title and body
together. Where more titles have the words than were asked for, those that are or begin
like what was typed are asked for besides. Within a rank records of the current user come
first, then what was changed last. Each stage reads the newest matches in the index's own
order and never counts or sorts them all.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crmdesk.schema.registry import Registry
from crmdesk.store.searchcells import (
    Plan,
    entity_mark,
    length_mark,
    person_mark,
    plan_of,
    unpacked,
)
from crmdesk.store.searchcheck import same_as_rebuilt
from crmdesk.store.searchfound import Finder, Found
from crmdesk.store.searchindex import catch_up, create_tables, entity_codes, is_current, rebuild
from crmdesk.store.searchmatch import WORDS_OF_TITLE, look, title_rank
from crmdesk.store.searchquery import Expressions, Typed, either, typed
from crmdesk.store.searchtext import is_unspaced

__all__ = [
    "Finder",
    "Found",
    "Hit",
    "catch_up",
    "create_tables",
    "entity_codes",
    "is_current",
    "matching",
    "rebuild",
    "same_as_rebuilt",
    "search",
]


@dataclass(frozen=True)
class Hit:
    """A record that was found.

    `where` is the field that matched, "" where the match is spread over several; `snippet`
    is the text around the match where that field is not part of the title. `rank` is the
    stage that found it: 0 whole title, 1 beginning of the title, 2 words of the title,
    3 inside its words, 4 words anywhere, 5 inside words anywhere.
    """

    entity: str
    id: str
    title: str
    where: str
    snippet: str
    rank: int


def search(
    conn: Any,
    registry: Registry,
    text: str,
    *,
    entities: Collection[str] | None = None,
    user: str | None = None,
    limit: int = 50,
) -> list[Hit]:
    """The records that have all that was typed, best first; [] for an empty text.

    `entities` keeps to those entities; `user` is whose records come first. Reads only.
    """
    asked = typed(text)
    if asked is None or limit <= 0:
        return []
    codes = entity_codes(conn)
    wanted = None if entities is None else [codes[name] for name in entities if name in codes]
    if wanted is not None and not wanted:
        return []
    docs = _gather(conn, Expressions(conn, asked), wanted, user, limit)
    names = {code: name for name, code in codes.items()}
    rows = [
        (title_rank(plan, row, asked) if rank == WORDS_OF_TITLE else rank, plan, row, doc)
        for plan, row, doc, rank in _rows(conn, registry, docs, names)
    ]
    rows.sort(key=lambda one: (one[0], not _belongs(one[1], one[2], user), -one[3]))
    return [_hit(plan, row, rank, asked) for rank, plan, row, _ in rows[:limit]]


def _belongs(plan: Plan, row: Sequence[Any], user: str | None) -> bool:
    return user is not None and any(row[at] == user for at in plan.people)


def _hit(plan: Plan, row: Sequence[Any], rank: int, asked: Typed) -> Hit:
    seen = look(plan, row, asked.terms)
    return Hit(plan.entity.name, row[0], title_text(plan, row), seen.field, seen.snippet, rank)


def matching(conn: Any, text: str, entity: str, *, limit: int = 100_000) -> list[str]:
    """The ids of one entity's records that have all that was typed, newest first.

    For filters of a list: nothing is ranked or read. An empty text matches nothing.
    """
    asked = typed(text)
    code = entity_codes(conn).get(entity)
    if asked is None or code is None:
        return []
    expressions = Expressions(conn, asked)
    docs: dict[int, None] = {}
    for table, expression in (
        ("search_title", expressions.in_title(inner=True)),
        ("search_text", expressions.anywhere(inner=True)),
    ):
        found = conn.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?",
            (f'({expression}) AND "{entity_mark(code)}"', limit),
        )
        docs.update((doc, None) for (doc,) in found)
    newest = sorted(docs, reverse=True)[:limit]
    named = dict(
        conn.execute(
            "SELECT doc, record FROM search_doc"
            # The plus keeps SQLite from reading all records of the entity instead.
            " WHERE doc IN (SELECT value FROM json_each(?)) AND +entity = ?",
            (json.dumps(newest), code),
        )
    )
    return [unpacked(named[doc]) for doc in newest if doc in named]


def _gather(
    conn: Any, expressions: Expressions, wanted: list[int] | None, user: str | None, limit: int
) -> dict[int, int]:
    """Candidates with the stage that found them, enough that the best `limit` are among them."""
    kept = "" if wanted is None else either([f'"{entity_mark(code)}"' for code in wanted])
    own = f'"{person_mark(user)}"' if user else ""
    docs: dict[int, int] = {}

    def ask(rank: int, table: str, expression: str) -> bool:
        """Whether these were all that match."""
        room = limit + len(docs)
        expression = f"({expression}) AND {kept}" if kept else f"({expression})"
        select = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?"
        found = conn.execute(select, (expression, room)).fetchall()
        complete = len(found) < room
        if own and not complete:  # own ones may be older than all of these
            # The mark comes first: FTS5 then skips what others own.
            found += conn.execute(select, (f"{own} AND {expression}", limit)).fetchall()
        for (doc,) in found:
            docs.setdefault(doc, rank)
        return complete

    if not ask(WORDS_OF_TITLE, "search_title", expressions.in_title(inner=False)):
        length = length_mark(len(expressions.asked.tokens))
        ask(WORDS_OF_TITLE, "search_title", expressions.whole_title(length))
        ask(WORDS_OF_TITLE, "search_title", expressions.title_start())
    if len(docs) < limit and expressions.has_inner:
        ask(3, "search_title", expressions.in_title(inner=True))
    if len(docs) < limit:
        ask(4, "search_text", expressions.anywhere(inner=False))
    if len(docs) < limit and expressions.has_inner:
        ask(5, "search_text", expressions.anywhere(inner=True))
    return docs


def _rows(
    conn: Any, registry: Registry, docs: dict[int, int], names: dict[int, str]
) -> Iterator[tuple[Plan, Sequence[Any], int, int]]:
    """The records themselves, with number and stage; those that are gone are left out."""
    place: dict[int, dict[str, int]] = {}
    for doc, code, record in conn.execute(
        "SELECT doc, entity, record FROM search_doc WHERE doc IN (SELECT value FROM json_each(?))",
        (json.dumps(list(docs)),),
    ):
        place.setdefault(code, {})[unpacked(record)] = doc
    for code, ids in place.items():
        plan = plan_of(registry, names.get(code, ""))
        if plan is None:
            continue
        for row in conn.execute(
            f'{plan.select} WHERE "id" IN (SELECT value FROM json_each(?))',
            (json.dumps(list(ids)),),
        ):
            doc = ids[row[0]]
            yield plan, row, doc, docs[doc]


def title_text(plan: Plan, row: Any) -> str:
    """The title as one line; parts that meet in Chinese characters need no space."""
    line = ""
    for _, at in plan.title:
        part = "" if row[at] is None else " ".join(str(row[at]).split())
        if not part:
            continue
        close = line and not (is_unspaced(line[-1]) and is_unspaced(part[0]))
        line += " " + part if close else part
    if line:
        return line
    return next((" ".join(text.split())[:80] for _, text in plan.values(row)), "")
