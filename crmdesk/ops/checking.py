"""Looking a store over: the file, its references, its tables, its search index, its log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from crmdesk.i18n import _
from crmdesk.schema.registry import Registry
from crmdesk.store import maintenance, replay, reshape, rows, search
from crmdesk.store.blobs import BlobFolder
from crmdesk.store.driver import RawConnection, quoted, raw_of
from crmdesk.store.engine import Store

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is, and what it is."""

_MOST = 100


def told(progress: Progress | None) -> Callable[[int, int], None] | None:
    """The progress of a single long thing."""
    if progress is None:
        return None
    return lambda done, total: progress(done, total, _("Search index"))


def problems(store: Store, progress: Progress | None = None) -> list[str]:
    """What is wrong with a store, at most 100 lines of each kind; empty where it is sound."""
    checks: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        (_("File"), lambda: maintenance.problems(store.connections)),
        (_("Tables"), lambda: _read(store, _misshapen)),
        (_("References"), lambda: _read(store, _dangling)),
        (_("Search index"), lambda: _read(store, search.same_as_rebuilt)),
        (_("Log"), lambda: _read(store, _against_log)),
        (_("Attachments"), lambda: _read(store, _attachments(store))),
    )
    found: list[str] = []
    for at, (name, look) in enumerate(checks):
        if progress is not None:
            progress(at, len(checks), name)
        found += look()[:_MOST]
    if progress is not None:
        progress(len(checks), len(checks), "")
    return list(dict.fromkeys(found))


def _read(store: Store, look: Callable[[RawConnection, Registry], list[str]]) -> list[str]:
    with store.reader() as conn:
        return look(raw_of(conn), store.registry)


def _misshapen(raw: RawConnection, registry: Registry) -> list[str]:
    return [
        _("The table {name} is not as declared.").format(name=name)
        for name in reshape.misshapen(raw, registry)
    ]


def _dangling(raw: RawConnection, registry: Registry) -> list[str]:
    return [
        _("{entity} {id}: {field} refers to {missing}, which is not there.").format(
            entity=entity, id=id, field=field, missing=missing
        )
        for entity, id, field, missing in islice(rows.dangling(raw, registry), _MOST)
    ]


def _against_log(raw: RawConnection, registry: Registry) -> list[str]:
    return [str(one) for one in replay.differences(raw, registry, _MOST)]


def _attachments(store: Store) -> Callable[[RawConnection, Registry], list[str]]:
    folder = BlobFolder(store.path)

    def look(raw: RawConnection, registry: Registry) -> list[str]:
        damaged = set(folder.damaged()) if folder.folder.is_dir() else set()
        found = []
        for entity in registry.entities.values():
            for field in entity.fields:
                if field.kind != "file":
                    continue
                sha, name = (quoted(spec.name) for spec in field.columns)
                for id, digest, called in raw.execute(
                    f"SELECT id, {sha}, {name} FROM {quoted(entity.name)} WHERE {sha} IS NOT NULL"
                ):
                    if digest in damaged or not _kept(folder, digest):
                        found.append(
                            _("{entity} {id}: the file {name} is missing or damaged.").format(
                                entity=entity.name, id=id, name=called
                            )
                        )
        return found

    return look


def _kept(folder: BlobFolder, digest: str) -> bool:
    sound = len(digest) == 64 and not digest.strip("0123456789abcdef")
    return sound and folder.has(digest)
