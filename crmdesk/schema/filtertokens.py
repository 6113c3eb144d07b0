"""The words, quoted texts and signs that a filter is written in."""

from __future__ import annotations

import re
from typing import NamedTuple

from crmdesk.errors import KnownError
from crmdesk.i18n import _


class FilterRefused(KnownError):
    """A text that is no filter; `position` is the character, from 0, where reading stopped."""

    def __init__(self, message: str, position: int, *, hint: str = "") -> None:
        super().__init__(
            _("{message} (at character {position}).").format(
                message=message.rstrip(".。"), position=position + 1
            ),
            hint=hint,
        )
        self.position = position


class Token(NamedTuple):
    """One token and the characters it was read from."""

    kind: str
    """"word", "text" (it was in quotes), "sign" or "end"."""

    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.casefold() in words

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs


_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}
_SIGN = re.compile(r">=|<=|!=|<>|==|[=<>≥≤≠(),（），]")
_WORD = re.compile(r"""[^\s=<>≥≤≠!(),（），"“「]+|!""")
_WIDE = {"（": "(", "）": ")", "，": ",", "≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "="}


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, an "end" last; raises FilterRefused for a quote left open."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter.isspace():
            at += 1
            continue
        # An apostrophe inside a word is part of the word: O'Brien.
        if letter in _QUOTES:
            value, end = _quoted(text, at)
            found.append(Token("text", value, at, end))
        elif (sign := _SIGN.match(text, at)) is not None:
            end = sign.end()
            found.append(Token("sign", _WIDE.get(sign[0], sign[0]), at, end))
        else:
            word = _WORD.match(text, at)
            if word is None:
                raise FilterRefused(_("“{text}” is not expected").format(text=letter), at)
            end = word.end()
            found.append(Token("word", word[0], at, end))
        at = end
    found.append(Token("end", "", len(text), len(text)))
    return found


def _quoted(text: str, at: int) -> tuple[str, int]:
    closing, letters, place = _QUOTES[text[at]], [], at + 1
    while place < len(text):
        letter = text[place]
        if letter == "\\" and place + 1 < len(text):
            letters.append(text[place + 1])
            place += 2
        elif letter == closing:
            return "".join(letters), place + 1
        else:
            letters.append(letter)
            place += 1
    raise FilterRefused(_("The quote that begins here is not closed"), at)
