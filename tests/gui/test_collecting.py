"""Garbage with objects of Qt in it is taken down in the window's thread, whoever makes garbage."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from crmdesk.gui import collecting


class Watched(QObject):
    """In a cycle with itself, so that only the collector can take it down."""

    taken_down_in: list[int] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.own = self

    def __del__(self) -> None:
        self.taken_down_in.append(threading.get_ident())


def litter() -> None:
    """Makes more cycles than the collector ever lets lie."""
    for _ in range(50 * gc.get_threshold()[0]):
        one: list[object] = []
        one.append(one)


def test_a_busy_thread_takes_down_no_object_of_qt(qtbot: QtBot) -> None:
    gc.collect()
    Watched.taken_down_in.clear()
    assert not gc.isenabled()
    for _ in range(20):
        Watched()
    busy = threading.Thread(target=litter)
    busy.start()
    busy.join()
    assert Watched.taken_down_in == []
    qtbot.waitUntil(lambda: len(Watched.taken_down_in) == 20)
    assert set(Watched.taken_down_in) == {threading.get_ident()}


def test_python_collects_again_in_the_end() -> None:
    collecting.end()
    assert gc.isenabled()
    collecting.begin()
    assert not gc.isenabled()
