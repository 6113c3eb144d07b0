"""What a new store begins with: the declared choices, a pipeline, and who uses it.

Ids are made from names (UUIDv5), so that two laptops begin with the same rows. What was
there once and was deleted does not come again.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crmdesk.i18n import Label
from crmdesk.ops.savedviews import definition
from crmdesk.ops.work import SYSTEM_COLUMNS, Work, cells_of, existing
from crmdesk.schema.crm import choices
from crmdesk.schema.crm.facts import (
    Choices,
    Opportunities,
    Pipelines,
    SavedViews,
    Stages,
    Users,
)
from crmdesk.schema.crm.views import STANDARD_VIEWS
from crmdesk.schema.registry import Registry
from crmdesk.store import changelog, rows

SEEDED = "seeded"
"""The key under which a store notes what it was seeded with."""

_PIPELINE = Label("Sales", "销售")
_PLANNED = (Opportunities.AMOUNT, Opportunities.CLOSE_DATE)
_STAGES: tuple[tuple[Label, int, str, str, int | None, str, tuple[str, ...]], ...] = (
    (Label("Prospecting", "寻找机会"), 10, Stages.OPEN, "pipeline", 14, "#64748b", ()),
    (Label("Qualified", "已确认"), 25, Stages.OPEN, "pipeline", 14, "#2f6fed", ()),
    (Label("Proposal", "方案"), 50, Stages.OPEN, "best_case", 21, "#7a5af8", _PLANNED),
    (Label("Negotiation", "谈判"), 70, Stages.OPEN, "best_case", 21, "#9a6700", _PLANNED),
    (Label("Verbal", "口头承诺"), 90, Stages.OPEN, "commit", 14, "#c2410c", _PLANNED),
    (Label("Won", "赢单"), 100, Stages.WON, "closed", None, "#1f7a4d", (Opportunities.AMOUNT,)),
    (Label("Lost", "输单"), 0, Stages.LOST, "omitted", None, "#c9372c",
     (Opportunities.LOST_REASON,)),
)  # fmt: skip

Seed = tuple[str, str, dict[str, Any]]


def version(registry: Registry) -> str:
    """What a store that has all seeds notes; another one when a list was added to."""
    names = [(name, [item.key for item in one.items])
             for name, one in registry.choice_lists.items()]  # fmt: skip
    names.append((SavedViews.ENTITY, [one.label.en for one in STANDARD_VIEWS]))
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]


def seeds(registry: Registry) -> Iterator[Seed]:
    """Everything a new store begins with, as (entity, id, values)."""
    for one in registry.choice_lists.values():
        of = rows.link_id(choices.LISTS, one.name)
        yield choices.LISTS, of, {
            choices.LIST_NAME: one.name,
            Choices.LIST_LABEL: one.label.en,
            Choices.LIST_LABEL_ZH: one.label.zh,
        }  # fmt: skip
        for at, item in enumerate(one.items):
            yield choices.ITEMS, rows.link_id(choices.ITEMS, one.name, item.key), {
                choices.ITEM_LIST: of,
                choices.ITEM_KEY: item.key,
                Choices.LABEL: item.label_en,
                Choices.LABEL_ZH: item.label_zh or None,
                Choices.COLOUR: item.colour or None,
                choices.ITEM_POSITION: at,
                Choices.ARCHIVED: False,
            }  # fmt: skip
    pipeline = rows.link_id(Pipelines.ENTITY, _PIPELINE.en)
    yield Pipelines.ENTITY, pipeline, {
        Pipelines.NAME: _PIPELINE.en, Pipelines.DEFAULT: True, Pipelines.POSITION: 0,
    }  # fmt: skip
    for at, (label, chance, outcome, forecast, rotting, colour, needed) in enumerate(_STAGES):
        yield Stages.ENTITY, rows.link_id(Stages.ENTITY, _PIPELINE.en, label.en), {
            Stages.PIPELINE: pipeline,
            Stages.NAME: label.en,
            Stages.NAME_ZH: label.zh,
            Stages.POSITION: at,
            Stages.PROBABILITY: Decimal(chance),
            Stages.OUTCOME: outcome,
            Stages.FORECAST: forecast,
            Stages.ROTTING: rotting,
            Stages.COLOUR: colour,
            Stages.NEEDED: needed or None,
        }  # fmt: skip
    yield from _views(registry)


def _views(registry: Registry) -> Iterator[Seed]:
    if SavedViews.ENTITY in registry.entities:
        for at, one in enumerate(STANDARD_VIEWS):
            yield SavedViews.ENTITY, rows.link_id(SavedViews.ENTITY, one.label.en), {
                SavedViews.NAME: one.label.en,
                SavedViews.NAME_ZH: one.label.zh,
                SavedViews.OF: one.spec.entity,
                SavedViews.DEFINITION: definition(registry, one.spec),
                SavedViews.POSITION: at,
            }  # fmt: skip


def plant(work: Work) -> None:
    """Write the seeds that the store never had."""
    for entity, id, values in seeds(work.registry):
        if entity in work.registry.entities and not _was_there(work, entity, id):
            _write(work, entity, id, values)


def _was_there(work: Work, entity: str, id: str) -> bool:
    return changelog.newest_of(work.raw, entity, id) is not None


def _write(work: Work, entity: str, id: str, values: dict[str, Any]) -> None:
    cells = cells_of(work.registry.entity(entity), values)
    system = zip(SYSTEM_COLUMNS, (work.stamp, work.user, work.stamp), strict=True)
    rows.insert(work.raw, entity, id, cells | dict(system))


def login_name() -> str:
    """The name of the person as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # No such entry in the system's list of users.
        return "me"


def user_id(name: str) -> str:
    """The id of the user's record for a login name."""
    return rows.link_id(Users.ENTITY, name.casefold())


def ensure_user(work: Work, name: str) -> bool:
    """See to it that there is a record of the user; whether it was missing."""
    if existing(work.raw, Users.ENTITY, [work.user]):
        return False
    _write(work, Users.ENTITY, work.user, {Users.NAME: name})
    return True
