"""A language to test with: every text of the program, marked, accented and twice as wide.

A text without the marks never went through gettext; a text whose end is not seen has too little
room in languages that need more than English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QTranslator

from crmdesk import i18n
from crmdesk.i18n import Label

BEGIN, END = "[!!! ", " !!!]"
WIDER = 2.0
_ACCENTS = str.maketrans(
    "aceghijklnoprstuwyzACDEGHIJKLNORSTUWYZ", "àçéğĥîĵķĺñöþŕšţüŵýžÀÇÐÉĜĤÎĴĶĹÑÖŔŠŢÛŴÝŽ"
)
# What is put in later, a tag, a mnemonic's mark, a filter of a file dialog.
_KEPT = re.compile(r"\{[^{}]*\}|<[^<>]*>|&[a-z#0-9]+;|\(\*[^)]*\)")


def pseudo(text: str) -> str:
    """The text in the language of tests: `Save` is `[!!! Šàvé~~~ !!!]`."""
    if not text.strip():
        return text
    parts = []
    at = 0
    for kept in _KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(_ACCENTS), kept.group()]
        at = kept.end()
    parts.append(text[at:].translate(_ACCENTS))
    said = "".join(parts)
    visible = len(_KEPT.sub("", text))
    padding = max(0, round(visible * WIDER) - visible - len(BEGIN) - len(END))
    # In words, so that it can be broken as the text of a language is.
    filling = ("~~~~~~~ " * (padding // 8 + 1))[:padding].rstrip()
    return f"{BEGIN}{said}{filling}{END}"


class _Catalogue(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, _context: str, message: str) -> str:
        return pseudo(message)


@contextmanager
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak the language of tests within."""
    with monkeypatch.context() as patched:
        patched.setattr(i18n._current, "catalogue", _Catalogue())
        patched.setattr(Label, "text", lambda label, _language=None: pseudo(label.en))
        yield


def unmarked(text: str, data: re.Pattern[str]) -> str:
    """The words of a text that neither went through gettext nor are data; "" where there are none.

    Marks may stand within marks, as a name put into a sentence does.
    """
    left = text
    begin, end = BEGIN.strip(), END.strip()
    while begin in left and end in left:
        close = left.find(end)
        open_ = left.rfind(begin, 0, close)
        if open_ < 0:
            break
        left = left[:open_] + left[close + len(end) :]
    left = data.sub("", left)
    return " ".join(re.findall(r"[^\W\d_]{2,}", left))


class QtTexts(QTranslator):
    """Lets what Qt says by itself speak the language of tests too."""

    def translate(
        self, _context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str:
        return pseudo(source)

    def isEmpty(self) -> bool:
        return False
