"""Records that stay at hand: pinned ones, those seen lately, and the way back to them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.shell.rail import Rail
from crmdesk.ops.changes import Delete, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline
from tests.gui.test_main_window import CTRL, SHIFT, key


def section(rail: Rail, heading: str) -> list[str]:
    """The lines below a heading of the rail."""
    items = rail._items.items
    titles = [one.title for one in items]
    if heading not in titles:
        return []
    below = items[titles.index(heading) + 1 :]
    ends = [n for n, one in enumerate(below) if not one.key]
    return [one.title for one in below[: ends[0] if ends else None]]


def click(rail: Rail, title: str) -> None:
    """Click the line, or the heading, of that title."""
    row = next(n for n, one in enumerate(rail._items.items) if one.title == title)
    index = rail.model().index(row, 0)
    rail.scrollTo(index)
    at = rail.visualRect(index).center()
    QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_record_is_pinned_and_the_pin_is_undone(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = window.ui.rail
    assert section(rail, "Pinned") == []
    window.view.turn("company", pipeline.haitai)
    key(window, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["宁波海泰机械"])
    assert window.kept.act.text() == "Unpin the record"
    qtbot.waitUntil(lambda: "Ctrl+Z undoes “Pin”" in window.ui.saved.text())
    window.view.go_home()
    click(rail, "宁波海泰机械")
    assert (window.cube.stand.entity, window.cube.stand.record) == ("company", pipeline.haitai)
    key(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [])
    key(window, Qt.Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["宁波海泰机械"])
    key(window, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [])


def test_a_pin_shows_what_its_record_is_called_and_survives_its_deletion(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail, run = window.ui.rail, window.bridge.workspace.run
    # In a list the current row is what is pinned.
    name = window.view.listing.view.grid.cell(window.view.listing.row, 0).text
    key(window, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [name])
    record = window.cube.stand.record
    run(Update("opportunity", record, {"name": "Renamed"}))
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["Renamed"])
    run(Delete("opportunity", (record,)))
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [])
    key(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["Renamed"])


def test_what_was_in_front_lately_is_listed_once_and_found_again(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = window.ui.rail
    window.view.turn("company", pipeline.haitai)
    window.view.turn("contact", pipeline.liwei)
    window.view.turn("company", pipeline.haitai)
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["宁波海泰机械", "Li Wei 李伟"])
    click(rail, "Li Wei 李伟")
    assert window.cube.stand.record == pipeline.liwei
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["Li Wei 李伟", "宁波海泰机械"])
    # What is pinned is in sight already.
    key(window, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["宁波海泰机械"])


def test_a_line_of_the_rail_has_a_menu(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = window.ui.rail
    window.view.turn("company", pipeline.haitai)
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["宁波海泰机械"])
    menu = window.kept.menu(f"company:{pipeline.haitai}")
    next(one for one in menu.actions() if one.text() in ("Pin", "Unpin")).trigger()
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["宁波海泰机械"])
    menu = window.kept.menu(f"company:{pipeline.haitai}")
    next(one for one in menu.actions() if one.text() == "Unpin").trigger()
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [])


def test_a_section_is_folded_by_its_heading(window: MainWindow) -> None:
    rail = window.ui.rail
    # What is used least is folded at first.
    assert section(rail, "More") == []
    click(rail, "More")
    assert section(rail, "More")[:2] == ["Events", "Interactions"]
    click(rail, "Records")
    assert section(rail, "Records") == []
    click(rail, "Records")
    assert section(rail, "Records")[0] == "Opportunities"


def test_pins_recent_records_and_folds_come_back(
    window: MainWindow, settings: Settings, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = window.ui.rail
    window.view.turn("company", pipeline.haitai)
    key(window, Qt.Key.Key_P, CTRL | SHIFT)
    window.view.turn("contact", pipeline.liwei)
    click(rail, "More")
    qtbot.waitUntil(lambda: section(rail, "Pinned") == ["宁波海泰机械"])
    path = window.bridge.workspace.path
    window.close()
    again = MainWindow(
        Bridge(open_workspace(path, user_name="Anna Berg"), language="en", poll_ms=0),
        Settings(settings.path),
    )
    with qtbot.waitSignal(again.ready):
        again.show()
    qtbot.waitUntil(lambda: section(again.ui.rail, "Pinned") == ["宁波海泰机械"])
    assert section(again.ui.rail, "Recent") == ["Li Wei 李伟"]
    assert section(again.ui.rail, "More")[0] == "Events"
    again.close()
    again.deleteLater()


@pytest.mark.parametrize("steps", [3])
def test_next_and_previous_count_as_seen(window: MainWindow, qtbot: QtBot, steps: int) -> None:
    view = window.view.listing.view
    ids = [view.grid.id_at(row) for row in range(steps)]
    window.view.turn("opportunity", ids[0])
    for at in range(1, steps):
        key(window, Qt.Key.Key_PageDown, CTRL)
        qtbot.waitUntil(lambda at=at: window.cube.stand.record == ids[at])
    assert [record for _entity, record in window.cube.recent] == ids[::-1]


# -- the order of pins


def pinned(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> Rail:
    """Three pins, in the order in which they were made."""
    rail = window.ui.rail
    for number, (entity, record) in enumerate(
        (("company", pipeline.haitai), ("contact", pipeline.liwei), ("company", pipeline.kestrel))
    ):
        window.kept.pin(entity, record)
        qtbot.waitUntil(lambda number=number: len(section(rail, "Pinned")) == number + 1)
    return rail


HAITAI, LIWEI, KESTREL = "宁波海泰机械", "Li Wei 李伟", "Kestrel Pumps"


def drag(rail: Rail, title: str, to: str, dy: int) -> None:
    """Drag a line by the mouse to so much below the middle of another one."""
    rows = {one.title: n for n, one in enumerate(rail.items) if one.movable}
    spot = {one: rail.visualRect(rail.model().index(rows[one], 0)).center() for one in (title, to)}
    port = rail.viewport()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(port, left, none, spot[title])
    for share in (0.3, 1.0):
        at = QPointF(spot[title]) + QPointF(spot[to] + QPoint(0, dy) - spot[title]) * share
        QApplication.sendEvent(port, QMouseEvent(
            QEvent.Type.MouseMove, at, QPointF(port.mapToGlobal(at.toPoint())), left, left, none
        ))  # fmt: skip
    QTest.mouseRelease(port, left, none, spot[to] + QPoint(0, dy))


def test_pins_are_dragged_into_another_order(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = pinned(window, qtbot, pipeline)
    front = window.cube.stand
    drag(rail, HAITAI, KESTREL, 8)
    assert section(rail, "Pinned") == [LIWEI, KESTREL, HAITAI]
    assert window.cube.stand == front
    qtbot.waitUntil(lambda: "Move the pin" in window.ui.saved.text())
    drag(rail, KESTREL, LIWEI, -8)
    assert section(rail, "Pinned") == [KESTREL, LIWEI, HAITAI]
    qtbot.waitUntil(lambda: not window.kept._moving)
    window.undo()
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [LIWEI, KESTREL, HAITAI])
    # A drag that ends where it began changes nothing, and is no click.
    before = window.bridge.workspace.undo_label
    drag(rail, KESTREL, KESTREL, 12)
    assert section(rail, "Pinned") == [LIWEI, KESTREL, HAITAI]
    assert window.bridge.workspace.undo_label == before
    assert window.cube.stand == front


def test_pins_are_moved_by_keys_and_stay_current(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    rail = pinned(window, qtbot, pipeline)
    # A record in front is named anew after each write, and its line marked.
    window.view.turn("contact", pipeline.liwei)
    rail.setFocus()
    row = next(n for n, one in enumerate(rail.items) if one.movable and one.title == HAITAI)
    rail.setCurrentIndex(rail.model().index(row, 0))
    alt = Qt.KeyboardModifier.AltModifier
    for _press in range(3):
        QTest.keyClick(rail, Qt.Key.Key_Down, alt)
    assert section(rail, "Pinned") == [LIWEI, KESTREL, HAITAI]
    qtbot.waitUntil(lambda: not window.kept._moving)
    QTest.keyClick(rail, Qt.Key.Key_Up, alt)
    assert section(rail, "Pinned") == [LIWEI, HAITAI, KESTREL]
    qtbot.waitUntil(lambda: not window.kept._moving)
    window.view.stood.emit()
    assert rail.items[rail.currentIndex().row()].title == HAITAI
    # A record type cannot be moved.
    rail.setCurrentIndex(rail.model().index(1, 0))
    before = [one.title for one in rail.items]
    QTest.keyClick(rail, Qt.Key.Key_Down, alt)
    assert [one.title for one in rail.items] == before
    qtbot.waitUntil(lambda: not window.kept._moving)
    # What is pinned next stands last.
    window.kept.pin("contact", pipeline.jonas)
    qtbot.waitUntil(lambda: section(rail, "Pinned") == [LIWEI, HAITAI, KESTREL, "Jonas Keller"])


def test_recent_records_survive_a_restart_and_drop_what_was_deleted(
    window: MainWindow, settings: Settings, pipeline: Pipeline, qtbot: QtBot
) -> None:
    for record in (pipeline.liwei, pipeline.chenjing, pipeline.jonas):
        window.view.turn("contact", record)
    rail = window.ui.rail
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["Jonas Keller", "陈静", LIWEI])
    window.bridge.workspace.run(Delete("contact", (pipeline.chenjing,)))
    qtbot.waitUntil(lambda: section(rail, "Recent") == ["Jonas Keller", LIWEI])
    path = window.bridge.workspace.path
    window.close()
    again = MainWindow(
        Bridge(open_workspace(path, user_name="Anna Berg"), language="en", poll_ms=0),
        Settings(settings.path),
    )
    with qtbot.waitSignal(again.ready):
        again.show()
    qtbot.waitUntil(lambda: section(again.ui.rail, "Recent") == ["Jonas Keller", LIWEI])
    again.undo()
    qtbot.waitUntil(lambda: section(again.ui.rail, "Recent") == ["Jonas Keller", "陈静", LIWEI])
    again.close()
    again.deleteLater()
