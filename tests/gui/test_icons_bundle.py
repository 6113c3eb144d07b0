"""The icons of a bundle, which has the font's files and not the package that carries them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crmdesk.gui.theme import icons


@pytest.fixture
def forgotten() -> Iterator[None]:
    """What was read of the font before and during the test is not kept."""
    kept = (icons._family, icons._raw, icons.pixmap)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


@pytest.mark.usefixtures("forgotten")
def test_a_bundle_finds_its_icons(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("qtawesome")
    assert spec is not None
    assert spec.origin is not None
    fonts = tmp_path / "qtawesome" / "fonts"
    fonts.mkdir(parents=True)
    for file in (Path(spec.origin).parent / "fonts").glob("phosphor-*"):
        shutil.copy(file, fonts)
    expected = icons.pixmap("house", "#123456").toImage()
    for one in (icons._family, icons._raw, icons.pixmap):
        one.cache_clear()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setitem(sys.modules, "qtawesome", None)
    assert icons.pixmap("house", "#123456").toImage() == expected
