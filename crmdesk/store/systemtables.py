"""The tables that a store keeps for itself: the change log, undo steps, what it knows of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa


def _change_log() -> list[Any]:
    return [
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hlc", sa.Integer, nullable=False),
        sa.Column("txn", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("op", sa.Text, nullable=False),
        sa.Column("after", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("prev_hlc", sa.Integer),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.UniqueConstraint("stream", "seq"),
        # The rowid, which is n, ends every index: by (entity, record) is in the order of n.
        sa.Index("ix_change_log__record", "entity", "record"),
        # What was deleted, newest first, without reading the whole log.
        sa.Index("ix_change_log__deleted", "entity", sqlite_where=sa.text("op = 'D'")),
    ]  # fmt: skip


def _capture_state() -> list[Any]:
    return [
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hlc", sa.Integer, nullable=False),
        sa.Column("txn", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("silent", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("schema_version", sa.Integer, nullable=False, server_default=sa.text("1")),
    ]


def _undo_step() -> list[Any]:
    return [
        sa.Column("n", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("txn", "label", "actor", "at", "kind")),
        sa.Column("first_n", sa.Integer),
        sa.Column("last_n", sa.Integer),
        sa.Column("state", sa.Text),
    ]


def _store_info() -> list[Any]:
    return [
        sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.Text),
    ]


def _migration() -> list[Any]:
    return [
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("applied_at", sa.Text, nullable=False),
    ]


SYSTEM: dict[str, Callable[[], list[Any]]] = {
    "change_log": _change_log,
    "capture_state": _capture_state,
    "undo_step": _undo_step,
    "store_info": _store_info,
    "migration": _migration,
}
COUNTED = frozenset({"change_log", "undo_step"})
"""A number that was once given is not given again: cursors remember it."""
