"""Where in a record the typed terms were found: the field, and the words around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from operator import contains
from typing import Any, NamedTuple

from crmdesk.store.searchcells import Plan
from crmdesk.store.searchquery import Term, Typed
from crmdesk.store.searchsound import initials_groups, run_readings, sound_tokens, spellings
from crmdesk.store.searchtext import digits_of, fold, is_unspaced, unspaced_runs, words

WORDS_OF_TITLE = 2
"""The rank of titles that have what was typed, not at their beginning."""

_BEFORE = 30
_AFTER = 60
_WORD = re.compile(r"[^\W_]+")


class Found(NamedTuple):
    """The field that matched best ("" for none) and, for a field of the body, a snippet."""

    field: str
    snippet: str


def title_rank(plan: Plan, row: Sequence[Any], asked: Typed) -> int:
    """0 where the title is what was typed, 1 where it begins so (also to the ear), else 2."""
    title = [
        word for _, at in plan.title if row[at] is not None for word in words(fold(str(row[at])))
    ]
    tokens = list(asked.tokens)
    if title == tokens:
        return 0
    if " ".join(title).startswith(" ".join(tokens)):
        return 1
    letters = "".join(tokens)
    if not title or not is_unspaced(title[0]) or not (letters.isascii() and letters.isalpha()):
        return WORDS_OF_TITLE
    heard = run_readings("".join(takewhile(is_unspaced, title)))
    for *whole, last in (*spellings(letters), (letters,)):
        if len(whole) >= len(heard) or not all(map(contains, heard, whole)):
            continue
        if any(one.startswith(last) for one in heard[len(whole)]):
            return 1
    return WORDS_OF_TITLE


def look(plan: Plan, row: Sequence[Any], terms: Sequence[Term]) -> Found:
    """The field of the row that has most of the terms, fields of the title first."""
    best, most, text = "", 0, ""
    titled = {field.name for field, _ in plan.title}
    for field, value in plan.values(row):
        folded = fold(value)
        count = sum(_has(folded, term, phone=field.kind == "phone") for term in terms)
        if count > most:
            best, most, text = field.name, count, value
    if not best or best in titled:
        return Found(best, "")
    return Found(best, snippet(text, terms))


def _has(folded: str, term: Term, *, phone: bool) -> bool:
    if term.text in folded:
        return True
    if term.kind == "run":
        return False
    if term.text.isdigit():
        digits = digits_of(folded)
        forms = [form.lstrip("0") for form in (term.text, *term.others)]
        if any(form in digits for form in forms if len(form) > 2):
            return True
        return bool(term.groups) and all(group in folded for group in term.groups)
    if folded.isascii():
        return False
    return any(_sounds_like(run, term.text) for run in unspaced_runs(folded))


def _sounds_like(run: str, letters: str) -> bool:
    tokens = sound_tokens(run)
    held = set(tokens)
    if any(token.startswith(letters) for token in tokens):
        return True
    if held.issuperset(initials_groups(letters)):
        return True
    return any(
        held.issuperset(one + two for one, two in pairwise(way[:-1]))
        and any(token.startswith(way[-2] + way[-1]) for token in tokens)
        for way in spellings(letters)
    )


def snippet(text: str, terms: Sequence[Term]) -> str:
    """The text around the first term, on one line, with … where it was cut."""
    line = " ".join(text.split())
    at = _first(line, terms)
    start = max(0, at - _BEFORE)
    end = min(len(line), at + _AFTER)
    if start:
        space = line.find(" ", start, at)
        start = space + 1 if space >= 0 else start
    if end < len(line):
        space = line.rfind(" ", at + 1, end)
        end = space if space > at else end
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def _first(line: str, terms: Sequence[Term]) -> int:
    folded = fold(line)
    if len(folded) == len(line):
        places = [folded.find(term.text) for term in terms]
        found = [place for place in places if place >= 0]
        if found:
            return min(found)
    for word in _WORD.finditer(line):
        inside = fold(word.group())
        if any(term.text in inside or inside in term.groups for term in terms):
            return word.start()
    return 0
