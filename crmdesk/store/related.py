"""How many records belong to a record, by every relation to many at once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crmdesk.schema.registry import Registry


class Counter:
    """Counts related records; one statement for each entity, made once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._statements: dict[str, tuple[sa.Select[Any], tuple[str, ...]]] = {}

    def counts(self, conn: sa.Connection, entity: str, record_id: str) -> dict[str, int]:
        """Records by the name of the relation; links, where the relation goes by links."""
        statement, names = self._statement(entity)
        if not names:
            return {}
        row = conn.execute(statement, {"record": record_id}).one()
        return dict(zip(names, tuple(row), strict=True))

    def _statement(self, entity: str) -> tuple[sa.Select[Any], tuple[str, ...]]:
        known = self._statements.get(entity)
        if known is None:
            relations = [one for one in self._registry.relations(entity).values() if one.many]
            record = sa.bindparam("record", type_=sa.String)
            holders = [sa.table(one.holder, sa.column(one.field)) for one in relations]
            counts = [
                sa.select(sa.func.count())
                .select_from(holder)
                .where(holder.c[one.field] == record)
                .scalar_subquery()
                .label(one.name)
                for one, holder in zip(relations, holders, strict=True)
            ]
            known = self._statements[entity] = (
                sa.select(*counts), tuple(one.name for one in relations)
            )  # fmt: skip
        return known
