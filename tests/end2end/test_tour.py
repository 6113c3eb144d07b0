"""A tour of the whole program on a screen, by real mouse and keyboard, judged by the store.

A fresh store, an import, five turns of the cube by mouse, an edit, a paste from a spreadsheet,
its undo, a drag on the board, a search, a quick add; then the command line tells what is there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
MAVEN = ROOT.parent / "shared" / "corpus" / "crm" / "maven-crm-opportunities"
"""A real pipeline of 8,800 opportunities, where it stands beside the checkout."""

PATIENCE = 30.0
"""Seconds until something that does not come is a failure; nothing is measured by it."""

FIRMS = (("Aurora Pumps", "Hull"), ("Borealis Filters", "Oslo"), ("Cirrus Valves", "Lyon"),
         ("宁波海泰机械", "宁波"))  # fmt: skip
PEOPLE = ("Ann Lee", "Bo Holm", "Claire Roux", "张伟")
STAGES = ("Qualified", "Proposal", "Negotiation")
DEALS = 24
CALLS = 8
SPREADSHEET = 'Send quote\t1500\n"Arrange\na visit"\t2500\n报价\t3500'

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")),
    reason="the tour needs a screen (Xvfb) and hands (xdotool)",
)


def lines(process_out: IO[str]) -> str:
    return process_out.readline().strip()


@pytest.fixture
def screen() -> Iterator[str]:
    """The number of an X display of its own."""
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        number = lines(server.stdout)
        if not number:
            server.kill()
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
        server.terminate()


@pytest.fixture
def surroundings(screen: str, tmp_path: Path) -> dict[str, str]:
    """The environment of everything that is started for the tour."""
    return {
        **os.environ,
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "0",
        "CRMDESK_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }


class Hands:
    """Moves the mouse and presses the keys of a display."""

    def __init__(self, surroundings: dict[str, str]) -> None:
        self._surroundings = surroundings

    def do(self, *words: str | int) -> None:
        """One call of xdotool."""
        subprocess.run(
            ["xdotool", *map(str, words)], env=self._surroundings, check=True, timeout=PATIENCE,
            capture_output=True,
        )  # fmt: skip

    def click(self, rect: list[int], dx: int | None = None, times: int = 1) -> None:
        """Click in the middle of a rectangle, or `dx` from its left edge."""
        x = rect[0] + (rect[2] // 2 if dx is None else dx)
        self.do("mousemove", x, rect[1] + rect[3] // 2)
        self.do("click", "--repeat", times, "--delay", 60, 1)

    def drag(self, start: list[int], end: list[int]) -> None:
        """Take something up, carry it over in steps, and let go."""
        x, y = start[0] + start[2] // 2, start[1] + start[3] // 2
        to_x, to_y = end[0] + end[2] // 2, end[1] + min(end[3] // 2, 140)
        self.do("mousemove", x, y)
        self.do("mousedown", 1)
        for step in range(1, 11):
            self.do("mousemove", x + (to_x - x) * step // 10, y + (to_y - y) * step // 10)
            time.sleep(0.02)
        self.do("mouseup", 1)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, as xdotool names them."""
        for key in keys:
            self.do("key", "--delay", 20, key)

    def type(self, text: str) -> None:
        """Type a text."""
        self.do("type", "--delay", 15, text)


class Window:
    """The window on the screen: where things are in it, and what state it is in."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **question: Any) -> Any:
        """One answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = lines(self.process.stdout)
        assert answer, "the window is gone"
        return json.loads(answer)

    def until(self, what: str, given: Callable[[], Any]) -> Any:
        """What `given` answers, as soon as it is something."""
        end = time.monotonic() + PATIENCE
        while not (answer := given()):
            assert time.monotonic() < end, f"did not come: {what}; {self.ask(state='')}"
            time.sleep(0.05)
        return answer

    def find(self, role: str, name: str) -> list[int]:
        """Where it is; waits until it is there and lies still."""
        before: list[int] | None = None

        def still() -> list[int] | None:
            nonlocal before
            now: list[int] | None = self.ask(find=[role, name])
            last, before = before, now
            return now if now == last else None

        found: list[int] = self.until(f"{role} {name}", still)
        return found

    def settled(self, **wanted: Any) -> dict[str, Any]:
        """The state, once nothing is being done and it is as wanted."""

        def given() -> dict[str, Any] | None:
            state: dict[str, Any] = self.ask(state="")
            right = all(state.get(name) == value for name, value in wanted.items())
            return state if state.get("ready") and not state["busy"] and right else None

        found: dict[str, Any] = self.until(str(wanted), given)
        return found


class Tour:
    """One store, one window, two hands."""

    def __init__(self, store: Path, surroundings: dict[str, str]) -> None:
        self.store = store
        self.surroundings = surroundings
        self.hands = Hands(surroundings)

    def command(self, *words: str | Path) -> Any:
        """What the command line says, from its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "crmdesk", "--store", str(self.store), *map(str, words),
             "--json"],
            env=self.surroundings, cwd=ROOT, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def records(self, entity: str, where: str) -> list[dict[str, Any]]:
        """The records that the command line lists."""
        found: list[dict[str, Any]] = self.command("list", entity, "--where", where)["records"]
        return found


@pytest.fixture
def tour(surroundings: dict[str, str], tmp_path: Path) -> Tour:
    return Tour(tmp_path / "tour.sqlite3", surroundings)


@pytest.fixture
def window(tour: Tour, tmp_path: Path) -> Iterator[Window]:
    """The window on the store, once it stands and has the keyboard."""
    files = write_files(tmp_path)
    made = tour.command("import", *files)["created"]
    assert made == {"company": 4, "contact": 4, "opportunity": DEALS, "task": CALLS}
    log = tmp_path / "window.log"
    with log.open("w") as errors, subprocess.Popen(
        [sys.executable, "-m", "tests.end2end.tour_window", str(tour.store)],
        env=tour.surroundings, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=errors, text=True,
    ) as process:  # fmt: skip
        shown = Window(process)
        try:
            state = shown.settled(front="opportunity", list=True)
            # No window manager hands out the focus here.
            tour.hands.do("windowfocus", "--sync", state["id"])
            shown.settled(active=True)
            yield shown
            # Where the tour ended, for whoever looks into why it failed.
            shown.ask(picture=str(tmp_path / "end.png"))
        finally:
            process.kill()
    told = log.read_text()
    assert "Traceback" not in told, told


def write_files(folder: Path) -> list[Path]:
    """Four files as another program exports them."""
    firms = [name for name, _city in FIRMS]
    deals = range(1, DEALS + 1)
    tables = {
        "companies": ["Company name,City", *(f"{name},{city}" for name, city in FIRMS)],
        "contacts": [
            "Full name,Company",
            *(f"{person},{firm}" for person, firm in zip(PEOPLE, firms, strict=True)),
        ],
        "opportunities": [
            "Opportunity name,Company,Contact,Stage,Amount,Close date",
            *(f"Deal {n:02d},{firms[n % 4]},{PEOPLE[n % 4]},{STAGES[n % 3]},{1000 * n},2031-05-"
              f"{n:02d}" for n in deals),
        ],
        "tasks": [
            "Subject,Due,Company,Contact,Opportunity",
            *(f"Call about deal {n:02d},2031-01-{n:02d},{firms[n % 4]},{PEOPLE[n % 4]},Deal {n:02d}"
              for n in deals[:CALLS]),
        ],
    }  # fmt: skip
    made = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        made.append(path)
    return made


@pytest.fixture
def spreadsheet(surroundings: dict[str, str]) -> Iterator[None]:
    """Another program that has copied cells, as LibreOffice puts them on the clipboard."""
    program = (
        "import sys; from PySide6.QtGui import QGuiApplication as A; a = A(sys.argv);"
        f"A.clipboard().setText({SPREADSHEET!r}); print('copied', flush=True); a.exec()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], env=surroundings, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert lines(process.stdout) == "copied"
        yield
        process.kill()


def test_the_tour(tour: Tour, window: Window, spreadsheet: None) -> None:
    hands = tour.hands

    # Five records by mouse: a reference turns the cube wherever it stands.
    hands.click(window.find("Cell", "Company: 宁波海泰机械"), dx=24)
    window.settled(front="company", title="宁波海泰机械 – CRMDesk")
    hands.click(window.find("Cell", "Contact: 张伟"), dx=24)
    window.settled(front="contact", title="张伟 – CRMDesk")
    hands.click(window.find("ListItem", f"Tasks, {CALLS}"))
    window.settled(front="task", list=True)
    hands.click(window.find("Cell", "Opportunity: Deal 04"), dx=24)
    window.settled(front="opportunity", title="Deal 04 – CRMDesk")
    hands.click(window.find("Button", "Aurora Pumps"))
    window.settled(front="company", title="Aurora Pumps – CRMDesk")
    hands.click(window.find("CheckBox", "Tasks, 2"))
    hands.click(window.find("Cell", "Contact: Ann Lee"), dx=24)
    window.settled(front="contact", title="Ann Lee – CRMDesk")

    # Back to the list, and a cell is edited in place.
    hands.click(window.find("ListItem", f"Opportunities, {DEALS}"))
    window.settled(front="opportunity", list=True)
    hands.click(window.find("Cell", "Opportunity: Deal 24"))
    hands.press("F2", "ctrl+a")
    hands.type("Deal 24 renewed")
    hands.press("Return")
    window.find("Cell", "Opportunity: Deal 24 renewed")

    # Cells from a spreadsheet go over three rows and are taken back; then again, to stay.
    hands.click(window.find("Cell", "Next step: "))
    hands.press("ctrl+v")
    window.find("Cell", "Next step: 报价")
    assert len(tour.records("opportunity", "next_step not_empty")) == 3
    hands.press("ctrl+z")
    window.find("Cell", "Next step: ")
    window.until("the undo", lambda: not tour.records("opportunity", "next_step not_empty"))
    hands.press("ctrl+v")
    window.find("Cell", "Next step: 报价")
    window.settled()

    # A card is carried to another lane of the board.
    hands.click(window.find("CheckBox", "Board"))
    card = window.until("the card", lambda: window.ask(card="Deal 22"))
    lane = window.until("the lane", lambda: window.ask(lane="Negotiation"))
    hands.drag(card, lane)
    window.until(
        "the new stage",
        lambda: (
            tour.records("opportunity", "name = 'Deal 22'")[0]["stage"]["title"] == "Negotiation"
        ),
    )

    # Whatever is there is found from anywhere.
    hands.press("ctrl+k")
    window.settled(focus="SearchBox Search")
    hands.type("Claire")
    window.settled()
    hands.press("Return")
    window.settled(front="contact", title="Claire Roux – CRMDesk")

    # One line becomes a task.
    hands.press("ctrl+shift+n")
    window.until("quick add", lambda: "QLineEdit" in window.ask(state="")["focus"])
    hands.type("call Bo Holm tomorrow 3pm about the filters")
    window.settled()
    hands.press("Return")
    window.until("the task", lambda: tour.records("task", "subject contains filters"))

    judge(tour)

    # What another program brings in beside is in the window without being asked for.
    if MAVEN.is_dir():
        tour.command("import", *sorted(MAVEN.glob("*.csv")))
        window.find("ListItem", f"Opportunities, {DEALS + 8_800}")


def judge(tour: Tour) -> None:
    """The store holds what was done, and nothing besides."""
    renewed = tour.records("opportunity", "name contains renewed")
    assert [one["name"] for one in renewed] == ["Deal 24 renewed"]
    steps = tour.records("opportunity", "next_step not_empty")
    assert sorted(one["next_step"] for one in steps) == ["Arrange a visit", "Send quote", "报价"]
    assert tour.command("stats")["records"]["opportunity"] == DEALS
    assert tour.command("stats")["records"]["task"] == CALLS + 1
    (task,) = tour.records("task", "subject contains filters")
    assert task["contact"]["title"] == "Bo Holm"
    assert tour.command("check")["sound"] is True
