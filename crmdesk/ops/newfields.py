"""Fields that people make for themselves: the commands that add, name and remove them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.ops.changes import Command, Create, Delete, Group, Update
from crmdesk.schema.crm import choices
from crmdesk.schema.crm.facts import Choices, CustomFields
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.query import All, Condition, Query
from crmdesk.store.rows import new_id

if TYPE_CHECKING:
    from crmdesk.ops.workspace import Workspace

KINDS = (
    "text", "longtext", "integer", "decimal", "money", "percent", "date", "moment", "duration",
    "boolean", "choice", "choices", "rating", "email", "phone", "url", "reference",
)  # fmt: skip
"""The kinds that are offered, the common ones first."""

OF_CHOICES = ("choice", "choices")
_COLOURS = ("#2f6fed", "#1f7a4d", "#9a6700", "#c9372c", "#7a5af8", "#0e8f83", "#d6407a", "#64748b")


@dataclass(frozen=True)
class FieldWish:
    """A field as it is wanted: of a reference the entity it points at, of choices the name of a
    list that there is, or the labels of a new one."""

    entity: str
    label: str
    kind: str
    target: str = ""
    list_name: str = ""
    options: tuple[str, ...] = ()
    required: bool = False


def new_field(wish: FieldWish) -> Command:
    """The command that makes a field, with its choices where it brings a new list.

    Raises KnownError where something is left out.
    """
    label = wish.label.strip()
    if not label:
        raise KnownError(_("The field needs a name."))
    if wish.kind == "reference" and not wish.target:
        raise KnownError(_("Say which records the field points at."))
    values: dict[str, Any] = {
        CustomFields.ENTITY: wish.entity,
        CustomFields.LABEL: label,
        CustomFields.KIND: wish.kind,
        CustomFields.REQUIRED: wish.required,
    }
    if wish.kind == "reference":
        values[CustomFields.TARGET] = wish.target
    commands: list[Command] = []
    if wish.kind in OF_CHOICES:
        if wish.list_name:
            values[CustomFields.LIST] = wish.list_name
        else:
            name, commands = _new_list(label, wish.options)
            values[CustomFields.LIST] = name
    field = Create(CUSTOM_FIELD, values)
    if not commands:
        return field
    return Group(_("New field “{name}”").format(name=label), (field, *commands))


def _new_list(label: str, options: Sequence[str]) -> tuple[str, list[Command]]:
    wanted = list(dict.fromkeys(filter(None, (one.strip() for one in options))))
    if not wanted:
        raise KnownError(_("Write the choices, one a line."))
    list_id = new_id()
    # A name of its own: two fields may be called the same.
    name = f"x_{list_id.replace('-', '')[-12:]}"
    made: list[Command] = [
        Create(choices.LISTS, {choices.LIST_NAME: name, Choices.LIST_LABEL: label}, id=list_id)
    ]
    made += [
        Create(
            choices.ITEMS,
            {
                choices.ITEM_LIST: list_id,
                choices.ITEM_KEY: f"c{number}",
                Choices.LABEL: text,
                Choices.COLOUR: _COLOURS[(number - 1) % len(_COLOURS)],
                choices.ITEM_POSITION: number - 1,
            },
        )
        for number, text in enumerate(wanted, start=1)
    ]
    return name, made


def field_record(workspace: Workspace, entity: str, name: str) -> str:
    """The id of the record behind a custom field; raises KnownError where there is none."""
    where = All(
        (Condition(CustomFields.ENTITY, "is", entity), Condition(CustomFields.NAME, "is", name))
    )
    select = workspace.select
    with workspace.reader() as conn:
        rowids = select.ids(conn, Query(CUSTOM_FIELD, where), workspace.query_context())
        found = select.record_ids(conn, CUSTOM_FIELD, rowids[:1])
    if not found:
        raise KnownError(_("That field is not there any more."))
    return next(iter(found.values()))


def renamed(workspace: Workspace, entity: str, name: str, label: str) -> Command:
    """The command that calls a custom field by another name, in every language."""
    record = field_record(workspace, entity, name)
    return Update(
        CUSTOM_FIELD, record, {CustomFields.LABEL: label.strip(), CustomFields.LABEL_ZH: None}
    )


def removed(workspace: Workspace, entity: str, name: str) -> Command:
    """The command that removes a custom field; what was in it comes back with undo."""
    return Delete(CUSTOM_FIELD, (field_record(workspace, entity, name),))
