"""The names that quick add asks for, from the search index of a store."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from crmdesk.features.quickadd.line import Line, Reading
from crmdesk.features.quickadd.names import MOST, Named
from crmdesk.features.quickadd.reading import read_line
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import (
    CREATED_AT,
    Companies,
    Contacts,
    Opportunities,
    Stages,
    Tasks,
)
from crmdesk.schema.query import Condition, Query, Sort
from crmdesk.schema.textcontext import TextContext
from crmdesk.store.reading import Linked
from crmdesk.store.searchsound import SYLLABLES

_IN_TITLE = 3
"""The rank of the search up to which the title itself has what was typed."""

_KEPT = 2000
_MOST_DEALS = 200
_ROLES = {
    Contacts.ENTITY: Tasks.CONTACT,
    Companies.ENTITY: Tasks.COMPANY,
    Opportunities.ENTITY: Tasks.OPPORTUNITY,
}
_ENTITIES = {role: entity for entity, role in _ROLES.items()}


class Reader:
    """Reads lines against the records of a workspace; keeps what it asked while one types.

    Any thread may use it; `forget` after records were changed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._known: dict[str, Sequence[Named]] = {}

    def forget(self) -> None:
        """Ask anew: names may have changed."""
        with self._lock:
            self._known = {}

    def read(
        self,
        text: str,
        ctx: TextContext,
        without: Sequence[str] = (),
        front: tuple[str, str] = ("", ""),
    ) -> Line:
        """What a line means; `front` is the record that one is looking at."""
        near = self._company_of(*front)
        registry = self._workspace.registry
        return read_line(
            text, ctx, registry, self._ask, without=without, near=near, deals=self._deals
        )

    def reading(self, role: str, id: str, title: str) -> Reading:
        """A record that was chosen for a part, with the firm that it belongs to."""
        (told,) = self._told([Named(role, id, title)])
        return Reading(id, title, told.firm)

    def _company_of(self, entity: str, id: str) -> str:
        """The company of a record, itself where it is one; "" for none."""
        if not id or entity == Companies.ENTITY:
            return id
        field = self._workspace.registry.entity(entity).by_name.get(Contacts.COMPANY)
        if field is None or field.target != Companies.ENTITY:
            return ""
        with self._workspace.reader() as conn:
            row = self._workspace.select.by_id(conn, entity, id, [field.name])
        value = row.cells[0] if row is not None else None
        return value.id if isinstance(value, Linked) else ""

    def _ask(self, text: str) -> Sequence[Named]:
        key = text.casefold()
        known = self._known
        found = known.get(key)
        if found is None:
            hits = self._workspace.search(text, tuple(_ROLES), 3 * MOST)
            words = key.split()
            if len(words) > 1 and SYLLABLES.issuperset(words):
                # Wang Fang is how 王芳 may be written: one word to the index.
                hits += self._workspace.search("".join(words), tuple(_ROLES), MOST)
            named = [
                Named(_ROLES[hit.entity], hit.id, hit.title)
                for hit in hits
                if hit.rank <= _IN_TITLE
            ]
            found = self._told(list(dict.fromkeys(named)))
            with self._lock:
                if len(known) > _KEPT:
                    known.clear()
                known[key] = found
        return found

    def _deals(self, company: str, contact: str) -> Sequence[Named]:
        """The newest opportunities of a company: those of the contact first, then open ones."""
        key = f"\0{company}\0{contact}"
        found = self._known.get(key)
        if found is None:
            of = Opportunities
            field, id = (of.COMPANY, company) if company else (of.CONTACT, contact)
            newest = (Sort(CREATED_AT, descending=True),)
            query = Query(of.ENTITY, Condition(field, "is", id), newest)
            select, ctx = self._workspace.select, self._workspace.query_context()
            title = self._workspace.registry.entity(of.ENTITY).title[0]
            with self._workspace.reader() as conn:
                rowids = select.first(conn, query, ctx, _MOST_DEALS)
                paths = (title, of.STATUS, of.CONTACT, of.COMPANY)
                rows = {row.rowid: row for row in select.rows(conn, of.ENTITY, rowids, paths)}
            deals = [rows[one] for one in rowids if one in rows]
            deals.sort(key=lambda row: (_id(row.cells[2]) != contact, row.cells[1] != Stages.OPEN))
            found = [
                Named(Tasks.OPPORTUNITY, row.id, str(row.cells[0] or ""), _firm(row.cells[3]))
                for row in deals
            ]
            with self._lock:
                self._known[key] = found
        return found

    def _told(self, found: Sequence[Named]) -> list[Named]:
        """With the firm of each person and opportunity, which tells namesakes apart."""
        firms: dict[str, tuple[str, str]] = {}
        for role in {one.role for one in found} - {Tasks.COMPANY}:
            ids = [one.id for one in found if one.role == role]
            with self._workspace.reader() as conn:
                rows = self._workspace.select.by_ids(conn, _ENTITIES[role], ids, [Contacts.COMPANY])
            for id, row in rows.items():
                if isinstance(row.cells[0], Linked):
                    firms[id] = row.cells[0].id, row.cells[0].title
        return [replace(one, firm=firms.get(one.id, ("", ""))) for one in found]


def _id(cell: object) -> str:
    return cell.id if isinstance(cell, Linked) else ""


def _firm(cell: object) -> tuple[str, str]:
    return (cell.id, cell.title) if isinstance(cell, Linked) else ("", "")
