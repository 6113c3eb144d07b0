"""A field of a form that holds a file: its menu opens it, puts another one in, takes it out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.record import files
from crmdesk.gui.record.field import LABEL, FieldCell
from crmdesk.gui.record.form import RecordForm
from crmdesk.ops.changes import Create
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
    files.put(form.record, logo(form).column, picture)

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
        files.put(form.record, logo(form).column, tmp_path / "gone.png")
    assert not logo(form).cell.text
