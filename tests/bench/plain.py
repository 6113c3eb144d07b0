"""The yardsticks on the disk: plain scripts over the standard library's sqlite3.

Run as a process of its own, on a file of its own (`python plain.py ACT FILE ...`): two SQLite
libraries in one process would drop each other's locks. Prints its figures as JSON. Imports
nothing but the standard library.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import time
from pathlib import Path

COLUMNS = 15
RECORDS = 100_000


def opened(path: Path) -> sqlite3.Connection:
    """A connection with the safety that a store has."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    return raw


def commits(path: Path, count: int) -> list[float]:
    """Milliseconds of single edits: the row, a line of a log, an undo step, an index of words."""
    raw = opened(path)
    cells = ", ".join(f"c{n} TEXT" for n in range(COLUMNS))
    raw.execute(f"CREATE TABLE contact (id TEXT PRIMARY KEY, {cells})")
    raw.execute(
        "CREATE TABLE log (n INTEGER PRIMARY KEY, stream TEXT, seq INTEGER, hlc INTEGER, txn TEXT,"
        " entity TEXT, record TEXT, op TEXT, after TEXT, before TEXT)"
    )
    raw.execute("CREATE INDEX of_record ON log (entity, record)")
    raw.execute("CREATE TABLE step (n INTEGER PRIMARY KEY, txn TEXT, label TEXT, at TEXT)")
    raw.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    raw.execute("BEGIN")
    marks = ", ".join("?" * (COLUMNS + 1))
    raw.executemany(
        f"INSERT INTO contact VALUES ({marks})",
        ((f"{n:036d}", *(f"value {c} of {n}" for c in range(COLUMNS))) for n in range(RECORDS)),
    )
    raw.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)",
        ((n, f"value of {n}") for n in range(RECORDS)),
    )
    raw.execute("COMMIT")
    found = []
    for n in range(count):
        number = n * 7919 % RECORDS
        record = f"{number:036d}"
        began = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        before = raw.execute("SELECT c3 FROM contact WHERE id = ?", (record,)).fetchone()[0]
        after = f"changed {n}"
        raw.execute("UPDATE contact SET c3 = ? WHERE id = ?", (after, record))
        raw.execute(
            "INSERT INTO log (stream, seq, hlc, txn, entity, record, op, after, before)"
            " VALUES (?, ?, ?, ?, 'contact', ?, 'U', ?, ?)",
            ("s" * 36, n, n << 16, f"{n:036d}", record, json.dumps({"c3": after}),
             json.dumps({"c3": before})),
        )  # fmt: skip
        raw.execute(
            "INSERT INTO step (txn, label, at) VALUES (?, 'Edit', ?)",
            (f"{n:036d}", "2026-01-01T00:00:00.000Z"),
        )
        raw.execute("UPDATE words SET text = ? WHERE rowid = ?", (after, number))
        raw.execute("COMMIT")
        found.append((time.perf_counter() - began) * 1000)
    raw.close()
    return found


def pastes(path: Path, count: int, cells: int) -> list[float]:
    """Milliseconds of one transaction that changes so many rows, with log and index of words."""
    raw = opened(path)
    names = [f"c{n}" for n in range(COLUMNS)]
    raw.execute(
        f"CREATE TABLE contact (id TEXT PRIMARY KEY, {', '.join(f'{n} TEXT' for n in names)})"
    )
    raw.execute(
        "CREATE TABLE log (n INTEGER PRIMARY KEY, stream TEXT, seq INTEGER, hlc INTEGER, txn TEXT,"
        " entity TEXT, record TEXT, op TEXT, after TEXT, before TEXT)"
    )
    raw.execute("CREATE INDEX of_record ON log (entity, record)")
    raw.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    raw.execute("BEGIN")
    marks = ", ".join("?" * (COLUMNS + 1))
    raw.executemany(
        f"INSERT INTO contact VALUES ({marks})",
        ((f"{n:036d}", *(f"value {c} of {n}" for c in range(COLUMNS))) for n in range(RECORDS)),
    )
    raw.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)",
        ((n, f"value of {n}") for n in range(RECORDS)),
    )
    raw.execute("COMMIT")
    changed = names[:cells]
    sets = ", ".join(f"{name} = ?" for name in changed)
    began = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for n in range(count):
        record = f"{n:036d}"
        before = raw.execute(
            f"SELECT {', '.join(changed)} FROM contact WHERE id = ?", (record,)
        ).fetchone()
        after = [f"pasted {c} of {n}" for c in range(cells)]
        raw.execute(f"UPDATE contact SET {sets} WHERE id = ?", (*after, record))
        raw.execute(
            "INSERT INTO log (stream, seq, hlc, txn, entity, record, op, after, before)"
            " VALUES (?, ?, ?, ?, 'contact', ?, 'U', ?, ?)",
            ("s" * 36, n, n << 16, "t" * 36, record,
             json.dumps(dict(zip(changed, after, strict=True))),
             json.dumps(dict(zip(changed, before, strict=True)))),
        )  # fmt: skip
        raw.execute("UPDATE words SET text = ? WHERE rowid = ?", (" ".join(after), n))
    raw.execute("COMMIT")
    return [(time.perf_counter() - began) * 1000]


def rows(path: Path, source: Path) -> list[float]:
    """Rows a second of a CSV read into one table of text, without matching, log or index."""
    raw = opened(path)
    began = time.perf_counter()
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        names = ", ".join(f'"{name}" TEXT' for name in head)
        raw.execute(f"CREATE TABLE plain (id INTEGER PRIMARY KEY, {names})")
        raw.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(head))
        raw.executemany(f"INSERT INTO plain VALUES (NULL, {marks})", reader)
        raw.execute("COMMIT")
    took = time.perf_counter() - began
    count = raw.execute("SELECT count(*) FROM plain").fetchone()[0]
    raw.close()
    return [count / took]


def searches(path: Path, texts: Path, asked: Path) -> list[float]:
    """Milliseconds of searches by word prefix in a plain FTS5 table of titles, 50 hits each.

    `texts` holds a title a line, `asked` what is typed, a search a line.
    """
    raw = opened(path)
    raw.execute("CREATE VIRTUAL TABLE words USING fts5 (text, prefix = '1 2 3')")
    raw.execute("BEGIN")
    with texts.open(encoding="utf-8") as file:
        raw.executemany("INSERT INTO words (text) VALUES (?)", ((line.strip(),) for line in file))
    raw.execute("COMMIT")
    found = []
    for line in asked.read_text(encoding="utf-8").splitlines():
        expression = " ".join(f'"{word}"*' for word in line.replace('"', " ").split())
        began = time.perf_counter()
        raw.execute(
            "SELECT rowid, text FROM words WHERE words MATCH ? LIMIT 50", (expression,)
        ).fetchall()
        found.append((time.perf_counter() - began) * 1000)
    raw.close()
    return found


def main() -> None:
    """Do what the arguments say and print the figures."""
    act, path, *more = sys.argv[1:]
    if act == "commits":
        found = commits(Path(path), int(more[0]))
    elif act == "pastes":
        found = pastes(Path(path), int(more[0]), int(more[1]))
    elif act == "rows":
        found = rows(Path(path), Path(more[0]))
    else:
        found = searches(Path(path), Path(more[0]), Path(more[1]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
