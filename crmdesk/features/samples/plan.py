"""The parts of a sample in the order in which they can be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crmdesk.features.samples.activity import ACTIVITIES, Activity
from crmdesk.features.samples.deals import Selling
from crmdesk.features.samples.world import Batch, Stage, World

ROWS_A_CONTACT = ACTIVITIES + 9.4
"""Roughly how many records a sample has for each of its contacts, for the progress."""


def batches(
    contacts: int, seed: int, until: date, me: str, stages: list[Stage], zone: str
) -> Iterator[Batch]:
    """All records of a sample, those that others refer to first.

    `me` is the user whose own records some are; `stages` are the stages of the store's
    pipeline in their order; in `zone` people work by day. The same seed gives the same records
    but for their ids.
    """
    world = World(contacts, seed, until, me, stages, zone)
    selling, activity = Selling(world), Activity(world)
    parts = (
        world.users(), selling.catalogue(), world.firms(), world.persons(), world.affiliations(),
        selling.opportunities(), selling.papers(), activity.campaigns(), activity.requests(),
        activity.all(),
    )  # fmt: skip
    for part in parts:
        for entity, rows in part:
            if rows:
                yield entity, rows
