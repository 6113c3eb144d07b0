"""Reading a line of quick add: call Li Wei tomorrow 3pm about the pumps · 明天给张三打电话.

Kind, time and length are read by their words, names by the search index; what is not
recognised stays in the subject, and a line in which nothing is recognised is all subject.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crmdesk.features.quickadd.dates import due_of, length_of
from crmdesk.features.quickadd.kinds import kind_of
from crmdesk.features.quickadd.line import ROLES, Line, Part, Reading, with_firm
from crmdesk.features.quickadd.names import Ask, names_of
from crmdesk.features.quickadd.topics import Deals, topic_of
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.registry import Registry
from crmdesk.schema.textcontext import TextContext

LONGEST = 400
"""Characters of a line that are read; what is beyond them stays in the subject."""

_URGENT = re.compile(r"(?:^|(?<=\s))[!！]{1,3}(?:high\b|高)?(?=\s|$)|[!！]{2,3}$", re.IGNORECASE)
_HIGH = "high"
_EDGE = " \t\r\n,;，；、:：-–—"
# Full-width digits and signs as plain ones; every place in the line stays what it was.
_WIDE = {0xFF01 + number: 0x21 + number for number in range(94)} | {0x3000: 0x20}
_OWN_SIGNS = (0xFF0C, 0xFF1B, 0xFF01, 0xFF1F, 0xFF08, 0xFF09)
_PLAIN = {wide: plain for wide, plain in _WIDE.items() if wide not in _OWN_SIGNS}


def read_line(
    text: str,
    ctx: TextContext,
    registry: Registry,
    ask: Ask,
    *,
    without: Collection[str] = (),
    near: str = "",
    deals: Deals = lambda _company, _contact: (),
) -> Line:
    """Read a line; the fields in `without` are not looked for.

    `near` is the company that one is looking at: its people are meant before their namesakes.
    Of `deals`, those of whom the line names, a part of the name is enough.
    """
    line = " ".join(text.split())
    body = line[:LONGEST].translate(_PLAIN)
    parts: dict[str, Part] = {}

    def take(part: Part | None) -> None:
        if part is not None and part.role not in without:
            parts[part.role] = part

    take(_kind(body, registry, ctx))
    take(_priority(body, registry, ctx))
    take(length_of(_without(body, [parts.get(Tasks.PRIORITY)]), ctx))
    take(due_of(_without(body, [parts.get(Tasks.LENGTH)]), ctx))
    spans = [span for part in parts.values() for span in part.spans]
    names = names_of(body, spans, ask, near)
    for part in names:
        take(part)
    if Tasks.OPPORTUNITY not in without:
        take(topic_of(body, spans, names, deals, near))
    told = list(parts.values())
    if Tasks.COMPANY not in without:
        told = with_firm(told)
    cut = [parts.get(role) for role in (Tasks.DUE, Tasks.LENGTH, Tasks.PRIORITY)]
    order = {role: at for at, role in enumerate(ROLES)}
    told.sort(key=lambda part: order[part.role])
    return Line(line, _subject(line, cut), tuple(told))


def _kind(body: str, registry: Registry, ctx: TextContext) -> Part | None:
    """The kind, also behind a date: 明天下午3点给张三打电话."""
    list_name = getattr(registry.entity(Tasks.ENTITY).field(Tasks.KIND).type, "list_name", "")
    items = ctx.choices(list_name)
    due = due_of(body, ctx)
    start = due.spans[0][1] if due is not None and due.spans[0][0] == 0 else 0
    found = kind_of(body[start:], items)
    if found is None:
        return None
    key, (first, last) = found
    labels = {item.key: item.label(ctx.language) for item in items}
    # The likeliest first, then all others, to change it by a click.
    keys = [key, *(one for one in labels if one != key)]
    readings = tuple(Reading(one, labels[one]) for one in keys)
    return Part(Tasks.KIND, readings, ((start + first, start + last),))


def _priority(body: str, registry: Registry, ctx: TextContext) -> Part | None:
    found = _URGENT.search(body)
    if found is None:
        return None
    list_name = getattr(registry.entity(Tasks.ENTITY).field(Tasks.PRIORITY).type, "list_name", "")
    labels = {item.key: item.label(ctx.language) for item in ctx.choices(list_name)}
    if _HIGH not in labels:
        return None
    return Part(Tasks.PRIORITY, (Reading(_HIGH, labels[_HIGH]),), (found.span(),))


def _without(body: str, parts: Iterable[Part | None]) -> str:
    """The line with these parts blanked out."""
    letters = list(body)
    for part in parts:
        for start, end in part.spans if part else ():
            letters[start:end] = ";" * (end - start)
    return "".join(letters)


def _subject(line: str, cut: Iterable[Part | None]) -> str:
    """The line without what says when and how long; all of it where nothing else is left."""
    spans = sorted(span for part in cut if part for span in part.spans)
    kept, at = [], 0
    for start, end in spans:
        kept.append(line[at:start])
        at = max(at, end)
    kept.append(line[at:])
    pieces = [piece.strip() for piece in kept if piece.strip(_EDGE)]
    said = ""
    for piece in pieces:
        spaced = said and (said[-1].isascii() or piece[0].isascii())
        said += (" " if spaced else "") + piece
    said = said.strip(_EDGE)
    if not said:
        return line
    return said[0].upper() + said[1:]
