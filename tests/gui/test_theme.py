"""The theme: contrast, completeness of the style sheet, icons, forms and faces."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.errors import BugError
from crmdesk.gui.faces.pills import Pill, PillTabs, Tab
from crmdesk.gui.forms.first_start import Ui_FirstStart
from crmdesk.gui.forms.main_window import Ui_MainWindow
from crmdesk.gui.forms.problem_report import Ui_ProblemReport
from crmdesk.gui.shell.rail import Rail, RailItem
from crmdesk.gui.shell.trail import Crumb, Trail
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.stylesheet import style_sheet
from crmdesk.gui.theme.theme import Mode, theme
from crmdesk.gui.theme.tokens import DARK, LIGHT, Tokens, contrast, mix

BUILD = Path(__file__).parents[2] / "packaging" / "build_forms.py"
both = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@both
def test_text_passes_aa_on_every_ground_it_stands_on(tokens: Tokens) -> None:
    for ink in (tokens.text, tokens.muted):
        for ground in (tokens.background, tokens.surface, tokens.sunken, tokens.selection):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(tokens.faint, tokens.surface) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    for name in ("danger", "warning", "good"):
        assert contrast(getattr(tokens, name), tokens.surface) >= 4.5
        assert contrast(getattr(tokens, name), getattr(tokens, f"{name}_soft")) >= 4.5


@both
def test_chips_pass_aa_in_every_colour(tokens: Tokens) -> None:
    for name in [*tokens.entities, "good", "danger", "#ffff00", "#000080", "no such name"]:
        assert contrast(tokens.readable(name), tokens.soft(name)) >= 4.5, name


@both
def test_squares_stand_out_from_the_surface(tokens: Tokens) -> None:
    for name, colour in tokens.entities.items():
        assert contrast(colour, tokens.surface) >= 3, name


@both
def test_the_style_sheet_leaves_no_token_unread(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "@" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) > {tokens.accent, tokens.danger, tokens.line}


def test_mixing_and_unreadable_colours() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#fff", "#000000", 1.0) == "#ffffff"
    assert contrast("nonsense", "#ffffff") > 1


def test_the_chosen_theme_reaches_palette_and_style(qapp: QApplication) -> None:
    told: list[bool] = []
    theme().changed.connect(lambda: told.append(theme().tokens.dark))
    theme().apply(Mode.DARK)
    assert qapp.palette().window().color().name() == DARK.background
    assert DARK.surface in qapp.styleSheet()
    theme().apply(Mode.DARK)
    assert told == [True]
    theme().apply(Mode.LIGHT)
    assert theme().tokens is LIGHT


def test_icons_follow_the_theme_and_die_with_their_buttons(qtbot: QtBot) -> None:
    button = QPushButton()
    icons.set_icon(button, "house")
    icons.set_icon(button, "bell")
    light = button.icon().pixmap(18).toImage()
    theme().apply("dark")
    assert button.icon().pixmap(18).toImage() != light
    button.deleteLater()
    QApplication.sendPostedEvents(None, 52)
    theme().apply("light")


def test_an_icon_is_drawn_in_its_colour(qapp: QApplication) -> None:
    image = icons.pixmap("trash", "#ff0000", 32).toImage()
    found = {image.pixelColor(x, y).rgba() for x in range(32) for y in range(32)}
    assert 0xFFFF0000 in found
    assert 0 in found
    with pytest.raises(BugError, match="no-such-icon"):
        icons.pixmap("no-such-icon", "#ff0000")


def build_forms() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_forms", BUILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_forms_are_what_their_ui_files_give() -> None:
    assert build_forms().stale() == []


def test_every_text_of_a_form_goes_through_gettext() -> None:
    forms = build_forms()
    assert forms.routed('from PySide6\n_(u"a \\"b\\" c", None)', "x").endswith(
        '_(u"a \\"b\\" c")\n'
    )
    with pytest.raises(forms.FormError, match="comment"):
        forms.routed('from PySide6\n_(u"Text", u"a comment")', "x")


def named(root: QWidget) -> list[str]:
    """The controls of a form that a screen reader could not name."""
    wrong = []
    for child in root.findChildren(QWidget):
        can_focus = child.focusPolicy() != Qt.FocusPolicy.NoFocus
        text = getattr(child, "text", lambda: "")()
        inner = child.objectName().startswith("qt_")
        if can_focus and not inner and not child.accessibleName() and not text:
            wrong.append(f"{type(child).__name__} {child.objectName()}")
    return wrong


def test_the_forms_open_and_every_control_has_a_name(qtbot: QtBot) -> None:
    window = QMainWindow()
    shell = Ui_MainWindow()
    shell.setupUi(window)
    window.setCentralWidget(shell.centre)
    qtbot.addWidget(window)
    window.show()
    assert shell.topBar.height() == 44
    assert shell.statusLine.height() == 28
    assert shell.rail.width() == 196
    assert shell.search.width() == 340
    shell.bell.set_count(3)
    assert shell.bell.accessibleName() == "Reminders, 3"
    assert named(window) == []
    for form in (Ui_FirstStart(), Ui_ProblemReport()):
        dialog = QDialog()
        qtbot.addWidget(dialog)
        form.setupUi(dialog)
        dialog.show()
        assert named(dialog) == []


TABS = [
    Tab("tasks", "Tasks", 5, "task"),
    Tab("contacts", "Contacts", 3, "contact"),
    Tab("notes", "Notes", 4, "note"),
    Tab("quotes", "Quotes", 1_200, "quote"),
    Tab("files", "Files"),
]


def test_pills_that_have_no_room_go_under_more(qtbot: QtBot) -> None:
    tabs = PillTabs()
    qtbot.addWidget(tabs)
    tabs.set_tabs(TABS, "quotes")
    tabs.resize(230, 24)
    tabs.show()
    shown = [pill.tab.key for pill in tabs.findChildren(Pill) if pill.isVisible()]
    assert "quotes" in shown
    assert "files" not in shown
    listed = [action.text() for action in tabs.more_menu().actions()]
    assert "Files" in listed
    assert len(listed) + len(shown) - 1 == len(TABS)
    with qtbot.waitSignal(tabs.chosen) as chosen:
        next(a for a in tabs.more_menu().actions() if a.text() == "Files").trigger()
    assert chosen.args == ["files"]
    tabs.resize(700, 24)
    assert all(not pill.isHidden() for pill in tabs.findChildren(Pill) if pill.tab.key)


def test_pills_walk_by_keyboard_and_count_aloud(qtbot: QtBot) -> None:
    tabs = PillTabs()
    qtbot.addWidget(tabs)
    tabs.resize(700, 24)
    tabs.set_tabs(TABS, "tasks")
    tabs.show()
    with qtbot.waitSignal(tabs.chosen) as chosen:
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert chosen.args == ["contacts"]
    tabs.set_count("contacts", 9)
    names = [pill.accessibleName() for pill in tabs.findChildren(Pill)]
    assert "Contacts, 9" in names


def test_the_trail_drops_its_beginning_where_there_is_no_room(qtbot: QtBot) -> None:
    trail = Trail()
    qtbot.addWidget(trail)
    trail.resize(300, 26)
    trail.show()
    trail.set_crumbs([Crumb(f"宁波海泰机械有限公司 {n}", "company") for n in range(5)])
    shown = [step for step in trail._steps if step.isVisible()]
    assert 1 <= len(shown) < 5
    assert shown[-1].text().endswith("4")
    with qtbot.waitSignal(trail.chosen) as chosen:
        QTest.mouseClick(shown[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [5 - len(shown)]


def test_the_rail_goes_where_it_is_clicked_and_not_to_headings(qtbot: QtBot) -> None:
    rail = Rail()
    qtbot.addWidget(rail)
    rail.resize(196, 300)
    items = [
        RailItem("Records"),
        RailItem("Companies", "company", "company", 1_480),
        RailItem("Contacts", "contact", "contact"),
    ]
    rail.set_items(items, "company")
    rail.show()
    gone: list[str] = []
    rail.chosen.connect(gone.append)
    for row in range(3):
        at = rail.visualRect(rail.model().index(row, 0)).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert gone == ["company", "contact"]
    QTest.keyClick(rail, Qt.Key.Key_Up)
    QTest.keyClick(rail, Qt.Key.Key_Return)
    assert gone[-1] == "company"
    rail.set_count("contact", 12)
    assert rail.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Contacts, 12"
