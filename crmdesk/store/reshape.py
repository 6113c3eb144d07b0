"""Tables that another program rebuilt without what it did not know: found and made right again.

`sqlite-utils transform`, for one, drops computed columns and forgets that foreign
keys are deferred. SQLite cannot change that in place, so such a table is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.schema.registry import Entity, Registry
from crmdesk.store import capture
from crmdesk.store.driver import DriverError, RawConnection, quoted
from crmdesk.store.tables import NEW_ID_SQL, Tables

_ACTIONS = {"clear": "SET NULL", "cascade": "CASCADE", "refuse": "NO ACTION"}
_DEFERRED = "DEFERRABLE INITIALLY DEFERRED"
_STRICT_TYPES = frozenset({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"})


def misshapen(raw: RawConnection, registry: Registry) -> list[str]:
    """The entities whose tables are not as declared: keys, computed columns, types, strictness.

    What a table has beyond the declaration, and columns that are optional here alone, are
    no fault.
    """
    sqls = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, hidden in raw.execute(
        "SELECT m.name, x.name, x.type, x.hidden "
        "FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE m.type = 'table'"
    ):
        columns.setdefault(table, {})[column] = _plain(kind), bool(hidden)
    keys: dict[str, set[tuple[str, str, str]]] = {}
    for table, column, target, action in raw.execute(
        'SELECT m.name, k."from", k."table", k.on_delete '
        "FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'"
    ):
        keys.setdefault(table, set()).add((column, target, action))
    return [
        name
        for name, entity in registry.entities.items()
        if name in sqls
        and not (
            _declared_columns(entity).items() <= columns[name].items()
            and _declared_keys(entity) <= keys.get(name, set())
            and sqls[name].count(_DEFERRED) >= len(keys.get(name, ()))
            and NEW_ID_SQL in sqls[name]
            and sqls[name].rstrip().endswith("STRICT")
        )
    ]


def _declared_columns(entity: Entity) -> dict[str, tuple[str, bool]]:
    return {
        spec.name: (spec.sqltype, bool(one.computed))
        for one in entity.all_fields
        for spec in one.columns
    }


def _declared_keys(entity: Entity) -> set[tuple[str, str, str]]:
    return {(one.name, one.target, _ACTIONS[one.on_delete]) for one in entity.references}


def _plain(kind: str) -> str:
    # Of a computed column SQLite tells "INTEGER GENERATED ALWAYS".
    return kind.partition(" ")[0].upper()


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


# Computed columns beyond the declaration are dropped: whoever declares them adds them again.
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
    there = {
        column: _plain(kind)
        for column, kind in raw.execute(
            "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0", (entity.name,)
        )
    }
    keys = {
        column: f" REFERENCES {quoted(target)} (id) ON DELETE {action} {_DEFERRED}"
        for column, target, action in raw.execute(
            'SELECT "from", "table", on_delete FROM pragma_foreign_key_list(?)', (entity.name,)
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
    # Indexes and triggers go with the old table, those of others among them.
    hung = dict(
        raw.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            (entity.name,),
        ).fetchall()
    )
    yield f"ALTER TABLE {name} RENAME TO {old}"
    yield Tables(registry).table_sql(entity.name, optional)
    foreign = [column for column in there if column not in stored and column not in computed]
    for column in foreign:
        kind = there[column] if there[column] in _STRICT_TYPES else "ANY"
        yield f"ALTER TABLE {name} ADD COLUMN {quoted(column)} {kind}{keys.get(column, '')}"
    kept = ", ".join(quoted(c) for c in (*stored, *foreign) if c in there)
    # The open grids of this and other programs know rows by their rowid.
    yield f"INSERT INTO {name} (rowid, {kept}) SELECT rowid, {kept} FROM {old}"
    yield f"DROP TABLE {old}"
    yield from hung.values()
    missing = capture.triggers_of(entity)
    yield from (sql for trigger, sql in missing.items() if trigger not in hung)
