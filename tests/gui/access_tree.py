"""The tree that a screen reader sees, walked as it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_ROLE = QAccessible.Role
_MOST_CELLS = 200

CONTROLS = frozenset({
    _ROLE.Button, _ROLE.ButtonMenu, _ROLE.ButtonDropDown, _ROLE.CheckBox, _ROLE.RadioButton,
    _ROLE.ComboBox, _ROLE.EditableText, _ROLE.SpinBox, _ROLE.Slider, _ROLE.Link, _ROLE.PageTab,
    _ROLE.MenuItem, _ROLE.Table, _ROLE.List, _ROLE.Tree, _ROLE.Form, _ROLE.Splitter,
    _ROLE.ColumnHeader, _ROLE.ProgressBar, _ROLE.Dialog, _ROLE.PageTabList,
})  # fmt: skip
"""Roles that say nothing without a name."""

ITEMS = frozenset({_ROLE.ListItem, _ROLE.TreeItem, _ROLE.Cell})
"""Parts of a list: named while there is something in them."""


class Node(NamedTuple):
    """One object: its role, its name, whether the keyboard reaches it, and the way to it."""

    role: QAccessible.Role
    name: str
    description: str
    focusable: bool
    way: str


def walk(root: QWidget) -> Iterator[Node]:
    """Everything that is visible below a widget, in the order in which it is read out."""
    interface = QAccessible.queryAccessibleInterface(root)
    assert interface is not None
    yield from _below(interface, "")


def _below(interface: QAccessibleInterface, way: str) -> Iterator[Node]:
    state = interface.state()
    if not interface.isValid() or state.invisible:  # type: ignore[attr-defined]
        return
    widget = interface.object()
    role = interface.role()
    name = interface.text(QAccessible.Text.Name)
    here = f"{way} / {role.name} {name!r}"
    if widget is not None:
        here += f" <{type(widget).__name__} {widget.objectName()}>".replace(" >", ">")
    description = interface.text(QAccessible.Text.Description)
    yield Node(role, name, description, bool(state.focusable), here)  # type: ignore[attr-defined]
    for number in range(min(interface.childCount(), _MOST_CELLS)):
        child = interface.child(number)
        if child is not None:
            yield from _below(child, here)


def complaints(root: QWidget) -> list[str]:
    """What a screen reader could not tell its user, each with the way to it."""
    wrong = []
    for node in walk(root):
        if node.role in CONTROLS and not node.name.strip():
            wrong.append(f"without a name: {node.way}")
        if node.focusable and node.role in {_ROLE.Client, _ROLE.NoRole, _ROLE.UserRole}:
            wrong.append(f"without a role, though the keyboard reaches it: {node.way}")
    return wrong
