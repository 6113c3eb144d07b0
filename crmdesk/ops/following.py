"""Following the change log: what others wrote becomes steps, is indexed and announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crmdesk.ops import labels, undo
from crmdesk.ops.changes import Touched
from crmdesk.ops.work import Work
from crmdesk.schema.registry import Registry
from crmdesk.store import changelog
from crmdesk.store.changelog import Change
from crmdesk.store.driver import RawConnection

MOST_TOLD = 2000
"""More changes than these are announced as "everything"."""

_FOLLOWED = "followed"


def followed(raw: RawConnection) -> int:
    """Up to which number of the log others' changes were made steps."""
    row = raw.execute("SELECT value FROM store_info WHERE key = ?", (_FOLLOWED,)).fetchone()
    return int(row[0]) if row else 0


def mark(raw: RawConnection, n: int) -> None:
    """Note how far the log was followed."""
    raw.execute(
        "INSERT INTO store_info (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_FOLLOWED, str(n)),
    )


def take_in(work: Work, upto: int) -> bool:
    """Make one step of what programs that know nothing of steps wrote; whether there was any."""
    first, final = work.raw.execute(
        "SELECT min(n), max(n) FROM change_log WHERE n > ? AND n <= ? AND txn IS NULL",
        (followed(work.raw), upto),
    ).fetchone()
    if first is None:
        return False
    undo.record(work, None, labels.outside_label(), undo.OUTSIDE, first, final)
    return True


def touched(
    raw: RawConnection, registry: Registry, after: int, upto: int
) -> tuple[tuple[Touched, ...], bool]:
    """What the log tells between two numbers; (), True where it is too much to list."""
    if upto - after > MOST_TOLD:
        return (), True
    changes = changelog.of_range(raw, after + 1, upto)
    return tuple(_told(registry, changes)), False


def _told(registry: Registry, changes: Iterable[Change]) -> Iterator[Touched]:
    for change in changes:
        entity = registry.entities.get(change.entity)
        if entity is not None:
            columns = change.columns
            fields = tuple(
                one.name
                for one in entity.all_fields
                if any(spec.name in columns for spec in one.columns)
            )
            yield Touched(change.entity, change.record, change.op, fields)
