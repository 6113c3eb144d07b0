"""Every text passes WCAG AA on every ground that it stands on, in both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crmdesk.gui.faces.pills import Pill, Tab
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.stagebar import StageBar, Stop
from crmdesk.gui.theme.stylesheet import style_sheet
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import DARK, LIGHT, Tokens, contrast, mix, readable
from tests.gui.conftest import Pipeline
from tests.gui.screens import settle

AA = 4.5
SHAPE = 3.0
both = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def grounds(tokens: Tokens) -> dict[str, str]:
    """What text stands on: the surfaces, and those under the pointer and selected."""
    return {
        "background": tokens.background,
        "surface": tokens.surface,
        "sunken": tokens.sunken,
        "selection": tokens.selection,
        "accent_soft": tokens.accent_soft,
        "hover": mix(tokens.text, tokens.surface, 0.06),
    }


@both
@pytest.mark.parametrize("ink", ["text", "muted", "faint", "link", "danger", "good"])
def test_inks_on_every_ground(tokens: Tokens, ink: str) -> None:
    weak = {
        name: round(contrast(getattr(tokens, ink), ground), 2)
        for name, ground in grounds(tokens).items()
        if contrast(getattr(tokens, ink), ground) < AA
    }
    assert weak == {}


@both
def test_signals_on_their_own_soft_grounds_and_on_lists(tokens: Tokens) -> None:
    for name in ("danger", "warning", "good"):
        ink = getattr(tokens, name)
        for ground in (getattr(tokens, f"{name}_soft"), tokens.surface, tokens.selection):
            assert contrast(ink, ground) >= AA, (name, ground)


@both
def test_accent_buttons_in_every_state(tokens: Tokens) -> None:
    for share in (0.0, 0.10, 0.20):
        assert contrast(tokens.on_accent, mix("#000000", tokens.accent, share)) >= AA, share


@both
def test_edges_and_marks_stand_out(tokens: Tokens) -> None:
    # The ring of the focus, the check box's frame, the band of a face.
    for ground in (tokens.background, tokens.surface):
        assert contrast(tokens.accent, ground) >= SHAPE
        assert contrast(tokens.faint, ground) >= SHAPE
    for name, colour in tokens.entities.items():
        assert contrast(colour, tokens.surface) >= SHAPE, name


@both
def test_the_current_stage_reads_in_every_colour(tokens: Tokens, qtbot: QtBot) -> None:
    theme().apply(tokens.name)
    ground_of = QWidget()
    qtbot.addWidget(ground_of)
    bar = StageBar(ground_of)
    for state in ("done", "now", "ahead"):
        for name in [*tokens.entities, "good", "danger", "warning", "#ffff00", "#000080"]:
            bar.show_stops("Stage", [Stop("one", "Prospect", state, name)], locked=False)
            (segment,) = bar.findChildren(QWidget)
            ground, ink = segment._colours()  # type: ignore[attr-defined]
            assert contrast(ink, ground) >= AA, (state, name)


@both
def test_chips_read_in_every_colour(tokens: Tokens) -> None:
    for name in [*tokens.entities, "good", "danger", "warning", "#ffff00", "#000080", "#777777"]:
        assert contrast(tokens.readable(name), tokens.soft(name)) >= AA, name
        assert contrast(readable(tokens.colour(name), tokens.surface), tokens.surface) >= AA, name


class Rule(NamedTuple):
    """One rule of the style sheet."""

    selector: str
    values: dict[str, str]


def rules(sheet: str) -> Iterator[Rule]:
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        pairs = [one.split(":", 1) for one in body.split(";") if ":" in one]
        yield Rule(" ".join(selector.split()), {name.strip(): to.strip() for name, to in pairs})


@both
def test_the_style_sheet_sets_no_text_that_cannot_be_read(tokens: Tokens) -> None:
    weak = []
    for rule in rules(style_sheet(tokens)):
        ink = rule.values.get("color")
        if ink is None or ":disabled" in rule.selector or not ink.startswith("#"):
            # What cannot be used need not be read (WCAG 1.4.3); transparent text is none.
            continue
        ground = rule.values.get("background")
        known = [ground] if ground and ground.startswith("#") else [
            tokens.background, tokens.surface
        ]  # fmt: skip
        weak += [f"{rule.selector}: {ink} on {one}" for one in known if contrast(ink, one) < AA]
    assert weak == []


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def controls(parent: QWidget) -> list[QWidget]:
    """One of each kind of control, with something in it."""
    cards = QPushButton("Card", parent)
    cards.setProperty("look", "card")
    primary = QPushButton("Primary", parent)
    primary.setProperty("look", "primary")
    link = QPushButton("Link", parent)
    link.setProperty("look", "link")
    quiet = QLineEdit("quiet", parent)
    quiet.setProperty("look", "quiet")
    tool = QToolButton(parent)
    tool.setText("Tool")
    tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    combo = QComboBox(parent)
    combo.addItem("One")
    pill = Pill(parent, Tab("tasks", "Tasks", 3, "task"), "")
    found: list[QWidget] = [
        QPushButton("Plain", parent), primary, link, cards, tool, QLineEdit("line", parent), quiet,
        QPlainTextEdit("text", parent), combo, QSpinBox(parent), QCheckBox("Tick", parent),
        QRadioButton("Dot", parent), pill,
    ]  # fmt: skip
    return found


@both
def test_focus_is_seen_on_every_control(tokens: Tokens, qtbot: QtBot) -> None:
    theme().apply(tokens.name)
    window = QWidget()
    qtbot.addWidget(window)
    rows = QVBoxLayout(window)
    elsewhere = QPushButton("Elsewhere", window)
    rows.addWidget(elsewhere)
    found = controls(window)
    for one in found:
        rows.addWidget(one)
        if isinstance(one, (QLineEdit, QPlainTextEdit)):
            # The cursor blinks; it is not the ring.
            one.setCursorWidth(0) if isinstance(one, QPlainTextEdit) else one.setReadOnly(False)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    unseen = []
    for one in found:
        elsewhere.setFocus()
        before = picture(one)
        one.setFocus(Qt.FocusReason.TabFocusReason)
        after = picture(one)
        changed = sum(
            before.pixel(x, y) != after.pixel(x, y)
            for x in range(before.width()) for y in (0, 1, before.height() // 2)
        )  # fmt: skip
        # A line of another colour along an edge, not a cursor.
        if changed < 6:
            unseen.append(f"{type(one).__name__} {one.property('look') or ''}: {changed}")
    assert unseen == []


def test_tab_walks_the_whole_window_and_the_focus_is_seen(
    window: MainWindow, pipeline: Pipeline
) -> None:
    """From the first control round to it again; nothing traps, nothing is invisible."""
    window.view.turn("opportunity", pipeline.retrofit)
    settle(window)
    window.ui.search.setFocus()
    seen: list[QWidget] = []
    for _step in range(200):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.isVisible()
        if focus in seen:
            break
        seen.append(focus)
        # A grid keeps Tab for its cells.
        grid = type(focus).__name__ == "GridView"
        none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(focus, Qt.Key.Key_Tab, ctrl if grid else none)
    else:
        pytest.fail("Tab never came round")
    names = [type(one).__name__ for one in seen]
    order = [names.index(one) for one in ("Rail", "FieldCell", "GridView", "TimelineList")]
    assert order == sorted(order), names
    # And the same way back.
    for expected in reversed(seen):
        focus = QApplication.focusWidget()
        if type(focus).__name__ == "GridView":
            held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            QTest.keyClick(focus, Qt.Key.Key_Backtab, held)
        else:
            QTest.keyClick(focus, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        assert QApplication.focusWidget() is expected, expected
