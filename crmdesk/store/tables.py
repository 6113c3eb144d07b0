"""The tables of a store, made from the registry, and those that the store keeps for itself.

A table is called like its entity and has one column for each `ColumnSpec`. All
tables are STRICT: a cell is text, a whole number or NULL, whoever writes it, so
the change log can hold every cell exactly.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from crmdesk.errors import BugError
from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.fieldtypes import ColumnSpec
from crmdesk.schema.query import TEXT_KINDS
from crmdesk.schema.registry import Default, Entity, Field, Registry
from crmdesk.store.driver import RawConnection, quoted, raw_of
from crmdesk.store.systemtables import COUNTED, SYSTEM

_DIALECT = sqlite.dialect()
_MS = "CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS INTEGER)"

NOW_MS = _MS
"""Milliseconds since 1970 in SQL. Not unixepoch('subsec'): the SQLite of other programs may be
older than 3.42, and would answer NULL."""

NOW_SQL = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""The present instant in the stored form."""

NEW_ID_SQL = (
    f"lower(substr(printf('%012x', {_MS}), 1, 8) || '-' || substr(printf('%012x', {_MS}), 9)"
    " || '-7' || substr(hex(randomblob(2)), 2) || '-'"
    " || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)"
    " || '-' || hex(randomblob(6)))"
)
"""A UUIDv7 (RFC 9562 §5.7) in SQL, for programs that insert rows without an id."""

_ON_DELETE = {"clear": "SET NULL", "cascade": "CASCADE", "refuse": None}
_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {"TEXT": sa.Text, "INTEGER": sa.Integer}


class Tables:
    """The tables of a registry, as SQLAlchemy sees them and as SQL.

    Each is made when it is first asked for: opening a store needs few of them.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._metadata = sa.MetaData()

    @property
    def metadata(self) -> sa.MetaData:
        """All tables. They refer to each other in circles, so they have no order."""
        for name in (*SYSTEM, *self.registry.entities):
            self.table(name)
        return self._metadata

    def table(self, name: str) -> sa.Table:
        """The table of an entity, or the system table, of that name."""
        found = self._metadata.tables.get(name)
        if found is None:
            made = SYSTEM.get(name)
            items = made() if made else entity_items(self.registry.entity(name))
            found = sa.Table(
                name, self._metadata, *items, sqlite_strict=True,
                sqlite_autoincrement=name in COUNTED,
            )  # fmt: skip
        return found

    @cached_property
    def _declared(self) -> dict[str, tuple[str, ...]]:
        """The names of the columns of each table; of entities without making the tables."""
        made = {name: tuple(self.table(name).columns.keys()) for name in SYSTEM}
        for entity in self.registry.entities.values():
            made[entity.name] = ("id", *(s.name for f in entity.all_fields for s in f.columns))
        return made

    def create_all(self, conn: sa.Connection | RawConnection) -> None:
        """Make all tables and indexes in an empty store, inside the caller's transaction."""
        raw = _raw(conn)
        for statement in self.statements():
            raw.execute(statement)
        first_state(raw)

    def statements(self) -> Iterator[str]:
        """The SQL of all tables and indexes."""
        for name in (*SYSTEM, *self.registry.entities):
            # From the metadata as a whole: a foreign key needs the table that it points at.
            table = self.metadata.tables[name]
            yield _sql(CreateTable(table))
            yield from (_sql(CreateIndex(index)) for index in _indexes(table))

    def table_sql(self, entity: str, optional: Iterable[str] = ()) -> str:
        """The SQL of an entity's table, in which the columns `optional` may be NULL."""
        table = Tables(self.registry).metadata.tables[entity]
        for column in optional:
            table.columns[column].nullable = True
        return _sql(CreateTable(table))

    def add_missing(self, conn: sa.Connection | RawConnection) -> list[str]:
        """Add the tables, columns and indexes that are declared and not in the file.

        Nothing is dropped or changed. An added column is NULL in the rows that are
        there and stays optional for the file: a default would change rows past
        the log. Names what was added: `table`, `table.column` or `index name`.
        """
        raw = _raw(conn)
        there: dict[str, set[str]] = {}
        # table_xinfo and not table_info: that one is silent about generated columns.
        for table_name, column in raw.execute(
            "SELECT m.name, x.name FROM sqlite_master m, pragma_table_xinfo(m.name) x "
            "WHERE m.type = 'table'"
        ):
            there.setdefault(table_name, set()).add(column)
        indexes = {
            name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        }
        added: list[str] = []
        for name, columns in self._declared.items():
            if name not in there:
                raw.execute(_sql(CreateTable(self.metadata.tables[name])))
                added.append(name)
                continue
            for column in columns:
                if column not in there[name]:
                    raw.execute(_add_column(self.table(name), column))
                    added.append(f"{name}.{column}")
        for name, sql in self._indexes():
            if name not in indexes:
                raw.execute(sql())
                added.append(f"index {name}")
        first_state(raw)
        return added

    def _indexes(self) -> Iterator[tuple[str, Callable[[], str]]]:
        for table in SYSTEM:
            for index in _indexes(self.table(table)):
                yield str(index.name), partial(_sql, CreateIndex(index))
        for entity in self.registry.entities.values():
            for column in indexed_columns(entity):
                columns = _columns_of_index(entity, column)
                yield index_name(entity.name, *columns), partial(_index_sql, entity, columns)


def index_name(entity: str, *columns: str) -> str:
    """What the index on a column, or on several, is called."""
    return "__".join((f"ix_{entity}", *columns))


def _index_sql(entity: Entity, columns: tuple[str, ...]) -> str:
    terms = ", ".join(index_term(entity, column) for column in columns)
    name = quoted(index_name(entity.name, *columns))
    return f"CREATE INDEX {name} ON {quoted(entity.name)} ({terms})"


def _columns_of_index(entity: Entity, column: str) -> tuple[str, ...]:
    """The columns of the index that begins with a column."""
    due = entity.due
    # What is late is then found, in its order, without a look at the rows.
    return due.names if due is not None and due.field == column else (column,)


def indexed_columns(entity: Entity) -> tuple[str, ...]:
    """The columns that an index begins with: references, what is declared so, the title, the
    timeline, what is due, and the choices of a list."""
    chosen = [f.name for f in entity.references]
    chosen += [f.name for f in entity.all_fields if f.indexed or _is_listed_choice(entity, f)]
    chosen += [name for name in (entity.title[0], entity.timeline) if name]
    chosen += [entity.due.field] if entity.due is not None else []
    # The first column of a field is called like the field.
    return tuple(dict.fromkeys(chosen))


def _is_listed_choice(entity: Entity, field: Field) -> bool:
    # A list is sorted and grouped by it at a click, and it has few values for many rows.
    return isinstance(field.type, ChoiceType) and field.name in entity.grid


def index_term(entity: Entity, column: str) -> str:
    """How a column is indexed: text that lists show in the order in which they sort it.

    Text that programs look up (an external id, a key) is indexed as it is. A look-up of a
    listed text by `=` finds its index where it also asks for `= ? COLLATE NOCASE`.
    """
    listed = column in entity.title or column in entity.grid
    nocase = listed and entity.field(column).kind in TEXT_KINDS
    return f"{quoted(column)} COLLATE NOCASE" if nocase else quoted(column)


def entity_items(entity: Entity) -> list[sa.Column[Any] | sa.Index]:
    """The columns and indexes of an entity's table."""
    made: list[sa.Column[Any] | sa.Index] = [
        sa.Column("id", sa.Text, primary_key=True, nullable=False,
                  server_default=sa.text(f"({NEW_ID_SQL})"))
    ]  # fmt: skip
    for field in entity.all_fields:
        made += _columns(entity, field)
    made += [
        sa.Index(
            index_name(entity.name, *columns),
            *(sa.text(index_term(entity, column)) for column in columns),
        )
        for columns in (_columns_of_index(entity, one) for one in indexed_columns(entity))
    ]
    return made


def _columns(entity: Entity, field: Field) -> Iterator[sa.Column[Any]]:
    if field.computed:
        for name, expression in computed_columns(entity, field).items():
            kind = next(spec.sqltype for spec in field.columns if spec.name == name)
            yield sa.Column(name, _TYPES[kind], sa.Computed(expression, persisted=False))
        return
    defaults = column_defaults(field)
    for at, spec in enumerate(field.columns):
        default = defaults.get(spec.name)
        required = field.required and at == 0
        yield sa.Column(
            spec.name,
            _TYPES[spec.sqltype],
            *_reference(field),
            nullable=not (required or (field.system and not field.target)),
            server_default=None if default is None else sa.text(default),
        )


def computed_columns(entity: Entity, field: Field) -> dict[str, str]:
    """The SQL expression of each column of a computed field.

    The first is declared. What else such a value is kept in, the currency of an
    amount, is that of the first field of its kind that the expression names.
    """
    expression = field.computed.replace(":", r"\:")
    # A result of another type, such as of a product too large for a whole number, would make
    # a STRICT table refuse the row.
    made = {field.name: f"CAST({expression} AS {field.columns[0].sqltype})"}
    if len(field.columns) > 1:
        words = re.findall(r"\w+", field.computed)
        alike = {one.name: one for one in entity.fields if one.kind == field.kind}
        source = next((alike[word] for word in words if word in alike), None)
        if source is None or source == field:
            raise BugError(f"{entity.name}.{field.name} is computed from no {field.kind}.")
        for spec, other in zip(field.columns[1:], source.columns[1:], strict=True):
            made[spec.name] = quoted(other.name)
    return made


def _reference(field: Field) -> tuple[sa.ForeignKey, ...]:
    # Who created a record is a fact about the past: it outlives the user's record.
    if not field.target or field.system:
        return ()
    # Deferred, so that undo puts records back in any order. "Refuse" is NO ACTION and not
    # RESTRICT, which would act at once even here.
    key = sa.ForeignKey(
        f"{field.target}.id", ondelete=_ON_DELETE[field.on_delete], deferrable=True,
        initially="DEFERRED",
    )  # fmt: skip
    return (key,)


def column_defaults(field: Field) -> dict[str, str]:
    """The default of each column in SQL, for programs that leave columns out."""
    default = field.default
    if default is None or default is Default.ME:
        return {}
    names = [spec.name for spec in field.columns]
    if isinstance(default, Default):
        # A second column of a time is its zone; nobody says which outside of the workspace.
        made = dict.fromkeys(names[1:], "'UTC'")
        first = {
            Default.TODAY: "(date('now'))",
            Default.NOW: "(date('now'))" if field.kind == "date" else f"({NOW_SQL})",
            Default.CURRENT_ZONE: "'UTC'",
        }[default]
        return {names[0]: first} | made
    cells = field.type.to_stored(field.type.check(default))
    return {name: _literal(cell) for name, cell in zip(names, cells, strict=True)
            if cell is not None}  # fmt: skip


def _literal(cell: str | int) -> str:
    if isinstance(cell, int):
        return str(cell)
    # A colon begins a parameter for SQLAlchemy's text().
    return "'" + cell.replace("'", "''").replace(":", r"\:") + "'"


def _add_column(table: sa.Table, name: str) -> str:
    column = table.columns[name]
    if column.computed is not None:
        declared = str(CreateColumn(column).compile(dialect=_DIALECT))
    else:
        declared = f"{quoted(name)} {ColumnSpec(name, str(column.type)).sqltype}"
    for key in column.foreign_keys:
        target = key.target_fullname.partition(".")[0]
        declared += f" REFERENCES {quoted(target)} (id)"
        declared += f" ON DELETE {key.ondelete}" if key.ondelete else ""
        declared += " DEFERRABLE INITIALLY DEFERRED"
    return f"ALTER TABLE {quoted(table.name)} ADD COLUMN {declared}"


def _indexes(table: sa.Table) -> list[sa.Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _sql(element: CreateTable | CreateIndex) -> str:
    return str(element.compile(dialect=_DIALECT)).strip()


def _raw(conn: sa.Connection | RawConnection) -> RawConnection:
    return raw_of(conn) if isinstance(conn, sa.Connection) else conn


def first_state(raw: RawConnection) -> None:
    """Give the capture its one row, so that rows written before the first opening are logged."""
    raw.execute(
        "INSERT OR IGNORE INTO capture_state (id, stream, seq, hlc, silent) VALUES (1, ?, 0, 0, 0)",
        (secrets.token_hex(8),),
    )
