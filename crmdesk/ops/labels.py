"""What a step is called where it can be undone."""

from __future__ import annotations

from crmdesk.i18n import _, ngettext
from crmdesk.ops.changes import (
    BulkUpdate,
    Command,
    Create,
    CreateMany,
    Delete,
    Group,
    Link,
    Load,
    Merge,
    Restore,
    Unlink,
    Update,
    UpdateMany,
    Values,
)
from crmdesk.schema.registry import Entity, Registry

_MOST_NAMED = 3


def label_of(registry: Registry, command: Command) -> str:
    """The command in a few words, in the present language."""
    match command:
        case Group(label):
            return label
        case Create(entity):
            return _("New {what}").format(what=_one(registry, entity))
        case CreateMany(entity, rows) | Load(entity, _, rows):
            return _counted(registry, entity, len(rows), _("New {what}"))
        case Update(entity, _id, values):
            return _("Change {field}").format(field=_named(registry.entity(entity), values))
        case UpdateMany(entity, changes):
            return _counted(registry, entity, len(changes), _("Change {what}"))
        case BulkUpdate(entity, ids, values):
            return _("Change {field} of {what}").format(
                field=_named(registry.entity(entity), values),
                what=_counted(registry, entity, len(ids), "{what}"),
            )
        case Delete(entity, ids):
            count = 1 if isinstance(ids, str) else len(ids)
            return _counted(registry, entity, count, _("Delete {what}"))
        case Restore(entity):
            return _("Restore {what}").format(what=_one(registry, entity))
        case Link(entity, _id, relation) | Unlink(entity, _id, relation):
            target = _one(registry, registry.relation(entity, relation).target)
            text = _("Link {what}") if isinstance(command, Link) else _("Unlink {what}")
            return text.format(what=target)
        case Merge(entity, _keep, drop):
            count = 1 if isinstance(drop, str) else len(drop)
            return _counted(registry, entity, count + 1, _("Merge {what}"))


def undo_label(label: str) -> str:
    return _("Undo {what}").format(what=label)


def redo_label(label: str) -> str:
    return _("Redo {what}").format(what=label)


def outside_label() -> str:
    return _("Changes by another program")


def _one(registry: Registry, entity: str) -> str:
    declared = registry.entity(entity)
    if declared.link is not None:
        # What ties two records has a name of its own that nobody says.
        far = registry.entity(declared.field(declared.link[1]).target)
        return _("linked {what}").format(what=far.label.text().lower())
    return declared.label.text().lower()


def _counted(registry: Registry, entity: str, count: int, text: str) -> str:
    if count == 1:
        return text.format(what=_one(registry, entity))
    plural = registry.entity(entity).plural.text().lower()
    what = ngettext("{count} {plural}", "{count} {plural}", count)
    return text.format(what=what.format(count=count, plural=plural))


def _named(entity: Entity, values: Values) -> str:
    names = [
        entity.by_name[name].label.text() if name in entity.by_name else name for name in values
    ]
    if 0 < len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return entity.label.text().lower()
