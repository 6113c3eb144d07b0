"""The rail at the left paints what has changed of it, and no more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.shell.rail import Rail, RailItem


class Painted(QObject):
    """Adds up what of a widget is painted."""

    def __init__(self, rail: Rail) -> None:
        super().__init__(rail)
        self.rect = QRect()
        rail.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.rect = self.rect.united(event.rect())
        return False


def made(qtbot: QtBot) -> tuple[Rail, list[RailItem], Painted]:
    """A rail with two headings, shown and painted, and what is painted of it from now on."""
    rail = Rail()
    qtbot.addWidget(rail)
    items = [RailItem("Records", section="records")]
    items += [RailItem(f"Kind {n}", f"records:{n}", "company", n) for n in range(8)]
    items += [RailItem("Recent", section="recent")]
    items += [RailItem(f"Record {n}", f"recent:{n}", "contact", small=True) for n in range(4)]
    rail.set_items(items, "records:0")
    rail.resize(200, 700)
    painted = Painted(rail)
    with qtbot.waitActive(rail):
        rail.show()
        rail.activateWindow()
    qtbot.waitUntil(lambda: painted.rect == rail.viewport().rect())
    QApplication.processEvents()
    painted.rect = QRect()
    return rail, items, painted


def row_rect(rail: Rail, row: int) -> QRect:
    return rail.visualRect(rail.model().index(row, 0))


def test_another_line_is_painted_alone(qtbot: QtBot) -> None:
    rail, items, painted = made(qtbot)
    items[10] = replace(items[10], title="Another record")
    rail.set_items(items, "records:0")
    QApplication.processEvents()
    assert painted.rect == row_rect(rail, 10)
    rail.set_count("records:3", 1_234)
    QApplication.processEvents()
    assert painted.rect == row_rect(rail, 10).united(row_rect(rail, 4))


def test_as_many_lines_with_a_heading_elsewhere_are_laid_out_anew(qtbot: QtBot) -> None:
    rail, items, _painted = made(qtbot)
    heading = row_rect(rail, 9).height()
    assert heading != row_rect(rail, 8).height()
    items[8], items[9] = items[9], items[8]
    rail.set_items(items, "records:0")
    QApplication.processEvents()
    assert row_rect(rail, 8).height() == heading
    assert row_rect(rail, 9).height() != heading
