"""Finding who and what a line is about: stretches of it that begin or make a record's title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crmdesk.features.quickadd.line import NAMED, Part, Reading
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.fieldtypes import folded
from crmdesk.store.searchsound import run_readings

Span = tuple[int, int]

EXACT, BEGINS, WITHIN = 3, 2, 1
"""How well a stretch fits a title: it is the title, its beginning, or a word inside."""

MOST = 8
"""The most records that one name may mean."""

_WORDS = 4
_HAN_LONGEST = 12
_HAN_SHORTEST = 2
_MOST_ASKED = 60

_TOKEN = re.compile(r"[㐀-鿿]+|[^\s,;:，。；：、!?！？()（）\"“”㐀-鿿]+")
_HAN = re.compile(r"[㐀-鿿]")
# After these, in Chinese, stands whom it is about; the verb of the line does the same.
_HAN_MARKS = re.compile(
    "给|跟|和|与|找|向|约|请|陪|见|到|去|对|同|问|催|联系|提醒|拜访|致电|回访|走访|邀请|回复|谈|关于|聊|讨论"
    "|确认|跟进|为|帮|的"
)
_TO_WHOM = frozenset("with to at from for call phone ring email mail visit meet see and & ask tell "
                     "remind invite thank contact chase of by via re demo".split())  # fmt: skip
_TOPICS = frozenset("about re regarding concerning on for discuss opportunity deal".split())
COMMON = frozenset(
    "a an the and or of to for with at in on by from about re is are be it this that his her our "
    "my your their new old next last call phone ring email e-mail mail visit meet meeting see send "
    "write quote quotation offer order price prices invoice contract demo review check follow up "
    "reply report update plan prepare ask get give make talk discuss todo task sales order pumps "
    "before after until not no yes ok please pls back".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a stretch may mean: for which field, its title, the company it is of."""

    role: str
    id: str
    title: str
    firm: tuple[str, str] = ("", "")


Ask = Callable[[str], Sequence[Named]]
"""The records whose title has what was typed, the likeliest first."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the line that may be a name; `marked` where a word says that one follows.

    `goes_on`: beside it stands what may be more of the name: of Anna Müller, Anna alone is not
    Anna Schmidt.
    """

    text: str
    span: Span
    marked: bool
    topic: bool
    goes_on: bool = False


def names_of(text: str, taken: Iterable[Span], ask: Ask, near: str = "") -> list[Part]:
    """The records that a line names, at most one of each kind; `taken` is read already.

    Of namesakes the ones of the company that the line names come first, else those of `near`.
    """
    best: dict[str, tuple[tuple[int, int, int], Part]] = {}
    claimed = list(taken)
    asked = 0
    for stretch in _stretches(text, claimed):
        if _overlaps(stretch.span, claimed):
            continue
        asked += 1
        if asked > _MOST_ASKED:
            break
        fits = [
            (grade, one) for one in ask(stretch.text) if (grade := _grade(stretch, one)) is not None
        ]
        if not fits:
            continue
        top = max(grade for grade, _one in fits)
        role = _role(stretch, [one for grade, one in fits if grade == top])
        same = [one for grade, one in fits if grade == top and one.role == role]
        rest = [one for grade, one in fits if grade < top and one.role == role]
        merit = (top, len(stretch.text), -stretch.span[0])
        if role in best and best[role][0] >= merit:
            continue
        readings = tuple(Reading(one.id, one.title, one.firm) for one in (*same, *rest)[:MOST])
        best[role] = (merit, Part(role, readings, (stretch.span,)))
        claimed.append(stretch.span)
    return _agreeing([best[role][1] for role in NAMED if role in best], near)


def _agreeing(parts: list[Part], near: str) -> list[Part]:
    firm = next((one.best.value for one in parts if one.role == Tasks.COMPANY), near)
    if not firm:
        return parts
    return [
        replace(one, readings=tuple(sorted(one.readings, key=lambda each: each.firm[0] != firm)))
        for one in parts
    ]


def _role(stretch: _Stretch, fits: Sequence[Named]) -> str:
    """Which kind of record is meant: of a topic the opportunity first, else who comes first."""
    order = (Tasks.OPPORTUNITY, *NAMED) if stretch.topic else NAMED
    there = {one.role for one in fits}
    return next(role for role in order if role in there)


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


# ------------------------------------------------------------------ stretches


def _stretches(text: str, taken: Sequence[Span]) -> Iterator[_Stretch]:
    """What may be a name, the longer first."""
    free = blanked(text, taken)
    found = [*_spaced(free), *_unspaced(free)]
    found.sort(key=lambda one: (-len(one.text.split()), -len(one.text), one.span))
    seen: set[Span] = set()
    for one in found:
        if one.span not in seen:
            seen.add(one.span)
            yield one


def blanked(text: str, taken: Sequence[Span]) -> str:
    """The text with what was read already blanked out, so that places stay."""
    letters = list(text)
    for start, end in taken:
        letters[start:end] = "\x00" * (end - start)
    return "".join(letters).replace("\x00", ";")


def _spaced(text: str) -> Iterator[_Stretch]:
    """Up to four words after each other."""
    tokens = [(match.group(), match.span()) for match in _TOKEN.finditer(text)]
    for at, (first, _span) in enumerate(tokens):
        if folded(first) in COMMON:
            continue
        before = folded(tokens[at - 1][0]) if at else ""
        marked = not at or before in _TO_WHOM or bool(_HAN.search(before))
        for end in range(min(len(tokens), at + _WORDS), at, -1):
            span = (tokens[at][1][0], tokens[end - 1][1][1])
            said = text[span[0] : span[1]]
            if folded(tokens[end - 1][0]) in COMMON or re.search(r"[;,:，。；：、]", said):
                continue
            if len(said) < 2:
                continue
            topic = before in _TOPICS or (before == "the" and at > 1)
            sides = (tokens[at - 1 : at], tokens[end : end + 1])
            goes_on = any(
                _is_name(one[0][0], said) and _touch(text, span, one[0][1]) for one in sides if one
            )
            yield _Stretch(said, span, marked, topic, goes_on)


def _is_name(word: str, beside: str) -> bool:
    """Whether a word reads like a part of the name beside it, written alike."""
    if folded(word) in COMMON | _TO_WHOM | _TOPICS or not word.isalpha():
        return False
    return word[0].isupper() if beside[0].isupper() else word.islower() and beside.islower()


def _touch(text: str, one: Span, other: Span) -> bool:
    first, last = sorted((one, other))
    return not text[first[1] : last[0]].strip(" ")


def _unspaced(text: str) -> Iterator[_Stretch]:
    """Beginnings of what stands after a mark or at the start of Chinese text."""
    for run in re.finditer(r"[㐀-鿿A-Za-z0-9·]*[㐀-鿿][㐀-鿿A-Za-z0-9·]*", text):
        starts = {run.start(): False}
        for mark in _HAN_MARKS.finditer(text, run.start(), run.end()):
            starts[mark.end()] = mark.group() in ("谈", "关于", "聊", "讨论", "确认", "跟进")
        for start, topic in starts.items():
            longest = min(run.end(), start + _HAN_LONGEST)
            for end in range(longest, start + _HAN_SHORTEST - 1, -1):
                said = text[start:end]
                if _HAN.search(said):
                    yield _Stretch(said, (start, end), True, topic)


# ------------------------------------------------------------------ fitting


def _grade(stretch: _Stretch, one: Named) -> int | None:
    """How well a title fits; None where it is rather a word of the sentence."""
    said, title = words_of(stretch.text), words_of(one.title)
    if not said or not title:
        return None
    if said == title:
        return EXACT
    single = len(said) == 1
    lower = stretch.text.islower() and single and not stretch.marked
    cut_short = one.role == Tasks.CONTACT and stretch.goes_on
    if title[: len(said)] == said or _han_begins(said, title):
        if cut_short and stretch.text[0].isupper():
            return None
        if lower or (one.role == Tasks.OPPORTUNITY and single and not stretch.topic):
            return None
        return BEGINS
    if cut_short:
        return None
    if one.role == Tasks.CONTACT and set(said) <= set(title) and not lower:
        return WITHIN if stretch.marked or stretch.text[:1].isupper() else None
    if not stretch.marked or one.role == Tasks.OPPORTUNITY:
        return None
    if _HAN.search(stretch.text):
        # 海泰 is what people call 宁波海泰机械.
        return WITHIN if one.role == Tasks.COMPANY and stretch.text in one.title else None
    return WITHIN if _sounds(stretch.text, one.title) else None


def _sounds(said: str, title: str) -> bool:
    """Whether a Chinese title begins with characters that sound like what was typed, all of
    it: zhang wei is 张伟, and zhang may be every Zhang."""
    letters = said.casefold().replace(" ", "").replace("'", "")
    run = re.match(r"[㐀-鿿]+", title)
    if run is None or not (letters.isascii() and letters.isalpha() and len(letters) > 1):
        return False
    left = {letters}
    for heard in run_readings(run.group()[:_WORDS]):
        left = {rest[len(one) :] for rest in left for one in heard if rest.startswith(one)}
        if "" in left:
            return True
    return False


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, each run of Chinese as one."""
    return re.findall(r"[㐀-鿿]+|[^\W_㐀-鿿]+", folded(text))


def _han_begins(said: Sequence[str], title: Sequence[str]) -> bool:
    """Whether the title begins with the words, the last of them going on in Chinese."""
    count = len(said)
    return (
        len(title) >= count
        and list(title[: count - 1]) == list(said[:-1])
        and bool(_HAN.match(said[-1]))
        and title[count - 1].startswith(said[-1])
    )
