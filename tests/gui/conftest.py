"""What every test of the window stands on: the theme, a shown grid, and a small real store."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk import i18n
from crmdesk.gui import collecting
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.theme.theme import theme
from crmdesk.ops.changes import Create, Link
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Condition, Query
from crmdesk.schema.values import Money, Phone
from crmdesk.settings import Settings
from tests.gui.memory import Rows, table


class PatientBot(QtBot):
    """Waits longer before it gives up: a machine that is busy is no fault of the window."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = 30_000) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = 30_000, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitExposed(self, widget: QWidget, *, timeout: int = 30_000) -> Any:
        return super().waitExposed(widget, timeout=timeout)

    def waitActive(self, widget: QWidget, *, timeout: int = 30_000) -> Any:
        return super().waitActive(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, but patient."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def collected_here(qapp: QApplication) -> Iterator[None]:
    """No other thread takes down what a test has left of its widgets."""
    collecting.begin()
    yield
    collecting.end()


@pytest.fixture(autouse=True, scope="module")
def collected_in_the_end() -> Iterator[None]:
    """What the tests of a file have left is taken down before others begin threads."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    """Every test begins in the light theme."""
    theme().apply("light")


class Hand:
    """Types and clicks as a person does: keys go to whatever has the focus."""

    def __init__(self, view: GridView) -> None:
        self.view = view

    def type(self, text: str) -> None:
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(self._focused(), letter)
            else:
                # Chinese comes by an input method, not by keys.
                event = QInputMethodEvent()
                event.setCommitString(letter)
                QApplication.sendEvent(self._focused(), event)

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self._focused(), key, held)

    def click(
        self,
        row: int,
        column: int,
        dx: int = 4,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        at = self.at(row, column, dx)
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, held, at)

    def at(self, row: int, column: int, dx: int = 4) -> QPoint:
        rect = self.view.cell_rect(row, column)
        return QPoint(rect.left() + dx, rect.center().y())

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.view


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., tuple[GridView, Hand]]:
    """Shows a grid of these rows, loaded, with the focus on its first cell."""

    def made(rows: Rows | None = None, **options: bool) -> tuple[GridView, Hand]:
        model = GridModel(rows or table(), new_label="New opportunity")
        view = GridView(model, **options)
        qtbot.addWidget(view)
        view.resize(1100, 500)
        view.show()
        qtbot.waitExposed(view)
        view.activateWindow()
        model.reload(fresh=True)
        QApplication.processEvents()
        view.setFocus()
        view.go(0, 0)
        QApplication.processEvents()
        return view, Hand(view)

    return made


@dataclass(frozen=True)
class Pipeline:
    """The records of the small store by a short name."""

    ids: dict[str, str]

    def __getattr__(self, name: str) -> str:
        try:
            return self.ids[name]
        except KeyError:
            raise AttributeError(name) from None


def stage(workspace: Workspace, name: str) -> str:
    """The id of the seeded stage of that name."""
    query = Query("stage", Condition("name", "is", name))
    with workspace.reader() as conn:
        ctx = workspace.query_context()
        (rowid,) = workspace.select.ids(conn, query, ctx)
        return workspace.select.record_ids(conn, "stage", [rowid])[rowid]


def plant(workspace: Workspace) -> Pipeline:
    """Two firms, three people, three opportunities and what belongs to them."""
    ids: dict[str, str] = {}

    def make(short: str, entity: str, **values: Any) -> None:
        (ids[short],) = workspace.run(Create(entity, values)).created

    make("kestrel", "company", name="Kestrel Pumps", city="Hull", kind="competitor")
    make(
        "haitai",
        "company",
        name="宁波海泰机械",
        city="宁波",
        kind="customer",
        industry="manufacturing",
        employees=420,
    )
    make(
        "liwei",
        "contact",
        name="Li Wei 李伟",
        company=ids["haitai"],
        job_title="Head of Purchasing",
        phone=Phone("+86 574 8080 1234", "+8657480801234"),
    )
    make("chenjing", "contact", name="陈静", company=ids["haitai"], job_title="设备部经理")
    make("jonas", "contact", name="Jonas Keller", company=ids["kestrel"])
    make("fair", "campaign", name="Shanghai fair 2026")
    make(
        "retrofit",
        "opportunity",
        name="Pump line retrofit – 40 units",
        company=ids["haitai"],
        contact=ids["liwei"],
        owner=workspace.user,
        stage=stage(workspace, "Proposal"),
        amount=Money(Decimal(486_000), "CNY"),
        close_date=date(2099, 12, 18),
        next_step="Send revised quote",
        campaign=ids["fair"],
        competitor=ids["kestrel"],
        forecast_category="best_case",
        description="Replaces forty pumps in two halls.\n设备部希望 12 月交货。",
    )
    make(
        "hall",
        "opportunity",
        name="Hall 3 filters",
        company=ids["kestrel"],
        stage=stage(workspace, "Qualified"),
        amount=Money(Decimal(91_500), "CNY"),
        close_date=date(2020, 2, 1),
    )
    make("skid", "opportunity", name="Dosing skid", company=ids["haitai"])
    for contact, role in (("liwei", "decision_maker"), ("chenjing", "influencer")):
        workspace.run(
            Link("opportunity", ids["retrofit"], "contacts", ids[contact], {"role": role})
        )
    make(
        "call",
        "task",
        subject="Call about the delivery date",
        due=date(2020, 3, 1),
        opportunity=ids["retrofit"],
        company=ids["haitai"],
        contact=ids["liwei"],
    )
    make(
        "intro",
        "task",
        subject="Intro call",
        done=True,
        due=date(2020, 1, 1),
        opportunity=ids["retrofit"],
    )
    return Pipeline(ids)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pipeline]:
    """A real store as a first start makes it, with records made through commands, closed."""
    path = tmp_path_factory.mktemp("planted") / "desk.crm"
    made = open_workspace(path, create=True, user_name="Anna Berg", zone="Europe/Berlin")
    try:
        return path, plant(made)
    finally:
        made.close()


@pytest.fixture
def pipeline(planted: tuple[Path, Pipeline]) -> Pipeline:
    """The ids of the records of the small store."""
    return planted[1]


@pytest.fixture
def workspace(planted: tuple[Path, Pipeline], tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the small store, open."""
    path = tmp_path / "desk.crm"
    shutil.copy(planted[0], path)
    made = open_workspace(path, user_name="Anna Berg", zone="Europe/Berlin")
    yield made
    made.close()


@pytest.fixture
def bridge(qapp: QApplication, workspace: Workspace) -> Iterator[Bridge]:
    """The window's way to that store; it does not ask for the changes of others by itself."""
    before = i18n.language()
    made = Bridge(workspace, language="en", locale="en_US", poll_ms=0)
    yield made
    made.close()
    i18n.set_language(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a device where nothing was chosen yet."""
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def window(
    qtbot: QtBot, pipeline: Pipeline, bridge: Bridge, settings: Settings
) -> Iterator[MainWindow]:
    """The main window on the small store, shown, its list read."""
    made = MainWindow(bridge, settings)
    made.resize(1440, 900)
    with qtbot.waitSignal(made.ready):
        made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: bool(made.cube.stand.record))
    yield made
    made.close()
    made.deleteLater()
