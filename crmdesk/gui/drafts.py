"""What was typed and is not stored: kept until it is mended or dropped, also over a crash."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk import paths
from crmdesk.errors import KnownError
from crmdesk.settings import write_json

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Announcement

log = logging.getLogger(__name__)

_SOON_MS = 250
_NOTHING: Mapping[str, Mapping[str, Typed]] = {}


class Typed(NamedTuple):
    """A text in a cell that is not stored, and why."""

    text: str
    reason: str


class Place(NamedTuple):
    """Where something was typed: a field of a record."""

    entity: str
    record: str
    path: str


class Drafts(QObject):
    """The texts of one store that are not stored, by entity, record and path; and new lines.

    They are written to a file of this device shortly after every change. Of an encrypted store
    nothing is written: its drafts last as long as the window.
    """

    # Another text is kept of a field, or none any more: its entity, record and path.
    changed = Signal(str, str, str)

    def __init__(self, bridge: Bridge, path: Path | None) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._path = path
        self._cells: dict[str, dict[str, dict[str, Typed]]] = {}
        self._lines: dict[str, dict[str, str]] = {}
        # Where an editor is open.
        self._editing: set[Place] = set()
        # What was refused since the last step, the newest last; and along with which steps.
        self._refused: list[list[Place]] = []
        self._with: dict[str, list[Place]] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._write)
        bridge.announced.connect(self._heard)
        if path is not None:
            self._read(path)

    def of(self, entity: str) -> Mapping[str, Mapping[str, Typed]]:
        """What is kept of the records of an entity, by record and path."""
        return self._cells.get(entity, _NOTHING)

    def put(
        self,
        entity: str,
        record: str,
        path: str,
        typed: Typed,
        *,
        txn: str = "",
        more: bool = False,
    ) -> None:
        """Keep what was refused; `txn` is the step with which the rest of it was written.

        `more`: it was entered together with what was put before it.
        """
        place = Place(entity, record, path)
        self._editing.discard(place)
        self._hold(place, typed)
        self._unlist(place)
        if txn:
            self._with.setdefault(txn, []).append(place)
        elif more and self._refused:
            self._refused[-1].append(place)
        else:
            self._refused.append([place])
        self.changed.emit(*place)

    def put_open(self, entity: str, record: str, path: str, typed: Typed) -> None:
        """Keep what stands in an open editor, which shows it itself."""
        place = Place(entity, record, path)
        self._editing.add(place)
        self._hold(place, typed)

    def put_back(self, entity: str, record: str, path: str, typed: Typed) -> None:
        """An editor was closed over what had been refused before."""
        place = Place(entity, record, path)
        self._editing.discard(place)
        self._hold(place, typed)

    def is_open(self, entity: str, record: str, path: str) -> bool:
        """Whether what is kept of a field stands in an open editor."""
        return (entity, record, path) in self._editing

    def _hold(self, place: Place, typed: Typed) -> None:
        records = self._cells.setdefault(place.entity, {})
        records.setdefault(place.record, {})[place.path] = typed
        self._soon.start()

    def drop(self, entity: str, record: str, path: str) -> None:
        """The cell has been mended, or what was typed is not wanted."""
        self._editing.discard(Place(entity, record, path))
        records = self._cells.get(entity)
        if records is None or record not in records or path not in records[record]:
            return
        del records[record][path]
        if not records[record]:
            del records[record]
        self._unlist(Place(entity, record, path))
        self._soon.start()
        self.changed.emit(entity, record, path)

    @property
    def refused(self) -> tuple[tuple[Place, ...], ...]:
        """What was refused since the last step was done, the newest last, by what went together."""
        return tuple(tuple(places) for places in self._refused)

    def _unlist(self, place: Place) -> None:
        for places in (*self._refused, *self._with.values()):
            if place in places:
                places.remove(place)
        self._refused = [places for places in self._refused if places]

    def _heard(self, announcement: Announcement) -> None:
        """After another step it is that one which is undone first; a step takes its own along."""
        if announcement.origin == "own":
            self._refused.clear()
        for place in self._with.pop(announcement.undone, ()):
            self.drop(*place)

    def line(self, key: str) -> Mapping[str, str]:
        """What was typed into the line for a new record, by path."""
        return self._lines.get(key, {})

    def put_line(self, key: str, texts: Mapping[str, str]) -> None:
        """Keep the line for a new record; nothing in it drops it."""
        if dict(texts) == self._lines.get(key, {}):
            return
        if texts:
            self._lines[key] = dict(texts)
        else:
            self._lines.pop(key, None)
        self._soon.start()

    def _read(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            for entity, record, name, text, reason in found["cells"]:
                made = self._cells.setdefault(str(entity), {}).setdefault(str(record), {})
                made[str(name)] = Typed(str(text), str(reason))
            self._lines = {
                str(key): {str(name): str(text) for name, text in texts.items()}
                for key, texts in found["lines"].items()
            }
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("The drafts %s cannot be read (%s).", path, error)

    def _write(self) -> None:
        if self._path is None:
            return
        path = self._path
        cells = [
            [entity, record, name, *typed]
            for entity, records in self._cells.items()
            for record, names in records.items()
            for name, typed in names.items()
        ]
        content = {"cells": cells, "lines": {key: dict(one) for key, one in self._lines.items()}}

        def work(_conn: object, _job: object) -> None:
            try:
                write_json(path, content)
            except KnownError as error:
                log.warning("The drafts cannot be kept: %s", error)

        self._bridge.read(work, lambda _done: None)


def drafts_of(bridge: Bridge) -> Drafts:
    """The drafts of the store that a bridge has open; the same ones for all its grids."""
    found = bridge.findChild(Drafts)
    if isinstance(found, Drafts):
        return found
    store = bridge.workspace.store
    path = None
    if store.key is None:
        path = paths.config_dir() / "drafts" / f"{paths.door(store.path)}.json"
    return Drafts(bridge, path)
