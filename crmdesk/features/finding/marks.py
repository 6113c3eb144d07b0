"""Which letters of a found text are those that were typed: also by their sound, or as digits."""

from __future__ import annotations

import re

from crmdesk.schema.fieldtypes import folded
from crmdesk.store.searchsound import run_readings

Span = tuple[int, int]

_WORDS = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+")
_HAN = re.compile(r"[㐀-鿿]+")
_FEWEST_DIGITS = 3


def marked(text: str, typed: str) -> list[Span]:
    """The stretches of `text` that match what was typed, in order, none overlapping."""
    found: list[Span] = []
    plain = folded(text)
    for word in _WORDS.findall(folded(typed)):
        span = _written(plain, word) if len(plain) == len(text) else None
        span = span or _heard(text, word) or _dialled(text, word)
        if span is not None:
            found.append(span)
    digits = re.sub(r"\D", "", typed, flags=re.ASCII)
    if len(digits) >= _FEWEST_DIGITS and not found:
        span = _dialled(text, digits)
        found += [span] if span else []
    return _joined(found)


def _written(plain: str, word: str) -> Span | None:
    """As it is written: at the beginning of a word rather than inside."""
    at = -1
    if not _HAN.match(word):
        match = re.search(rf"(?<![^\W_]){re.escape(word)}", plain)
        at = match.start() if match else -1
    at = plain.find(word) if at < 0 else at
    return None if at < 0 else (at, at + len(word))


def _heard(text: str, letters: str) -> Span | None:
    """The characters that sound like the letters: by syllables, the last perhaps begun, or by
    their initials."""
    if not (letters.isascii() and letters.isalpha()):
        return None
    for run in _HAN.finditer(text):
        heard = run_readings(run.group())
        for start in range(len(heard)):
            for follow in (_syllables, _initials):
                length = follow(heard[start:], letters)
                if length:
                    return run.start() + start, run.start() + start + length
    return None


def _syllables(heard: list[tuple[str, ...]], letters: str) -> int:
    left = {letters}
    for count, readings in enumerate(heard, 1):
        if any(one.startswith(rest) for rest in left for one in readings):
            return count
        left = {rest[len(one) :] for rest in left for one in readings if rest.startswith(one)}
        if not left:
            return 0
    return 0


def _initials(heard: list[tuple[str, ...]], letters: str) -> int:
    if not 1 < len(letters) <= len(heard):
        return 0
    fits = all(
        any(one[0] == letter for one in readings)
        for letter, readings in zip(letters, heard, strict=False)
    )
    return len(letters) if fits else 0


def _dialled(text: str, digits: str) -> Span | None:
    """The digits of a phone number, whatever stands between them."""
    if not digits.isdigit() or len(digits) < _FEWEST_DIGITS:
        return None
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    dialled = "".join(text[at] for at in places)
    at = dialled.find(digits)
    if at < 0:
        digits = digits.lstrip("0")
        at = dialled.find(digits) if len(digits) >= _FEWEST_DIGITS else -1
    return None if at < 0 else (places[at], places[at + len(digits) - 1] + 1)


def _joined(spans: list[Span]) -> list[Span]:
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], end)
        else:
            made.append((start, end))
    return made
