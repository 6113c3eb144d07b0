"""The titles of records: the text by which a reference to them is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crmdesk.schema.query import ID
from crmdesk.schema.registry import Entity, Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.store.ordering import TITLE_DEPTH
from crmdesk.store.sources import Names, Sources, members

BETWEEN_REFERENCES = " · "
_PLAIN = TextContext()

_LONGEST = 60
"""The most letters of a long text that stands in for a title."""


class Titles:
    """Reads titles, many at a time.

    The title's fields are joined by a space, by a dot in the middle where one of them is
    a reference, which is then shown by its own title. A long text stands in where what is
    named before it is empty, with the beginning of its first line.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._statements: dict[str, tuple[sa.Select[Any], tuple[Field, ...]]] = {}

    def of(
        self,
        conn: sa.Connection,
        entity: str,
        ids: Iterable[str],
        text: TextContext | None = None,
        depth: int = 0,
    ) -> dict[str, str]:
        """Titles by id; ids of no record are left out, a record without any has ""."""
        wanted = list(dict.fromkeys(ids))
        if not wanted or entity not in self._sources.registry.entities:
            return {}
        statement, fields = self._statement(entity)
        found = conn.execute(
            statement, {"ids": json.dumps(wanted, ensure_ascii=False)}
        ).all()  # fmt: skip
        if len(fields) == 1 and fields[0].kind == "text":
            return {row[0]: row[1] or "" for row in found}
        return self._joined(conn, fields, found, text or _PLAIN, depth)

    def _joined(
        self,
        conn: sa.Connection,
        fields: Sequence[Field],
        rows: Sequence[Any],
        text: TextContext,
        depth: int,
    ) -> dict[str, str]:
        columns: list[list[str]] = []
        at = 1
        for field in fields:
            cells = [tuple(row[at : at + len(field.columns)]) for row in rows]
            at += len(field.columns)
            if field.kind in ("reference", "anyref"):
                far = self._far(conn, field, cells, text, depth)
                columns.append([far.get(each, "") for each in cells])
            else:
                columns.append(
                    [field.type.show(field.type.from_stored(*each), text) for each in cells]
                )
        linked = any(field.kind in ("reference", "anyref") for field in fields)
        between = BETWEEN_REFERENCES if linked else " "
        titles = {}
        for row, *parts in zip(rows, *columns, strict=True):
            said: list[str] = []
            for field, part in zip(fields, parts, strict=True):
                if part and field.kind != "longtext":
                    said.append(part)
                elif part and not said:
                    said.append(_beginning(part))
            titles[row[0]] = between.join(said)
        return titles

    def _far(
        self,
        conn: sa.Connection,
        field: Field,
        cells: Sequence[Sequence[Any]],
        text: TextContext,
        depth: int,
    ) -> dict[Sequence[Any], str]:
        """The titles of referenced records by the cells that hold the references."""
        if depth >= TITLE_DEPTH:
            return {}
        by_entity: dict[str, dict[str, Sequence[Any]]] = {}
        for each in cells:
            record, *entity = each
            if record is not None:
                by_entity.setdefault(entity[0] if entity else field.target, {})[record] = each
        return {
            those[record]: title
            for entity, those in by_entity.items()
            for record, title in self.of(conn, entity, those, text, depth + 1).items()
        }

    def _statement(self, entity: str) -> tuple[sa.Select[Any], tuple[Field, ...]]:
        known = self._statements.get(entity)
        if known is None:
            declared: Entity = self._sources.registry.entity(entity)
            fields = tuple(declared.field(name) for name in declared.title)
            table = Names(self._sources).alias(entity)
            columns = [table[spec.name] for field in fields for spec in field.columns]
            statement: sa.Select[Any] = sa.select(table[ID], *columns).where(
                table[ID].in_(members(sa.bindparam("ids", type_=sa.String)))
            )
            known = self._statements[entity] = (statement, fields)
        return known


def _beginning(text: str) -> str:
    """The first line of a text, cut between two words where it is long."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    if len(line) <= _LONGEST:
        return line
    cut = line[:_LONGEST]
    # A text without spaces, such as Chinese, is cut anywhere.
    whole = cut.rsplit(" ", 1)[0]
    return f"{whole if len(whole) > _LONGEST // 2 else cut}…"
