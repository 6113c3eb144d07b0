"""What our own widgets are to a screen reader: Qt knows no role for what it does not paint."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = QAccessible.Role

# By the name of the class, so that no widget needs to know of this. A class that is not here
# takes the role of the one it is made from.
ROLES = {
    "Editable": _ROLE.EditableText,
    "RecordForm": _ROLE.Form,
    "StageBar": _ROLE.Grouping,
    "ReferenceLine": _ROLE.Grouping,
    "KeyFigures": _ROLE.Grouping,
    "PillTabs": _ROLE.PageTabList,
    "Trail": _ROLE.Grouping,
    "Grip": _ROLE.Splitter,
    "Sheet": _ROLE.Dialog,
    "Popover": _ROLE.Dialog,
    "SidePane": _ROLE.Pane,
    "Face": _ROLE.Pane,
    "BoardView": _ROLE.List,
    "BoardPane": _ROLE.Grouping,
}


def _interface(name: str, widget: QObject | None) -> QAccessibleInterface | None:
    role = ROLES.get(name)
    if role is None or not isinstance(widget, QWidget):
        return None
    return QAccessibleWidget(widget, role)


@cache
def install() -> None:
    """Tell screen readers the roles from now on; a second call changes nothing."""
    QAccessible.installFactory(_interface)


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say what came of an act, where nothing that is focused tells it."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
