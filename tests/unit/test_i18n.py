"""Labels and translations follow the language that is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk import i18n, paths
from crmdesk.errors import BugError
from crmdesk.i18n import Label, _, language, set_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    set_language("en")


def test_a_label_speaks_the_language_that_is_set() -> None:
    label = Label("Company", "公司")
    assert label.text() == "Company"
    assert label.text("zh") == "公司"
    set_language("zh")
    assert language() == "zh"
    assert label.text() == "公司"
    assert label.text("en") == "Company"


def test_messages_come_from_the_catalogue_and_else_stay_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "i18n" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "crmdesk.mo").write_bytes(_catalogue({"Save": "保存", "menu\x04File": "文件"}))
    monkeypatch.setattr(paths, "resource_root", lambda: tmp_path)
    set_language("zh")
    assert _("Save") == "保存"
    assert i18n.pgettext("menu", "File") == "文件"
    assert _("No such message") == "No such message"
    assert _("") == ""
    assert i18n.ngettext("one", "many", 2) == "many"
    set_language("en")
    assert _("Save") == "Save"


def test_other_languages_are_refused() -> None:
    with pytest.raises(BugError, match="no language 'de'"):
        set_language("de")
    assert i18n.language_of_locale("zh_TW.UTF-8") == "zh"
    assert i18n.language_of_locale("de_DE") == "en"


def _catalogue(messages: dict[str, str]) -> bytes:
    """A catalogue in the binary form of gettext (gettext manual, "The Format of GNU MO Files")."""
    entries = {"": "Content-Type: text/plain; charset=UTF-8\n", **messages}
    pairs = [(key.encode(), entries[key].encode()) for key in sorted(entries)]
    offset = 28 + 16 * len(pairs)
    tables, data = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            text = pair[side]
            tables[side] += len(text).to_bytes(4, "little")
            tables[side] += (offset + len(data)).to_bytes(4, "little")
            data += text + b"\x00"
    head = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return b"".join(n.to_bytes(4, "little") for n in head) + tables[0] + tables[1] + data
