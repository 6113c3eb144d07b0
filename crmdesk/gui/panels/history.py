"""The history of a record: who changed what when, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.panels.finding import FindLine
from crmdesk.gui.panels.lines import PaneLine, PaneList
from crmdesk.gui.panels.picker import Picker
from crmdesk.gui.panels.words import Titles, referred, shown, when
from crmdesk.gui.theme import icons
from crmdesk.i18n import _, ngettext
from crmdesk.ops import rewind
from crmdesk.ops.changes import Update
from crmdesk.ops.history import Entry, FieldChange
from crmdesk.schema.query import USER
from crmdesk.schema.registry import Entity

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_ICONS = {"I": "plus", "U": "pencil-simple", "D": "trash"}
MOST = 10_000
"""Changes of a record that are shown."""


@dataclass(frozen=True, slots=True)
class _Of:
    """What a line stands for: a change of the record, and one field of it."""

    entry: Entry
    change: FieldChange | None = None
    before: str = ""
    after: str = ""


class HistoryPage(QWidget):
    """What happened to the record in front, newest first; by field where one is picked.

    Enter and the menu of a line set one field, or the whole record, back to how it was.
    """

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._record = ("", "")
        self._entries: list[Entry] = []
        self._cancel: Cancel | None = None
        self.title = QLabel(self)
        self.title.setProperty("look", "strong")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.fields = Picker(self)
        self._all: list[PaneLine] = []
        self.list = PaneList(self)
        self.search = FindLine(self, self.list)
        self.search.textChanged.connect(lambda _text: self._filter())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.title)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.fields, 2)
        row.addWidget(self.search, 3)
        top.addLayout(row)
        box.addLayout(top)
        box.addWidget(self.list, 1)
        self.set_back = QPushButton(self)
        self.set_back.setProperty("look", "primary")
        self.set_back.clicked.connect(self._press_set_back)
        self.all_back = QPushButton(self)
        self.all_back.clicked.connect(self._press_all_back)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.setSpacing(6)
        foot.addWidget(self.set_back)
        foot.addWidget(self.all_back)
        box.addLayout(foot)
        self.list.selectionModel().currentChanged.connect(lambda *_both: self._offer())
        self.setFocusProxy(self.list)
        self.fields.activated.connect(lambda _row: self.reload())
        self.list.chosen.connect(lambda row: self._menu(row, self.list.corner()))
        self.list.menu_asked.connect(self._menu)
        self.translate()

    @property
    def record(self) -> tuple[str, str]:
        """The record whose history is shown: entity and id."""
        return self._record

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.list.setAccessibleName(_("History"))
        self.fields.setAccessibleName(_("Changes of the field"))
        self.search.setPlaceholderText(_("Find a change…"))
        self.search.setAccessibleName(_("Find a change"))
        self._say_empty()
        self._offer()
        if self.isVisible():
            self.reload()

    def _say_empty(self) -> None:
        if self.search.narrows:
            self.list.empty.say(_("Nothing found"), icon="magnifying-glass")
        else:
            self.list.empty.say(
                _("Nothing has changed yet"),
                _("Every change of the record stands here, with the way back."),
                icon="clock-counter-clockwise",
            )

    def show_record(self, entity: str, id: str) -> None:
        """Show the history of another record."""
        if (entity, id) == self._record:
            return
        self._record = (entity, id)
        self.search.clear()
        self._show_fields([])
        self.reload()

    def reload(self) -> None:
        """Read the history again; the old lines stay until it is there."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        entity, id = self._record
        if not id:
            self.title.setText("")
            self._show_fields([])
            self._all = []
            self._filter()
            return
        only = self.fields.currentData() or ""
        self._cancel = self._bridge.read(
            partial(self._ask, entity, id, str(only)), partial(self._show, entity, id)
        )

    # -- reading

    def _ask(
        self, entity: str, id: str, only: str, conn: Any, _job: object
    ) -> tuple[str, list[Entry], list[PaneLine]]:
        workspace, ctx = self._bridge.workspace, self._bridge.ctx
        declared = workspace.registry.entity(entity)
        entries = workspace.history(entity, id)[:MOST]
        wanted = [(USER, one.actor) for one in entries if one.actor]
        wanted.append((entity, id))
        for entry in entries:
            for change in entry.fields:
                field = declared.field(change.field)
                wanted += [
                    one for value in (change.before, change.after)
                    if (one := referred(field, value))
                ]  # fmt: skip
        titles = Titles(self._bridge, conn, wanted)
        lines = [
            line for entry in entries for line in self._lines(declared, entry, only, titles, ctx)
        ]
        return titles.of(entity, id), entries, lines

    def _lines(
        self, entity: Entity, entry: Entry, only: str, titles: Titles, ctx: Any
    ) -> list[PaneLine]:
        """A head with who and when, and a line for each field; a making says how many."""
        changes = [
            one for one in entry.fields
            if not entity.field(one.field).hidden and only in ("", one.field)
        ]  # fmt: skip
        if not changes and (only or entry.op == "U"):
            return []
        head = PaneLine(
            titles.person(entry.actor), when=when(entry.at, ctx), icon=_ICONS[entry.op],
            head=True, data=_Of(entry),
        )  # fmt: skip
        if entry.op != "U" and not only:
            filled = sum(one.after is not None or one.before is not None for one in changes)
            told = ngettext("{count} field", "{count} fields", filled).format(count=filled)
            what = _("Created") if entry.op == "I" else _("Deleted")
            return [head, PaneLine(what, told, data=_Of(entry))]
        lines = [head]
        for one in changes:
            field = entity.field(one.field)
            before, after = (shown(field, value, ctx, titles) for value in (one.before, one.after))
            text = f"{before} → {after}" if entry.op == "U" else after
            if entry.op == "D":
                text = before
            lines.append(
                PaneLine(
                    text,
                    field.label.text(ctx.language),
                    named=True,
                    data=_Of(entry, one, before, after),
                )
            )
        return lines

    def _show(self, entity: str, id: str, found: tuple[str, list[Entry], list[PaneLine]]) -> None:
        self._cancel = None
        if (entity, id) != self._record:
            return
        title, self._entries, lines = found
        declared = self._bridge.registry.entity(entity)
        self.title.setText(title or declared.label.text(self._bridge.language))
        changed = {one.field for entry in self._entries for one in entry.fields}
        self._show_fields([one.name for one in declared.fields if one.name in changed])
        self._all = lines
        self._filter()

    def _filter(self) -> None:
        self._say_empty()
        self.list.show_lines(self.search.found(self._all))
        self._offer()

    def _show_fields(self, names: list[str]) -> None:
        chosen = self.fields.currentData() or ""
        self.fields.clear()
        self.fields.addItem(_("All fields"), "")
        entity, language = self._record[0], self._bridge.language
        for name in names:
            field = self._bridge.registry.entity(entity).field(name)
            if not field.hidden:
                self.fields.addItem(field.label.text(language), name)
        self.fields.setCurrentIndex(max(self.fields.findData(chosen), 0))

    # -- the way back

    def _marked(self) -> _Of | None:
        """What the current line stands for."""
        row = self.list.row
        return self.list.lines[row].data if 0 <= row < len(self.list.lines) else None

    def _offer(self) -> None:
        """Say on the buttons what can be done about the current line."""
        of = self._marked()
        change = None if of is None or self._gone or of.entry.op != "U" else of.change
        if change is not None:
            field = self._bridge.registry.entity(self._record[0]).field(change.field)
            change = None if field.read_only else change
        self.set_back.setVisible(change is not None)
        if of is not None and change is not None:
            words = _("Set back to “{value}”").format(value=of.before.replace("&", "&&"))
            room = max(self.width() - 60, 120)
            self.set_back.setText(
                self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            )
        # After the last change it is as it is.
        older = of is not None and of.entry.op != "D" and of.entry.n != self._entries[0].n
        self.all_back.setVisible(older)
        self.all_back.setText(_("Restore the whole record to here"))

    @property
    def _gone(self) -> bool:
        return bool(self._entries) and self._entries[0].op == "D"

    def _press_set_back(self) -> None:
        of = self._marked()
        if of is not None and of.change is not None:
            self._set(of.change.field, of.change.before)
            self.list.setFocus()

    def _press_all_back(self) -> None:
        of = self._marked()
        if of is not None:
            self._back_to(of.entry.n)
            self.list.setFocus()

    def _menu(self, row: int, at: QPoint) -> None:
        menu = self.actions_of(row)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def actions_of(self, row: int) -> QMenu:
        """What can be done about a line."""
        menu = QMenu(self)
        of: _Of = self.list.lines[row].data
        entity = self._bridge.registry.entity(self._record[0])
        gone = self._gone
        change = of.change
        if change is not None:
            field = entity.field(change.field)
            if not field.read_only and not gone:
                name = field.label.text(self._bridge.language)
                for value, text in ((change.before, of.before), (change.after, of.after)):
                    if of.entry.op == "I" and value is change.before:
                        continue
                    words = _("Set {field} to “{value}”").format(field=name, value=_short(text))
                    action = menu.addAction(icons.icon("arrow-u-up-left"), words)
                    action.triggered.connect(partial(self._set, change.field, value))
            only = menu.addAction(icons.icon("funnel"), _("Only changes of this field"))
            only.triggered.connect(partial(self._only, change.field))
            menu.addSeparator()
        if of.entry.op != "D":
            words = _("The whole record as it was after this change")
            back = menu.addAction(icons.icon("clock-counter-clockwise"), words)
            back.triggered.connect(partial(self._back_to, of.entry.n))
        earlier = next((one for one in self._entries if one.n < of.entry.n and one.op != "D"), None)
        if earlier is not None:
            words = _("The whole record as it was before this change")
            back = menu.addAction(icons.icon("clock-counter-clockwise"), words)
            back.triggered.connect(partial(self._back_to, earlier.n))
        return menu

    def _only(self, field: str, _checked: bool = False) -> None:
        self.fields.setCurrentIndex(max(self.fields.findData(field), 0))
        self.reload()

    def _set(self, field: str, value: Any, _checked: bool = False) -> None:
        # The status line says what was saved, as after every step; likewise below.
        self._bridge.write(Update(*self._record, {field: value}))

    def _back_to(self, n: int, _checked: bool = False) -> None:
        workspace, record = self._bridge.workspace, self._record
        self._bridge.write(lambda: rewind.back_to(workspace, *record, n))


def _short(text: str) -> str:
    cut = text if len(text) <= 40 else text[:39] + "…"
    return cut.replace("&", "&&")
