"""Search as one types, over all entities of a store.

A search asks the index in stages, the most telling first, and stops when it has enough:
the whole title, the beginning of the title, words of the title, inside the words of the
title, then the same for title and body together. Within a stage records of the current
user come first, then what was changed last. Each stage reads the newest matches from the
index's own order and never counts or sorts them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
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
from crmdesk.store.searchindex import catch_up, create_tables, entity_codes, is_current, rebuild
from crmdesk.store.searchmatch import look
from crmdesk.store.searchquery import Expressions, either, typed
from crmdesk.store.searchtext import fold, is_unspaced, words

__all__ = [
    "Hit",
    "catch_up",
    "create_tables",
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
    docs: dict[int, int] = {}
    for rank, docs_of_stage in _stages(conn, Expressions(conn, asked), wanted, user):
        for doc in docs_of_stage(limit + len(docs)):
            docs.setdefault(doc, rank)
        if len(docs) >= limit:
            break
    names = {code: name for name, code in codes.items()}
    hits = _read(conn, registry, docs, names, asked.terms)
    begun = " ".join(asked.tokens)
    hits.sort(key=lambda hit: (hit.rank, hit.rank == 1 and not _begins(hit.title, begun)))
    return hits[:limit]


def _begins(title: str, tokens: str) -> bool:
    return " ".join(words(fold(title))).startswith(tokens)


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
            "SELECT search_doc.doc, search_doc.record FROM json_each(?) AS listed"
            " JOIN search_doc ON search_doc.doc = listed.value AND search_doc.entity = ?",
            (json.dumps(newest), code),
        )
    )
    return [unpacked(named[doc]) for doc in newest if doc in named]


Stage = Callable[[int], Iterator[int]]


def _stages(
    conn: Any, expressions: Expressions, wanted: list[int] | None, user: str | None
) -> Iterator[tuple[int, Stage]]:
    kept = "" if wanted is None else either([f'"{entity_mark(code)}"' for code in wanted])
    own = f'"{person_mark(user)}"' if user else ""

    def stage(table: str, expression: str) -> Stage:
        def docs(limit: int) -> Iterator[int]:
            for mine in filter(None, (own, " ")):
                parts = [f"({expression})", *filter(str.strip, (kept, mine))]
                for (doc,) in conn.execute(
                    f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?",
                    (" AND ".join(parts), limit),
                ):
                    yield doc

        return docs

    tokens = expressions.asked.tokens
    yield 0, stage("search_title", expressions.whole_title(length_mark(len(tokens))))
    yield 1, stage("search_title", expressions.title_start())
    yield 2, stage("search_title", expressions.in_title(inner=False))
    if expressions.has_inner:
        yield 3, stage("search_title", expressions.in_title(inner=True))
    yield 4, stage("search_text", expressions.anywhere(inner=False))
    if expressions.has_inner:
        yield 5, stage("search_text", expressions.anywhere(inner=True))


def _read(
    conn: Any, registry: Registry, docs: dict[int, int], names: dict[int, str], terms: Any
) -> list[Hit]:
    """The records themselves, in the order of `docs`; those that are gone are left out."""
    if not docs:
        return []
    place: dict[tuple[int, str], int] = {}
    for doc, code, record in conn.execute(
        f"SELECT doc, entity, record FROM search_doc WHERE doc IN ({','.join('?' * len(docs))})",
        list(docs),
    ):
        place[code, unpacked(record)] = doc
    found: dict[int, Hit] = {}
    for code in {code for code, _ in place}:
        plan = plan_of(registry, names.get(code, ""))
        if plan is None:
            continue
        ids = [record for of, record in place if of == code]
        for row in conn.execute(f'{plan.select} WHERE "id" IN ({",".join("?" * len(ids))})', ids):
            doc = place[code, row[0]]
            seen = look(plan, row, terms)
            found[doc] = Hit(
                plan.entity.name, row[0], title_text(plan, row), seen.field, seen.snippet,
                docs[doc],
            )  # fmt: skip
    return [found[doc] for doc in docs if doc in found]


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
