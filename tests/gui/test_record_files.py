"""A field of a form that holds a file: its menu opens it, puts another one in, takes it out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.files.grid import place_of
from crmdesk.gui.files.menu import put
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record import files
from crmdesk.gui.record.field import LABEL, FieldCell
from crmdesk.gui.record.form import RecordForm
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import Create
from crmdesk.schema.query import Query
from crmdesk.schema.values import FileRef
from tests.gui.conftest import Pipeline

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> RecordForm:
    """The form of a firm, with a field for its logo."""
    bridge.workspace.run(
        Create(
            "custom_field",
            {"entity": "company", "label": "Logo", "kind": "file", "name": "x_logo"},
        )
    )
    made = RecordForm(bridge)
    qtbot.addWidget(made)
    made.resize(760, 900)
    made.show()
    made.show_record("company", pipeline.haitai)
    qtbot.waitUntil(lambda: made.field("x_logo") is not None)
    return made


def logo(form: RecordForm) -> FieldCell:
    found = form.field("x_logo")
    assert found is not None
    return found


def offered(form: RecordForm) -> list[str]:
    """What the menu of the field offers after a click on it; the menu is shut again."""
    field = logo(form)
    form.ensureWidgetVisible(field)
    QTest.mouseClick(field, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(LABEL + 8, 12))
    (menu,) = [one for one in field.findChildren(QMenu) if one.isVisible()]
    words = [one.text() for one in menu.actions() if not one.isSeparator()]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    return words


def test_a_file_is_put_in_and_taken_out(
    form: RecordForm, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot, tmp_path: Path
) -> None:
    picture = tmp_path / "logo 标志.png"
    picture.write_bytes(b"not really a picture")
    assert offered(form) == ["Choose a file…"]
    files.put(form.record, logo(form).column, picture, form)

    def stored() -> object:
        return (bridge.workspace.get("company", pipeline.haitai) or {})["x_logo"]

    qtbot.waitUntil(lambda: isinstance(stored(), FileRef))
    qtbot.waitUntil(lambda: logo(form).cell.text == "logo 标志.png")
    assert offered(form) == ["Choose a file…", "Take it out"]
    bridge.undo()
    qtbot.waitUntil(lambda: stored() is None)
    bridge.redo()
    qtbot.waitUntil(lambda: isinstance(logo(form).cell.value, FileRef))
    menu = files.menu_of(form.record, logo(form).column, logo(form))
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: stored() is None)
    qtbot.waitUntil(lambda: not logo(form).cell.text)


def test_a_file_that_is_not_there_is_told(
    form: RecordForm, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(bridge.failed):
        files.put(form.record, logo(form).column, tmp_path / "gone.png", form)
    assert not logo(form).cell.text


def test_a_file_in_a_grid_is_put_in_opened_and_taken_out(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot, tmp_path: Path
) -> None:
    workspace = window.bridge.workspace
    made = Create(
        "custom_field", {"entity": "company", "label": "Logo", "kind": "file", "name": "x_logo"}
    )
    workspace.run(made)
    source = QuerySource(window.bridge, Query("company"), ("name", "x_logo"))
    view = GridView(GridModel(source, parent=window), parent=window.view)
    view.resize(600, 300)
    view.grid.reload(fresh=True)
    view.show()
    view.raise_()
    qtbot.waitUntil(lambda: view.grid.ready and view.grid.total > 1)
    row = view.grid.row_of_id(pipeline.haitai)
    view.go(row, 1)
    at = view.cell_rect(row, 1).center()

    def menu() -> QMenu:
        QTest.mouseDClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
        (found,) = [one for one in view.findChildren(QMenu) if one.isVisible()]
        return found

    def words(shown: QMenu) -> list[str]:
        return [one.text() for one in shown.actions() if not one.isSeparator()]

    def stored() -> object:
        return (workspace.get("company", pipeline.haitai) or {})["x_logo"]

    shown = menu()
    assert words(shown) == ["Choose a file…"]
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    place = place_of(view)
    assert place is not None
    picture = tmp_path / "logo.png"
    picture.write_bytes(b"not really a picture")
    put(place, picture)
    qtbot.waitUntil(lambda: isinstance(stored(), FileRef))
    qtbot.waitUntil(lambda: view.grid.cell(row, 1).text == "logo.png")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    (shown,) = [one for one in view.findChildren(QMenu) if one.isVisible()]
    assert words(shown) == ["Open", "Save as…", "Copy the file", "Choose a file…", "Take it out"]
    QTest.keyClick(shown, Qt.Key.Key_Up)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored() is None)
    window.undo()
    qtbot.waitUntil(lambda: isinstance(stored(), FileRef))
