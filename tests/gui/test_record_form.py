"""The form of a record: what it shows, and every way of editing it in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.record.field import LABEL, FieldCell
from crmdesk.gui.record.form import RecordForm
from crmdesk.gui.theme.theme import theme
from crmdesk.ops.changes import BulkUpdate, Create, Delete, Group, Update
from tests.gui.conftest import Pipeline, stage

Keys = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Form:
    """A form that is shown, with the hand and the eye of a person."""

    def __init__(self, form: RecordForm, qtbot: QtBot, bridge: Bridge) -> None:
        self.form = form
        self.bridge = bridge
        self._qtbot = qtbot

    def open(self, entity: str, record_id: str) -> None:
        self.form.show_record(entity, record_id)
        self._qtbot.waitUntil(lambda: self.form.record.id == record_id)
        QApplication.processEvents()

    def field(self, path: str) -> FieldCell:
        found = self.form.field(path)
        assert found is not None, path
        return found

    def text(self, path: str) -> str:
        return self.field(path).cell.text.replace("\xa0", " ")

    def until(self, truth: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(truth)

    def stored(self, entity: str, record_id: str, field: str) -> Any:
        found = self.bridge.workspace.get(entity, record_id)
        assert found is not None
        return found[field]

    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused(), text)

    def press(self, key: Keys, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focused(), key, held)

    def click(self, path: str, dx: int = LABEL + 200) -> None:
        field = self.field(path)
        self.form.ensureWidgetVisible(field)
        QTest.mouseClick(field, LEFT, pos=QPoint(min(dx, field.width() - 4), 15))

    def stop(self, title: str) -> QWidget:
        return next(one for one in self.form.body.bar.segments if one.text() == title)


@pytest.fixture
def shown(qtbot: QtBot, bridge: Bridge) -> Form:
    """A form with the size of a front."""
    form = RecordForm(bridge)
    qtbot.addWidget(form)
    form.resize(760, 900)
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    return Form(form, qtbot, bridge)


@pytest.fixture
def front(shown: Form, pipeline: Pipeline) -> Form:
    """The form with an opportunity in it."""
    shown.open("opportunity", pipeline.retrofit)
    return shown


# -- what it shows


def test_every_field_is_shown_but_the_hidden_ones(front: Form) -> None:
    entity = front.bridge.registry.entity("opportunity")
    shown = {one.spec.path for one in front.form.body.fields}
    assert shown == {one.name for one in entity.fields if not one.hidden} - {"name"}
    assert "probability_overridden" not in shown
    assert front.form.body.title is not None
    assert front.form.body.title.text == "Pump line retrofit – 40 units"
    assert front.text("company") == "宁波海泰机械"
    assert front.text("amount") == "CN¥ 486,000"
    assert front.text("stage") == "Proposal"
    assert front.text("product") == ""


def test_the_head_says_whose_it_is_and_where_it_stands(front: Form) -> None:
    body = front.form.body
    assert [link.text() for link in body.references.links] == ["宁波海泰机械", "Li Wei 李伟"]
    states = {one.stop.title: one.stop.state for one in body.bar.segments}
    assert states == {
        "Prospecting": "done", "Qualified": "done", "Proposal": "now",
        "Negotiation": "ahead", "Verbal": "ahead", "Won": "ahead",
    }  # fmt: skip
    names = [one.accessibleName().replace("\xa0", " ") for one in body.figures.parts]
    assert names == [
        "Amount: CN¥ 486,000", "Probability: 50%", "Weighted: CN¥ 243,000",
        "Close date: 18 Dec 2099",
    ]  # fmt: skip
    assert "Anna Berg" in body.foot.text()


def test_a_title_of_several_fields_and_no_bar_for_choices_that_are_no_way(
    shown: Form, bridge: Bridge
) -> None:
    (quote,) = bridge.workspace.run(
        Create("quote", {"number": "Q26-1", "name": "Pumps", "status": "sent"})
    ).created
    shown.open("quote", quote)
    title = shown.form.body.title
    assert title is not None
    assert title.text == "Q26-1 Pumps"
    assert not title.start_edit()
    assert not shown.form.body.bar.isVisible()
    assert shown.text("status") == "Sent"
    assert shown.text("number") == "Q26-1"


def test_fields_are_named_for_screen_readers(front: Form) -> None:
    assert front.field("company").accessibleName() == "Company: 宁波海泰机械"
    assert front.field("product").accessibleName() == "Product: empty"
    assert front.form.accessibleName() == "Pump line retrofit – 40 units"


def test_two_columns_where_there_is_room_and_one_where_not(front: Form) -> None:
    left, right = front.field("company"), front.field("campaign")
    assert right.x() > left.x() + 200
    assert front.field("description").width() > left.width() * 1.8
    front.form.resize(460, 900)
    QApplication.processEvents()
    assert front.field("campaign").x() == front.field("company").x()
    assert front.form.verticalScrollBar().maximum() > 0 or front.form.body.height() <= 900


# -- editing


def test_a_click_edits_and_enter_writes(front: Form, pipeline: Pipeline) -> None:
    front.click("next_step")
    assert isinstance(front.focused(), QLineEdit)
    front.type("Call them")
    front.press(Keys.Key_Return)
    assert front.field("next_step").hasFocus()
    assert front.text("next_step") == "Call them"
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "next_step") == "Call them")


def test_esc_restores(front: Form, pipeline: Pipeline) -> None:
    front.click("next_step")
    front.type("Nonsense")
    front.press(Keys.Key_Escape)
    assert front.text("next_step") == "Send revised quote"
    assert front.field("next_step").hasFocus()
    assert front.stored("opportunity", pipeline.retrofit, "next_step") == "Send revised quote"


def test_typing_replaces_and_f2_keeps(front: Form) -> None:
    front.field("next_step").setFocus()
    front.type("x")
    editor = front.focused()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "x"
    front.press(Keys.Key_Escape)
    front.press(Keys.Key_F2)
    editor = front.focused()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Send revised quote"


def test_tab_writes_and_goes_on(front: Form, pipeline: Pipeline) -> None:
    front.click("close_date")
    front.type("24 Dec 2098")
    front.press(Keys.Key_Tab)
    assert front.field("closed_on").hasFocus()
    front.until(lambda: front.text("close_date") == "24 Dec 2098")
    front.press(Keys.Key_Backtab, SHIFT)
    assert front.field("close_date").hasFocus()
    front.press(Keys.Key_Down)
    assert front.field("closed_on").hasFocus()


def test_tab_goes_from_the_top_to_the_bottom(front: Form) -> None:
    body = front.form.body
    assert body.title is not None
    body.title.setFocus()
    seen = []
    for _ in range(6):
        front.press(Keys.Key_Tab)
        seen.append(front.focused())
    assert seen[:2] == body.references.links
    assert seen[2] is front.stop("Proposal")
    assert seen[3:] == body.fields[:3]


def test_the_title_is_edited_in_place(front: Form, pipeline: Pipeline) -> None:
    title = front.form.body.title
    assert title is not None
    QTest.mouseClick(title, LEFT, pos=QPoint(60, 16))
    front.type("Pump line, new")
    front.press(Keys.Key_Return)
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "name") == "Pump line, new")
    front.until(lambda: front.form.accessibleName() == "Pump line, new")


def test_a_refused_value_stays_with_its_reason(front: Form, pipeline: Pipeline) -> None:
    front.click("amount")
    front.type("a lot")
    front.press(Keys.Key_Return)
    front.until(lambda: front.field("amount").cell.state == "refused")
    assert front.text("amount") == "a lot"
    assert front.form.body.note.isVisible()
    assert "a lot" in front.form.body.note.text()
    assert "a lot" in front.field("amount").accessibleName()
    # Entered anew, it is written.
    front.press(Keys.Key_F2)
    editor = front.focused()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "a lot"
    editor.selectAll()
    front.type("500000")
    front.press(Keys.Key_Return)
    front.until(lambda: front.text("amount") == "CN¥ 500,000")
    assert not front.form.body.note.isVisible()


def test_esc_drops_a_refused_value(front: Form) -> None:
    front.click("amount")
    front.type("a lot")
    front.press(Keys.Key_Return)
    front.until(lambda: front.field("amount").cell.state == "refused")
    front.press(Keys.Key_Escape)
    assert front.text("amount") == "CN¥ 486,000"
    assert not front.form.body.note.isVisible()


def test_what_cannot_be_changed_says_so(front: Form, qtbot: QtBot) -> None:
    front.field("weighted").setFocus()
    with qtbot.waitSignal(front.form.told) as told:
        front.press(Keys.Key_F2)
    assert told.args is not None
    assert "Weighted" in told.args[0]
    assert not front.field("weighted").editing


def test_a_choice_is_picked_from_its_list(front: Form, pipeline: Pipeline) -> None:
    front.click("forecast_category")
    front.type("comm")
    front.press(Keys.Key_Return)
    front.until(
        lambda: front.stored("opportunity", pipeline.retrofit, "forecast_category") == "commit"
    )
    assert front.text("forecast_category") == "Commit"


def test_a_reference_offers_the_people_of_the_records_company_first(
    front: Form, pipeline: Pipeline, qtbot: QtBot
) -> None:
    found: list[Any] = []
    front.form.record.complete("contact", "", found.extend)
    qtbot.waitUntil(lambda: bool(found))
    assert found[-1].id == pipeline.jonas
    front.field("contact").setFocus()
    front.type("chenj")
    editor = front.focused()
    qtbot.waitUntil(lambda: editor.list.at == 0)  # type: ignore[attr-defined]
    front.press(Keys.Key_Return)
    front.until(
        lambda: front.stored("opportunity", pipeline.retrofit, "contact") == pipeline.chenjing
    )
    front.until(lambda: front.text("contact") == "陈静")


def test_a_long_text_is_written_over_several_lines(front: Form, pipeline: Pipeline) -> None:
    before = front.field("description").height()
    front.click("description")
    editor = front.focused()
    assert isinstance(editor, QPlainTextEdit)
    front.press(Keys.Key_End, CTRL)
    for word in ("one", "two", "three"):
        front.press(Keys.Key_Return, Qt.KeyboardModifier.AltModifier)
        front.type(word)
    front.press(Keys.Key_Return)
    front.until(
        lambda: str(front.stored("opportunity", pipeline.retrofit, "description")).endswith(
            "one\ntwo\nthree"
        )
    )
    front.until(lambda: front.field("description").height() > before)


def test_space_turns_a_yes_or_no_over(shown: Form, pipeline: Pipeline) -> None:
    shown.open("task", pipeline.call)
    shown.field("done").setFocus()
    shown.press(Keys.Key_Space)
    shown.until(lambda: shown.stored("task", pipeline.call, "done") is True)
    shown.until(lambda: shown.field("due").cell.state == "faint")


def test_delete_empties_a_field(front: Form, pipeline: Pipeline) -> None:
    front.field("campaign").setFocus()
    front.press(Keys.Key_Delete)
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "campaign") is None)


def test_a_click_on_a_figure_edits_its_field(front: Form) -> None:
    QTest.mouseClick(front.form.body.figures.parts[0], LEFT)
    assert front.field("amount").editing


# -- the bar


def test_a_click_on_a_stage_moves_the_record_in_one_step(
    front: Form, pipeline: Pipeline, bridge: Bridge
) -> None:
    QTest.mouseClick(front.stop("Negotiation"), LEFT)
    wanted = stage(bridge.workspace, "Negotiation")
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "stage") == wanted)
    front.until(lambda: front.text("probability") == "70%")
    states = {one.stop.title: one.stop.state for one in front.form.body.bar.segments}
    assert states["Negotiation"] == "now"
    assert states["Proposal"] == "done"
    bridge.undo()
    front.until(lambda: front.text("stage") == "Proposal")
    front.until(lambda: front.text("probability") == "50%")


def test_the_bar_is_walked_by_arrows(front: Form, pipeline: Pipeline, bridge: Bridge) -> None:
    front.stop("Proposal").setFocus()
    front.press(Keys.Key_Left)
    assert front.stop("Qualified").hasFocus()
    front.press(Keys.Key_Return)
    wanted = stage(bridge.workspace, "Qualified")
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "stage") == wanted)
    assert front.stop("Qualified").hasFocus()


def test_a_lost_record_has_reached_nothing(front: Form, pipeline: Pipeline, bridge: Bridge) -> None:
    lost = stage(bridge.workspace, "Lost")
    bridge.write(Update("opportunity", pipeline.retrofit, {"stage": lost, "lost_reason": "price"}))
    front.until(lambda: front.text("stage") == "Lost")
    states = {one.stop.title: one.stop.state for one in front.form.body.bar.segments}
    assert states["Lost"] == "now"
    assert "done" not in states.values()


# -- turning


def test_a_click_on_a_reference_turns(front: Form, pipeline: Pipeline, qtbot: QtBot) -> None:
    with qtbot.waitSignal(front.form.turned) as turned:
        front.click("company", LABEL + 30)
    assert turned.args == ["company", pipeline.haitai]
    with qtbot.waitSignal(front.form.turned) as turned:
        QTest.mouseClick(front.form.body.references.links[1], LEFT)
    assert turned.args == ["contact", pipeline.liwei]


def test_beside_the_reference_a_click_edits(front: Form) -> None:
    front.click("company", LABEL + 190)
    assert front.field("company").editing


def test_ctrl_enter_turns(front: Form, pipeline: Pipeline, qtbot: QtBot) -> None:
    front.field("competitor").setFocus()
    with qtbot.waitSignal(front.form.turned) as turned:
        front.press(Keys.Key_Return, CTRL)
    assert turned.args == ["company", pipeline.kestrel]


# -- following


def test_what_others_write_is_shown_and_an_edit_under_way_stays(
    front: Form, pipeline: Pipeline, bridge: Bridge
) -> None:
    front.click("next_step")
    front.type("My own words")
    bridge.write(
        Group(
            "both",
            (
                Update("opportunity", pipeline.retrofit, {"next_step": "Theirs", "source": "web"}),
                Update("company", pipeline.haitai, {"name": "海泰"}),
            ),
        )
    )
    front.until(lambda: front.text("source") == "Website")
    front.until(lambda: front.text("company") == "海泰")
    editor = front.focused()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "My own words"
    assert front.field("next_step").editing
    front.press(Keys.Key_Return)
    front.until(
        lambda: front.stored("opportunity", pipeline.retrofit, "next_step") == "My own words"
    )


def test_a_refused_value_survives_a_change_elsewhere(
    front: Form, pipeline: Pipeline, bridge: Bridge
) -> None:
    front.click("amount")
    front.type("a lot")
    front.press(Keys.Key_Return)
    front.until(lambda: front.field("amount").cell.state == "refused")
    bridge.write(BulkUpdate("opportunity", (pipeline.retrofit,), {"source": "fair"}))
    front.until(lambda: front.text("source") == "Trade fair")
    assert front.text("amount") == "a lot"


def test_a_deleted_record_is_told(
    front: Form, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(front.form.gone) as gone:
        bridge.write(Delete("opportunity", (pipeline.retrofit,)))
    assert gone.args == ["opportunity", pipeline.retrofit]
    assert not front.field("company").isVisible()
    # Undo brings it back to where it was shown.
    bridge.undo()
    front.until(lambda: front.form.record.id == pipeline.retrofit)


def test_another_record_drops_what_was_refused(front: Form, pipeline: Pipeline) -> None:
    front.click("amount")
    front.type("a lot")
    front.press(Keys.Key_Return)
    front.until(lambda: front.field("amount").cell.state == "refused")
    front.open("opportunity", pipeline.hall)
    assert front.text("amount") == "CN¥ 91,500"
    assert front.field("close_date").cell.state == "late"


def test_another_kind_of_record_has_other_fields(front: Form, pipeline: Pipeline) -> None:
    front.open("contact", pipeline.liwei)
    assert front.form.field("stage") is None
    assert front.text("job_title") == "Head of Purchasing"
    assert not front.form.body.bar.isVisible()
    front.open("opportunity", pipeline.skid)
    assert front.text("amount") == ""


def test_a_field_that_is_declared_later_appears(
    front: Form, pipeline: Pipeline, bridge: Bridge
) -> None:
    values = {"entity": "opportunity", "name": "x_pump", "label": "Pump", "kind": "text"}
    bridge.write(Create("custom_field", values))
    front.until(lambda: front.form.field("x_pump") is not None)
    front.click("x_pump")
    front.type("P-400")
    front.press(Keys.Key_Return)
    front.until(lambda: front.stored("opportunity", pipeline.retrofit, "x_pump") == "P-400")


def test_the_form_speaks_the_other_language_at_once(
    front: Form, pipeline: Pipeline, bridge: Bridge
) -> None:
    bridge.set_language("zh")
    front.until(lambda: front.field("company").spec.title == "公司")
    front.until(lambda: front.text("stage") == "方案")
    assert front.text("close_date") == "2099年12月18日"
    assert front.form.body.bar.segments[0].text() == "寻找机会"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_form_is_painted_in_the_theme(front: Form, mode: str) -> None:
    theme().apply(mode)
    picture = front.form.grab().toImage()
    assert picture.pixelColor(5, 300).name() == theme().tokens.surface
    now = front.stop("Proposal").geometry()
    at = front.form.body.bar.mapTo(front.form, now.topLeft() + QPoint(8, 4))
    assert picture.pixelColor(at).name() == theme().tokens.colour("opportunity")
