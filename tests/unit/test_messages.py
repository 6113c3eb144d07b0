"""The script that keeps the catalogues: what it collects, keeps, and has to complain about."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crmdesk.i18n import _, ngettext, set_language
from tests.architecture.test_setup import load


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    set_language("en")


class Book:
    """A small program with its catalogue, in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.script: Any = load("build_messages")
        self._source = folder / "crmdesk"
        self._source.mkdir()
        monkeypatch.setattr(self.script, "SOURCE", self._source)
        monkeypatch.setattr(self.script, "I18N", folder / "i18n")
        self.po: Path = self.script.po_file("zh")

    def program(self, code: str) -> None:
        (self._source / "window.py").write_text(code, encoding="utf-8")

    def run(self, *arguments: str) -> int:
        return int(self.script.main(list(arguments)))

    def translate(self, english: str, chinese: str) -> None:
        """Fill in a translation, as an editor of .po files does."""
        self._put(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')

    def translate_plural(self, english: str, chinese: str) -> None:
        self._put(
            f'msgid_plural "{english}"\nmsgstr[0] ""',
            f'msgid_plural "{english}"\nmsgstr[0] "{chinese}"',
        )

    def mark(self, english: str, flag: str) -> None:
        self._put(f'msgid "{english}"', f'#, {flag}\nmsgid "{english}"')

    def _put(self, old: str, new: str) -> None:
        text = self.po.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.po.write_text(text.replace(old, new), encoding="utf-8")

    def speaks(self) -> gettext.NullTranslations:
        return gettext.translation("crmdesk", self.script.I18N, languages=["zh"])


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    return Book(tmp_path, monkeypatch)


def test_messages_are_collected_and_their_translations_speak(book: Book) -> None:
    book.program(
        'a = _("Save")\nb = ngettext("{count} row", "{count} rows", n)\n'
        'c = pgettext("menu", "File")\nd = _("two "\n      "parts")\n'
    )
    assert book.run() == 1  # nothing is translated yet
    book.translate("Save", "保存")
    book.translate_plural("{count} rows", "{count} 行")
    book.translate("File", "文件")
    book.translate("two parts", "两部分")
    assert book.run() == 0
    assert book.run("--check") == 0
    speaks = book.speaks()
    assert speaks.gettext("Save") == "保存"
    assert speaks.ngettext("{count} row", "{count} rows", 5) == "{count} 行"
    assert speaks.ngettext("{count} row", "{count} rows", 1) == "{count} 行"
    assert speaks.pgettext("menu", "File") == "文件"
    assert speaks.gettext("File") == "File"
    assert speaks.gettext("two parts") == "两部分"


def test_what_is_checked_names_the_message(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.program('_("Save")\n_("{count} of {all}")\n_("Open")\n')
    book.run()
    book.translate("{count} of {all}", "{count} / {al}")
    book.translate("Open", "打开")
    book.mark("Open", "fuzzy")
    capsys.readouterr()
    assert book.run() == 1
    told = capsys.readouterr().err.splitlines()
    assert any("“Save” is not translated" in line for line in told)
    assert any("“{count} of {all}”" in line and "{al}, {count}" in line for line in told)
    assert any("“Open” is marked fuzzy" in line for line in told)
    assert len(told) == 3


def test_changes_keep_what_is_translated_and_are_noticed(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.program('_("Save")\n_("Gone")\n')
    book.run()
    book.translate("Save", "保存")
    book.translate("Gone", "没了")
    assert book.run() == 0
    before = book.po.read_bytes(), book.script.mo_file("zh").read_bytes()
    # Elsewhere in the program is no change of the catalogue.
    book.program('\n\n_("Gone")\n_("Save")\n')
    assert book.run() == 0
    assert (book.po.read_bytes(), book.script.mo_file("zh").read_bytes()) == before
    book.program('_("Save")\n')
    capsys.readouterr()
    assert book.run("--check") == 1
    assert "crmdesk.po is not up to date" in capsys.readouterr().err
    assert book.po.read_bytes() == before[0]
    assert book.run() == 0
    assert "Gone" not in book.po.read_text(encoding="utf-8")
    assert book.speaks().gettext("Save") == "保存"


def test_a_translation_that_was_not_compiled_is_noticed(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.program('_("Save")\n')
    book.run()
    book.translate("Save", "保存")
    capsys.readouterr()
    assert book.run("--check") == 1
    assert capsys.readouterr().err == ("zh: crmdesk.mo is not up to date; run `make messages`\n")


def test_a_message_that_gets_a_plural_keeps_its_translation(book: Book) -> None:
    book.program('_("{count} row")\n')
    book.run()
    book.translate("{count} row", "{count} 行")
    book.program('ngettext("{count} row", "{count} rows", n)\n')
    assert book.run() == 0
    assert book.speaks().ngettext("{count} row", "{count} rows", 3) == "{count} 行"
    book.program('_("{count} row")\n')
    assert book.run() == 0


def test_a_broken_catalogue_is_left_as_it_is(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.program('_("Save")\n')
    book.run()
    book.po.write_text('msgid "Save"\nmsgstr "保存\nnonsense', encoding="utf-8")
    before = book.po.read_bytes()
    capsys.readouterr()
    assert book.run() == 1
    assert "cannot be read" in capsys.readouterr().err
    assert book.po.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{count} of {all:,}", {"count", "all"}),
        ("none", set()),
        ("{{literal}} {name!r}", {"name"}),
        ("left open {", set()),
        ("}{name}{", {"name"}),
    ],
)
def test_placeholders(text: str, names: set[str]) -> None:
    script: ModuleType = load("build_messages")
    assert script.placeholders(text) == names


def test_the_program_speaks_chinese() -> None:
    set_language("zh")
    assert _("Delete") == "删除"
    assert _("“{text}” is not a date.").format(text="x") == "“x”不是日期。"
    assert ngettext("{count} record", "{count} records", 3).format(count=3) == "3 条记录"
    set_language("en")
    assert _("Delete") == "Delete"
    assert ngettext("{count} record", "{count} records", 1).format(count=1) == "1 record"
