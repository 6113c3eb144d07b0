"""What editors ask of a source besides its rows: how a text is read, what can be made or added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.cells import CellMaker, can_edit
from crmdesk.gui.drafts import Drafts, drafts_of
from crmdesk.gui.entering import value_of
from crmdesk.gui.grid.palette import PALETTE
from crmdesk.gui.grid.source import Cancel, Failed, GridColumn, Option, Reading
from crmdesk.i18n import _
from crmdesk.ops.changes import Command, Create, Group, Update
from crmdesk.schema.crm.choices import ITEM_KEY, ITEM_LIST, ITEM_POSITION, ITEMS, LIST_NAME, LISTS
from crmdesk.schema.crm.facts import Choices
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.query import USER, Condition, Query
from crmdesk.schema.registry import Entity, Field

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.grid.summing import Selected


class Offering:
    """The part of a source that editors ask; of a bridge and of the fields of its columns."""

    _bridge: Bridge
    # The field of a column, by the source itself.
    _field: Callable[[str], Field]
    _entity: Entity
    query: Query

    @property
    def zone(self) -> str:
        """The IANA zone in which times are entered."""
        return self._bridge.ctx.zone

    @property
    def drafts(self) -> Drafts:
        """What was typed and is not stored."""
        return drafts_of(self._bridge)

    # -- reading what is typed

    def read_text(self, path: str, text: str, done: Callable[[Reading], None]) -> Cancel:
        """How `text` would be read in that column, told while it is typed."""
        bridge, field = self._bridge, self._field(path)

        def read(_conn: Any, _job: object) -> Reading:
            try:
                value = value_of(field, text, bridge.ctx, bridge.picks)
            except KnownError as refusal:
                return Reading(None, "", str(refusal))
            return Reading(value, field.type.show(value, bridge.ctx))

        return bridge.read(read, done)

    def come_to(self, blocks: Sequence[Selected], done: Callable[[Sequence[str]], None]) -> Cancel:
        """What the cells of some blocks come to, in words."""
        # Late, for the start's sake: nothing is selected before the first paint.
        from crmdesk.gui.adding import come_to

        bridge, query = self._bridge, self.query
        return bridge.read(lambda conn, _job: come_to(bridge, conn, query, blocks), done)

    def editable_columns(self) -> Sequence[GridColumn]:
        """All fields of the records that people enter, also those that are not shown."""
        bridge = self._bridge
        entity = self._entity
        names = [one.name for one in entity.fields if can_edit(one)]
        return CellMaker(bridge.registry, bridge.picks, bridge.ctx, entity.name, names).columns()

    # -- making records

    def can_make(self, path: str) -> bool:
        """Whether a record of only a title can be made where a reference asks for one."""
        field = self._field(path)
        if not field.target or field.target == USER or self._bridge.picks.is_step(field):
            return False
        entity = self._bridge.registry.entity(field.target)
        title = [entity.field(name) for name in entity.title]
        needed = [one for one in entity.fields if one.required and one.default is None]
        return (
            entity.area != "system"
            and not entity.internal
            and bool(title)
            and title[0].kind == "text"
            and all(one.name == title[0].name for one in needed)
        )

    # -- choices

    def can_manage(self, path: str) -> bool:
        """Whether the choices of a column can be added to, renamed and archived."""
        return bool(self._list_of(path))

    def _list_of(self, path: str) -> str:
        return str(getattr(self._field(path).type, "list_name", ""))

    def add_choice(
        self, path: str, title: str, done: Callable[[Option], None], failed: Failed
    ) -> None:
        """Add a choice to the list of a column, as the last one."""
        made: list[Option] = []

        def command() -> Command:
            option, create = new_choice(self._bridge, self._list_of(path), title)
            made.append(option)
            return create

        self._bridge.write(
            command, lambda _outcome: done(made[0]), lambda error: failed(str(error))
        )

    def change_choice(
        self,
        path: str,
        key: str,
        done: Callable[[], None],
        failed: Failed,
        *,
        title: str | None = None,
        colour: str | None = None,
        archived: bool | None = None,
    ) -> None:
        """Rename, recolour or archive a choice, as one step; what has it keeps it."""
        bridge, list_name = self._bridge, self._list_of(path)
        values: dict[str, object] = {}
        if title is not None:
            values[Choices.LABEL_ZH if bridge.language == "zh" else Choices.LABEL] = title
        if colour is not None:
            values[Choices.COLOUR] = colour
        if archived is not None:
            values[Choices.ARCHIVED] = archived

        def command() -> Command:
            list_id, _last = _list_row(bridge, list_name)
            change = Update(ITEMS, _item_row(bridge, list_id, key), values)
            known = {one.key: one.label(bridge.language) for one in
                     bridge.workspace.choices(list_name)}  # fmt: skip
            words = _("Change choice “{title}”")
            if title is not None:
                words = _("Rename choice “{title}”")
            elif archived:
                words = _("Archive choice “{title}”")
            return Group(words.format(title=known.get(key, key)), (change,))

        bridge.write(command, lambda _outcome: done(), lambda error: failed(str(error)))


def new_choice(bridge: Bridge, list_name: str, title: str) -> tuple[Option, Create]:
    """A choice to be added to a list, and the command that adds it; not for the main thread."""
    known = bridge.workspace.choices(list_name)
    key = _key_of(title, {item.key for item in known})
    colour = PALETTE[len(known) % len(PALETTE)]
    list_id, last = _list_row(bridge, list_name)
    name = Choices.LABEL_ZH if bridge.language == "zh" else Choices.LABEL
    values = {
        ITEM_LIST: list_id, ITEM_KEY: key, Choices.LABEL: title, name: title,
        Choices.COLOUR: colour, ITEM_POSITION: last + 1,
    }  # fmt: skip
    return Option(key, title, colour=colour), Create(ITEMS, values)


def _key_of(title: str, taken: set[str]) -> str:
    """A key for a new choice: of the letters of its title, none that there is already."""
    letters = [letter if letter.isalnum() else "_" for letter in folded(title)]
    base = "".join(letters).strip("_")[:40] or "choice"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def _ids(bridge: Bridge, query: Query) -> list[str]:
    select = bridge.workspace.select
    with bridge.workspace.reader() as conn:
        rowids = select.ids(conn, query, bridge.query_context())
        found = select.record_ids(conn, query.entity, rowids)
    return [found[rowid] for rowid in rowids if rowid in found]


def _list_row(bridge: Bridge, list_name: str) -> tuple[str, int]:
    """The row of a list, and the position of its last choice."""
    (list_id,) = _ids(bridge, Query(LISTS, Condition(LIST_NAME, "is", list_name)))
    select = bridge.workspace.select
    with bridge.workspace.reader() as conn:
        query = Query(ITEMS, Condition(ITEM_LIST, "is", list_id))
        rowids = select.ids(conn, query, bridge.query_context())
        rows = select.rows(conn, ITEMS, rowids, [ITEM_POSITION])
    return list_id, max((row.cells[0] or 0 for row in rows), default=0)


def _item_row(bridge: Bridge, list_id: str, key: str) -> str:
    select = bridge.workspace.select
    with bridge.workspace.reader() as conn:
        query = Query(ITEMS, Condition(ITEM_LIST, "is", list_id))
        rowids = select.ids(conn, query, bridge.query_context())
        rows = select.rows(conn, ITEMS, rowids, [ITEM_KEY])
    return next(row.id for row in rows if row.cells[0] == key)
