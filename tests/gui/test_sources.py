"""A query as a grid's data: cells, faces, entries, pickers, and what an announcement means."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.source import Batch, Chosen, GridCell, GridRow, Option, RowEntries, Written
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import Announcement, Create, Delete, Touched, Update
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline

Asked = Callable[[Callable[[Callable[[Any], None]], object]], Any]


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    """Asks a source something and waits for the answer."""

    def ask(question: Callable[[Callable[[Any], None]], object]) -> Any:
        answers: list[Any] = []
        question(answers.append)
        qtbot.waitUntil(lambda: bool(answers))
        return answers[0]

    return ask


def face(bridge: Bridge, entity: str, relation: str, record_id: str) -> QuerySource:
    return QuerySource.face(bridge, bridge.registry.relation(entity, relation), record_id)


def cell_of(source: QuerySource, row: GridRow, path: str) -> GridCell:
    return row.cells[source.paths.index(path)]


def named(source: QuerySource, rows: Sequence[GridRow], name: str) -> GridRow:
    return next(row for row in rows if any(cell.text == name for cell in row.cells))


def settled(qtbot: QtBot, model: GridModel, count: int) -> None:
    qtbot.waitUntil(lambda: model.ready and model.total == count)
    model.rows_between(0, count - 1)
    qtbot.waitUntil(lambda: None not in model.rows_between(0, count - 1))


# -- columns and cells


def test_columns_come_from_the_declaration(bridge: Bridge) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    columns = {one.path: one for one in source.columns}
    assert source.columns[0].title == "Opportunity"
    assert source.columns[0].stretch
    assert columns["amount"].numeric
    assert columns["amount"].editable
    assert not columns["weighted"].editable
    assert columns["company"].entity == "company"
    # A stage is picked and painted like a choice.
    assert columns["stage"].kind == "choice"


def test_cells_show_values_and_start_edits(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    rows = asked(source.first_page)
    row = named(source, rows, "Pump line retrofit – 40 units")
    amount = cell_of(source, row, "amount")
    assert amount.text.replace("\xa0", " ") == "CN¥ 486,000"
    assert amount.value == Money(486000, "CNY")  # type: ignore[arg-type]
    company = cell_of(source, row, "company")
    assert company.text == "宁波海泰机械"
    assert company.ref == ("company", pipeline.haitai)
    stage = cell_of(source, row, "stage")
    assert stage.text == "Proposal"
    assert stage.colour is not None
    # Who works here is named, not turned to.
    owner = cell_of(source, row, "owner")
    assert (owner.text, owner.ref) == ("Anna Berg", None)


def test_what_is_open_and_overdue_is_late(bridge: Bridge, asked: Asked) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    rows = asked(source.first_page)
    assert cell_of(source, named(source, rows, "Hall 3 filters"), "close_date").state == "late"
    retrofit = named(source, rows, "Pump line retrofit – 40 units")
    assert cell_of(source, retrofit, "close_date").state == ""


def test_a_done_task_is_struck_out_and_not_late(bridge: Bridge, asked: Asked) -> None:
    source = QuerySource.all_of(bridge, "task")
    rows = asked(source.first_page)
    done, late = (
        named(source, rows, "Intro call"),
        named(source, rows, "Call about the delivery date"),
    )
    assert cell_of(source, done, "subject").state == "done"
    assert cell_of(source, done, "done").value is True
    assert cell_of(source, done, "due").state == "faint"
    assert cell_of(source, late, "due").state == "late"
    assert cell_of(source, late, "subject").state == ""


def test_a_face_of_a_link_leads_with_the_far_end(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = face(bridge, "opportunity", "contacts", pipeline.retrofit)
    assert source.paths[0] == "contact"
    assert source.paths[1] == "role"
    assert not any(path.startswith("opportunity") for path in source.paths)
    columns = {one.path: one for one in source.columns}
    assert columns["role"].editable
    assert not columns["contact.job_title"].editable
    assert source.new_label == "Contact"
    rows = asked(source.first_page)
    assert len(rows) == 2
    row = named(source, rows, "Li Wei 李伟")
    assert cell_of(source, row, "contact.job_title").text == "Head of Purchasing"
    assert source.front_of(row) == ("contact", pipeline.liwei)


def test_ids_and_rows_agree(bridge: Bridge, asked: Asked) -> None:
    source = QuerySource.all_of(bridge, "company")
    ids: array[int] = asked(source.ids)
    rows = asked(lambda done: source.rows(list(ids), done))
    assert [row.rowid for row in rows] == list(ids)
    assert {row.cells[0].text for row in rows} == {"Kestrel Pumps", "宁波海泰机械"}


def test_titles_and_choices_follow_the_language(
    bridge: Bridge, asked: Asked, pipeline: Pipeline
) -> None:
    source = QuerySource.all_of(bridge, "company")
    bridge.set_language("zh")
    source.translate()
    assert source.columns[0].title == "名称"
    rows = asked(source.first_page)
    row = next(row for row in rows if row.id == pipeline.haitai)
    assert cell_of(source, row, "kind").text == "客户"
    assert source.choices("kind")[0].title == "潜在客户"


# -- entering


def test_a_typed_amount_keeps_the_currency_that_stands_there(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    row = asked(
        lambda done: source.commit(pipeline.retrofit, "amount", "512,000", done, pytest.fail)
    )
    assert cell_of(source, row, "amount").value == Money(512000, "CNY")  # type: ignore[arg-type]
    found = bridge.workspace.get("opportunity", pipeline.retrofit)
    assert found is not None
    assert found["amount"] == Money(512000, "CNY")  # type: ignore[arg-type]


def test_a_value_that_is_none_is_refused_with_its_reason(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    reason = asked(
        lambda failed: source.commit(
            pipeline.retrofit, "amount", "a lot", lambda _row: pytest.fail("written"), failed
        )
    )
    assert "a lot" in reason
    needed = asked(
        lambda failed: source.commit(
            pipeline.retrofit, "name", "", lambda _row: pytest.fail("written"), failed
        )
    )
    assert needed
    assert "opportunity.name" not in needed


def test_a_stage_is_entered_by_its_name_in_either_way(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    row = asked(
        lambda done: source.commit(pipeline.hall, "stage", "negotiation", done, pytest.fail)
    )
    assert cell_of(source, row, "stage").text == "Negotiation"
    won = next(one for one in source.choices("stage") if one.title == "Won")
    row = asked(
        lambda done: source.commit(pipeline.hall, "stage", Chosen(won.id, "Won"), done, pytest.fail)
    )
    assert cell_of(source, row, "stage").colour == "#1f7a4d"
    # Closed: no longer overdue.
    assert cell_of(source, row, "close_date").state == ""


def rowid_of(bridge: Bridge, entity: str, record: str) -> int:
    with bridge.workspace.reader() as conn:
        found = bridge.workspace.select.rowid_of(conn, entity, record)
    assert found is not None
    return found


def test_several_cells_are_one_step(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "company")
    rows = [
        RowEntries(rowid_of(bridge, "company", pipeline.kestrel), {"city": "Leeds"}),
        RowEntries(rowid_of(bridge, "company", pipeline.haitai), {"city": "上海"}),
    ]
    batch = Batch(rows, lambda count: f"{count} cells")
    written = asked(lambda done: source.write(batch, done, pytest.fail))
    assert written == Written(2)
    assert bridge.workspace.undo_label == "2 cells"
    cities = [bridge.workspace.get("company", one) for one in (pipeline.kestrel, pipeline.haitai)]
    assert [one["city"] for one in cities if one] == ["Leeds", "上海"]
    asked(bridge.undo)
    cities = [bridge.workspace.get("company", one) for one in (pipeline.kestrel, pipeline.haitai)]
    assert [one["city"] for one in cities if one] == ["Hull", "宁波"]


def test_of_several_cells_those_that_are_refused_are_left_out(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = QuerySource.all_of(bridge, "company")
    haitai = rowid_of(bridge, "company", pipeline.haitai)
    rows = [
        RowEntries(rowid_of(bridge, "company", pipeline.kestrel), {"city": "Leeds", "name": ""}),
        RowEntries(haitai, {"employees": "many", "city": "上海"}),
    ]
    batch = Batch(rows, lambda count: f"{count} cells")
    written = asked(lambda done: source.write(batch, done, pytest.fail))
    assert written.cells == 2
    assert [(one.path, one.entry) for one in written.refused] == [
        ("employees", "many"), ("name", "")
    ]  # fmt: skip
    assert "many" in written.refused[0].reason
    assert written.refused[1].reason == "Name is needed."
    found = bridge.workspace.get("company", pipeline.kestrel)
    assert found is not None
    assert (found["city"], found["name"]) == ("Leeds", "Kestrel Pumps")


def test_a_new_task_beside_an_opportunity_belongs_to_its_company_too(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = face(bridge, "opportunity", "tasks", pipeline.retrofit)
    row = asked(lambda done: source.create({"subject": "Send quote"}, done, pytest.fail))
    made = bridge.workspace.get("task", row.id)
    assert made is not None
    assert made["opportunity"] == pipeline.retrofit
    assert made["company"] == pipeline.haitai
    assert made["contact"] == pipeline.liwei


def test_a_new_link_ties_to_the_record_in_front(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = face(bridge, "opportunity", "contacts", pipeline.hall)
    values = {"contact": Chosen(pipeline.jonas, "Jonas Keller"), "role": "User"}
    row = asked(lambda done: source.create(values, done, pytest.fail))
    assert cell_of(source, row, "role").text == "User"
    made = bridge.workspace.get("opportunity_contact", row.id)
    assert made is not None
    assert (made["opportunity"], made["contact"]) == (pipeline.hall, pipeline.jonas)


def test_a_new_record_is_refused_with_reasons_by_field(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = face(bridge, "opportunity", "tasks", pipeline.retrofit)
    reasons = asked(
        lambda failed: source.create({"due": "some day"}, lambda _row: pytest.fail("made"), failed)
    )
    assert "some day" in reasons["due"]
    reasons = asked(
        lambda failed: source.create(
            {"due": "5 Mar 2027"}, lambda _row: pytest.fail("made"), failed
        )
    )
    assert set(reasons) == {"subject"}


def test_delete_and_undo(bridge: Bridge, pipeline: Pipeline, asked: Asked) -> None:
    source = QuerySource.all_of(bridge, "task")
    asked(lambda done: source.delete([pipeline.call], lambda: done(True), pytest.fail))
    assert bridge.workspace.get("task", pipeline.call) is None
    asked(bridge.undo)
    assert bridge.workspace.get("task", pipeline.call) is not None


# -- picking


def options(asked: Asked, source: QuerySource, path: str, text: str) -> list[Option]:
    return list(asked(lambda done: source.complete(path, text, done)))


@pytest.mark.parametrize("typed", ["haitai", "海泰", "NBHT", "宁波"])
def test_a_company_is_found_by_pinyin_and_characters(
    bridge: Bridge, pipeline: Pipeline, asked: Asked, typed: str
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    found = options(asked, source, "company", typed)
    assert [one.id for one in found] == [pipeline.haitai]
    assert found[0].title == "宁波海泰机械"
    assert "Manufacturing" in found[0].subtitle


def test_a_face_offers_the_records_of_the_fronts_company_first(
    bridge: Bridge, pipeline: Pipeline, asked: Asked
) -> None:
    source = face(bridge, "opportunity", "tasks", pipeline.hall)
    found = options(asked, source, "contact", "")
    assert found[0].id == pipeline.jonas
    assert {one.id for one in found} == {pipeline.jonas, pipeline.liwei, pipeline.chenjing}
    other = face(bridge, "opportunity", "tasks", pipeline.retrofit)
    assert options(asked, other, "contact", "")[-1].id == pipeline.jonas


# -- what an announcement means


def heard(entity: str, id_: str, op: str, *fields: str) -> Announcement:
    return Announcement((Touched(entity, id_, op, fields),), "own")


def test_an_announcement_reads_again_only_what_it_touched(
    bridge: Bridge, pipeline: Pipeline
) -> None:
    source = QuerySource(bridge, Query("opportunity", sort=(Sort("amount"),)))
    stale = source.affected(heard("opportunity", "x", "U", "next_step"))
    assert (stale.reload, stale.rows) == (False, frozenset({"x"}))
    assert source.affected(heard("opportunity", "x", "U", "amount")).reload
    assert source.affected(heard("opportunity", "x", "I", "name")).reload
    assert source.affected(heard("opportunity", "x", "D", "name")).reload
    # The title of a company stands in rows that nobody knows by id.
    assert source.affected(heard("company", "c", "U", "name")).rows is None
    assert source.affected(heard("company", "c", "U", "founded")).rows == frozenset()
    assert source.affected(heard("stage", "s", "U", "name")).options
    nothing = source.affected(heard("note", "n", "I", "subject"))
    assert (nothing.reload, nothing.rows, nothing.options) == (False, frozenset(), False)
    assert source.affected(Announcement((), "other", everything=True)).reload


def test_sorting_by_headers(bridge: Bridge) -> None:
    source = QuerySource.all_of(bridge, "company")
    assert source.sorts == [("name", False)]
    source.sort_by("city")
    assert source.sorts == [("city", False)]
    source.sort_by("name", add=True)
    assert source.sorts == [("city", False), ("name", False)]
    source.sort_by("city", add=True)
    assert source.sorts == [("city", True), ("name", False)]
    source.sort_by("city", add=True)
    assert source.sorts == [("name", False)]
    source.sort_by("name")
    assert source.sorts == [("name", True)]
    source.sort_by("name")
    assert source.sorts == [("name", False)]


# -- in a grid, by hand


@pytest.fixture
def shown(qtbot: QtBot, bridge: Bridge) -> Callable[[QuerySource, int], tuple[GridView, Hand]]:
    """Shows a source in a grid and waits for its rows."""

    def made(source: QuerySource, count: int) -> tuple[GridView, Hand]:
        model = GridModel(source)
        view = GridView(model)
        Feed(bridge, view)
        qtbot.addWidget(view)
        view.resize(1200, 400)
        view.show()
        qtbot.waitExposed(view)
        view.activateWindow()
        model.reload(fresh=True)
        settled(qtbot, model, count)
        view.setFocus()
        view.go(0, 0)
        QApplication.processEvents()
        return view, Hand(view)

    return made


Show = Callable[[QuerySource, int], tuple[GridView, Hand]]


def test_typing_in_a_cell_writes_to_the_store(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline, shown: Show
) -> None:
    source = QuerySource.all_of(bridge, "company")
    view, hand = shown(source, 2)
    row = view.grid.row_of_id(pipeline.kestrel)
    view.go(row, source.paths.index("city"))
    hand.type("Leeds")
    hand.press(Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: (bridge.workspace.get("company", pipeline.kestrel) or {})["city"] == "Leeds"
    )
    qtbot.waitUntil(lambda: not view.grid.overlaid)
    assert view.grid.cell(row, source.paths.index("city")).text == "Leeds"


def test_what_others_write_appears_in_the_grid(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline, shown: Show
) -> None:
    source = QuerySource.all_of(bridge, "company")
    view, _hand = shown(source, 2)
    bridge.write(Create("company", {"name": "Aqua Werke"}))
    qtbot.waitUntil(lambda: view.grid.total == 3)
    qtbot.waitUntil(lambda: view.grid.cell(0, 0).text == "Aqua Werke")
    bridge.write(Update("company", pipeline.kestrel, {"city": "Oslo"}))
    at = view.grid.row_of_id(pipeline.kestrel)
    qtbot.waitUntil(lambda: view.grid.cell(at, source.paths.index("city")).text == "Oslo")
    bridge.write(Delete("company", (pipeline.kestrel,)))
    qtbot.waitUntil(lambda: view.grid.total == 2)


def test_a_new_line_in_a_face_makes_a_linked_record(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline, shown: Show
) -> None:
    source = face(bridge, "opportunity", "tasks", pipeline.retrofit)
    view, hand = shown(source, 2)
    view.go_to_new_line()
    hand.type("Send revised quote")
    hand.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.grid.total == 3 and not view.grid.draft)
    qtbot.waitUntil(lambda: None not in view.grid.rows_between(0, 2))
    texts = [view.grid.cell(row, source.paths.index("subject")).text for row in range(3)]
    assert "Send revised quote" in texts


def test_the_grid_speaks_the_other_language_at_once(
    qtbot: QtBot, bridge: Bridge, shown: Show
) -> None:
    view, _hand = shown(QuerySource.all_of(bridge, "company"), 2)
    bridge.set_language("zh")
    assert view.grid.columns[0].title == "名称"
    settled(qtbot, view.grid, 2)


def test_clicking_a_header_sorts(qtbot: QtBot, bridge: Bridge, shown: Show) -> None:
    view, _hand = shown(QuerySource.all_of(bridge, "opportunity"), 3)
    with qtbot.waitSignal(view.grid.loaded):
        view.sort_requested.emit("name", False)
    settled(qtbot, view.grid, 3)
    assert [view.grid.cell(row, 0).text for row in range(3)] == [
        "Dosing skid", "Hall 3 filters", "Pump line retrofit – 40 units"
    ]  # fmt: skip
