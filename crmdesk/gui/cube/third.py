"""The third face beside a record: its timeline, with the changes of the record itself."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.timeline import ALL, TimelineList, kinds
from crmdesk.gui.faces.face import Face
from crmdesk.gui.faces.pills import Tab
from crmdesk.i18n import _


class TimelineFace(Face):
    """What happened around the record in front, newest first."""

    turned = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ("", "")
        self._key = ALL
        self._of = ""
        # Whether something was changed while the face was not in sight.
        self._stale = False
        self.list = TimelineList(bridge, self)
        self.list.turned.connect(self.turned)
        self.set_body(self.list)
        self.picked.connect(self._pick)
        self.translate()

    def name_after(self, title: str) -> None:
        """Say whose timeline it is, where that is not the record in front ("")."""
        self._of = title
        words = _("Timeline")
        self.dress(f"{words} · {title}" if title else words, "note")

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.name_after(self._of)
        self.set_tabs([Tab(key, title) for key, title in kinds()], self._key)
        self.list.translate()
        self.list.reload()

    def show_record(self, entity: str, record: str) -> None:
        """Show what happened around that record."""
        if self._shown != (entity, record) or self._stale:
            self._stale = False
            self._shown = (entity, record)
            self.list.show_record(entity, record, kind=self._key)

    def read_again(self, *, shown: bool) -> None:
        """The store has changed: read again, or when the face is next shown."""
        self._stale = not shown
        if shown:
            self.list.reload()

    def _pick(self, key: str) -> None:
        self._key = key
        self.list.show_record(*self._shown, kind=key)
