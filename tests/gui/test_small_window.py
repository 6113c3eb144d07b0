"""A small window, as 150 % and 200 % of scale leave it: what is said is said whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.pane import GridPane
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from tests.gui.memory import COLUMNS, Rows


def test_the_window_fits_a_screen_of_twice_the_scale(window: MainWindow) -> None:
    # 1440 by 900 at 200 %.
    assert window.minimumSize().width() <= 720
    assert window.minimumSize().height() <= 450
    window.resize(720, 450)
    QApplication.processEvents()
    assert window.width() == 720
    assert window.height() == 450
    for part in (window.ui.search, window.view.listing.view):
        assert part.isVisible()
        place = part.mapTo(window, part.rect().bottomRight())
        assert window.rect().contains(place)
        assert part.width() >= 120


@pytest.mark.parametrize("high", [100, 120, 140, 170, 200, 300])
def test_an_empty_face_shows_its_words_whole(qtbot: QtBot, high: int) -> None:
    pane = GridPane(GridView(GridModel(Rows(COLUMNS, []), new_label="New contact")))
    qtbot.addWidget(pane)
    pane.empty.say("Nothing here yet", "Type in the line above: what you add is linked at once.")
    pane.resize(360, high)
    pane.show()
    qtbot.waitExposed(pane)
    pane.model.reload(fresh=True)
    QApplication.processEvents()
    word = pane.empty
    assert word.isVisible()
    assert word.title.isVisible()
    for label in (word.title, word.hint):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())
            assert word.rect().contains(label.geometry())
    if word.pictured:
        assert word.title.y() >= 36
    assert word.pictured == (high >= 200)
