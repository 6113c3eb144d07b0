"""How the columns of a face share its width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cells import CellMaker
from crmdesk.gui.cube.narrow import least, shared
from crmdesk.gui.grid.source import GridColumn
from crmdesk.gui.sources import first_paths

KINDS = ("text", "boolean", "money", "reference", "moment", "choice", "phone")

columns = st.lists(
    st.builds(
        lambda n, kind, width, stretch: GridColumn(
            f"c{n}", "", kind=kind, width=width, stretch=stretch
        ),
        st.integers(0, 99),
        st.sampled_from(KINDS),
        st.integers(50, 400),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(specs=columns, room=st.integers(0, 3000))
def test_columns_fill_the_room_and_never_more(specs: list[GridColumn], room: int) -> None:
    widths = shared(specs, room)
    shown = [n for n, width in enumerate(widths) if width]
    # Those in sight are the first ones, without a gap, two at the least.
    assert shown == list(range(len(shown)))
    assert len(shown) >= min(2, len(specs))
    # Titles are cut short only where there would be no room for the first three columns.
    tight = len(shown) <= 3
    assert all(widths[n] >= least(specs[n], tight=tight) for n in shown)
    if len(shown) > 2 or sum(widths) <= room:
        assert sum(widths) == room
    if len(shown) < len(specs):
        # One more would not have fitted at its least.
        more = range(len(shown) + 1)
        assert sum(least(specs[n], tight=len(more) <= 3) for n in more) > room


@pytest.mark.parametrize("entity", ["opportunity", "company", "contact", "campaign", "request"])
def test_a_face_of_480_shows_its_first_three_columns(bridge: Bridge, entity: str) -> None:
    for relation in bridge.registry.faces(entity):
        paths = first_paths(bridge.registry, relation.holder, relation)
        specs = CellMaker(
            bridge.registry, bridge.picks, bridge.ctx, relation.holder, paths
        ).columns()
        widths = shared(specs, 480)
        assert sum(widths) == 480, relation.name
        assert all(widths[: min(3, len(widths))]), relation.name


@pytest.mark.parametrize(("relation", "sought"), [("tasks", "due"), ("notes", "body")])
def test_a_face_of_350_shows_what_one_looks_for(bridge: Bridge, relation: str, sought: str) -> None:
    found = bridge.registry.relation("company", relation)
    paths = first_paths(bridge.registry, found.holder, found)
    maker = CellMaker(bridge.registry, bridge.picks, bridge.ctx, found.holder, paths)
    widths = dict(zip(paths, shared(maker.columns(), 350), strict=True))
    assert widths[sought] >= 110
