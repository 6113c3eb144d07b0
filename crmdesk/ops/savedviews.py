"""Saved views: rows that keep how the records of an entity are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.ops.changes import Command, Create, Delete, Update, UpdateMany
from crmdesk.schema.crm.facts import SavedViews as Of
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.registry import Registry
from crmdesk.schema.viewdata import ViewSpec, view_from_data, view_to_data

if TYPE_CHECKING:
    from crmdesk.ops.workspace import Workspace

_READ = (Of.NAME, Of.NAME_ZH, Of.OF, Of.DEFINITION, Of.POSITION, Of.FIRST)


@dataclass(frozen=True)
class SavedView:
    """One saved view; `first` is the one that the entity's list begins with."""

    id: str
    name: str
    name_zh: str
    spec: ViewSpec
    position: int
    first: bool

    @property
    def entity(self) -> str:
        return self.spec.entity

    def title(self, language: str) -> str:
        """What it is called in that language."""
        return self.name_zh if language == "zh" and self.name_zh else self.name


def read_views(workspace: Workspace) -> tuple[SavedView, ...]:
    """All saved views in their order; any thread may ask.

    A row that another program wrote and that means no view is passed over.
    """
    query = Query(Of.ENTITY, sort=(Sort(Of.POSITION), Sort(Of.NAME)))
    select, registry = workspace.select, workspace.registry
    with workspace.reader() as conn:
        rowids = select.ids(conn, query, workspace.query_context())
        rows = select.rows(conn, Of.ENTITY, rowids, _READ)
    made = []
    for row in rows:
        name, name_zh, entity, definition, position, first = row.cells
        if not isinstance(definition, dict) and definition is not None:
            continue
        spec = view_from_data(registry, {**(definition or {}), "entity": entity})
        if spec is not None:
            made.append(SavedView(row.id, name, name_zh or "", spec, position or 0, bool(first)))
    return tuple(made)


def created(registry: Registry, name: str, spec: ViewSpec, views: Sequence[SavedView]) -> Command:
    """The command that saves a new view after the others."""
    position = max((one.position for one in views), default=-1) + 1
    return Create(
        Of.ENTITY,
        {
            Of.NAME: name,
            Of.OF: spec.entity,
            Of.DEFINITION: definition(registry, spec),
            Of.POSITION: position,
        },
    )


def saved(registry: Registry, view: SavedView, spec: ViewSpec) -> Command:
    """The command that gives a view another definition."""
    return Update(Of.ENTITY, view.id, {Of.DEFINITION: definition(registry, spec)})


def renamed(view: SavedView, name: str) -> Command:
    """The command that calls a view by another name, in every language."""
    return Update(Of.ENTITY, view.id, {Of.NAME: name, Of.NAME_ZH: None})


def deleted(view: SavedView) -> Command:
    """The command that deletes a view; undo brings it back."""
    return Delete(Of.ENTITY, (view.id,))


def moved(view: SavedView, step: int, views: Sequence[SavedView]) -> Command | None:
    """The command that moves a view among those of its entity, None where it cannot go there."""
    own = [one for one in views if one.entity == view.entity]
    at = [one.id for one in own].index(view.id)
    if not 0 <= at + step < len(own):
        return None
    own.insert(at + step, own.pop(at))
    return UpdateMany(
        Of.ENTITY,
        {one.id: {Of.POSITION: n} for n, one in enumerate(own) if one.position != n},
    )


def made_first(view: SavedView, first: bool, views: Sequence[SavedView]) -> Command:
    """The command that makes a view the one its list begins with, or no longer."""
    changes: dict[str, dict[str, Any]] = {view.id: {Of.FIRST: first}}
    if first:
        for one in views:
            if one.entity == view.entity and one.first and one.id != view.id:
                changes[one.id] = {Of.FIRST: False}
    return UpdateMany(Of.ENTITY, changes)


def definition(registry: Registry, spec: ViewSpec) -> dict[str, Any]:
    """What is kept of a view in its row: all but the entity, which has a field of its own."""
    data = view_to_data(registry, spec)
    del data["entity"]
    return data


def same(registry: Registry, one: ViewSpec, other: ViewSpec) -> bool:
    """Whether two views show the same."""
    return view_to_data(registry, one) == view_to_data(registry, other)


def view_named(workspace: Workspace, entity: str, name: str) -> SavedView:
    """The saved view of an entity by its name in either language, or by its id.

    Raises KnownError where there is none or where several are called so.
    """
    wanted = name.strip().casefold()
    own = [one for one in read_views(workspace) if one.entity == entity]
    found = [one for one in own if wanted in (one.id, one.name.casefold(), one.name_zh.casefold())]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{one.name}”" for one in own) or "–"
    if found:
        raise KnownError(
            _("{count} views are called “{name}”.").format(count=len(found), name=name),
            hint=_("Give the id of one: {ids}.").format(ids=", ".join(one.id for one in found)),
        )
    raise KnownError(
        _("There is no view “{name}”.").format(name=name),
        hint=_("There are: {names}.").format(names=names),
    )
