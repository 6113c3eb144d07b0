"""The search index over all entities of a store, and how it follows the change log.

Tables, all in the store's own file:

- `search_doc`: one row a findable record: its number in the index, its entity (a code from
  `search_entity`), its id (16 bytes for a UUID) and a fingerprint of what is indexed.
  Numbers grow: what was written last has the highest, so that "newest first" is the
  index's own order and never sorts.
- `search_title`, `search_text`: FTS5 without content. The first holds titles, how they
  sound and begin; the second holds title and body together, so that "john 8080" finds the
  name in one field and the number in another.
- `search_word`, `search_part`: every word once, and its parts of three characters. A
  beginning or an inner part is first looked up among the words, then the words are looked
  up in the index. Parts of whole texts would cost five times the time and the space.
- `search_state`: how far the log is indexed, and by which version of these rules.

Functions take the driver's own connection and run in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from crmdesk.schema.registry import SYSTEM_FIELDS, Registry
from crmdesk.store.searchcells import (
    Cells,
    Plan,
    digest_of,
    indexed_cells,
    packed,
    plans,
    unpacked,
)
from crmdesk.store.searchfound import Found

RULES = 1
"""The version of these rules; a store indexed by another one has to be indexed anew."""

_BATCH = 1000
_RECENT = 1000  # a record among so many newest ones keeps its number when only touched
_MANY = 500  # more changed records at once are a bulk change, which makes none "recent"
_ROOMY = 5000  # for so many records FTS5 gets more memory: it then writes fewer, larger parts
_HASH_BYTES, _ROOMY_BYTES = 1 << 20, 1 << 25

Progress = Callable[[int, int], None]
"""Called with how many records are done and how many there are."""

_FTS = "tokenize='ascii tokenchars _', content='', contentless_delete=1"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS search_state ("
    " id INTEGER PRIMARY KEY CHECK (id = 1), last_n INTEGER NOT NULL,"
    " next_doc INTEGER NOT NULL, rules INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_entity ("
    " code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS search_doc ("
    " doc INTEGER PRIMARY KEY, entity INTEGER NOT NULL, record BLOB NOT NULL,"
    " digest INTEGER NOT NULL, UNIQUE (entity, record))",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_title USING fts5(title, sound, {_FTS})",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(text, {_FTS})",
    "CREATE TABLE IF NOT EXISTS search_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_part USING fts5("
    "word, tokenize='trigram case_sensitive 1', content='', columnsize=0, detail=none)",
    f"INSERT OR IGNORE INTO search_state VALUES (1, 0, 1, {RULES})",
)
_UPDATED = [field.name for field in SYSTEM_FIELDS if field.kind == "stamp"][-1]


def create_tables(conn: Any) -> None:
    """Make the tables of the index where they are missing."""
    for statement in _TABLES:
        conn.execute(statement)


def is_current(conn: Any) -> bool:
    """Whether the index was made by these rules; if not, `rebuild` it."""
    row = conn.execute("SELECT rules FROM search_state").fetchone()
    return row is not None and row[0] == RULES


def marks_for(values: Sequence[Any]) -> str:
    """The question marks of an SQL list of so many values."""
    return ",".join("?" * len(values))


def entity_codes(conn: Any) -> dict[str, int]:
    return {name: code for code, name in conn.execute("SELECT code, name FROM search_entity")}


class _Writer:
    """Puts records into the index in batches; the state is written by `close`."""

    def __init__(self, conn: Any, registry: Registry) -> None:
        self._conn = conn
        self._plans = {plan.entity.name: plan for plan in plans(registry)}
        self._codes = entity_codes(conn)
        for name in self._plans:
            if name not in self._codes:
                self._codes[name] = max(self._codes.values(), default=0) + 1
                conn.execute("INSERT INTO search_entity VALUES (?, ?)", (self._codes[name], name))
        self._next = int(conn.execute("SELECT next_doc FROM search_state").fetchone()[0])
        self._words: set[str] = set()

    def plan(self, entity: str) -> Plan | None:
        return self._plans.get(entity)

    def code(self, entity: str) -> int:
        return self._codes[entity]

    def known(self, entity: str, records: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Number and fingerprint of those records that are in the index."""
        return {
            unpacked(record): (doc, digest)
            for record, doc, digest in self._conn.execute(
                "SELECT record, doc, digest FROM search_doc WHERE entity = ?"
                f" AND record IN ({marks_for(records)})",
                (self._codes[entity], *map(packed, records)),
            )
        }

    def remove(self, docs: Sequence[int]) -> None:
        gone = [(doc,) for doc in docs]
        for table, key in (
            ("search_doc", "doc"), ("search_title", "rowid"), ("search_text", "rowid"),
        ):  # fmt: skip
            self._conn.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)

    def add(self, rows: Iterable[tuple[str, str, Cells, int, frozenset[str]]]) -> None:
        """Index new records, given as (entity, id, cells, digest, words), oldest first."""
        docs: list[tuple[int, int, bytes | str, int]] = []
        titles: list[tuple[int, str, str]] = []
        texts: list[tuple[int, str]] = []
        words: set[str] = set()
        for number, (entity, record, cells, digest, vocabulary) in enumerate(rows):
            docs.append((number, self._codes[entity], packed(record), digest))
            if cells[0]:
                titles.append((number, cells[0], cells[1]))
            texts.append((number, cells[2]))
            words |= vocabulary
        self.add_found(Found(self._codes, len(docs), docs, titles, texts, words - self._words))
        self._words |= words
        if len(self._words) > 200_000:
            self._words.clear()

    def add_found(self, found: Found) -> None:
        """Index new records, behind all that are there."""
        run, base = self._conn.executemany, self._next
        self._next += len(found.docs)
        run(
            "INSERT INTO search_doc (doc, entity, record, digest)"
            f" VALUES ({base} + ?, ?, ?, ?)", found.docs
        )  # fmt: skip
        run(
            f"INSERT INTO search_title (rowid, title, sound) VALUES ({base} + ?, ?, ?)",
            found.titles,
        )
        run(f"INSERT INTO search_text (rowid, text) VALUES ({base} + ?, ?)", found.texts)
        self._learn(found.words)

    def same_codes(self, codes: Mapping[str, int]) -> bool:
        """Whether marks that were made with these codes are right here."""
        return all(codes.get(name) == self._codes[name] for name in self._plans)

    def _learn(self, words: set[str]) -> None:
        """Keep the words that no record had before."""
        fresh = words.copy()
        pending = iter(words)
        while some := list(islice(pending, _BATCH)):
            found = self._conn.execute(
                f"SELECT word FROM search_word WHERE word IN ({marks_for(some)})", some
            )
            fresh.difference_update(word for (word,) in found)
        if not fresh:
            return
        start = self._conn.execute("SELECT coalesce(max(id), 0) + 1 FROM search_word").fetchone()
        numbered = list(enumerate(sorted(fresh), start[0]))
        self._conn.executemany("INSERT INTO search_word (id, word) VALUES (?, ?)", numbered)
        # A part of a three-character word is the word: its beginning finds it.
        self._conn.executemany(
            "INSERT INTO search_part (rowid, word) VALUES (?, ?)",
            [one for one in numbered if len(one[1]) > 3],
        )

    def close(self, last_n: int) -> None:
        self._conn.execute("UPDATE search_state SET last_n = ?, next_doc = ?", (last_n, self._next))

    def keeps_its_number(self, doc: int, many: bool) -> bool:
        """Whether an unchanged record stays where it is among the recent ones."""
        return many or self._next - doc <= _RECENT


def catch_up(
    conn: Any,
    registry: Registry,
    *,
    upto: int | None = None,
    found: Sequence[tuple[range, Found]] = (),
) -> int:
    """Index what the log tells since the last time; returns how many changes were followed.

    Runs in the caller's transaction. `upto` stops at that number of the log. `found` is what
    is known of new records by the numbers at which the log tells of them, which it does for
    the first time: their rows are not read again.
    """
    last = int(conn.execute("SELECT last_n FROM search_state").fetchone()[0])
    end = conn.execute("SELECT max(n) FROM change_log").fetchone()[0]
    end = last if end is None else int(end)
    if upto is not None:
        end = min(end, upto)
    if end <= last:
        return 0
    writer = _Writer(conn, registry)
    known = [
        (told, one)
        for told, one in found
        if told.start > last and told.stop - 1 <= end and writer.same_codes(one.codes)
    ]
    with _roomy(conn, end - last):
        for _told, one in known:
            writer.add_found(one)
        # What happened to them afterwards is among the others.
        changed = _changed(conn, last, end, [told for told, _one in known])
        for at in range(0, len(changed), _BATCH):
            _follow(conn, writer, changed[at : at + _BATCH], many=len(changed) > _MANY)
    writer.close(end)
    return len(changed) + sum(one.count for _told, one in known)


def _changed(conn: Any, last: int, end: int, without: Sequence[range]) -> list[tuple[str, str]]:
    """The records that the log tells of behind `last`, but at some numbers, in its order."""
    parts: list[tuple[int, int]] = []
    for told in sorted(without, key=lambda one: one.start):
        parts.append((last + 1, told.start - 1))
        last = told.stop - 1
    parts.append((last + 1, end))
    changed: dict[tuple[str, str], None] = {}
    for first, final in parts:
        if first > final:
            continue
        for one in conn.execute(
            "SELECT entity, record FROM change_log WHERE n BETWEEN ? AND ?"
            " GROUP BY entity, record ORDER BY max(n)",
            (first, final),
        ):
            # The last time that the log tells of a record is what counts.
            changed.pop(one, None)
            changed[one] = None
    return list(changed)


@contextmanager
def _roomy(conn: Any, records: int) -> Iterator[None]:
    """Give FTS5 memory for so many records, inside a transaction that an error rolls back."""

    def give(size: int) -> None:
        for name in ("search_title", "search_text"):
            conn.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', ?)", (size,))

    if records < _ROOMY:
        yield
        return
    give(_ROOMY_BYTES)
    yield
    give(_HASH_BYTES)


def _follow(conn: Any, writer: _Writer, changed: list[tuple[str, str]], *, many: bool) -> None:
    """Bring the index up to the rows as they are now."""
    by_entity: dict[str, list[str]] = {}
    for entity, record in changed:
        by_entity.setdefault(entity, []).append(record)
    gone: list[int] = []
    made: dict[tuple[str, str], tuple[str, str, Cells, int, frozenset[str]]] = {}
    for entity, records in by_entity.items():
        plan = writer.plan(entity)
        if plan is None:
            continue
        known = writer.known(entity, records)
        code = writer.code(entity)
        for row in conn.execute(f'{plan.select} WHERE "id" IN ({marks_for(records)})', records):
            record = row[0]
            indexed = indexed_cells(plan, code, row)
            if indexed is None:
                continue
            cells, vocabulary = indexed
            digest = digest_of(cells)
            if record in known:
                doc, before = known[record]
                if digest == before and writer.keeps_its_number(doc, many):
                    del known[record]
                    continue
            made[entity, record] = (entity, record, cells, digest, vocabulary)
        gone += [doc for doc, _ in known.values()]
    if gone:
        writer.remove(gone)
    writer.add(made[key] for key in changed if key in made)


def rebuild(
    conn: Any,
    registry: Registry,
    progress: Progress | None = None,
    cancel: Callable[[], None] | None = None,
) -> int:
    """Index the whole store anew, oldest change first; returns the number of records.

    Runs in the caller's transaction, so that readers keep the old index until it is done.
    `cancel` is called between batches and raises to stop (a job's `check`).
    """
    for name in ("search_title", "search_text", "search_part"):
        conn.execute(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")
    for name in ("search_doc", "search_word", "search_entity"):
        conn.execute(f"DELETE FROM {name}")
    conn.execute("UPDATE search_state SET next_doc = 1, rules = ?", (RULES,))
    writer = _Writer(conn, registry)
    every = list(plans(registry))
    total = sum(
        conn.execute(f'SELECT count(*) FROM "{plan.entity.name}"').fetchone()[0] for plan in every
    )
    done = 0
    rows = merge(*(_by_age(conn, plan) for plan in every), key=itemgetter(0))
    with _roomy(conn, total):
        while batch := list(islice(rows, _BATCH)):
            if cancel is not None:
                cancel()
            made = []
            for _, plan, row in batch:
                entity = plan.entity.name
                indexed = indexed_cells(plan, writer.code(entity), row)
                if indexed is not None:
                    made.append((entity, row[0], indexed[0], digest_of(indexed[0]), indexed[1]))
            writer.add(made)
            done += len(batch)
            if progress is not None:
                progress(done, total)
    for name in ("search_title", "search_text", "search_part"):
        conn.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
    last = conn.execute("SELECT coalesce(max(n), 0) FROM change_log").fetchone()[0]
    writer.close(last)
    return done


def _by_age(conn: Any, plan: Plan) -> Iterator[tuple[str, Plan, Sequence[Any]]]:
    """The rows of an entity, longest unchanged first, by the index on that stamp."""
    select = plan.select.replace(" FROM ", f', "{_UPDATED}" FROM ', 1)
    for row in conn.execute(f'{select} ORDER BY "{_UPDATED}"'):
        yield row[-1] or "", plan, row
