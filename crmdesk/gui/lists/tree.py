"""A condition as a filter bar and its builder take it apart and put it together again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from crmdesk.schema.query import All, Either, Has, Not, Where

Match = Literal["all", "either", "none"]
MATCHES: tuple[Match, ...] = ("all", "either", "none")


def parts_of(where: Where | None) -> tuple[Where, ...]:
    """The parts that all have to hold: what the chips of a bar are."""
    if where is None:
        return ()
    return where.parts if isinstance(where, All) else (where,)


def joined(parts: Iterable[Where]) -> Where | None:
    """The condition of which `parts` are the parts."""
    kept = tuple(parts)
    if not kept:
        return None
    # One that is itself made of several stays one: taken alone it would come apart.
    return kept[0] if len(kept) == 1 and not isinstance(kept[0], All) else All(kept)


def group_of(where: Where) -> tuple[Match, tuple[Where, ...]] | None:
    """How the parts of a group have to match, and the parts; None for what is no group."""
    match where:
        case All(parts):
            return "all", parts
        case Either(parts):
            return "either", parts
        case Not(Either(parts)):
            return "none", parts
        case Not(Has()):
            return None
        case Not(part):
            return "none", (part,)
    return None


def grouped(match: Match, parts: Iterable[Where]) -> Where:
    """The group of these parts."""
    kept = tuple(parts)
    if match == "all":
        return All(kept)
    return Either(kept) if match == "either" else Not(Either(kept))


def related_of(where: Where) -> tuple[bool, Has] | None:
    """Whether there have to be related records, and which; None for anything else."""
    match where:
        case Has():
            return True, where
        case Not(Has() as has):
            return False, has
    return None


def pruned(where: Where | None) -> Where | None:
    """The condition without groups that are empty yet; None where nothing is left."""
    if where is None:
        return None
    group = group_of(where)
    if group is not None:
        kept = [one for part in group[1] if (one := pruned(part)) is not None]
        return grouped(group[0], kept) if kept else None
    related = related_of(where)
    if related is not None:
        has = Has(related[1].relation, pruned(related[1].where))
        return has if related[0] else Not(has)
    return where
