"""The form of one record: what it is, where it stands, and every field, edited in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from crmdesk.gui.record.body import FormBody
from crmdesk.gui.record.field import FieldCell
from crmdesk.gui.record.record import Record
from crmdesk.gui.record.tools import RecordTools
from crmdesk.gui.theme.tokens import SPACE_3, SPACE_4
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_KEPT = 8
"""Kinds of records whose parts are kept: making them costs more than a whole turn may take."""


class _Bodies(QWidget):
    """The parts for each kind of record that was shown, one of them in sight."""

    turned = Signal(str, str)
    told = Signal(str)

    def __init__(self, record: Record) -> None:
        super().__init__()
        self._record = record
        self._made: dict[object, FormBody] = {}
        self.tools: RecordTools | None = None
        self.current = self._make()
        record.reshaped.connect(self._change)
        record.changed.connect(self._refresh)
        record.refused.connect(self._show_refusal)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def _make(self) -> FormBody:
        made = FormBody(self._record, self)
        made.turned.connect(self.turned)
        made.told.connect(self.told)
        made.grown.connect(self._grow)
        return made

    def _key(self) -> object:
        record = self._record
        entity = "" if record.entity is None else record.entity.name
        return entity, tuple(
            (one.path, one.title, one.kind, one.editable) for one in record.columns
        )

    def _change(self) -> None:
        """Bring the parts for another kind of record into sight."""
        key, before = self._key(), self.current
        found = self._made.pop(key, None) or self._make()
        # The ones shown longest ago come first, and go first.
        self._made[key] = found
        if found is before:
            return
        self.current = found
        found.setGeometry(self.rect())
        # It is filled before it is painted: what has changed is told next.
        found.show()
        before.hide()
        self._lay_tools()
        for old in list(self._made)[:-_KEPT]:
            self._made.pop(old).deleteLater()
        if before not in self._made.values():
            before.deleteLater()

    def _refresh(self) -> None:
        self.current.refresh()

    def _show_refusal(self, column: int) -> None:
        self.current.show_refusal(column)

    def _grow(self, tall: int) -> None:
        if self.sender() is self.current:
            self.setMinimumHeight(tall)
            # At once and not when the scroll area comes to it, after a paint at the old height.
            port = self.parentWidget()
            self.resize(self.width(), max(tall, port.height() if port else 0))

    def offer_tools(self) -> RecordTools:
        """Show the buttons at the right of the title."""
        if self.tools is None:
            self.tools = RecordTools(self)
            self._lay_tools()
            self.tools.show()
        return self.tools

    def _lay_tools(self) -> None:
        tools = self.tools
        if tools is not None:
            self.current.leave_beside_title(tools.width())
            tools.move(self.width() - SPACE_4 - tools.width(), SPACE_3)
            tools.raise_()

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.current.setGeometry(self.rect())
        self._lay_tools()


class RecordForm(QScrollArea):
    """Shows a record and lets it be edited; follows what is written elsewhere.

    What is being typed stays while the record changes under it.
    """

    # A reference is to become the front: its entity and id.
    turned = Signal(str, str)
    # A word for the status line.
    told = Signal(str)
    # The record that was shown has been deleted: its entity and id.
    gone = Signal(str, str)
    # What can be done with the record is asked for, at this point of the screen.
    menu_asked = Signal(QPoint)
    # The record is to be deleted.
    delete_asked = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record = Record(bridge, self)
        self._bodies = _Bodies(self.record)
        self.setWidget(self._bodies)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Record"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bodies.turned.connect(self.turned)
        self._bodies.told.connect(self.told)
        self.record.gone.connect(self.gone)
        self.record.told.connect(self.told)
        self.record.changed.connect(self._name)

    @property
    def body(self) -> FormBody:
        """The parts that are in sight."""
        return self._bodies.current

    @property
    def tools(self) -> RecordTools | None:
        """The buttons beside the title, None where they are not offered."""
        return self._bodies.tools

    def offer_tools(self) -> RecordTools:
        """Show the buttons beside the title: whoever shows the form answers them."""
        return self._bodies.offer_tools()

    def show_record(self, entity: str, record_id: str) -> None:
        """Show that record; none for an empty id."""
        if (entity, record_id) != self.record.asked:
            self.verticalScrollBar().setValue(0)
        self.record.show(entity, record_id)

    def reload(self) -> None:
        """Read the record again."""
        self.record.reload()

    def field(self, path: str) -> FieldCell | None:
        """The field of that name, None where the form does not list it."""
        return next((one for one in self.body.fields if one.spec.path == path), None)

    def _name(self) -> None:
        self.setAccessibleName(self.record.title or _("Record"))

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(700, 480)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What a field leaves comes here; an editor keeps its keys for itself.
        held = Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Minus and event.modifiers() == held:
            self.delete_asked.emit()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # A field with a menu of its own has answered before.
        tools = self.tools
        if tools is None or not self.record.id:
            super().contextMenuEvent(event)
        elif event.reason() == QContextMenuEvent.Reason.Keyboard:
            tools.ask_menu()
        else:
            self.menu_asked.emit(event.globalPos())
