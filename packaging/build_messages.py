"""Collect the program's messages into resources/i18n and compile the translations.

Reads `_`, `ngettext` and `pgettext` of crmdesk/**/*.py, the compiled forms included, brings each
crmdesk.po up to date (translations of messages that stay are kept, new ones come in empty, gone
ones go) and compiles it to crmdesk.mo. The files hold neither dates nor line numbers, so that
they change only when a message or a translation does. `--check` writes nothing: it says what is
not up to date, not translated, or translated with other {placeholders}.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "crmdesk"
I18N = ROOT / "resources" / "i18n"
DOMAIN = "crmdesk"
LANGUAGES = ("zh",)  # English is what the source says

KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
# Notes for translators are comments above the message that begin so.
COMMENTS = ("Translators:",)

Key = tuple[str, str]  # context, English (the singular, where there is a plural)


class _Book(Catalog):
    """A catalogue whose header says what gettext needs, and nothing that changes by itself."""

    def __init__(self, language: str) -> None:
        super().__init__(locale=language, charset="utf-8", fuzzy=False)
        self._head = [
            ("Project-Id-Version", "CRMDesk"),
            ("Language", language),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return self._head


def po_file(language: str) -> Path:
    """The translations of a language as text; edit this one."""
    return I18N / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """The same as the program reads it."""
    return po_file(language).with_suffix(".mo")


def collected() -> dict[Key, Message]:
    """Every message of the source; a note of any of its places is kept."""
    found: dict[Key, Message] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        taken = extract_from_file("python", path, KEYWORDS, COMMENTS, {"encoding": "utf-8"})
        for _line, words, notes, context in taken:
            message = Message(words, context=context, auto_comments=notes)
            same = found.setdefault(_key(message), message)
            if message.pluralizable and not same.pluralizable:
                same.id, same.string = message.id, message.string
            same.auto_comments = sorted({*same.auto_comments, *notes})
    return found


def translated(language: str) -> dict[Key, Message]:
    """The messages of the language's .po file as they stand.

    Raises PoFileError (a ValueError) where the file cannot be understood.
    """
    if not po_file(language).is_file():
        return {}
    with po_file(language).open("rb") as stream:
        catalogue = read_po(stream, locale=language, charset="utf-8", abort_invalid=True)
    return {_key(message): message for message in catalogue if message.id}


def brought_up(language: str) -> _Book:
    """The messages of the source with the translations that are there."""
    book, there = _Book(language), translated(language)
    for key, message in sorted(collected().items()):
        old = there.get(key)
        book.add(
            message.id,
            _fitting(message, old) if old else None,
            flags=old.flags if old else (),
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    return book


def _fitting(message: Message, old: Message) -> str | tuple[str, ...]:
    """The old translation in the shape of the message, which may have got a plural or lost it."""
    given = _forms(old.string) or ("",)
    return given if message.pluralizable else given[0]


def as_text(book: _Book) -> bytes:
    """The .po file of a catalogue."""
    stream = BytesIO()
    write_po(stream, book, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    text = stream.getvalue().decode("utf-8")
    # The banner of babel names a year and invents an author.
    head = f"# Translations of CRMDesk ({book.locale_identifier}); kept by `make messages`.\n"
    return (head + text[text.index('msgid ""') :]).encode()


def compiled(book: _Book) -> bytes:
    """The .mo file of a catalogue."""
    stream = BytesIO()
    write_mo(stream, book)
    return stream.getvalue()


def problems(book: _Book) -> list[str]:
    """What is wrong with the translations themselves."""
    wrong = []
    for message in book:
        if not message.id:
            continue
        english = _forms(message.id)
        given = _forms(message.string)
        name = f"“{english[0]}”"
        if not given or not all(text.strip() for text in given):
            wrong.append(f"{name} is not translated")
        elif "fuzzy" in message.flags:
            wrong.append(f"{name} is marked fuzzy: look at its translation and take the mark away")
        else:
            # The plural has all placeholders; “one record” of a singular may do without {count}.
            wanted = placeholders(english[-1])
            wrong += [
                f"{name} has the placeholders {_list(wanted)}, its translation "
                f"“{text}” has {_list(placeholders(text))}"
                for text in given
                if placeholders(text) != wanted
            ]
    return wrong


def placeholders(text: str) -> set[str]:
    """The {fields} that str.format would fill, or the braces' content where it would refuse."""
    try:
        return {name for _before, name, _form, _how in string.Formatter().parse(text) if name}
    except ValueError:
        return set(re.findall(r"{([^{}]*)}", text))


def stale(language: str) -> list[str]:
    """What `--check` has to say of a language."""
    book = brought_up(language)
    wrong = []
    if _bytes(po_file(language)) != as_text(book):
        wrong.append(f"{language}: {DOMAIN}.po is not up to date; run `make messages`")
    if _bytes(mo_file(language)) != compiled(book):
        wrong.append(f"{language}: {DOMAIN}.mo is not up to date; run `make messages`")
    return wrong + [f"{language}: {problem}" for problem in problems(book)]


def main(arguments: list[str] | None = None) -> int:
    """Write the catalogues, or with --check say what is wrong with them (exit code 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    asked = parser.parse_args(arguments)
    try:
        for language in LANGUAGES:
            if not asked.check:
                _write(language, brought_up(language))
        wrong = [line for language in LANGUAGES for line in stale(language)]
    except PoFileError as error:
        wrong = [f"A catalogue cannot be read: {error}"]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def _write(language: str, book: _Book) -> None:
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    for path, content in ((po_file(language), as_text(book)), (mo_file(language), compiled(book))):
        if _bytes(path) != content:
            path.write_bytes(content)
            print(f"{language}: {path.name} written")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _key(message: Message) -> Key:
    return message.context or "", _forms(message.id)[0]


def _forms(words: object) -> tuple[str, ...]:
    """The forms of a message or a translation: one, or those of the numbers."""
    if isinstance(words, str):
        return (words,) if words else ()
    return tuple(str(word or "") for word in words) if isinstance(words, (tuple, list)) else ()


def _list(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


if __name__ == "__main__":
    sys.exit(main())
