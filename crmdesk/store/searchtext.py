"""From the values of a record to the tokens of the search index.

Everything that is indexed or looked up goes through `fold`, so that case, accents, width
and ligatures never matter. A token is a run of letters and digits, or one single Chinese
or Japanese character: scripts without spaces are then found by any run of characters as a
phrase. Tokens contain nothing but letters and digits, so they can be put into an FTS5
expression between quotes without risk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from crmdesk.store.searchsound import run_readings, sound_tokens

GAP = "_"
"""A token that nobody can type: no phrase matches across it."""

LONGEST_WORD = 64
"""Characters of a word; longer ones are keys and codes, and go on in a further word."""

MARKED_BEGINNING = 2
"""Beginnings of the words of a title up to this length have a token of their own."""

LONGEST_VALUE = 100_000
"""Characters of one value that are indexed: imports are data from strangers."""

_SOUNDED_VALUE = 40  # a short text of the body, such as a city, is found by pinyin as well

# Chinese characters (with 〇 々), kana and bopomofo: written without spaces.
_UNSPACED = (
    "\u3005\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]{{1,{LONGEST_WORD}}}")
_FIRST_UNSPACED = "\u3000"
_PIECE = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]{{1,{LONGEST_WORD}}}")
_ASCII_TOKEN = re.compile(rf"[a-z0-9]{{1,{LONGEST_WORD}}}")
_RUN = re.compile(rf"[{_UNSPACED}]+")
# Text in which nothing but capitals can differ: most Chinese and English notes.
_PLAIN = re.compile(
    "[\x00-\x7f\u2013-\u2014\u2018-\u2019\u201c-\u201d"
    "\u3000-\u3002\u3005\u3007\u4e00-\u9fff\uff01-\uff0f，：；？]*"
)
_TWO_DIGITS = re.compile(r"\d\d")
_PHONE_IN_TEXT = re.compile(r"\+?\(?\d[\d ()/.\-]{5,24}\d")
_NOT_DIGIT = re.compile(r"\D+")
_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_MARKED = re.compile("[äöüåøÄÖÜÅØ\u0308\u030a]")
_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h",
        "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n", "ß": "ss", "\x00": " ",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """The form in which two spellings of the same word are equal."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return text.lower()
    text = unicodedata.normalize("NFKD", text.casefold()).casefold()
    text = "".join([c for c in text if not unicodedata.combining(c)])
    return unicodedata.normalize("NFC", text.translate(_LETTERS))


def words(folded: str) -> list[str]:
    """The tokens of a folded text, in order."""
    found: list[str] = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return found


def pieces(folded: str) -> list[str]:
    """Words, and runs of unspaced characters in one piece, in order."""
    found: list[str] = _PIECE.findall(folded)
    return found


def is_unspaced(token: str) -> bool:
    """Whether the token is a character of a script that has no spaces."""
    return len(token) == 1 and token > _FIRST_UNSPACED and _RUN.match(token) is not None


def unspaced_runs(folded: str) -> list[str]:
    """The runs of Chinese and Japanese characters of a folded text."""
    return [] if folded.isascii() else _RUN.findall(folded)


def digits_of(text: str) -> str:
    """Only the digits, as 0-9 whatever their script."""
    return _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text))


def phone_words(typed: str | None, e164: str | None) -> list[str]:
    """Digits of a phone number as one word, twice only where the two forms differ.

    The trunk zero of the number as typed is no difference: a query drops it as well.
    """
    full = digits_of(e164) if e164 else ""
    raw = digits_of(typed) if typed else ""
    kept = [w[:LONGEST_WORD] for w in (full,) if w]
    if raw and (not full or raw.lstrip("0") not in full):
        kept.append(raw[:LONGEST_WORD])
    return kept


class Words(NamedTuple):
    """What one record says to the index: token strings with single spaces."""

    title: str
    """The tokens of the title in order, without any mark."""

    sound: str
    """How the title sounds in pinyin, how else its words are spelled, how they begin."""

    text: str
    """The tokens of title and body, each value closed by a gap, with what they sound like."""

    vocabulary: frozenset[str]
    """The words (no single characters of unspaced scripts) that prefix and infix look up."""


def record_words(
    title: Sequence[str], body: Sequence[str], long: Sequence[str], phones: Sequence[str]
) -> Words:
    """The index tokens of one record.

    `title`, `body` (short texts), `long` (long texts) are values as shown; `phones` are
    words from `phone_words`.
    """
    heading: list[str] = []
    sounds: list[str] = []
    spelled: list[str] = []
    for value in title:
        folded = fold(value[:LONGEST_VALUE])
        tokens = words(folded)
        heading += tokens
        if not value.isascii():
            spelled += _spelled_otherwise(value, tokens)
            sounds += _sounds(folded)
    run = unspaced_runs("".join(heading[:_SOUNDED_VALUE]))
    if len(title) > 1 and run:  # family and given name in two fields are one name to the ear
        sounds += sound_tokens(run[0])
    sounds = list(dict.fromkeys(sounds))
    heard = sounds.copy()
    other = spelled.copy()
    text = [*heading, GAP] if heading else []
    titled = f" {' '.join(heading)} "
    short = len(body)
    for at, value in enumerate((*body, *long)):
        folded = fold(value[:LONGEST_VALUE])
        tokens = words(folded)
        if f" {' '.join(tokens)} " in titled:  # a contact's family name, say
            continue
        text += tokens
        text.append(GAP)
        if not value.isascii():
            other += _spelled_otherwise(value, tokens)
            if at < short and len(value) <= _SOUNDED_VALUE:
                heard += _sounds(folded)
        if _TWO_DIGITS.search(value):
            other += _phones_within(value)
    other += phones
    marks = _beginnings(heading, spelled)
    if run and is_unspaced(heading[0]):
        marks += _heard_first(run[0])
    return Words(
        title=" ".join(heading),
        sound=" ".join([*sounds, *spelled, *marks]),
        text=" ".join([*text, *other, *dict.fromkeys(heard)]),
        vocabulary=frozenset([word for word in {*text, *other} if len(word) > 1]),
    )


def beginning_mark(letters: str, *, first: bool = False) -> str:
    """The token of titles with a word that begins like this.

    With `first` of titles that begin so themselves, as they are written or as they sound.
    """
    return ("__" if first else "_") + letters


def _beginnings(heading: list[str], spelled: list[str]) -> list[str]:
    """One or two letters have too many words to look each of them up."""
    marks: dict[str, None] = {}
    if heading and not is_unspaced(heading[0]):
        for length in range(1, MARKED_BEGINNING + 1):
            marks[beginning_mark(heading[0][:length], first=True)] = None
    for word in (*heading, *spelled):
        if word < _FIRST_UNSPACED or not is_unspaced(word):
            for letters in (word[:1], word[:MARKED_BEGINNING]):
                marks["_" + letters] = None
    return list(marks)


def _heard_first(run: str) -> list[str]:
    lengths = range(1, MARKED_BEGINNING + 1)
    first = [one[:length] for one in run_readings(run)[0] for length in lengths]
    return [beginning_mark(one, first=True) for one in dict.fromkeys(first)]


def _sounds(folded: str) -> list[str]:
    return [token for run in _RUN.findall(folded) for token in sound_tokens(run)]


def _spelled_otherwise(value: str, tokens: list[str]) -> list[str]:
    """Müller is also written Mueller: words that differ under the German and Nordic habit."""
    if not _MARKED.search(value):
        return []
    lower = unicodedata.normalize("NFC", value).casefold()
    other = lower.translate(_UMLAUT)
    if other == lower:
        return []
    known = set(tokens)
    return [w for w in words(fold(other)) if w not in known]


def _phones_within(value: str) -> list[str]:
    """Phone numbers written with separators inside a text, as one word each."""
    found = []
    for match in _PHONE_IN_TEXT.finditer(value):
        written = match.group()
        number = digits_of(written)
        if 7 <= len(number) <= 18 and not written.isdigit():
            found.append(number)
    return found
