"""Conditions, orders and groups as text, for the command line and the filter bar.

    stage = Won and close_date within this_quarter and not (company.city contains "Ham")
    amount > 5000 or owner is me
    tasks has (done = no and due is overdue)
    status in (open, won) and name starts with "Ge" and phone is not empty

Words of the language are English and may be written in either case; a value that holds
one of them, a bracket or a comma is put in quotes. Values are read as their field reads
them, in the writer's locale. `and` binds closer than `or`, `not` closer than both.
"""

from __future__ import annotations

from typing import Any, NoReturn

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.schema.filtertokens import FilterRefused, Token, tokens_of
from crmdesk.schema.periods import period_name
from crmdesk.schema.query import (
    DAY_AND_TIME_KINDS,
    ME,
    PART_OF_TEXT,
    USER,
    All,
    Condition,
    Either,
    Has,
    Not,
    Sort,
    Where,
    checked_value,
    ends_of,
    no_path,
    resolve,
)
from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import MomentType
from crmdesk.schema.values import ValueRefused

DEEPEST = 50
"""How many brackets a filter may have inside each other."""

LONGEST = 20_000
"""The longest filter that is read, in characters."""


_SIGNS = {"=": "is", "!=": "is_not", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}

# Each way to say an operator, the longer ones first.
_SPOKEN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("does", "not", "contain"), "not_contains"),
    (("not", "contains"), "not_contains"), (("not", "contain"), "not_contains"),
    (("not_contains",), "not_contains"),
    (("contains",), "contains"), (("contain",), "contains"),
    (("starts", "with"), "starts"), (("begins", "with"), "starts"), (("starts",), "starts"),
    (("ends", "with"), "ends"), (("ends",), "ends"),
    (("is", "not", "empty"), "not_empty"), (("not", "empty"), "not_empty"),
    (("not_empty",), "not_empty"), (("is", "empty"), "empty"), (("empty",), "empty"),
    (("is", "not", "in"), "not_in"), (("not", "in"), "not_in"), (("not_in",), "not_in"),
    (("is", "in"), "in"), (("in",), "in"),
    (("is", "between"), "between"), (("between",), "between"),
    (("is", "within"), "within"), (("within",), "within"),
    (("is", "before"), "lt"), (("before",), "lt"), (("is", "after"), "gt"), (("after",), "gt"),
    (("is", "not"), "is_not"), (("is_not",), "is_not"), (("is",), "is"),
    (("gt",), "gt"), (("ge",), "ge"), (("lt",), "lt"), (("le",), "le"),
)  # fmt: skip

_CLOSING = ("and", "or")


def where_from_text(
    registry: Registry, entity: str, text: str, ctx: TextContext, link: str = ""
) -> Where | None:
    """The condition that a text means, None for an empty one.

    Raises FilterRefused, with the place in the text, for whatever cannot be understood.
    """
    if len(text) > LONGEST:
        raise FilterRefused(_("The filter is too long"), LONGEST)
    parser = _Parser(registry, text, ctx)
    if parser.at_end:
        return None
    where = parser.either(entity, link, 0)
    parser.finish()
    return where


def sort_from_text(registry: Registry, entity: str, text: str) -> tuple[Sort, ...]:
    """The order that a text such as `-amount, company.name` or `amount desc` means."""
    found: list[Sort] = []
    start = 0
    for part in text.split(","):
        words = part.split()
        if words:
            path = words[0].lstrip("+-")
            way = " ".join(words[1:]).casefold()
            if way not in ("", "asc", "desc", "ascending", "descending"):
                raise FilterRefused(
                    _("“{text}” is no order").format(text=part.strip()),
                    start, hint=_("Write it like {example}.").format(example="-amount, name"),
                )  # fmt: skip
            _resolved(registry, entity, path, "", start)
            found.append(Sort(path, words[0].startswith("-") != way.startswith("desc")))
        start += len(part) + 1
    return tuple(found)


class _Parser:
    def __init__(self, registry: Registry, text: str, ctx: TextContext) -> None:
        self._registry = registry
        self._text = text
        self._ctx = ctx
        self._tokens = tokens_of(text)
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def at_end(self) -> bool:
        return self._next.kind == "end"

    def _take(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._at += 1
        return token

    def _refuse(self, wanted: str) -> NoReturn:
        token = self._next
        if token.kind == "end":
            raise FilterRefused(
                _("The filter ends where {wanted} is needed").format(wanted=wanted), token.start
            )
        raise FilterRefused(
            _("“{text}” stands where {wanted} is needed").format(text=token.text, wanted=wanted),
            token.start,
        )

    def finish(self) -> None:
        if not self.at_end:
            self._refuse(_("“and”, “or” or the end"))

    # ------------------------------------------------------------ grammar

    def either(self, entity: str, link: str, depth: int) -> Where:
        parts = [self._all(entity, link, depth)]
        while self._next.is_word("or"):
            self._take()
            parts.append(self._all(entity, link, depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self, entity: str, link: str, depth: int) -> Where:
        parts = [self._part(entity, link, depth)]
        while self._next.is_word("and"):
            self._take()
            parts.append(self._part(entity, link, depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, entity: str, link: str, depth: int) -> Where:
        if depth > DEEPEST:
            raise FilterRefused(_("There are too many brackets"), self._next.start)
        if self._next.is_word("not"):
            self._take()
            return Not(self._part(entity, link, depth + 1))
        if self._next.is_word("all", "none") and self._tokens[self._at + 1].kind in ("end", "sign"):
            # What holds for every record, and for none.
            following = self._tokens[self._at + 1]
            if following.kind == "end" or following.is_sign(")"):
                return All(()) if self._take().is_word("all") else Either(())
        if self._next.is_sign("("):
            self._take()
            inner = self.either(entity, link, depth + 1)
            self._close()
            return inner
        return self._condition(entity, link, depth)

    def _close(self) -> None:
        if not self._next.is_sign(")"):
            self._refuse("“)”")
        self._take()

    def _condition(self, entity: str, link: str, depth: int) -> Where:
        name = self._next
        if name.kind != "word":
            self._refuse(_("the name of a field"))
        self._take()
        path = name.text.casefold()
        if self._next.is_word("has"):
            return self._has(entity, path, name.start, depth)
        field = _resolved(self._registry, entity, path, link, name.start)
        op_token = self._next
        op = self._operator()
        try:
            op, value = self._operand(field, op)
            return Condition(path, op, checked_value(field, op, value))
        except FilterRefused:
            raise
        except KnownError as error:
            raise FilterRefused(error.message, op_token.start, hint=error.hint) from error

    def _has(self, entity: str, name: str, start: int, depth: int) -> Where:
        relation = self._registry.relations(entity).get(name)
        if relation is None:
            names = ", ".join(self._registry.relations(entity))
            raise FilterRefused(
                _("{entity} has no relation “{name}”").format(entity=entity, name=name),
                start, hint=_("It has: {names}.").format(names=names),
            )  # fmt: skip
        self._take()
        if self._next.is_word("any"):
            self._take()
            return Has(name)
        if not self._next.is_sign("("):
            self._refuse(_("“any” or a condition in brackets"))
        self._take()
        target, by = ends_of(relation)
        inner = self.either(target, by, depth + 1)
        self._close()
        return Has(name, inner)

    def _operator(self) -> str:
        token = self._next
        if token.kind == "sign" and token.text in _SIGNS:
            self._take()
            return _SIGNS[token.text]
        for words, op in _SPOKEN:
            following = self._tokens[self._at : self._at + len(words)]
            if len(following) == len(words) and all(
                one.is_word(word) for one, word in zip(following, words, strict=True)
            ):
                self._at += len(words)
                return op
        self._refuse(_("an operator such as =, contains or within"))

    def _operand(self, field: Field, op: str) -> tuple[str, Any]:
        if op in ("empty", "not_empty"):
            return op, None
        if op in ("in", "not_in"):
            return op, self._many(field)
        if op == "between":
            low = self._value(field, op)
            if not self._next.is_word("and"):
                self._refuse("“and”")
            self._take()
            return op, (low, self._value(field, op))
        start = self._next.start
        text, is_quoted = self._text_value(closing=_CLOSING)
        if "within" in field.type.operators and not is_quoted:
            if op == "within":
                return op, period_name(text)
            if op == "is" and _is_period(text):
                return "within", period_name(text)
        if op == "within":
            return op, period_name(text)
        return op, self._parsed(field, op, text, start, is_quoted=is_quoted)

    def _many(self, field: Field) -> tuple[Any, ...]:
        if not self._next.is_sign("("):
            self._refuse(_("a list in brackets"))
        self._take()
        values: list[Any] = []
        while not self._next.is_sign(")"):
            values.append(self._value(field, "in", closing=()))
            if self._next.is_sign(","):
                self._take()
            elif not self._next.is_sign(")"):
                self._refuse(_("“,” or “)”"))
        self._take()
        return tuple(values)

    def _value(self, field: Field, op: str, closing: tuple[str, ...] = _CLOSING) -> Any:
        start = self._next.start
        text, is_quoted = self._text_value(closing)
        return self._parsed(field, op, text, start, is_quoted=is_quoted)

    def _text_value(self, closing: tuple[str, ...]) -> tuple[str, bool]:
        """A value in quotes, or the words up to the next word or sign of the language."""
        if self._next.kind == "text":
            return self._take().text, True
        first = last = self._next
        if first.kind != "word" or first.is_word(*closing):
            self._refuse(_("a value"))
        listed = not closing
        while (token := self._next).kind == "word" or (token.is_sign(",") and not listed):
            if token.is_word(*closing):
                break
            last = self._take()
        return self._text[first.start : last.end], False

    def _parsed(self, field: Field, op: str, text: str, start: int, *, is_quoted: bool) -> Any:
        if op in PART_OF_TEXT and field.kind != "choices":
            return text
        if field.target == USER and text.casefold() == ME and not is_quoted:
            return ME
        try:
            if field.kind in DAY_AND_TIME_KINDS:
                value: Any = MomentType().parse(text, self._ctx)
            else:
                value = field.type.parse(text, self._ctx)
        except ValueRefused as error:
            raise FilterRefused(error.message, start, hint=error.hint) from error
        if value is None:
            raise FilterRefused(
                _("A value is needed"), start, hint=_("Write “is empty” for an empty field.")
            )
        return value


def _is_period(text: str) -> bool:
    """Whether a bare word after `=` is the name of a period, such as overdue or this_week."""
    try:
        period_name(text)
    except KnownError:
        return False
    return True


def _resolved(registry: Registry, entity: str, path: str, link: str, start: int) -> Field:
    try:
        return resolve(registry, entity, path, link).field
    except BugError as error:
        known = no_path(registry, entity, path)
        raise FilterRefused(known.message, start, hint=known.hint) from error
