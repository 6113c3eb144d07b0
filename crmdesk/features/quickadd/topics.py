"""Finding what a line is about: a part of the name of a deal with whom the line names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from crmdesk.features.quickadd.line import NAMED, Part, Reading
from crmdesk.features.quickadd.names import COMMON, MOST, Named, Span, blanked, words_of
from crmdesk.schema.crm.facts import Tasks

Deals = Callable[[str, str], Sequence[Named]]
"""The opportunities of a company and of a contact, each may be "", those first that are meant
most likely."""

_SURE = r"about|re|regarding|concerning|discuss|opportunity|deal"
_MAYBE = r"on|for|the"
_MARK = re.compile(
    rf"(?<![\w-])(?:(?P<sure>{_SURE})|{_MAYBE})(?![\w-])[:.]?\s+(?:(?:the|our|their|his|her)\s+)?"
    r"|(?P<han>谈|关于|聊|讨论|确认|跟进)(?:一下)?",
    re.IGNORECASE,
)
_END = re.compile(r"[;,，。；、!?！？()（）]|$")
_HAN_LEAST = 2
_PLURAL = 3


def topic_of(body: str, taken: Iterable[Span], parts: Sequence[Part], deals: Deals, near: str
             ) -> Part | None:  # fmt: skip
    """The opportunity that a line is about, by words of its name, among those of the person and
    the company that it names, else of `near`.

    What was found by its whole name, among all, stays behind as another reading.
    """
    found = {one.role: one.best for one in parts if one.role in NAMED}
    contact, company = found.get(Tasks.CONTACT), found.get(Tasks.COMPANY)
    firm = str(company.value) if company else contact.firm[0] if contact else near
    if not firm and contact is None:
        return None
    spans = [
        *taken,
        *(span for one in parts if one.role != Tasks.OPPORTUNITY for span in one.spans),
    ]
    free = blanked(body, spans)
    known: Sequence[Named] | None = None
    for mark in _MARK.finditer(free):
        end = _END.search(free, mark.end())
        said = free[mark.end() : end.start() if end else len(free)].rstrip()
        if not said:
            continue
        if known is None:
            known = deals(firm, str(contact.value) if contact else "")
        fits, length = _fitting(said, known, sure=bool(mark["sure"] or mark["han"]))
        if fits:
            readings = [Reading(one.id, one.title, one.firm) for one in fits]
            other = next((one for one in parts if one.role == Tasks.OPPORTUNITY), None)
            had = {one.value for one in readings}
            readings += [one for one in (other.readings if other else ()) if one.value not in had]
            span = (mark.end(), mark.end() + length)
            return Part(Tasks.OPPORTUNITY, tuple(readings[:MOST]), (span,))
    return None


def _fitting(said: str, deals: Sequence[Named], *, sure: bool) -> tuple[list[Named], int]:
    """The deals whose name has the words, and how much of the text these are: as many of its
    first words as there is a deal for."""
    ends = [match.end() for match in re.finditer(r"[㐀-鿿]|[^\W㐀-鿿]+(?=\W|[㐀-鿿]|$)", said)]
    for end in reversed(ends):
        part = said[:end]
        words = [word for word in words_of(part) if sure or word not in COMMON]
        if not any(_tells(word) for word in words):
            continue
        fits = [one for one in deals if _has(one.title, words)]
        if fits:
            return fits, end
    return [], 0


def _tells(word: str) -> bool:
    """Whether a word may tell one deal from another: the, or a number alone, does not."""
    return word not in _EMPTY and not (word.isascii() and (word.isdigit() or len(word) < 2)) and (
        word.isascii() or len(word) >= _HAN_LEAST
    )  # fmt: skip


_EMPTY = frozenset("the a an of and or to for with in on it this that them our their".split())


def _has(title: str, words: Iterable[str]) -> bool:
    """Whether a title has all words, each as the beginning of one of its own: pumps is Pump."""
    own = words_of(title)
    return all(any(_begins(one, word) for one in own) for word in words if word not in _EMPTY)


def _begins(own: str, word: str) -> bool:
    if not word.isascii():
        return word in own
    stem = word[:-1] if len(word) > _PLURAL and word.endswith("s") else word
    return own.startswith(word) or (own.startswith(stem) and len(own) <= len(word) + 3)
