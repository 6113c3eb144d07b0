"""What to ask of the records of an entity: conditions, order, groups; plain data.

What a condition means is said here once; the store's SQL follows it, and a test
compares both on random records:

- A condition holds or does not, there is no third answer. An empty field, or a path
  through an empty reference, is equal to nothing and contains nothing: `is_not`,
  `not_contains`, `not_in` and `empty` hold for it, every other operator does not.
  `is` with None is `empty`. A yes/no field that is empty counts as no.
- Text is compared without regard to upper and lower case, in all scripts, but with
  its diacritics; wildcards mean themselves. Phone numbers are compared as typed and
  by their digits in E.164.
- Amounts compare with amounts of the same currency; another currency is not equal,
  not greater and not less.
- A date given for a point in time means the whole local day of who asks; `between`
  includes both ends, and either end may be None.
- Of several choices, `contains` asks for every key that is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from typing import Any

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import Label, _
from crmdesk.schema.fieldtypes import clean_text
from crmdesk.schema.linktypes import ReferenceType
from crmdesk.schema.periods import period_name
from crmdesk.schema.registry import SYSTEM_FIELDS, Entity, Field, Path, Registry, Relation
from crmdesk.schema.values import Phone, ValueRefused, zone_of

ME = "me"
"""As the value of a reference to a user: whoever asks."""

ID = "id"
"""The path of the record's own id; compared like a reference to the record."""

USER = next(one.target for one in SYSTEM_FIELDS if one.target)
"""The entity of those who use the store."""

NEGATIVE = {"is_not": "is", "not_contains": "contains", "not_in": "in", "empty": "not_empty"}
"""The operators that hold exactly where another one does not."""

TEXT_KINDS = frozenset({"text", "longtext", "email", "url", "phone", "data"})
"""The kinds that are searched and ordered without regard to case."""

DAY_AND_TIME_KINDS = frozenset({"instant", "stamp", "moment"})
"""The kinds that hold points in time and can be compared with a whole day."""

PART_OF_TEXT = frozenset({"contains", "not_contains", "starts", "ends"})
"""The operators whose value is a piece of text, whatever the field's own values are."""

MOST_LETTERS = 1000
"""The longest text that can be looked for."""


@dataclass(frozen=True)
class Condition:
    """A field, reached by a path, compared with a value by an operator.

    Values are Python values of the field's type; `between` takes a pair, `in` a
    tuple, `within` the name of a relative period such as "this_quarter".
    """

    path: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class All:
    """Every part holds; true where there is none."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds; false where there is none."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold (an empty field does not hold anything)."""

    part: Where


@dataclass(frozen=True)
class Has:
    """There is a related record, by a relation to one or many, for which `where` holds.

    Through a link entity, paths inside are those of the record at the other end;
    fields that it does not have are those of the link itself.
    """

    relation: str
    where: Where | None = None


Where = Condition | All | Either | Not | Has


@dataclass(frozen=True)
class Sort:
    """One step of an order; the path may go through references."""

    path: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """Which records of an entity, in which order, grouped by which fields.

    `group` are paths; a path to a time may name a span: "close_date:month".
    """

    entity: str
    where: Where | None = None
    sort: tuple[Sort, ...] = ()
    group: tuple[str, ...] = ()
    search: str = ""


@dataclass(frozen=True)
class QueryContext:
    """Who asks, when and where: what `me`, "today" and a local day depend on.

    `user` is the id of a user or "", `zone` an IANA zone, `week_start` 0 for Monday
    … 6 for Sunday; without `now` the clock is asked.
    """

    user: str = ""
    zone: str = "UTC"
    week_start: int = 0
    now: datetime | None = None

    @cached_property
    def tz(self) -> tzinfo:
        return zone_of(self.zone)

    def present(self) -> datetime:
        """The current time, aware."""
        return self.now or datetime.now(UTC)

    def today(self) -> date:
        """Today's date where the reader is."""
        return self.present().astimezone(self.tz).date()


def both(first: Where | None, second: Where | None) -> Where | None:
    """Both conditions at once, where either may be missing."""
    if first is None or second is None:
        return first or second
    return All((first, second))


def default_sort(entity: Entity) -> tuple[Sort, ...]:
    """The order of a fresh list, as the entity declares it."""
    return tuple(Sort(name.lstrip("-"), name.startswith("-")) for name in entity.order)


def related_query(registry: Registry, relation: Relation, record_id: str) -> Query:
    """The records to show on the face of a relation to many, for one record.

    These are the holder's records, the links themselves where the holder is a link.
    """
    if not relation.many:
        raise BugError(f"{relation.source}.{relation.name} is a relation to one.")
    holder = registry.entity(relation.holder)
    return Query(holder.name, Condition(relation.field, "is", record_id), default_sort(holder))


def resolve(registry: Registry, entity: str, path: str, link: str = "") -> Path:
    """The field that a condition's path means; the record's own `id` is one, too.

    `link` is the link entity through which the records are reached, if any: a path
    that the entity does not have is looked for there, and the answer's `entity` says
    so. Raises BugError for a path that is none.
    """
    if link and path.split(".", maxsplit=1)[0] not in (ID, *registry.entity(entity).by_name):
        entity = link
    *through, last = path.split(".")
    if last != ID:
        return registry.resolve(entity, path)
    holder = entity
    steps: tuple[Field, ...] = ()
    if through:
        before = registry.resolve(entity, ".".join(through))
        if not before.field.target:
            raise BugError(f"{path!r} goes through {through[-1]!r}, which is not a reference.")
        steps, holder = (*before.steps, before.field), before.field.target
    return Path(entity, steps, Field(ID, ReferenceType(holder), Label("Id", "编号")))


def ends_of(relation: Relation) -> tuple[str, str]:
    """The entity whose fields `Has` asks for, and the link entity on the way or ""."""
    return relation.target, relation.holder if relation.far else ""


def checked_value(field: Field, op: str, value: Any) -> Any:
    """The operand of a condition in its normal form; raises KnownError for one that is none."""
    if op not in field.type.operators:
        raise KnownError(
            _("“{name}” cannot be asked with “{op}”.").format(name=field.name, op=op),
            hint=_("It can be asked with: {ops}.").format(ops=", ".join(field.type.operators)),
        )
    if op in ("empty", "not_empty"):
        return None
    if op == "within":
        return period_name(value)
    if op in ("in", "not_in"):
        return tuple(_checked_one(field, one) for one in value if one is not None)
    if op == "between":
        low, high = (None if one is None else _checked_one(field, one) for one in value)
        if low is None and high is None:
            raise KnownError(_("“between” needs at least one end."))
        return low, high
    if value is None:
        if op in ("is", "is_not"):
            return None
        raise KnownError(_("“{op}” needs a value.").format(op=op))
    if field.kind == "choices":
        return field.type.check((value,) if isinstance(value, str) else value) or ()
    if op in PART_OF_TEXT:
        return _checked_text(value)
    return _checked_one(field, value)


def _checked_one(field: Field, value: Any) -> Any:
    if isinstance(field.type, ReferenceType) and value == ME:
        if field.type.target != USER:
            raise ValueRefused(
                _("“{name}” does not point at a user; “me” means nothing there.").format(
                    name=field.name
                )
            )
        return ME
    if field.kind in DAY_AND_TIME_KINDS and type(value) is date:
        return value
    checked = field.type.check(value)
    if checked is None:
        raise KnownError(_("“{name}” is compared with nothing.").format(name=field.name))
    return checked


def _checked_text(value: Any) -> str:
    if isinstance(value, Phone):
        value = value.raw
    if not isinstance(value, str) or len(value) > MOST_LETTERS:
        raise KnownError(
            _("Only a text of up to {most} letters can be looked for.").format(most=MOST_LETTERS)
        )
    # Cleaned for its refusals and composition only: a space at the end may be meant.
    clean_text(value)
    spaces = value.strip()
    return value.replace(spaces, clean_text(spaces)) if spaces else value


def checked_where(registry: Registry, entity: str, where: Where, link: str = "") -> Where:
    """The condition with every path, operator and value checked and in its normal form.

    Raises KnownError for whatever this registry does not have.
    """
    match where:
        case Condition(path, op, value):
            try:
                field = resolve(registry, entity, path, link).field
            except BugError as error:
                raise no_path(registry, entity, path) from error
            return Condition(path, op, checked_value(field, op, value))
        case All(parts):
            return All(tuple(checked_where(registry, entity, part, link) for part in parts))
        case Either(parts):
            return Either(tuple(checked_where(registry, entity, part, link) for part in parts))
        case Not(part):
            return Not(checked_where(registry, entity, part, link))
        case Has(name, inner):
            relation = registry.relations(entity).get(name)
            if relation is None:
                raise no_path(registry, entity, name)
            target, by = ends_of(relation)
            return Has(name, inner and checked_where(registry, target, inner, by))


def no_path(registry: Registry, entity: str, path: str) -> KnownError:
    """The refusal of a path that the entity does not have, naming those it has."""
    names = [one.name for one in registry.entity(entity).all_fields if not one.hidden]
    return KnownError(
        _("{entity} has no field “{path}”.").format(entity=entity, path=path),
        hint=_("It has: {names}.").format(names=", ".join(names)),
    )


def paths_of(where: Where | None) -> Iterator[str]:
    """Every path that a condition reads on the entity itself, for showing and checking."""
    match where:
        case Condition(path):
            yield path
        case All(parts) | Either(parts):
            for part in parts:
                yield from paths_of(part)
        case Not(part):
            yield from paths_of(part)
        case Has(relation):
            yield relation
        case None:
            return
