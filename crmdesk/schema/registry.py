"""The one declaration: entities, their fields and relations, checked as a whole.

Tables, grids, record forms, the faces of the cube, search, import mapping and the
change log all follow from the `Registry`; nothing about a record type is typed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, Literal

from crmdesk.errors import BugError
from crmdesk.i18n import Label
from crmdesk.schema.fieldtypes import ColumnSpec, FieldType
from crmdesk.schema.linktypes import ReferenceType
from crmdesk.schema.marks import Due, Steps, Told
from crmdesk.schema.textcontext import ChoiceItem
from crmdesk.schema.timetypes import StampType

OnDelete = Literal["clear", "cascade", "refuse"]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SEARCHED = frozenset({"text", "longtext", "email", "phone", "url"})


class Default(Enum):
    """Defaults that depend on who creates the record and when."""

    TODAY = "today"
    NOW = "now"
    ME = "me"
    CURRENT_ZONE = "zone"


@dataclass(frozen=True)
class Field:
    """One typed field of an entity.

    `computed` is an SQL expression over columns of the same row: such a field is
    read-only and never in the change log. `derived` fields are kept by the door
    and cannot be typed. A `wanted` field may be empty in records that are there and
    is asked for in each new one; what is in it can then not be taken out. A reference
    names its `inverse` relation and what happens to the record (`on_delete`) when the
    one it points at is deleted.
    """

    name: str
    type: FieldType
    label: Label
    required: bool = False
    wanted: bool = False
    default: Any = None
    indexed: bool = False
    unique: bool = False
    computed: str = ""
    derived: bool = False
    hidden: bool = False
    custom: bool = False
    system: bool = False
    searched: bool | None = None
    inverse: str = ""
    inverse_label: Label | None = None
    on_delete: OnDelete = "clear"
    help: Label | None = None

    @property
    def kind(self) -> str:
        return self.type.kind

    @property
    def needed(self) -> bool:
        """Whether people must give it a value."""
        return self.required or self.wanted

    @property
    def read_only(self) -> bool:
        return bool(self.computed) or self.derived or self.system

    @property
    def searchable(self) -> bool:
        if self.searched is not None:
            return self.searched
        return self.type.kind in _SEARCHED and not self.hidden and not self.computed

    @property
    def target(self) -> str:
        """The entity that a reference points at, "" for other fields."""
        return self.type.target if isinstance(self.type, ReferenceType) else ""

    @cached_property
    def columns(self) -> tuple[ColumnSpec, ...]:
        return self.type.columns(self.name)


SYSTEM_FIELDS = (
    Field(
        "created_at", StampType(), Label("Created", "创建时间"), system=True, indexed=True,
        default=Default.NOW,
    ),
    Field(
        "created_by", ReferenceType("user"), Label("Created by", "创建人"), system=True,
        default=Default.ME,
    ),
    Field(
        "updated_at", StampType(), Label("Updated", "更新时间"), system=True, indexed=True,
        default=Default.NOW,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """A way from one record to others.

    `to one`: `field` is the source's own reference. `many`: records of `holder`
    whose `field` points at the source; where `holder` is a link entity, `far` is
    its reference to the other end and `target` that end's entity.
    """

    name: str
    source: str
    target: str
    label: Label
    many: bool
    holder: str
    field: str
    far: str = ""


@dataclass(frozen=True)
class Entity:
    """A record type: its fields, what it is called, how it is titled and first shown.

    `title` are the fields that name a record, `grid` the field paths that a list
    first shows, `colour` a token of the theme, `link` the two references of an
    entity that only ties two others together, `timeline` the field that dates a
    record among all activity, `status` the field by which a board is made,
    `order` the sort of a fresh list ("-name" descending), `faces` the relations
    to show first at its sides, `due` by when a record is to be dealt with, `steps`
    how to read an entity whose records are the steps of a way, `told` what a timeline
    says of a record.
    """

    name: str
    label: Label
    plural: Label
    area: str
    declared: tuple[Field, ...]
    title: tuple[str, ...]
    grid: tuple[str, ...]
    colour: str = "note"
    icon: str = "circle"
    link: tuple[str, str] | None = None
    timeline: str = ""
    status: str = ""
    order: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    due: Due | None = None
    steps: Steps | None = None
    told: Told | None = None
    internal: bool = False
    custom: tuple[Field, ...] = ()

    def __hash__(self) -> int:
        # Of the name alone: plans are looked up by entity at every write, and a hash of all
        # its fields takes a hundred times as long.
        return hash(self.name)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What people fill in: the declared fields and the custom ones."""
        return self.declared + self.custom

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        return self.fields + SYSTEM_FIELDS

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.all_fields}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every stored column but the id, in order; computed ones left out."""
        return tuple(
            column.name for one in self.all_fields if not one.computed for column in one.columns
        )

    @cached_property
    def references(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.target)

    def field(self, name: str) -> Field:
        """The field of that name; raises BugError where there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            raise BugError(f"{self.name} has no field {name!r}.") from None

    def far_of(self, near: str) -> str:
        """The other reference of a link entity."""
        if self.link is None or near not in self.link:
            raise BugError(f"{self.name} does not link by {near!r}.")
        return self.link[1] if near == self.link[0] else self.link[0]


@dataclass(frozen=True)
class ChoiceList:
    """A declared list of choices; its entries become rows that the user can rename."""

    name: str
    label: Label
    items: tuple[ChoiceItem, ...]


@dataclass(frozen=True)
class Path:
    """A field reached through references: `steps` are followed, then `field` is read."""

    entity: str
    steps: tuple[Field, ...]
    field: Field

    @property
    def text(self) -> str:
        return ".".join([step.name for step in self.steps] + [self.field.name])


@dataclass(frozen=True)
class Registry:
    """All entities and choice lists of one store, custom fields included."""

    entities: Mapping[str, Entity]
    choice_lists: Mapping[str, ChoiceList] = field(default_factory=dict)

    @classmethod
    def of(cls, entities: Iterable[Entity], choice_lists: Iterable[ChoiceList] = ()) -> Registry:
        """The registry of these declarations; raises BugError where they do not agree."""
        made: dict[str, Entity] = {}
        for entity in entities:
            if entity.name in made:
                raise BugError(f"The entity {entity.name!r} is declared twice.")
            made[entity.name] = entity
        lists: dict[str, ChoiceList] = {}
        for choices in choice_lists:
            if choices.name in lists:
                raise BugError(f"The choice list {choices.name!r} is declared twice.")
            lists[choices.name] = choices
        registry = cls(made, lists)
        registry.validate()
        return registry

    def entity(self, name: str) -> Entity:
        """The entity of that name; raises BugError where there is none."""
        try:
            return self.entities[name]
        except KeyError:
            raise BugError(f"There is no entity {name!r}.") from None

    @cached_property
    def _relations(self) -> Mapping[str, Mapping[str, Relation]]:
        found: dict[str, dict[str, Relation]] = {name: {} for name in self.entities}
        for holder in self.entities.values():
            for one in holder.references:
                target = self.entity(one.target)
                _add(found, Relation(
                    one.name, holder.name, one.target, one.label, False, holder.name, one.name
                ))  # fmt: skip
                far = holder.far_of(one.name) if holder.link and one.name in holder.link else ""
                end = holder.field(far).target if far else holder.name
                label = one.inverse_label or self.entity(end).plural
                _add(found, Relation(
                    one.inverse, target.name, end, label, True, holder.name, one.name, far
                ))  # fmt: skip
        return found

    def relations(self, entity: str) -> Mapping[str, Relation]:
        """The relations of an entity by name, to one and to many."""
        self.entity(entity)
        return self._relations[entity]

    def relation(self, entity: str, name: str) -> Relation:
        try:
            return self.relations(entity)[name]
        except KeyError:
            raise BugError(f"{entity} has no relation {name!r}.") from None

    @cached_property
    def _faces(self) -> dict[str, tuple[Relation, ...]]:
        return {}

    def faces(self, entity: str) -> tuple[Relation, ...]:
        """The relations to many, those that the declaration puts first leading."""
        found = self._faces.get(entity)
        if found is None:
            relations = self.relations(entity)
            first = [relations[name] for name in self.entity(entity).faces]
            rest = [
                one
                for one in relations.values()
                if one.many and one not in first and not self.entity(one.holder).internal
            ]
            found = self._faces[entity] = (*first, *rest)
        return found

    def pointing_at(self, entity: str) -> tuple[tuple[Entity, Field], ...]:
        """Every reference to records of an entity, with the entity that holds it."""
        return tuple(
            (holder, one)
            for holder in self.entities.values()
            for one in holder.all_fields
            if one.target == entity
        )

    def resolve(self, entity: str, path: str) -> Path:
        """The field that a path such as `company.city` means; raises BugError."""
        steps: list[Field] = []
        current = self.entity(entity)
        *through, last = path.split(".")
        for name in through:
            step = current.field(name)
            if not step.target:
                raise BugError(f"{path!r} goes through {name!r}, which is not a reference.")
            steps.append(step)
            current = self.entity(step.target)
        return Path(entity, tuple(steps), current.field(last))

    def with_custom(self, fields: Iterable[tuple[str, Field]]) -> Registry:
        """The registry with these custom fields, given as (entity, field), in their place."""
        custom: dict[str, list[Field]] = {}
        for entity, one in fields:
            self.entity(entity)
            custom.setdefault(entity, []).append(replace(one, custom=True))
        made = {
            name: replace(entity, custom=tuple(custom.get(name, ())))
            for name, entity in self.entities.items()
        }
        registry = Registry(made, self.choice_lists)
        registry.validate()
        return registry

    def validate(self) -> None:
        """Raise BugError, naming all that is wrong, unless the declarations agree."""
        problems = [
            problem for entity in self.entities.values() for problem in self._problems(entity)
        ]
        if not problems:
            try:
                relations = self._relations
            except BugError as error:
                problems.append(str(error))
            else:
                for entity in self.entities.values():
                    for name in entity.faces:
                        one = relations[entity.name].get(name)
                        if one is None or not one.many:
                            problems.append(f"{entity.name} has no relation {name!r} to show")
        if problems:
            raise BugError("The declaration does not agree: " + "; ".join(problems) + ".")

    def _problems(self, entity: Entity) -> Iterable[str]:
        if not _NAME.fullmatch(entity.name):
            yield f"{entity.name!r} is no name for an entity"
        columns: set[str] = {"id"}
        for one in entity.all_fields:
            where = f"{entity.name}.{one.name}"
            if not _NAME.fullmatch(one.name):
                yield f"{where} is no name for a field"
            for column in one.columns:
                if column.name in columns:
                    yield f"{where} has the column {column.name!r} of another field"
                columns.add(column.name)
            if one.target and one.target not in self.entities:
                yield f"{where} points at {one.target!r}, which is not declared"
            if one.target and not one.inverse and not one.system:
                yield f"{where} names no inverse"
            list_name = getattr(one.type, "list_name", None)
            if list_name is not None and list_name not in self.choice_lists and not one.custom:
                yield f"{where} takes choices of {list_name!r}, which is not declared"
            if one.on_delete == "clear" and one.required and one.target and not one.system:
                yield f"{where} is required and cannot be cleared"
        marks = [name for mark in (entity.due, entity.steps) if mark for name in mark.names]
        for name in (*entity.title, *filter(None, (entity.timeline, entity.status)), *marks):
            if name not in entity.by_name:
                yield f"{entity.name} is titled, dated or read by {name!r}, which is not its field"
        if not entity.title:
            yield f"{entity.name} has no title"
        for name in entity.link or ():
            if name not in entity.by_name or not entity.by_name[name].target:
                yield f"{entity.name} links by {name!r}, which is not a reference"
        told = (*entity.told.paths, *entity.told.through) if entity.told else ()
        ordered = (name.lstrip("-") for name in entity.order)
        paths = (*entity.grid, *entity.header, *ordered, *told)
        for path in paths:
            try:
                self.resolve(entity.name, path)
            except BugError as error:
                yield f"{entity.name} shows {path!r}: {error}"


def _add(found: dict[str, dict[str, Relation]], relation: Relation) -> None:
    mine = found[relation.source]
    if relation.name in mine:
        raise BugError(
            f"{relation.source} has two relations {relation.name!r}: by "
            f"{mine[relation.name].holder}.{mine[relation.name].field} and "
            f"{relation.holder}.{relation.field}"
        )
    mine[relation.name] = relation
