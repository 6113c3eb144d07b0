"""However one goes through the cube, the faces of a list wander only where one chooses them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.features.cube.cube import Cube
from crmdesk.features.cube.stand import SIDES
from crmdesk.schema.crm.declare import crm_registry

REGISTRY = crm_registry()
ENTITIES = ("opportunity", "company", "contact", "task", "quote", "note", "campaign")
RECORDS = st.sampled_from("abcd")

STEPS = st.one_of(
    st.tuples(st.just("turn"), st.sampled_from(ENTITIES), RECORDS, st.sampled_from((None, *SIDES))),
    st.tuples(st.just("list"), st.sampled_from(ENTITIES)),
    st.tuples(st.just("settle"), st.integers(0, 2**12 - 1)),
    st.tuples(st.just("point"), RECORDS),
    st.tuples(st.just("step"), RECORDS),
    st.tuples(st.just("forget"), RECORDS),
    st.sampled_from([("back",), ("forward",), ("home",), ("restart",)]),
)


def take(cube: Cube, step: tuple[Any, ...]) -> Cube:
    """Do one step, where it can be done."""
    stand = cube.stand
    match step:
        case ("turn", entity, record, side):
            through = side and cube.relation(side)
            # A turn through a face goes to a record that the face shows.
            cube.turn(through.target if through else entity, record, side if through else None)
        case ("list", entity):
            cube.show_list(entity)
        case ("settle", bits):
            names = [one.name for one in cube.relations(stand.entity)]
            cube.settle({name: bits >> at & 1 for at, name in enumerate(names)})
        case ("point", record) if stand.listing:
            cube.point_at(record)
        case ("step", record) if not stand.listing:
            cube.step_to(record)
        case ("forget", record):
            cube.forget(stand.entity, lambda id: id == record)
        case ("back",):
            cube.back()
        case ("forward",):
            cube.forward()
        case ("home",):
            cube.go_home()
        case ("restart",):
            data = cube.to_data()
            cube = Cube(REGISTRY, "opportunity")
            cube.restore(data)
    return cube


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=40))
def test_a_list_keeps_the_faces_that_nobody_chose(steps: list[tuple[Any, ...]]) -> None:
    cube = Cube(REGISTRY, "opportunity")
    for step in steps:
        cube = take(cube, step)
        stand = cube.stand
        if stand.listing:
            first = Cube(REGISTRY, stand.entity).stand
            assert (stand.right, stand.bottom) == (first.right, first.bottom)
            assert not cube.settle(dict.fromkeys(REGISTRY.entity(stand.entity).faces, 0))
            assert stand == replace(stand, right=first.right, bottom=first.bottom)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=20), face=st.sampled_from(("quotes", "notes", "timeline")))
def test_a_list_keeps_a_face_that_was_chosen(steps: list[tuple[Any, ...]], face: str) -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.choose_face("right", face)
    for step in steps:
        cube = take(cube, step)
    stand = cube.show_list("opportunity")
    assert (stand.right, stand.bottom) == (face, "contacts")
