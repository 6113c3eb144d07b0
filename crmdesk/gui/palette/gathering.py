"""What stands under the search box for a typed text, or for none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crmdesk.features.finding.finding import BODY, FoundRecord, is_whole
from crmdesk.features.finding.marks import marked
from crmdesk.features.finding.scope import Scope
from crmdesk.gui.palette.creating import Make, offers
from crmdesk.gui.palette.lines import Command, Found
from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import folded

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_EACH = 8
_PLACES = 6
_FREQUENT = 5
WHOLE, BEGUN, WITHIN = range(3)
# So many letters say that a command is meant.
_SURE = 2


def found_lines(
    bridge: Bridge,
    scope: Scope,
    records: Sequence[FoundRecord],
    looked: Sequence[str],
    commands: Sequence[Command],
    known: Collection[tuple[str, str]] = (),
    make: Make | None = None,
) -> list[Found]:
    """Records by kind in the order of the best of each, then lists, views and commands.

    `known` are the records that were pinned or seen lately: they come first. What is called as
    was typed stands before what only has it in its text, be it a record or a command.
    """
    titled: list[Found] = []
    inside: list[Found] = []
    by_entity: dict[str, list[FoundRecord]] = {}
    for one in sorted(records, key=partial(_place, bridge, known)):
        by_entity.setdefault(one.entity, []).append(one)
    each = 30 if len(by_entity) == 1 else _EACH
    for name, found in by_entity.items():
        part = titled if found[0].rank < BODY else inside
        part.append(Found(bridge.registry.entity(name).plural.text(bridge.language)))
        part += [_record(bridge, one, scope.text) for one in found[:each]]
    lines = [*titled, *inside]
    if scope.word:
        if not lines and scope.text.strip():
            return _nothing(bridge, scope.text, make, scope.entities)
        if not lines:
            names = [bridge.registry.entity(one).plural.text(bridge.language)
                     for one in scope.entities[:4]]  # fmt: skip
            lines.append(Found(_("Type what to look for in {kinds}").format(
                kinds=", ".join(names)
            )))  # fmt: skip
        return lines
    doable, fit = _commands(scope.text, commands)
    there: list[Found] = []
    places = _places(bridge, scope.text, looked)
    if places:
        there += [Found(_("Go to")), *places]
    acts = [Found(_("Commands")), *doable] if doable else []
    if fit == WHOLE and not any(one.rank == 0 for one in records):
        return [*acts, *lines, *there]
    if fit <= BEGUN:
        return [*titled, *acts, *inside, *there]
    return [*lines, *there, *acts] or _nothing(bridge, scope.text, make)


def _nothing(bridge: Bridge, text: str, make: Make | None, kept: Sequence[str] = ()) -> list[Found]:
    """That there is nothing, and what could be made of what was typed."""
    heading = Found(_("Nothing found"))
    if make is None:
        return [heading]
    return [heading, *offers(bridge.registry, bridge.language, text, make, kept)]


def _place(
    bridge: Bridge, known: Collection[tuple[str, str]], one: FoundRecord
) -> tuple[bool, bool, bool, int, bool]:
    """Where a record stands among those found; alike ones keep the order they came in."""
    return (
        one.rank >= BODY,
        (one.entity, one.id) not in known,
        not is_whole(one.entity),
        one.rank,
        # What happened comes after those to whom it did.
        bool(bridge.registry.entity(one.entity).timeline),
    )


def resting_lines(
    bridge: Bridge,
    recent: Sequence[FoundRecord],
    commands: Sequence[Command],
    used: Mapping[str, int],
) -> list[Found]:
    """What an empty box offers: records seen lately, and the commands that are used most."""
    lines: list[Found] = []
    if recent:
        lines = [Found(_("Recent")), *(_record(bridge, one, "") for one in recent)]
    often = sorted(
        (one for one in commands if used.get(one.name)), key=lambda one: -used[one.name]
    )  # fmt: skip
    often += [one for one in commands if one.offered and one not in often]
    if often:
        lines.append(Found(_("Commands")))
        lines += [Found(one.title, command=one) for one in often[:_FREQUENT]]
    return lines


def _record(bridge: Bridge, one: FoundRecord, text: str) -> Found:
    entity = bridge.registry.entity(one.entity)
    second = ""
    second_marks: tuple[tuple[int, int], ...] = ()
    if one.snippet:
        lead = f"{one.where}: " if one.where else ""
        second = lead + one.snippet
        second_marks = tuple(
            (start + len(lead), end + len(lead)) for start, end in marked(one.snippet, text)
        )
    title = one.title or entity.label.text(bridge.language)
    return Found(
        title, one.subtitle, entity.colour, one.entity, one.id, second=second,
        marks=tuple(marked(title, text)), second_marks=second_marks,
    )  # fmt: skip


def _places(bridge: Bridge, text: str, looked: Sequence[str]) -> list[Found]:
    wanted = folded(text)
    found = []
    for name in looked:
        entity = bridge.registry.entity(name)
        title = entity.plural.text(bridge.language)
        if wanted in folded(title):
            found.append(
                Found(title, _("List"), entity.colour, name, marks=tuple(marked(title, text)))
            )
    for view in bridge.views.all():
        if wanted in folded(view.title(bridge.language)):
            entity = bridge.registry.entity(view.entity)
            title = view.title(bridge.language)
            found.append(
                Found(
                    title,
                    _("View of {list}").format(list=entity.plural.text(bridge.language)),
                    entity.colour,
                    view.entity,
                    view=view.id,
                    marks=tuple(marked(title, text)),
                )
            )
    return found[:_PLACES]


def _commands(text: str, commands: Sequence[Command]) -> tuple[list[Found], int]:
    """Commands whose name has all words, those that begin with them first, and how well the
    first of them fits: `WHOLE`, `BEGUN` or `WITHIN`."""
    wanted = folded(text).strip()
    words = wanted.split()
    fits: list[tuple[int, bool, int, Command]] = []
    for one in commands:
        title, also = folded(one.title), folded(one.also)
        if not words or not all(word in f"{title} {also}" for word in words):
            continue
        known = also.split()
        if title == wanted or wanted in known:
            fit = WHOLE
        elif title.startswith(wanted) or any(one.startswith(wanted) for one in known):
            fit = BEGUN
        else:
            fit = WITHIN
        starts = all(f" {word}" in f" {title} {also}" for word in words)
        fits.append((fit, not starts, len(fits), one))
    fits.sort(key=lambda fit: fit[:3])
    best = fits[0][0] if fits and len(wanted) >= _SURE else WITHIN
    found = [
        Found(one.title, command=one, marks=tuple(marked(one.title, text)))
        for *_rank, one in fits[:_PLACES]
    ]
    return found, best
