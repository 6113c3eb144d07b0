"""From what a person types to FTS5 expressions.

A typed text becomes terms that a record must all have: words (a beginning, an inner part
or pinyin), runs of Chinese characters, and numbers in any of the ways phones are written.
Expressions are put together from index tokens only, which are letters and digits, so no
typed text can be taken for FTS5's own syntax.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from string import ascii_lowercase
from typing import Any

from crmdesk.store.searchsound import finished, initials_groups, spellings
from crmdesk.store.searchtext import (
    MARKED_BEGINNING,
    beginning_mark,
    digits_of,
    fold,
    is_unspaced,
    pieces,
    words,
)

LONGEST_QUERY = 200
"""Characters of a typed text that count."""

_TERMS = 8
_EXPANDED = 200  # words that one beginning or inner part may stand for
_SHORTEST_PART = 3
_NUMBER = re.compile(r"[+(]?\d(?:[\d\s()./\-]*\d)?")


@dataclass(frozen=True)
class Term:
    """One thing that a record must have."""

    kind: str
    """"word" (letters or digits), "run" (Chinese or Japanese) or "number" (a written phone)."""

    text: str
    """The word, the characters, or the digits."""

    groups: tuple[str, ...] = ()
    """The tokens of a number as it was typed."""

    others: tuple[str, ...] = ()
    """Further forms of the digits: without the trunk zero, without a country code."""

    def parts(self) -> tuple[str, ...]:
        """The texts that may stand inside a word."""
        return tuple(one for one in (self.text, *self.others) if len(one) >= _SHORTEST_PART)


@dataclass(frozen=True)
class Typed:
    """What was typed: its terms, and its tokens in order for the match of a whole title."""

    terms: tuple[Term, ...]
    tokens: tuple[str, ...]


def typed(text: str) -> Typed | None:
    """Take a typed text apart; None where it holds nothing to look for."""
    folded = fold(text[:LONGEST_QUERY].replace("\x00", " "))
    terms: dict[Term, None] = {}
    at = 0
    for match in _NUMBER.finditer(folded):
        written = match.group()
        before, after = folded[: match.start()], folded[match.end() :]
        inside = before[-1:].isalnum() or after[:1].isalnum()
        if inside or written.isdigit() or len(digits_of(written)) < _SHORTEST_PART:
            continue
        terms |= dict.fromkeys(_terms_of(folded[at : match.start()]))
        terms[_number(written)] = None
        at = match.end()
    terms |= dict.fromkeys(_terms_of(folded[at:]))
    if not terms:
        return None
    return Typed(tuple(terms)[:_TERMS], tuple(words(folded)))


def _terms_of(folded: str) -> list[Term]:
    found: list[Term] = []
    for piece in pieces(folded):
        if is_unspaced(piece[0]):
            found.append(Term("run", piece))
        else:
            trunk = piece.lstrip("0") if piece.isdigit() else piece
            others = (trunk,) if trunk and trunk != piece else ()
            found.append(Term("word", piece, (piece,), others))
    return found


def _number(written: str) -> Term:
    digits = digits_of(written)
    groups = tuple(words(written))
    others: dict[str, None] = {digits.lstrip("0"): None}
    without_trunk = digits_of(written.replace("(0)", ""))
    others[without_trunk.lstrip("0")] = None
    if (written.startswith(("+", "00"))) and len(groups) > 1:
        others["".join(groups[1:]).lstrip("0")] = None
    others.pop(digits, None)
    return Term("number", digits, groups, tuple(one for one in others if one))


# ------------------------------------------------------------------ expressions


def phrase(tokens: Sequence[str]) -> str:
    """These tokens one after the other; with " *" behind it the last may go on."""
    return " + ".join(f'"{token}"' for token in tokens)


def either(expressions: Sequence[str]) -> str:
    found = list(dict.fromkeys(expressions))
    return found[0] if len(found) == 1 else "(" + " OR ".join(found) + ")"


def every(expressions: Sequence[str]) -> str:
    return " AND ".join(f"({one})" for one in expressions)


class Expressions:
    """The expressions of one typed text; words are looked up in the store's own list."""

    def __init__(self, conn: Any, asked: Typed) -> None:
        self._conn = conn
        self.asked = asked
        self._beginnings: dict[str, tuple[list[str], bool]] = {}
        self._parts: dict[str, list[str]] = {}

    def whole_title(self, length_mark: str) -> str:
        """The title is what was typed and nothing else."""
        return _at_start("title", (*self.asked.tokens, length_mark))

    def title_start(self) -> str:
        """All terms in the title, and it begins like what was typed, written or heard.

        A title that has the words in another order may be among them.
        """
        first, terms = self.asked.tokens[0], self.asked.terms
        if is_unspaced(first):
            run = tuple(takewhile(is_unspaced, self.asked.tokens))
            start = _at_start("title", run)
            # A title that begins with these characters has them: they are not asked for again.
            begun = tuple(takewhile(lambda term: term.kind == "run", terms))
            if "".join(term.text for term in begun) == "".join(run):
                terms = terms[len(begun) :]
        else:
            start = phrase((beginning_mark(first[:MARKED_BEGINNING], first=True),))
        return every([start, *(self._term(term, title=True, inner=False) for term in terms)])

    def in_title(self, *, inner: bool) -> str:
        """All terms in the title; with `inner` also inside its words."""
        return every([self._term(term, title=True, inner=inner) for term in self.asked.terms])

    def anywhere(self, *, inner: bool) -> str:
        """All terms in title or body."""
        return every([self._term(term, title=False, inner=inner) for term in self.asked.terms])

    @property
    def has_inner(self) -> bool:
        """Whether looking inside words can find more than beginnings do."""
        return any(
            self._part(part) for term in self.asked.terms if term.kind != "run"
            for part in term.parts()
        )  # fmt: skip

    def _term(self, term: Term, *, title: bool, inner: bool) -> str:
        if term.kind == "run":
            return phrase(tuple(term.text))
        if term.kind == "number":
            found = [
                either([self._word(one, title=title) for one in (term.text, *term.others)]),
                self._groups(term.groups, title=title),
            ]
        else:
            found = [self._word(term.text, title=title)]
            if term.text.isalpha() and term.text.isascii():
                found += self._pinyin(term.text)
        if inner:
            for part in term.parts():
                found += [phrase((one,)) for one in self._part(part)]
        return either(found)

    def _groups(self, groups: Sequence[str], *, title: bool) -> str:
        """The groups of a number one after the other, as they were typed; the last may go on."""
        *whole, last = groups
        if len(last) <= MARKED_BEGINNING:
            # It stands for too many words, and the digits as one word find phones already.
            return phrase(groups)
        return every([*([phrase(whole)] if whole else []), self._word(last, title=title)])

    def _word(self, word: str, *, title: bool) -> str:
        if title and len(word) <= MARKED_BEGINNING:
            return phrase((beginning_mark(word),))
        known, all_of_them = self._beginning(word)
        if title and not all_of_them:
            return phrase((word,)) + " *"
        return either([phrase((one,)) for one in (word, *known)])

    def _pinyin(self, letters: str) -> list[str]:
        found = [phrase((one,)) for one in finished(letters)]
        for *whole, before, last in spellings(letters):
            ends = either([phrase((before + one,)) for one in finished(last)])
            chain = [*whole, before]
            pairs = [phrase((one + two,)) for one, two in pairwise(chain)]
            found.append("(" + every([*pairs, ends]) + ")")
        groups = [phrase((one,)) for one in initials_groups(letters)]
        found.append("(" + every(groups) + ")")
        if len(letters) == 2:
            found += [phrase((letters + one,)) for one in ascii_lowercase]
        return found

    def _beginning(self, word: str) -> tuple[list[str], bool]:
        """Known words that begin like this, and whether these are all of them."""
        if word not in self._beginnings:
            rows = self._conn.execute(
                "SELECT word FROM search_word WHERE word > ? AND word < ? LIMIT ?",
                (word, word + "\U0010ffff", _EXPANDED + 1),
            ).fetchall()
            known = [one for (one,) in rows]
            self._beginnings[word] = known[:_EXPANDED], len(known) <= _EXPANDED
        return self._beginnings[word]

    def _part(self, part: str) -> list[str]:
        """Known words with this inside or at the end; the newest ones of numbers."""
        if part not in self._parts:
            grams = {part[i : i + 3] for i in range(len(part) - 2)}
            order = "DESC" if part.isdigit() else "ASC"  # what was met early is met often
            rows = self._conn.execute(
                "SELECT search_word.word FROM search_part JOIN search_word ON search_word.id ="
                " search_part.rowid WHERE search_part MATCH ? AND instr(search_word.word, ?) > 1"
                f" ORDER BY search_part.rowid {order} LIMIT ?",
                (" AND ".join(f'"{gram}"' for gram in sorted(grams)), part, _EXPANDED),
            )
            self._parts[part] = [one for (one,) in rows]
        return self._parts[part]


def _at_start(column: str, tokens: Sequence[str]) -> str:
    return f"{{{column}}} : ^ {phrase(tokens)}"
