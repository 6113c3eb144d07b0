"""The menu of a list's saved views: go to one, save, name, order, delete."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.ops import savedviews
from crmdesk.ops.changes import Command, Outcome
from crmdesk.ops.savedviews import SavedView

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cube.listing import ListFront


class NameBox(Popover):
    """Asks for a name; Enter takes it."""

    named = Signal(str)

    def __init__(self, parent: QWidget, title: str, name: str, button: str, hint: str = "") -> None:
        super().__init__(parent, title, width=280)
        hint = hint or _("Name of the view")
        self.line = QLineEdit(name, self)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.line.setMaxLength(80)
        self.line.selectAll()
        self.take = QPushButton(button, self)
        self.take.setProperty("look", "primary")
        self.take.clicked.connect(self._take)
        self.line.returnPressed.connect(self._take)
        self.line.textChanged.connect(lambda text: self.take.setEnabled(bool(text.strip())))
        self.take.setEnabled(bool(name.strip()))
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.take)
        self.box.addWidget(self.line)
        self.box.addLayout(row)
        self.line.setFocus()

    def _take(self) -> None:
        name = self.line.text().strip()
        if name:
            self.dismiss()
            self.named.emit(name)


class ViewMenu(QObject):
    """What can be done with the saved views of the list in front."""

    def __init__(self, bridge: Bridge, listing: ListFront, anchor: QWidget) -> None:
        super().__init__(listing)
        self._bridge = bridge
        self._listing = listing
        self._anchor = anchor

    @property
    def view(self) -> SavedView | None:
        """The saved view that is in front, None for the plain one."""
        return self._bridge.views.get(self._listing.stand.view)

    def menu(self) -> QMenu:
        """The menu as it is now."""
        menu = QMenu(self._anchor)
        menu.aboutToHide.connect(menu.deleteLater)
        bridge, listing = self._bridge, self._listing
        views = bridge.views.of(listing.spec.entity)
        now = self.view

        def line(text: str, icon: str, act: Callable[[], object], *, on: bool = True) -> None:
            action = menu.addAction(icons.icon(icon), text.replace("&", "&&"))
            action.setEnabled(on)
            action.triggered.connect(lambda _on=False: act())

        here, other = "check", "table"
        line(_("All"), other if now else here, partial(self._go, ""))
        for view in views:
            icon = here if now and view.id == now.id else other
            title = view.title(bridge.language)
            if view.first:
                title = _("{view} (shown first)").format(view=title)
            line(title, icon, partial(self._go, view.id))
        menu.addSeparator()
        changed = bool(listing.stand.changed)
        if now is not None:
            line(_("Save"), "floppy-disk", self.save, on=changed)
        line(_("Save as…"), "plus", self.save_as)
        if changed:
            line(_("Discard changes"), "arrow-u-up-left", lambda: listing.changed.emit(""))
        if now is None:
            return menu
        menu.addSeparator()
        own = [one.id for one in views]
        line(_("Rename…"), "pencil-simple", self.rename)
        first = _("Do not show first") if now.first else _("Show first")
        line(first, "star", lambda: self._write(savedviews.made_first(now, not now.first, views)))
        line(_("Move up"), "arrow-up", partial(self._move, -1), on=own[0] != now.id)
        line(_("Move down"), "arrow-down", partial(self._move, 1), on=own[-1] != now.id)
        line(_("Delete view"), "trash", self.delete)
        return menu

    def open(self) -> None:
        """Show the menu under the name of the view."""
        self.menu().popup(self._anchor.mapToGlobal(QPoint(0, self._anchor.height() + 4)))

    # -- doing

    def save(self) -> None:
        """Save what was changed; the plain view is saved as a new one."""
        now, listing = self.view, self._listing
        if now is None:
            self.save_as()
            return
        made = savedviews.saved(self._bridge.registry, now, listing.spec)
        self._write(made, lambda _outcome: listing.kept.emit(now.id))

    def save_as(self) -> None:
        """Ask for a name and save what is shown as a new view."""
        box = NameBox(self._listing, _("Save as a view"), "", _("Save"))
        box.named.connect(self.create)
        box.open_under(self._anchor)

    def create(self, name: str) -> None:
        """Save what is shown as a new view of that name."""
        bridge, listing = self._bridge, self._listing
        views = bridge.views.of(listing.spec.entity)
        made = savedviews.created(bridge.registry, name, listing.spec, views)
        self._write(made, lambda outcome: listing.kept.emit(outcome.created[0]))

    def rename(self) -> None:
        """Ask for another name of the view."""
        now = self.view
        if now is None:
            return
        title = now.title(self._bridge.language)
        box = NameBox(self._listing, _("Rename the view"), title, _("Rename"))
        box.named.connect(lambda name: self._write(savedviews.renamed(now, name)))
        box.open_under(self._anchor)

    def delete(self) -> None:
        """Delete the view and show the plain list."""
        now = self.view
        if now is not None:
            self._write(savedviews.deleted(now), lambda _o: self._listing.kept.emit(""))

    def _move(self, step: int) -> None:
        now = self.view
        if now is None:
            return
        command = savedviews.moved(now, step, self._bridge.views.of(now.entity))
        if command is not None:
            self._write(command)

    def _go(self, view: str) -> None:
        self._listing.view_chosen.emit(view)

    def _write(self, command: Command, done: Callable[[Outcome], None] | None = None) -> None:
        self._bridge.write(command, done)
