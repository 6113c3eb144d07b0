"""The order in which Tab goes round the window: bar, rail, front, faces, pane, as they are read.

What is made late, and what moves from one place to another, stands anywhere in Qt's own order.
Inside each part that order is kept, but for what stands in rows (the head of a face, the bar of
filters): that is walked through from left to right, and before what lies below it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

ACROSS = "readAcross"
"""The property of a widget whose parts stand in rows."""
_LINE = 24


def ring(window: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """What Tab reaches in a window, part by part; what is in none of them comes last."""
    number = {part: place for place, part in enumerate(parts)}
    found: list[tuple[tuple[int, ...], QWidget]] = []
    one = window.nextInFocusChain()
    while one is not None and one is not window:
        if _reached(one):
            found.append(((_place(one, number), *_in_row(one)), one))
        one = one.nextInFocusChain()
    # Sorting keeps the order of what stands in the same part.
    found.sort(key=lambda pair: pair[0])
    return [widget for _place_, widget in found]


def go(window: QWidget, parts: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the focus to the next or the previous one of the ring; False where there is none."""
    widgets = ring(window, parts)
    if not widgets:
        return False
    focus = QApplication.focusWidget()
    here = _index(widgets, focus)
    if here is None:
        target = widgets[0 if forward else -1]
    else:
        target = widgets[(here + (1 if forward else -1)) % len(widgets)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    return True


def _index(widgets: list[QWidget], focus: QWidget | None) -> int | None:
    # The editor in a cell stands for the grid that it lies in.
    while focus is not None:
        if focus in widgets:
            return widgets.index(focus)
        focus = focus.parentWidget()
    return None


def _reached(widget: QWidget) -> bool:
    policy = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(policy) and widget.isVisible() and widget.isEnabled() and not widget.focusProxy()


def _place(widget: QWidget, number: dict[QWidget, int]) -> int:
    above: QWidget | None = widget
    while above is not None:
        if above in number:
            return number[above]
        above = above.parentWidget()
    return len(number)


def _in_row(widget: QWidget) -> tuple[int, ...]:
    """Where a widget stands in a row that is read across; what is in none comes after all rows."""
    above: QWidget | None = widget
    while above is not None:
        if above.property(ACROSS):
            top = above.mapTo(above.window(), QPoint(0, 0)).y()
            at = widget.mapTo(above, widget.rect().center())
            return 0, top, at.y() // _LINE, at.x()
        above = above.parentWidget()
    return (1,)


def as_read(window: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """Parts of a window from the top down, and those beside each other from the left."""

    def corner(part: QWidget) -> tuple[int, int]:
        at = part.mapTo(window, QPoint(0, 0))
        return at.y(), at.x()

    return sorted(parts, key=corner)
