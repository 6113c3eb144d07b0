"""How people name things on a command line: entities, fields, and records."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import ID, ME, USER
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.store import rows
from crmdesk.store.driver import raw_of

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_BEGINNING = re.compile(r"[0-9a-f][0-9a-f-]{3,34}")
_MOST_NAMED = 5


def _same(text: str) -> str:
    return " ".join(re.split(r"[\s_-]+", text.strip())).casefold()


def entity_named(registry: Registry, text: str) -> Entity:
    """The entity of that name, or of that label, singular or plural, in either language."""
    wanted = _same(text)
    known = [one for one in registry.entities.values() if not one.internal]
    # The surest way first: "Products" is what both products and an opportunity's lines
    # are called, but the name "product" with an s means the former.
    ways: tuple[Callable[[Entity], tuple[str, ...]], ...] = (
        lambda one: (one.name,),
        lambda one: (one.name + "s",),
        lambda one: (one.label.en, one.label.zh),
        lambda one: (one.plural.en, one.plural.zh),
    )
    for names in ways:
        found = [one for one in known if wanted in map(_same, names(one))]
        if len(found) == 1:
            return found[0]
        if found:
            raise KnownError(
                _("“{text}” can be {names}.").format(
                    text=text, names=", ".join(one.name for one in found)
                )
            )
    every = [one.name for one in known]
    near = difflib.get_close_matches(wanted.replace(" ", "_"), every, 3)
    hint = _("Did you mean {names}?") if near else _("There are: {names}.")
    raise KnownError(
        _("There are no records called “{text}”.").format(text=text),
        hint=hint.format(names=", ".join(near or every)),
    )


def field_named(entity: Entity, text: str) -> Field:
    """The field of that name or label."""
    found = entity.by_name.get(text)
    if found is not None:
        return found
    wanted = _same(text)
    same = [
        one
        for one in entity.all_fields
        if not one.hidden and wanted in (_same(one.name), _same(one.label.en), _same(one.label.zh))
    ]
    if len(same) == 1:
        return same[0]
    names = [one.name for one in entity.fields if not one.read_only and not one.hidden]
    near = difflib.get_close_matches(wanted.replace(" ", "_"), names, 3)
    hint = _("Did you mean {names}?") if near else _("It has: {names}.")
    raise KnownError(
        _("{entity} has no field “{path}”.").format(entity=entity.name, path=text),
        hint=hint.format(names=", ".join(near or names)),
    )


def paths_named(entity: Entity, text: str) -> tuple[str, ...]:
    """The field paths of a list such as `name,company.city`; labels will do for own fields."""
    paths: list[str] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        has_steps = "." in part or part == ID
        paths.append(part if has_steps else field_named(entity, part).name)
    return tuple(paths)


def record_named(workspace: Workspace, entity: Entity, text: str, ctx: TextContext) -> str:
    """The id of the one record meant by an id, the beginning of an id, or a whole title.

    Raises KnownError, naming the candidates, where there are several or none.
    """
    wanted = text.strip()
    lower = wanted.lower()
    if entity.name == USER and lower == ME:
        return workspace.user
    if _ID.fullmatch(lower):
        if workspace.get(entity.name, lower) is None:
            raise KnownError(
                _("There is no {what} with the id {id}.").format(
                    what=entity.label.text().lower(), id=lower
                )
            )
        return lower
    found: list[str] = []
    if _BEGINNING.fullmatch(lower):
        with workspace.reader() as conn:
            found = rows.ids_from(raw_of(conn), entity.name, lower, _MOST_NAMED + 1)
    found = found or list(ctx.find(entity.name, wanted))
    if len(found) == 1:
        return found[0]
    if found:
        raise KnownError(
            _("“{text}” can be {count} records: {names}.").format(
                text=text,
                count=len(found) if len(found) <= _MOST_NAMED else f"{_MOST_NAMED}+",
                names=_titled(workspace, entity, found[:_MOST_NAMED], ctx),
            ),
            hint=_("Name it by its id."),
        )
    near = [one.id for one in workspace.search(wanted, [entity.name], 3)]
    hint = _("Near: {names}.").format(names=_titled(workspace, entity, near, ctx)) if near else ""
    raise KnownError(
        _("There is no {what} called “{text}”.").format(
            what=entity.label.text().lower(), text=text
        ),
        hint=hint,
    )


def _titled(workspace: Workspace, entity: Entity, ids: Iterable[str], ctx: TextContext) -> str:
    return ", ".join(f"{ctx.titles(entity.name, id)} ({id})" for id in ids)
