"""Whether the search index says what the records say; for `crmdesk check` and for tests."""

from __future__ import annotations

from itertools import islice
from typing import Any

from crmdesk.schema.registry import Registry
from crmdesk.store.freshfts import read_anew
from crmdesk.store.searchcells import Cells, digest_of, indexed_cells, plans, unpacked
from crmdesk.store.searchindex import entity_codes, is_current, marks_for

_BATCH = 1000


def same_as_rebuilt(conn: Any, registry: Registry, *, deep: bool = False) -> list[str]:
    """What a rebuilt index would hold otherwise; empty where the index is right.

    Compares every record with its fingerprint, looks for records that are gone, for words
    that are not known, and asks FTS5 to check itself. `deep` also compares every token in
    the index with the records, which takes as long as a rebuild and memory for all tokens.
    """
    problems: list[str] = []
    if not is_current(conn):
        problems.append("The search index was made by other rules.")
    codes = entity_codes(conn)
    expected: dict[int, Cells] = {}
    docs = 0
    for plan in plans(registry):
        name = plan.entity.name
        code = codes.get(name, 0)
        known = {
            unpacked(record): (doc, digest)
            for record, doc, digest in conn.execute(
                "SELECT record, doc, digest FROM search_doc WHERE entity = ?", (code,)
            )
        }
        docs += len(known)
        words: set[str] = set()
        for row in conn.execute(plan.select):
            indexed = indexed_cells(plan, code, row)
            doc, digest = known.pop(row[0], (0, 0))
            if indexed is None:
                if doc:
                    problems.append(f"{name} {row[0]} has no words and is in the search index.")
                continue
            cells, vocabulary = indexed
            words |= vocabulary
            if not doc:
                problems.append(f"{name} {row[0]} is not in the search index.")
            elif digest != digest_of(cells):
                problems.append(f"{name} {row[0]} has other words in the search index.")
            elif deep:
                expected[doc] = cells
        problems += [
            f"{name} {record} is in the search index and does not exist." for record in known
        ]
        problems += [f"The word {word!r} is not known to the index." for word in _lost(conn, words)]
    counted = conn.execute("SELECT count(*) FROM search_doc").fetchone()[0]
    if counted != docs:
        problems.append(f"{counted - docs} records in the search index have no known entity.")
    read_anew(conn)
    for name in ("search_title", "search_text", "search_part"):
        problems += [
            f"The table {name} is damaged: {said}."
            for (said,) in conn.execute(f"PRAGMA integrity_check({name})")
            if said != "ok"
        ]
    if deep:
        problems += _token_differences(conn, expected)
    return problems


def _lost(conn: Any, words: set[str]) -> list[str]:
    missing = words.copy()
    pending = iter(words)
    while some := list(islice(pending, _BATCH)):
        missing.difference_update(
            word
            for (word,) in conn.execute(
                f"SELECT word FROM search_word WHERE word IN ({marks_for(some)})", some
            )
        )
    return sorted(missing)


def _token_differences(conn: Any, expected: dict[int, Cells]) -> list[str]:
    """Compare every token that FTS5 holds with the cells that the records give."""
    problems = []
    for table, columns in (("search_title", ("title", "sound")), ("search_text", ("text",))):
        held: dict[tuple[int, str], list[tuple[int, str]]] = {}
        conn.execute(
            f"CREATE VIRTUAL TABLE temp.search_tokens USING fts5vocab(main, {table}, instance)"
        )
        try:
            for term, doc, column, offset in conn.execute("SELECT * FROM temp.search_tokens"):
                held.setdefault((doc, column), []).append((offset, term))
        finally:
            conn.execute("DROP TABLE temp.search_tokens")
        for doc, cells in expected.items():
            if table == "search_title" and not cells[0]:
                continue
            shown = cells[:2] if table == "search_title" else cells[2:]
            for column, cell in zip(columns, shown, strict=True):
                tokens = " ".join(term for _, term in sorted(held.pop((doc, column), [])))
                if tokens != cell:
                    problems.append(f"Record {doc} of {table} holds {tokens!r}, not {cell!r}.")
        problems += [f"Record {doc} of {table} is nobody's." for doc, _ in held]
    return problems
