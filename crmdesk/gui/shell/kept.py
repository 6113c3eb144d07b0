"""Records that stay at hand in the rail: those that were pinned, and those seen last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from crmdesk.errors import KnownError
from crmdesk.gui.shell.rail import RailItem
from crmdesk.gui.shell.rail_content import PINNED, RECENT
from crmdesk.i18n import _
from crmdesk.ops.changes import Create, Delete, UpdateMany
from crmdesk.schema.crm.facts import Pins
from crmdesk.schema.query import Condition, Query, Sort
from crmdesk.schema.values import AnyRef

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import Cancel
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Announcement

LAST = 6
"""Recent records that the rail lists."""

_ORDER = (Sort(Pins.POSITION),)


class KeptRecord(NamedTuple):
    """A record in the rail, with the pin that keeps it there ("" for one seen lately)."""

    entity: str
    id: str
    title: str
    pin: str = ""
    position: int = 0

    @property
    def key(self) -> str:
        return f"{self.entity}:{self.id}"


class _Read(NamedTuple):
    pinned: tuple[KeptRecord, ...]
    recent: tuple[KeptRecord, ...]
    watched: set[tuple[str, str]]


class Kept(QObject):
    """Pins the record in front, and lists what is pinned and what was in front lately.

    Pins are rows of the store, so that undo takes them back and every device has them.
    """

    # The lines of the rail changed.
    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = window.bridge
        self._view = window.view
        self.pinned: tuple[KeptRecord, ...] = ()
        self.recent: tuple[KeptRecord, ...] = ()
        self._reading: Cancel | None = None
        self._asked: tuple[tuple[str, str], ...] = ()
        # All that is pinned, deleted records too: they may come back.
        self._watched: set[tuple[str, str]] = set()
        # Moves of pins that are not written yet: what is read meanwhile is older than them.
        self._moving = 0
        window.rail.put(PINNED, lambda: self._items(self.pinned, movable=True), self._go)
        window.rail.put(RECENT, lambda: self._items(self.recent), self._go)
        self.act = window.acts.add(
            self._words, self.toggle, "push-pin", "Ctrl+Shift+P", section="record"
        )
        self._bridge.announced.connect(self._hear)
        self._bridge.language_changed.connect(self.read)
        self._view.stood.connect(self._follow)
        self._view.pointed.connect(self._name)
        window.ui.rail.menu_asked.connect(self._show_menu)
        window.ui.rail.moved.connect(self._moved)
        self.read()

    # -- acting

    def toggle(self) -> None:
        """Pin the record in front, or the current one of the list; or take its pin out."""
        stand = self._view.cube.stand
        if not stand.record:
            return
        pin = self.pin_of(stand.entity, stand.record)
        if pin is None:
            self.pin(stand.entity, stand.record)
        else:
            self.unpin(pin)

    def pin(self, entity: str, record: str) -> None:
        """Keep a record in the rail."""
        position = max((one.position for one in self.pinned), default=-1) + 1
        values = {Pins.RECORD: AnyRef(entity, record), Pins.POSITION: position}
        self._bridge.write(Create(Pins.ENTITY, values), label=_("Pin"))

    def unpin(self, pin: KeptRecord) -> None:
        """Take a record out of the rail."""
        self._bridge.write(Delete(Pins.ENTITY, (pin.pin,)), label=_("Unpin"))

    def move(self, pin: KeptRecord, step: int) -> None:
        """Let a pin stand as many places further down (up: below zero) among the pins."""
        pins = list(self.pinned)
        at = pins.index(pin)
        to = min(max(at + step, 0), len(pins) - 1)
        if to == at:
            return
        pins.insert(to, pins.pop(at))
        placed = tuple(one._replace(position=n) for n, one in enumerate(pins))
        known = {one.pin: one.position for one in self.pinned}
        changes = {
            one.pin: {Pins.POSITION: one.position}
            for one in placed
            if known[one.pin] != one.position
        }
        self.pinned = placed
        self._window.rail.show()
        self._moving += 1
        self._bridge.write(
            UpdateMany(Pins.ENTITY, changes), lambda _done: self._written(), self._not_moved,
            label=_("Move the pin"),
        )  # fmt: skip

    def _written(self) -> None:
        self._moving -= 1
        self.read()

    def _not_moved(self, error: Exception) -> None:
        self._written()
        if not isinstance(error, KnownError):
            raise error
        self._window.tell(str(error))

    def _moved(self, line: str, step: int) -> None:
        section, _colon, key = line.partition(":")
        pin = next((one for one in self.pinned if one.key == key), None)
        if section == PINNED and pin is not None:
            self.move(pin, step)

    def pin_of(self, entity: str, record: str) -> KeptRecord | None:
        """The pin of a record, None where it has none."""
        return next((one for one in self.pinned if (one.entity, one.id) == (entity, record)), None)

    def _words(self) -> str:
        stand = self._view.cube.stand
        pinned = self.pin_of(stand.entity, stand.record) is not None
        return _("Unpin the record") if pinned else _("Pin the record")

    def _name(self) -> None:
        self.act.setText(self._words())

    def _go(self, key: str) -> None:
        entity, _colon, record = key.partition(":")
        self._view.turn(entity, record)

    def _show_menu(self, line: str, at: QPoint) -> None:
        section, _colon, key = line.partition(":")
        if section in (PINNED, RECENT):
            self.menu(key).popup(at)

    def menu(self, key: str) -> QMenu:
        """What can be done with a record of the rail."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        entity, _colon, record = key.partition(":")
        self._window.record_menu.add(menu, entity, record, opens=True, deletes=True)
        return menu

    # -- reading

    def read(self) -> None:
        """Read the pins, and what everything in the rail is called."""
        if self._reading is not None:
            self._reading()
        workspace, ctx = self._bridge.workspace, self._bridge.ctx
        asked = self._asked = self._wanted()
        mine = Query(Pins.ENTITY, Condition(Pins.OWNER, "is", workspace.user), sort=_ORDER)

        def ask(conn: Any, _job: object) -> _Read:
            select = workspace.select
            rowids = select.ids(conn, mine, workspace.query_context())
            rows = select.rows(conn, Pins.ENTITY, rowids, (Pins.RECORD, Pins.POSITION))
            pins: list[tuple[str, str, str, int]] = [
                (row.cells[0].entity, row.cells[0].id, row.id, row.cells[1] or 0) for row in rows
            ]
            titles: dict[tuple[str, str], str] = {}
            wanted = [*((entity, id_) for entity, id_, _pin, _at in pins), *asked]
            for entity in {one[0] for one in wanted}:
                ids = [one[1] for one in wanted if one[0] == entity]
                found = select.titles(conn, entity, ids, ctx)
                titles.update({(entity, id_): title for id_, title in found.items()})
            # What was deleted is left out; its pin stays, in case it is restored.
            return _Read(
                tuple(
                    KeptRecord(e, i, titles[e, i], pin, position)
                    for e, i, pin, position in pins
                    if (e, i) in titles
                ),
                tuple(KeptRecord(e, i, titles[e, i]) for e, i in asked if (e, i) in titles),
                {(e, i) for e, i, _pin, _position in pins},
            )

        self._reading = self._bridge.read(ask, self._show)

    def _wanted(self) -> tuple[tuple[str, str], ...]:
        return self._view.cube.recent[:LAST]

    def _show(self, found: _Read) -> None:
        self._reading = None
        pinned, recent, self._watched = found
        if self._moving:
            pinned = self.pinned
        shown = {(one.entity, one.id) for one in pinned}
        recent = tuple(one for one in recent if (one.entity, one.id) not in shown)
        if (pinned, recent) != (self.pinned, self.recent):
            self.pinned, self.recent = pinned, recent
            self._window.rail.show()
            self.changed.emit()
        self._name()

    def _follow(self) -> None:
        if self._wanted() != self._asked:
            self.read()
        self._name()

    def _hear(self, announcement: Announcement) -> None:
        known = {*self._watched, *self._asked}
        if announcement.everything or any(
            one.entity == Pins.ENTITY or (one.entity, one.id) in known
            for one in announcement.changes
        ):
            self.read()

    def _items(self, records: Iterable[KeptRecord], *, movable: bool = False) -> list[RailItem]:
        registry, language = self._bridge.registry, self._bridge.language
        found = []
        for one in records:
            entity = registry.entity(one.entity)
            title = one.title or entity.label.text(language)
            found.append(RailItem(title, one.key, entity.colour, small=True, movable=movable))
        return found


def install(window: MainWindow) -> Kept:
    """Give a window its pinned and recent records."""
    return Kept(window)
