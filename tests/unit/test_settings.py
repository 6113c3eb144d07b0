"""Settings are declared once, survive damage, and are written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crmdesk import settings
from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import Label
from crmdesk.settings import LANGUAGE, LAST_STORE, THEME, WINDOW_STATE, Setting, Settings


def test_a_choice_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    first = Settings(path)
    assert first.get(THEME) == "system"
    first.set(THEME, "dark")
    first.set(WINDOW_STATE, {"width": 1280, "faces": ["task", "note"]})
    first.set(LAST_STORE, "/数据/客户.sqlite3")
    again = Settings(path)
    assert again.get(THEME) == "dark"
    assert again.get(WINDOW_STATE) == {"width": 1280, "faces": ["task", "note"]}
    assert again.get(LAST_STORE) == "/数据/客户.sqlite3"
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_nothing_is_written_before_something_is_chosen(tmp_path: Path) -> None:
    chosen = Settings(tmp_path / "settings.json")
    chosen.set(THEME, "system")
    assert list(tmp_path.iterdir()) == []


def test_watchers_hear_of_changes_only(tmp_path: Path) -> None:
    chosen = Settings(tmp_path / "settings.json")
    heard: list[str] = []
    chosen.watch(lambda setting: heard.append(f"{setting.name}={chosen.get(setting)}"))
    chosen.set(LANGUAGE, "zh")
    chosen.set(LANGUAGE, "zh")
    assert heard == ["language=zh"]


def test_what_was_got_cannot_change_what_is_kept(tmp_path: Path) -> None:
    chosen = Settings(tmp_path / "settings.json")
    given = {"a": [1]}
    chosen.set(WINDOW_STATE, given)
    given["a"].append(2)
    chosen.get(WINDOW_STATE)["a"].append(3)
    assert chosen.get(WINDOW_STATE) == {"a": [1]}
    WINDOW_STATE.default.clear()
    Settings(tmp_path / "none.json").get(WINDOW_STATE)["b"] = 1
    assert WINDOW_STATE.default == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"theme": ', "\x00\x00\x00", '"text"'])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, expect_log: Any, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    expect_log("damaged")
    chosen = Settings(path)
    assert chosen.get(THEME) == "system"
    assert (tmp_path / "settings.json.damaged").read_text(encoding="utf-8") == content
    chosen.set(THEME, "dark")
    assert Settings(path).get(THEME) == "dark"


def test_text_that_is_no_unicode_is_damage(tmp_path: Path, expect_log: Any) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'{"theme": "\xff\xfe"}')
    expect_log("damaged")
    assert Settings(path).get(THEME) == "system"


@pytest.mark.parametrize("value", ["sepia", 3, None, ["dark"]])
def test_a_value_that_is_none_falls_back_alone(
    tmp_path: Path, expect_log: Any, value: object
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": value, "language": "zh"}), encoding="utf-8")
    expect_log("theme")
    chosen = Settings(path)
    assert chosen.get(THEME) == "system"
    assert chosen.get(LANGUAGE) == "zh"


def test_what_a_newer_version_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"of_tomorrow": {"a": 1}}', encoding="utf-8")
    Settings(path).set(THEME, "dark")
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "of_tomorrow": {"a": 1},
        "theme": "dark",
    }


def test_mistakes_of_ours_are_bugs(tmp_path: Path) -> None:
    chosen = Settings(tmp_path / "settings.json")
    with pytest.raises(BugError, match="no value"):
        chosen.set(THEME, "sepia")
    stray = Setting("stray", int, 3, Label("Stray", "散"))
    with pytest.raises(BugError, match="not declared"):
        chosen.get(stray)
    with pytest.raises(BugError, match="one name"):
        Settings(tmp_path / "settings.json", (THEME, THEME))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (bool, True, 1),
        (int, 3, True),
        (float, 3, "3"),
        (float, 2.5, None),
        (str, "", 0),
        (list, ["a"], [1]),
        (dict, {}, []),
    ],
)
def test_types_are_exact(kind: Any, good: object, bad: object) -> None:
    setting = Setting("any", kind, good, Label("Any", "任"))
    assert setting.accepts(good)
    assert not setting.accepts(bad)


def test_every_declared_setting_has_a_valid_default_and_both_labels() -> None:
    for setting in settings.DECLARED:
        assert setting.accepts(setting.default), setting.name
        assert setting.label.en
        assert setting.label.zh


def test_a_folder_that_takes_no_file_is_told_and_the_choice_not_believed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    chosen = Settings(tmp_path / "file" / "settings.json", (THEME,))
    with pytest.raises(KnownError, match="cannot be written"):
        chosen.set(THEME, "dark")
    assert chosen.get(THEME) == "system"
