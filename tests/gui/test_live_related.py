"""A list follows records that it only refers to: in columns, colours, filter, order, groups."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.depending import Depends
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import Create, Delete, Touched, Update
from crmdesk.schema.query import All, Condition, Has, Not, Query, Sort, Where
from crmdesk.schema.viewdata import ColourRule
from tests.gui.conftest import Pipeline

Listed = Callable[..., GridModel]
PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"
BY_NAME = (Sort("name"),)


@pytest.fixture
def listed(qtbot: QtBot, bridge: Bridge) -> Listed:
    """A shown list of opportunities that is fed, with all rows read."""
    kept: list[GridView] = []

    def made(
        where: Where | None = None,
        sort: tuple[Sort, ...] = BY_NAME,
        group: tuple[str, ...] = (),
        paths: tuple[str, ...] = ("name", "company"),
        colours: tuple[ColourRule, ...] = (),
    ) -> GridModel:
        source = QuerySource(bridge, Query("opportunity", where, sort, group), paths)
        source.colours = colours
        view = GridView(GridModel(source))
        kept.append(view)
        Feed(bridge, view)
        qtbot.addWidget(view)
        view.resize(900, 500)
        view.show()
        qtbot.waitExposed(view)
        view.grid.reload(fresh=True)
        qtbot.waitUntil(lambda: view.grid.ready and read(view.grid))
        return view.grid

    return made


def read(grid: GridModel) -> bool:
    QApplication.processEvents()
    rows = range(grid.total)
    return all(grid.head_at(row) is not None or grid.row_at(row) is not None for row in rows)


def names(grid: GridModel) -> list[str]:
    return [grid.cell(row, 0).text for row in range(grid.total)]


def texts(grid: GridModel, column: int) -> dict[str, str]:
    return {grid.cell(row, 0).text: grid.cell(row, column).text for row in range(grid.total)}


def tints(grid: GridModel) -> dict[str, str]:
    found = (grid.row_at(row) for row in range(grid.total))
    return {row.cells[0].text: row.tint for row in found if row is not None}


def test_a_column_through_references(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    grid = listed(paths=("name", "company.city", "contact.company.city"))
    assert texts(grid, 1)[HALL] == "Hull"
    bridge.workspace.run(Update("company", pipeline.kestrel, {"city": "Leeds"}))
    qtbot.waitUntil(lambda: texts(grid, 1)[HALL] == "Leeds")
    bridge.workspace.run(Update("company", pipeline.haitai, {"city": "Ningbo"}))
    qtbot.waitUntil(lambda: texts(grid, 2)[PUMP] == "Ningbo")
    # Two steps away: who works there now.
    bridge.workspace.run(Update("contact", pipeline.liwei, {"company": pipeline.kestrel}))
    qtbot.waitUntil(lambda: texts(grid, 2)[PUMP] == "Leeds")


@pytest.mark.parametrize("path", ["", "name"])
def test_a_rule_that_asks_of_a_related_record(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot, path: str
) -> None:
    rule = ColourRule(Condition("company.city", "is", "Leeds"), "danger", path)
    grid = listed(colours=(rule,))

    def worn(name: str) -> str:
        row = next(at for at in range(grid.total) if grid.cell(at, 0).text == name)
        found = grid.row_at(row)
        if found is None:
            return "unread"
        return found.cells[0].state if path else found.tint

    assert worn(HALL) == ""
    bridge.workspace.run(Update("company", pipeline.kestrel, {"city": "Leeds"}))
    qtbot.waitUntil(lambda: worn(HALL) == "danger")
    bridge.workspace.run(Update("company", pipeline.kestrel, {"city": "Hull"}))
    qtbot.waitUntil(lambda: worn(HALL) == "")


def test_a_rule_that_asks_whether_there_are_related_records(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    still = Has("tasks", Condition("done", "is", False))
    grid = listed(colours=(ColourRule(still, "good"),))
    assert tints(grid)[SKID] == ""
    made = bridge.workspace.run(Create("task", {"subject": "Ask", "opportunity": pipeline.skid}))
    qtbot.waitUntil(lambda: tints(grid).get(SKID) == "good")
    bridge.workspace.run(Update("task", made.created[0], {"done": True}))
    qtbot.waitUntil(lambda: tints(grid).get(SKID) == "")


def test_a_filter_through_references_and_by_related_records(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    grid = listed(Condition("company.city", "is", "Hull"))
    none = listed(Not(Has("tasks")))
    assert names(grid) == [HALL]
    assert names(none) == [SKID, HALL]
    bridge.workspace.run(Update("company", pipeline.haitai, {"city": "Hull"}))
    qtbot.waitUntil(lambda: names(grid) == [SKID, HALL, PUMP])
    bridge.workspace.run(Create("task", {"subject": "Ask", "opportunity": pipeline.skid}))
    qtbot.waitUntil(lambda: names(none) == [HALL])
    bridge.workspace.run(Delete("task", (pipeline.call, pipeline.intro)))
    qtbot.waitUntil(lambda: names(none) == [HALL, PUMP])


def test_an_order_and_groups_by_related_records(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    ordered = listed(sort=(Sort("company"), Sort("name")))
    cities = listed(group=("company.city",), sort=BY_NAME)
    firms = listed(group=("company",), sort=BY_NAME)
    assert names(ordered) == [HALL, SKID, PUMP]
    assert names(cities) == ["Hull (1)", HALL, "宁波 (2)", SKID, PUMP]
    bridge.workspace.run(Update("company", pipeline.haitai, {"name": "A Haitai", "city": "Bremen"}))
    qtbot.waitUntil(lambda: names(ordered) == [SKID, PUMP, HALL])
    qtbot.waitUntil(lambda: names(cities) == ["Bremen (2)", SKID, PUMP, "Hull (1)", HALL])
    wanted = ["A Haitai (2)", SKID, PUMP, "Kestrel Pumps (1)", HALL]
    qtbot.waitUntil(lambda: names(firms) == wanted)


def test_a_field_that_is_computed_depends_on_what_it_is_computed_of(
    listed: Listed, bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    grid = listed(sort=(Sort("weighted", descending=True),), paths=("name", "weighted"))
    first = names(grid)[0]
    last = PUMP if first == HALL else HALL
    record = pipeline.retrofit if last == PUMP else pipeline.hall
    bridge.workspace.run(Update("opportunity", record, {"probability": 100}))
    other = pipeline.hall if last == PUMP else pipeline.retrofit
    bridge.workspace.run(Update("opportunity", other, {"probability": 1}))
    qtbot.waitUntil(lambda: names(grid)[0] == last)


def test_what_depends_on_nothing_is_left_alone(bridge: Bridge) -> None:
    depends = Depends(bridge.registry, "opportunity")
    depends.on_paths(["name", "company.city"])
    depends.on_where(All((Has("tasks", Condition("done", "is", True)),)))
    assert depends.own >= {"name", "company"}
    assert depends.far["company"] == {"city"}
    for change, touched in (
        (Touched("company", "c", "U", ("city",)), True),
        (Touched("company", "c", "U", ("name",)), False),
        (Touched("company", "c", "I", ("city",)), False),
        (Touched("company", "c", "D", ()), True),
        (Touched("task", "t", "I", ("subject",)), True),
        (Touched("task", "t", "U", ("done",)), True),
        (Touched("task", "t", "U", ("subject",)), False),
        (Touched("note", "n", "U", ("subject",)), False),
    ):
        assert depends.touched_by(change) is touched, change
