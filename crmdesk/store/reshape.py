"""Tables that another program rebuilt without what it did not know: found and made right again.

`sqlite-utils transform`, for one, drops computed columns and forgets that foreign
keys are deferred. SQLite cannot change that in place, so such a table is made anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crmdesk.schema.registry import Entity, Registry
from crmdesk.store import capture
from crmdesk.store.driver import DriverError, RawConnection, quoted
from crmdesk.store.tables import NEW_ID_SQL, Tables

_PHRASES = (
    "REFERENCES", "ON DELETE SET NULL", "ON DELETE CASCADE", "DEFERRABLE INITIALLY DEFERRED",
    "GENERATED ALWAYS",
)  # fmt: skip
_STRICT_TYPES = frozenset({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"})


def misshapen(raw: RawConnection, registry: Registry) -> list[str]:
    """The entities whose tables are not as declared: keys, computed columns, types, strictness.

    Columns beyond the declaration, and ones that are optional here alone, are no fault.
    """
    sqls = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    types: dict[str, dict[str, str]] = {}
    for table, column, kind in raw.execute(
        "SELECT m.name, x.name, x.type FROM sqlite_master m, pragma_table_xinfo(m.name) x "
        "WHERE m.type = 'table'"
    ):
        types.setdefault(table, {})[column] = kind.partition(" ")[0].upper()
    return [
        entity.name
        for entity in registry.entities.values()
        if entity.name in sqls and not _fits(entity, sqls[entity.name], types[entity.name])
    ]


def _fits(entity: Entity, sql: str, types: dict[str, str]) -> bool:
    wanted = {spec.name: spec.sqltype for one in entity.all_fields for spec in one.columns}
    if any(types.get(column) != kind for column, kind in wanted.items()):
        return False
    actions = Counter(one.on_delete for one in entity.references)
    number = actions.total()
    computed = sum(len(one.columns) for one in entity.fields if one.computed)
    expected = (number, actions["clear"], actions["cascade"], number, computed)
    found = tuple(sql.count(phrase) for phrase in _PHRASES)
    return found == expected and NEW_ID_SQL in sql and sql.rstrip().endswith("STRICT")


def reshape(raw: RawConnection, registry: Registry) -> tuple[list[str], list[str]]:
    """Make misshapen tables right, rows, rowids and triggers kept: (those mended, those not).

    On the writing connection and outside of a transaction, as SQLite needs it. A table
    whose cells do not fit the declared types is left as it is.
    """
    wrong = misshapen(raw, registry)
    if not wrong:
        return [], []
    mended: list[str] = []
    raw.execute("PRAGMA foreign_keys = OFF")
    # So that the renaming leaves the references of other tables alone.
    raw.execute("PRAGMA legacy_alter_table = ON")
    try:
        raw.execute("BEGIN IMMEDIATE")
        try:
            for name in wrong:
                if _rebuilt(raw, registry, registry.entity(name)):
                    mended.append(name)
            raw.execute("COMMIT")
        except BaseException:
            raw.execute("ROLLBACK")
            raise
    finally:
        raw.execute("PRAGMA legacy_alter_table = OFF")
        raw.execute("PRAGMA foreign_keys = ON")
    return mended, [name for name in wrong if name not in mended]


def _rebuilt(raw: RawConnection, registry: Registry, entity: Entity) -> bool:
    raw.execute("SAVEPOINT reshaping")
    try:
        for statement in _steps(raw, registry, entity):
            raw.execute(statement)
    except DriverError:
        raw.execute("ROLLBACK TO reshaping")
        return False
    finally:
        raw.execute("RELEASE reshaping")
    return True


def _steps(raw: RawConnection, registry: Registry, entity: Entity) -> Iterator[str]:
    name, old = quoted(entity.name), quoted(f"{entity.name}__old")
    tables = Tables(registry)
    there = {
        column: kind.partition(" ")[0].upper()
        for column, kind in raw.execute(
            "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0", (entity.name,)
        )
    }
    stored = ("id", *entity.columns)
    computed = {spec.name for one in entity.fields if one.computed for spec in one.columns}
    optional = [
        one.name
        for one in entity.all_fields
        if one.required
        and (
            one.name not in there
            or raw.execute(
                f"SELECT 1 FROM {name} WHERE {quoted(one.name)} IS NULL LIMIT 1"
            ).fetchone()
        )
    ]
    yield f"ALTER TABLE {name} RENAME TO {old}"
    yield tables.table_sql(entity.name, optional)
    foreign = [column for column in there if column not in stored and column not in computed]
    for column in foreign:
        kind = there[column] if there[column] in _STRICT_TYPES else "ANY"
        yield f"ALTER TABLE {name} ADD COLUMN {quoted(column)} {kind}"
    kept = ", ".join(quoted(c) for c in (*stored, *foreign) if c in there)
    # The open grids of this and other programs know rows by their rowid.
    yield f"INSERT INTO {name} (rowid, {kept}) SELECT rowid, {kept} FROM {old}"
    yield f"DROP TABLE {old}"
    yield from tables.index_sql(entity.name)
    yield from capture.triggers_of(entity).values()
