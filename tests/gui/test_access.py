"""Every screen can be read out, and every control on it reached by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui import access
from crmdesk.gui.main_window import MainWindow
from tests.gui.access_tree import complaints, walk
from tests.gui.conftest import Pipeline
from tests.gui.screens import SCREENS, Screen, close_all, settle


@pytest.fixture(autouse=True)
def roles(qapp: QApplication) -> Iterator[None]:
    access.install()
    yield
    close_all()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_control_has_a_name_and_a_role(
    window: MainWindow, pipeline: Pipeline, screen: Screen
) -> None:
    root = screen.show(window, pipeline)
    settle(window)
    assert complaints(root) == []


def test_a_nameless_control_is_complained_of(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    button = QPushButton(root)
    root.show()
    assert [one.split(":")[0] for one in complaints(root)] == ["without a name"]
    button.setText("Save")
    assert complaints(root) == []


def test_fields_and_parts_of_a_record_have_roles_of_their_own(
    window: MainWindow, pipeline: Pipeline
) -> None:
    window.view.turn("opportunity", pipeline.retrofit)
    settle(window)
    found = {node.name: node.role for node in walk(window)}
    assert found["Next step: Send revised quote"] == QAccessible.Role.EditableText
    assert found["Stage"] == QAccessible.Role.Grouping
    assert found["Pump line retrofit – 40 units"] == QAccessible.Role.Form
