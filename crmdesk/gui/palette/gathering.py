"""What stands under the search box for a typed text, or for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmdesk.features.finding.finding import FoundRecord
from crmdesk.features.finding.marks import marked
from crmdesk.features.finding.scope import Scope
from crmdesk.gui.palette.lines import Command, Found
from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import folded

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_EACH = 8
_PLACES = 6
_FREQUENT = 5


def found_lines(
    bridge: Bridge,
    scope: Scope,
    records: Sequence[FoundRecord],
    looked: Sequence[str],
    commands: Sequence[Command],
) -> list[Found]:
    """Records by kind in the order of the best of each, then lists, views and commands."""
    lines: list[Found] = []
    by_entity: dict[str, list[FoundRecord]] = {}
    for one in records:
        by_entity.setdefault(one.entity, []).append(one)
    each = 30 if len(by_entity) == 1 else _EACH
    for name, found in by_entity.items():
        lines.append(Found(bridge.registry.entity(name).plural.text(bridge.language)))
        lines += [_record(bridge, one, scope.text) for one in found[:each]]
    if scope.word:
        if not lines and scope.text.strip():
            lines.append(Found(_("Nothing found")))
        elif not lines:
            names = [bridge.registry.entity(one).plural.text(bridge.language)
                     for one in scope.entities[:4]]  # fmt: skip
            lines.append(Found(_("Type what to look for in {kinds}").format(
                kinds=", ".join(names)
            )))  # fmt: skip
        return lines
    places = _places(bridge, scope.text, looked)
    doable = _commands(scope.text, commands)
    if places:
        lines += [Found(_("Go to")), *places]
    if doable:
        lines += [Found(_("Commands")), *doable]
    return lines or [Found(_("Nothing found"))]


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


def _commands(text: str, commands: Sequence[Command]) -> list[Found]:
    """Commands whose name has all words, those that begin with them first."""
    words = folded(text).split()
    fits: list[tuple[bool, bool, int, Command]] = []
    for one in commands:
        title = folded(one.title)
        if all(word in title for word in words):
            begins = title.startswith(words[0]) if words else False
            starts = all(f" {word}" in f" {title}" for word in words)
            fits.append((not begins, not starts, len(fits), one))
    fits.sort(key=lambda fit: fit[:3])
    return [
        Found(one.title, command=one, marks=tuple(marked(one.title, text)))
        for *_rank, one in fits[:_PLACES]
    ]
