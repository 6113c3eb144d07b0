"""Phones, e-mails and web addresses open the system's handler, from forms and grids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.menu import row_menu
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.links.reach import open_target
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.field import FieldCell
from crmdesk.ops.changes import Update
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
SCHEMES = ("tel", "mailto", "https", "http", "file")


class System(QObject):
    """What the system would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def system() -> Iterator[System]:
    """Stands in for the desktop's own programs, by the way that Qt has for it."""
    made = System()
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, made, "take")
    yield made
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def person(qtbot: QtBot, window: MainWindow, pipeline: Pipeline) -> MainWindow:
    """A contact in front who can be reached in every way."""
    window.bridge.workspace.run(
        Update(
            "contact",
            pipeline.liwei,
            {
                "email": "li.wei@haitai.cn",
                "website": "www.haitai.cn/team",
                "description": "Write to boss@haitai.cn\nor see https://haitai.cn/pumps. "
                "Call +86 574 8080 1234!",
            },
        )
    )
    window.view.turn("contact", pipeline.liwei)
    form = window.view.record_form
    assert form is not None
    qtbot.waitUntil(lambda: form.field("email") is not None and not window.bridge.jobs.busy)
    return window


def field(window: MainWindow, name: str) -> FieldCell:
    form = window.view.record_form
    assert form is not None
    found = form.field(name)
    assert found is not None
    return found


def on_value(cell: FieldCell) -> QPoint:
    return cell.editor_rect().topLeft() + QPoint(20, 12)


def test_ctrl_click_opens_and_a_plain_click_edits(person: MainWindow, system: System) -> None:
    for name in ("phone", "email", "website"):
        cell = field(person, name)
        QTest.mouseClick(cell, LEFT, CTRL, on_value(cell))
        assert not cell.editing
    assert system.opened == [
        "tel:+8657480801234", "mailto:li.wei@haitai.cn", "https://www.haitai.cn/team",
    ]  # fmt: skip
    cell = field(person, "email")
    QTest.mouseClick(cell, LEFT, Qt.KeyboardModifier.NoModifier, on_value(cell))
    assert cell.editing
    assert len(system.opened) == 3


def test_a_button_behind_the_value_opens_it(person: MainWindow, system: System) -> None:
    cell = field(person, "phone")
    cell.setFocus()
    assert cell.links is not None
    button = cell.links.button
    assert button is not None
    assert button.isVisible()
    assert button.accessibleName() == "Call +8657480801234"
    assert button.geometry().left() > on_value(cell).x() + 60
    QTest.mouseClick(button, LEFT)
    assert system.opened == ["tel:+8657480801234"]
    field(person, "email").setFocus()
    assert button.isHidden()


def test_links_in_a_long_text_open_by_ctrl_click(person: MainWindow, system: System) -> None:
    cell = field(person, "description")
    paragraph = cell.paragraph
    assert paragraph is not None
    assert len(paragraph.links) == 3
    for link in paragraph.links:
        at = next(
            QPoint(x, y)
            for y in range(0, cell.height(), 4)
            for x in range(0, cell.width(), 4)
            if paragraph.link_at(QPointF(x, y) - cell.text_corner) == link
        )
        QTest.mouseClick(cell, LEFT, CTRL, at)
        assert system.opened[-1] == link.target
    assert system.opened == [
        "mailto:boss@haitai.cn", "https://haitai.cn/pumps", "tel:+8657480801234",
    ]  # fmt: skip
    # Between them nothing is opened: the text is edited.
    QTest.mouseClick(cell, LEFT, CTRL, QPoint(cell.width() - 4, cell.height() - 6))
    assert len(system.opened) == 3


def test_the_key_opens_what_has_the_focus(qtbot: QtBot, person: MainWindow, system: System) -> None:
    field(person, "email").setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, CTRL)
    assert system.opened == ["mailto:li.wei@haitai.cn"]
    field(person, "description").setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, CTRL)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: system.opened[1:] == ["https://haitai.cn/pumps"])
    person.activateWindow()
    field(person, "job_title").setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, CTRL)
    assert person.ui.saved.text().startswith("Nothing here leads")
    assert len(system.opened) == 2


def phone_cell(qtbot: QtBot, window: MainWindow, pipeline: Pipeline) -> tuple[GridView, int, int]:
    window.view.show_list("contact")
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.total == 3 and not window.bridge.jobs.busy)
    column = [spec.path for spec in view.grid.columns].index("phone")
    row = view.grid.row_of_id(pipeline.liwei)
    qtbot.waitUntil(lambda: view.grid.cell(row, column).text != "")
    return view, row, column


def test_ctrl_click_on_a_phone_in_a_grid_opens_it_and_beside_it_selects(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline, system: System
) -> None:
    view, row, column = phone_cell(qtbot, window, pipeline)
    rect = view.cell_rect(row, column)
    QTest.mouseClick(view.viewport(), LEFT, CTRL, QPoint(rect.left() + 20, rect.center().y()))
    assert system.opened == ["tel:+8657480801234"]
    QTest.mouseClick(view.viewport(), LEFT, CTRL, QPoint(rect.right() - 3, rect.center().y()))
    assert len(system.opened) == 1
    assert view.selectionModel().isSelected(view.grid.index(row, column))


def test_the_menu_and_the_key_of_a_grid_open_the_phone(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline, system: System
) -> None:
    view, row, column = phone_cell(qtbot, window, pipeline)
    view.go(row, column)
    menu = row_menu(view)
    assert menu.actions()[0].text() == "Call +8657480801234"
    menu.actions()[0].trigger()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_O, CTRL)
    assert system.opened == ["tel:+8657480801234"] * 2


def test_files_and_other_schemes_are_never_handed_on(qapp: QApplication, system: System) -> None:
    for target in ("file:///etc/passwd", "/etc/passwd", "javascript:alert(1)", "smb://a/b", "https://",
                   "ftp://a.example", "data:text/html,x", "", "tel:1\n2"):  # fmt: skip
        assert not open_target(target)
    assert system.opened == []


@pytest.mark.qt_log_ignore("openUrl", extend=True)
def test_what_nothing_opens_is_copied_and_said(qtbot: QtBot, person: MainWindow) -> None:
    # Without the stand-in, no program of this platform takes a number.
    assert open_target("tel:+8657480801234")
    assert QApplication.clipboard().text() == "+8657480801234"
    assert "+8657480801234; it was copied" in person.ui.saved.text()
