"""Conditions in the words of the reader, for the chips of a filter bar and for tool tips.

`schema.querywriting` writes text that can be read back; this is for people alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crmdesk.errors import BugError
from crmdesk.i18n import _
from crmdesk.schema.periods import LAST_DAYS, NEXT_DAYS, PERIODS
from crmdesk.schema.query import (
    DAY_AND_TIME_KINDS,
    ID,
    ME,
    USER,
    All,
    Condition,
    Either,
    Has,
    Not,
    Where,
    ends_of,
    resolve,
)
from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import DateType, MomentType
from crmdesk.schema.values import AnyRef, Instant, Phone

Title = Callable[[str, str], str]
"""The title of a record by entity and id, "" where it is not known."""

THROUGH = " › "
"""What stands between the steps of a path."""

_TIMES = frozenset({"date", *DAY_AND_TIME_KINDS})


@dataclass(frozen=True)
class Words:
    """A condition in words: what is asked about, and what is said of it."""

    about: str
    said: str

    @property
    def line(self) -> str:
        """Both in one line."""
        return f"{self.about} {self.said}".strip()


def path_title(registry: Registry, entity: str, path: str, language: str) -> str:
    """What a path is called: "Company › City"; a path that is none is its own name."""
    try:
        found = resolve(registry, entity, path.partition(":")[0])
    except BugError:
        return path
    names = [step.label.text(language) for step in found.steps]
    if found.field.name == ID:
        last = registry.entity(found.field.target).label.text(language)
        return THROUGH.join(names) or last
    return THROUGH.join([*names, found.field.label.text(language)])


def operator_words(field: Field, op: str) -> str:
    """What an operator is called for that field, as a choice of a menu."""
    if field.kind in _TIMES:
        found = _time_words().get(op)
        if found is not None:
            return found
    elif field.type.numeric or field.kind in ("rating", "duration"):
        found = _number_words().get(op)
        if found is not None:
            return found
    elif field.kind == "choices":
        found = {"contains": _("has all of"), "not_contains": _("has not all of")}.get(op)
        if found is not None:
            return found
    return _plain_words().get(op, op)


def _time_words() -> dict[str, str]:
    return {
        "within": _("is within"), "is": _("is on"), "is_not": _("is not on"),
        "lt": _("is before"), "gt": _("is after"), "le": _("is on or before"),
        "ge": _("is on or after"), "between": _("is between"),
    }  # fmt: skip


def _number_words() -> dict[str, str]:
    return {"is": "=", "is_not": "≠", "lt": "<", "gt": ">", "le": "≤", "ge": "≥"}


def _plain_words() -> dict[str, str]:
    return {
        "is": _("is"), "is_not": _("is not"), "in": _("is any of"), "not_in": _("is none of"),
        "contains": _("contains"), "not_contains": _("does not contain"),
        "starts": _("begins with"), "ends": _("ends with"), "between": _("is between"),
        "empty": _("is empty"), "not_empty": _("is filled"),
        "gt": ">", "ge": "≥", "lt": "<", "le": "≤",
    }  # fmt: skip


def period_words(name: str, language: str) -> str:
    """What a period is called: "this quarter", "next 30 days"."""
    word, _colon, count = name.partition(":")
    if word == LAST_DAYS:
        return _("last {count} days").format(count=count)
    if word == NEXT_DAYS:
        return _("next {count} days").format(count=count)
    label = PERIODS.get(name)
    if label is None:
        return name
    text = label.text(language)
    # In the middle of a line: only English has capitals to lose.
    return text[:1].lower() + text[1:]


class Wording:
    """Says conditions on the records of one entity in the language of a context."""

    def __init__(self, registry: Registry, ctx: TextContext, title: Title) -> None:
        self._registry = registry
        self._ctx = ctx
        self._title = title

    def words(self, entity: str, where: Where, link: str = "") -> Words:
        """The condition in words; one that is made of several has nothing it is about."""
        match where:
            case Condition(path, op, value):
                return self._condition(entity, path, op, value, link)
            case All(()):
                return Words("", _("everything"))
            case Either(()):
                return Words("", _("nothing"))
            case All(parts):
                return Words("", _(" and ").join(self._inner(entity, one, link) for one in parts))
            case Either(parts):
                return Words("", _(" or ").join(self._inner(entity, one, link) for one in parts))
            case Not(Has() as has):
                return self._related(entity, has, _("none"), _("none where {what}"))
            case Not(part):
                return Words(_("Not"), self._inner(entity, part, link))
            case Has():
                return self._related(
                    entity, where, _("at least one"), _("at least one where {what}")
                )

    def line(self, entity: str, where: Where | None) -> str:
        """The condition in one line, "" for none."""
        return "" if where is None else self.words(entity, where).line

    def _inner(self, entity: str, where: Where, link: str) -> str:
        line = self.words(entity, where, link).line
        several = isinstance(where, All | Either) and len(where.parts) > 1
        return f"({line})" if several else line

    def _related(self, entity: str, has: Has, bare: str, inside: str) -> Words:
        relation = self._registry.relations(entity).get(has.relation)
        if relation is None:
            return Words(has.relation, bare)
        about = relation.label.text(self._ctx.language)
        if has.where is None:
            return Words(about, bare)
        target, by = ends_of(relation)
        return Words(about, inside.format(what=self.words(target, has.where, by).line))

    def _condition(self, entity: str, path: str, op: str, value: Any, link: str) -> Words:
        language = self._ctx.language
        try:
            field = resolve(self._registry, entity, path, link).field
        except BugError:
            return Words(path, op)
        own = path.partition(".")[0] in self._registry.entity(entity).by_name or path == ID
        about = path_title(self._registry, entity if own or not link else link, path, language)
        if value is None and op in ("is", "is_not"):
            op = "empty" if op == "is" else "not_empty"
        if field.kind == "boolean" and op in ("is", "is_not"):
            yes = bool(value) == (op == "is")
            return Words(about, _("yes") if yes else _("no"))
        if op in ("empty", "not_empty"):
            return Words(about, operator_words(field, op))
        if op == "within":
            return Words(about, period_words(value, language))
        if op == "between":
            low, high = value
            if low is None or high is None:
                only = high if low is None else low
                sign = operator_words(field, "le" if low is None else "ge")
                return Words(about, f"{sign} {self._one(field, only)}")
            return Words(about, f"{self._one(field, low)} – {self._one(field, high)}")
        if op in ("in", "not_in"):
            said = _(" or ").join(self._one(field, one) for one in value) or "–"
            return Words(about, f"{operator_words(field, 'is' if op == 'in' else 'is_not')} {said}")
        return Words(about, f"{operator_words(field, op)} {self._operand(field, op, value)}")

    def _operand(self, field: Field, op: str, value: Any) -> str:
        if op in ("contains", "not_contains", "starts", "ends"):
            if field.kind == "choices":
                keys = (value,) if isinstance(value, str) else value
                return field.type.show(tuple(keys), self._ctx)
            return f"“{value.raw if isinstance(value, Phone) else value}”"
        return self._one(field, value)

    def _one(self, field: Field, value: Any) -> str:
        if field.target:
            if value == ME and field.target == USER:
                return _("me")
            return self._title(field.target, value) or "…"
        if isinstance(value, AnyRef):
            return self._title(value.entity, value.id) or "…"
        if field.kind in DAY_AND_TIME_KINDS:
            kind = MomentType() if isinstance(value, Instant) else DateType()
            return kind.show(value, self._ctx)
        text = field.type.show(value, self._ctx)
        return f"“{text}”" if field.kind in ("text", "longtext") else text


def records_named(registry: Registry, entity: str, where: Where | None) -> set[tuple[str, str]]:
    """The records, as (entity, id), that a condition names and whose titles its words need."""
    found: set[tuple[str, str]] = set()
    _collect(registry, entity, where, "", found)
    return found


def _collect(
    registry: Registry, entity: str, where: Where | None, link: str, found: set[tuple[str, str]]
) -> None:
    match where:
        case All(parts) | Either(parts):
            for part in parts:
                _collect(registry, entity, part, link, found)
        case Not(part):
            _collect(registry, entity, part, link, found)
        case Has(name, inner):
            relation = registry.relations(entity).get(name)
            if relation is not None:
                _collect(registry, *_swapped(ends_of(relation), inner), found)
        case Condition(path, op, value):
            try:
                field = resolve(registry, entity, path, link).field
            except BugError:
                return
            for one in _values(op, value):
                if field.target and isinstance(one, str) and one != ME:
                    found.add((field.target, one))
                elif isinstance(one, AnyRef):
                    found.add((one.entity, one.id))


def _swapped(ends: tuple[str, str], inner: Where | None) -> tuple[str, Where | None, str]:
    target, by = ends
    return target, inner, by


def _values(op: str, value: Any) -> Iterable[Any]:
    return value if op in ("in", "not_in", "between") and value is not None else (value,)
