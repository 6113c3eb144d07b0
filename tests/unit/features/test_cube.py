"""The cube without a window: what stands where after each turn, and the way back."""

from __future__ import annotations

import json

import pytest

from crmdesk.errors import BugError
from crmdesk.features.cube.cube import LONGEST, Cube
from crmdesk.features.cube.stand import TIMELINE, Side, Stand
from crmdesk.schema.crm.declare import crm_registry

REGISTRY = crm_registry()


def cube_at(entity: str, *, right: str = "", bottom: str = "") -> Cube:
    """A cube whose front is a record of `entity`, with these faces."""
    cube = Cube(REGISTRY, "opportunity")
    cube.turn(entity, "from")
    if right:
        cube.choose_face("right", right)
    if bottom:
        cube.choose_face("bottom", bottom)
    return cube


def test_it_begins_with_a_list_and_the_faces_declared_first() -> None:
    stand = Cube(REGISTRY, "opportunity").stand
    assert (stand.entity, stand.listing, stand.record) == ("opportunity", True, "")
    assert (stand.bottom, stand.right) == ("contacts", "tasks")


@pytest.mark.parametrize(
    ("front", "side", "face", "to", "expected"),
    [
        # Through its tasks to a contact: the contact's tasks stay on that side.
        ("opportunity", "right", "tasks", "contact", {"right": "tasks", "bottom": "opportunities"}),
        ("opportunity", "bottom", "tasks", "contact", {"right": "opportunities"}),
        ("opportunity", "bottom", "tasks", "contact", {"bottom": "tasks"}),
        ("opportunity", "right", "notes", "company", {"right": "notes", "bottom": "opportunities"}),
        ("company", "right", "opportunities", "contact", {"right": "opportunities"}),
        ("contact", "right", "tasks", "company", {"right": "tasks", "bottom": "contacts"}),
        ("company", "bottom", "tasks", "opportunity", {"bottom": "tasks"}),
        ("campaign", "right", "opportunities", "company", {"right": "opportunities"}),
        ("company", "right", "requests", "contact", {"right": "requests"}),
        # The timeline is everybody's.
        ("company", "right", TIMELINE, "contact", {"right": TIMELINE}),
        # To the row itself: an opportunity has no opportunities, but shows its contacts.
        ("contact", "right", "opportunities", "opportunity", {"bottom": "contacts"}),
        ("company", "right", "contacts", "contact", {"right": "tasks", "bottom": "opportunities"}),
        # A task has neither: what it declares first comes.
        ("opportunity", "right", "tasks", "task", {"bottom": "notes", "right": "attachments"}),
    ],
)
def test_what_stays_when_the_cube_is_turned_through_a_face(
    front: str, side: Side, face: str, to: str, expected: dict[Side, str]
) -> None:
    cube = cube_at(front)
    cube.choose_face(side, face)
    stand = cube.turn(to, "x", from_face=side)
    assert (stand.entity, stand.record, stand.listing) == (to, "x", False)
    assert {one: stand.face(one) for one in expected} == expected
    assert stand.right != stand.bottom


@pytest.mark.parametrize("entity", list(REGISTRY.entities))
def test_every_entity_can_stand_in_front(entity: str) -> None:
    cube = Cube(REGISTRY, "opportunity")
    for stand in (cube.turn(entity, "x"), cube.show_list(entity)):
        for face in (stand.right, stand.bottom):
            assert face in {"", TIMELINE, *(one.name for one in cube.relations(entity))}
        assert stand.right != stand.bottom or not stand.right


def test_a_turn_from_the_front_keeps_the_kinds_that_are_in_sight() -> None:
    cube = cube_at("opportunity", right="notes", bottom="quotes")
    stand = cube.turn("company", "x")
    assert (stand.right, stand.bottom) == ("notes", "quotes")


def test_chosen_faces_are_remembered_for_each_entity() -> None:
    cube = cube_at("company", right="requests", bottom="quotes")
    cube.turn("opportunity", "o")
    cube.choose_face("right", TIMELINE)
    stand = cube.turn("company", "another")
    assert (stand.right, stand.bottom) == ("requests", "quotes")
    assert cube.turn("opportunity", "p").right == TIMELINE


def test_faces_that_came_by_a_turn_are_not_remembered() -> None:
    cube = cube_at("company", right="requests")
    cube.turn("contact", "c", from_face="right")
    cube.turn("product", "p")
    assert cube.show_list("contact").right == "tasks"


def test_back_and_forward_restore_front_faces_and_place() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.point_at("o1")
    cube.keep_place(row=41, column=2, scroll=900)
    before = cube.stand
    cube.turn("company", "c")
    cube.choose_face("right", "notes")
    after = cube.stand
    assert cube.back() == before
    assert not cube.can_go_back
    assert cube.forward() == after
    assert not cube.can_go_forward
    cube.back()
    cube.turn("contact", "x")
    assert not cube.can_go_forward


def test_the_trail_begins_at_the_last_list() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("company", "a")
    cube.show_list("contact")
    cube.turn("contact", "b")
    cube.turn("company", "c")
    assert [(stand.entity, stand.record) for stand in cube.trail] == [
        ("contact", ""), ("contact", "b"), ("company", "c"),
    ]  # fmt: skip
    assert cube.go_to_crumb(1).record == "b"
    assert cube.can_go_forward
    with pytest.raises(BugError):
        cube.go_to_crumb(7)


def test_turning_to_what_is_in_front_is_no_step() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("company", "a")
    cube.turn("company", "a")
    cube.back()
    assert cube.stand.listing


def test_a_list_comes_back_as_it_was_left() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.arrange(changed='{"sort":["-amount"]}', find="pump")
    cube.point_at("o9")
    cube.show_list("company")
    stand = cube.show_list("opportunity")
    kept = (stand.changed, stand.find, stand.record)
    assert kept == ('{"sort":["-amount"]}', "pump", "o9")


def test_another_view_of_the_same_list_is_a_step() -> None:
    cube = Cube(REGISTRY, "opportunity", {"company": "v1"})
    cube.show_list("opportunity", "v7")
    cube.arrange(changed="{}")
    assert (cube.stand.view, cube.stand.changed, len(cube.trail)) == ("v7", "{}", 1)
    assert cube.back().view == ""
    assert cube.forward().view == "v7"
    assert cube.show_list("company").view == "v1"
    assert cube.show_list("company", "").view == ""
    again = Cube(REGISTRY, "opportunity")
    again.restore(cube.to_data())
    again.back()
    again.back()
    assert (again.stand.view, again.stand.changed) == ("v7", "{}")


def test_next_and_previous_are_no_steps_of_the_trail() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("opportunity", "a")
    cube.step_to("b")
    assert cube.stand.record == "b"
    assert cube.back().listing
    with pytest.raises(BugError):
        cube.step_to("c")


def test_deleted_records_leave_the_trail() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.point_at("a")
    cube.turn("company", "c")
    cube.turn("opportunity", "a")
    stand = cube.forget("opportunity", lambda id_: id_ == "a")
    assert (stand.entity, stand.record) == ("company", "c")
    assert cube.back().record == ""


def test_the_whole_state_survives_a_restart() -> None:
    cube = cube_at("company", right="requests")
    cube.name("Nordlicht GmbH")
    cube.turn("contact", "c", from_face="right")
    cube.turn("opportunity", "o")
    cube.back()
    kept = json.loads(json.dumps(cube.to_data()))
    again = Cube(REGISTRY, "opportunity")
    assert again.restore(kept) == cube.stand
    assert again.trail == cube.trail
    assert again.forward() == cube.forward()
    assert again.turn("company", "x").right == "requests"


def test_what_no_longer_fits_is_left_out_at_a_restart() -> None:
    cube = cube_at("company")
    kept = cube.to_data()
    kept["trail"].insert(0, Stand("gone_entity", "x", listing=False).to_data())
    kept["trail"].insert(0, Stand("company", "x", right="no_relation").to_data())
    kept["trail"].insert(0, {"entity": 7})
    kept["trail"].append("nonsense")
    kept["at"] += 3
    kept["faces"] = {"gone_entity": {"right": "x"}, "company": {"right": "no_relation"}}
    again = Cube(REGISTRY, "opportunity")
    assert again.restore(kept) == cube.stand
    assert len(again.trail) == 2
    assert again.restore({"trail": [], "at": 0}) == cube.stand
    assert Cube(REGISTRY, "task").restore({"trail": 3}).entity == "task"


def test_the_trail_does_not_grow_without_end() -> None:
    cube = Cube(REGISTRY, "opportunity")
    for number in range(LONGEST * 2):
        cube.turn("company", f"c{number}")
    assert len(cube.to_data()["trail"]) == LONGEST


@pytest.mark.parametrize(
    ("front", "right", "bottom", "to", "expected"),
    [
        # By a reference in the form: the kinds that are in sight stay, now of the new front.
        ("contact", "tasks", "opportunities", "company", ("tasks", "opportunities")),
        ("opportunity", "tasks", "contacts", "company", ("tasks", "contacts")),
        ("opportunity", "notes", "quotes", "contact", ("notes", "quotes")),
        ("opportunity", "tasks", "lines", "campaign", ("tasks", "members")),
        ("quote", TIMELINE, "lines", "opportunity", (TIMELINE, "contacts")),
        ("company", "requests", "contacts", "company", ("requests", "contacts")),
        # A contact's own reports are not the contacts that were in sight.
        ("opportunity", "tasks", "contacts", "contact", ("tasks", "opportunities")),
        ("company", "opportunities", "contacts", "contact", ("opportunities", "tasks")),
        # What the new front does not have gives way to what it declares first.
        ("task", "notes", "attachments", "opportunity", ("notes", "attachments")),
        ("task", "interactions", "notes", "opportunity", ("interactions", "notes")),
        ("request", "attachments", "tasks", "asset", (TIMELINE, "requests")),
        ("product", "prices", "quote_lines", "opportunity", ("tasks", "contacts")),
    ],
)
def test_what_stays_when_a_reference_in_the_front_is_followed(
    front: str, right: str, bottom: str, to: str, expected: tuple[str, str]
) -> None:
    stand = cube_at(front, right=right, bottom=bottom).turn(to, "x")
    assert (stand.right, stand.bottom) == expected


def test_a_record_of_a_list_has_the_faces_of_its_kind() -> None:
    cube = Cube(REGISTRY, "company")
    stand = cube.turn("company", "c")
    assert (stand.bottom, stand.right) == ("contacts", "opportunities")


def test_faces_that_nobody_chose_show_something() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("opportunity", "o")
    assert cube.settle({"contacts": 1, "tasks": 0, "notes": 0, "quotes": 3, "events": 2})
    assert (cube.stand.bottom, cube.stand.right) == ("contacts", "quotes")
    # Once is enough: what is counted later moves no face.
    assert not cube.settle({"contacts": 0, "quotes": 0, "events": 2})
    assert cube.stand.right == "quotes"


@pytest.mark.parametrize("counts", [{}, {"contacts": 0, "tasks": 0}, {"tasks": 4, "contacts": 1}])
def test_faces_stay_where_there_is_nothing_better(counts: dict[str, int]) -> None:
    cube = Cube(REGISTRY, "opportunity")
    before = cube.turn("opportunity", "o")
    assert not cube.settle(counts)
    assert cube.stand == before


def test_what_was_chosen_or_stayed_is_left_though_it_is_empty() -> None:
    counts = {"contacts": 0, "tasks": 0, "quotes": 3, "notes": 1}
    chosen = cube_at("opportunity", right="tasks")
    chosen.turn("opportunity", "another")
    chosen.settle(counts)
    assert chosen.stand.right == "tasks"
    # Chosen before the counts were there.
    quick = Cube(REGISTRY, "opportunity")
    quick.turn("opportunity", "o")
    quick.choose_face("right", "events")
    quick.settle(counts)
    assert quick.stand.right == "events"
    through = cube_at("company", right="tasks")
    through.turn("opportunity", "o", from_face="right")
    through.settle(counts)
    assert through.stand.right == "tasks"
    # Walking down a list moves no face either.
    listing = Cube(REGISTRY, "opportunity")
    listing.point_at("o")
    assert not listing.settle(counts)


def test_faces_change_places_and_are_remembered() -> None:
    cube = cube_at("opportunity", right="tasks", bottom="contacts")
    stand = cube.swap()
    assert (stand.right, stand.bottom) == ("contacts", "tasks")
    cube.turn("product", "p")
    stand = cube.turn("opportunity", "o")
    assert (stand.right, stand.bottom) == ("contacts", "tasks")


def test_faces_that_only_gave_way_change_places_but_are_not_remembered() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("opportunity", "o")
    assert cube.settle({"contacts": 0, "tasks": 0, "notes": 2, "events": 0, "quotes": 1})
    assert (cube.stand.right, cube.stand.bottom) == ("quotes", "notes")
    stand = cube.swap()
    assert (stand.right, stand.bottom) == ("notes", "quotes")
    # The list, and the next deal, have what is declared, in the places that were wanted.
    stand = cube.show_list("opportunity")
    assert (stand.right, stand.bottom) == ("contacts", "tasks")


def test_shut_faces_edges_and_recent_records_are_kept() -> None:
    cube = cube_at("opportunity")
    cube.set_shut("bottom", shut=True)
    cube.keep_sizes({"record_x": 0.4})
    cube.turn("company", "c")
    assert (cube.shut, dict(cube.sizes)) == (frozenset(), {})
    cube.turn("opportunity", "from")
    kept = json.loads(json.dumps(cube.to_data()))
    again = Cube(REGISTRY, "task")
    again.restore(kept)
    assert (again.shut, dict(again.sizes)) == ({"bottom"}, {"record_x": 0.4})
    assert again.recent == (("opportunity", "from"), ("company", "c"))
    again.set_shut("bottom", shut=False)
    assert again.shut == frozenset()


@pytest.mark.parametrize("broken", [
    {"shut": 3, "sizes": [], "recent": {}}, {"shut": {"task": [1]}, "sizes": {"task": 3}},
    {"recent": [["gone", "x"], ["task"], "task"], "sizes": {"task": {"record_x": "wide"}}},
])  # fmt: skip
def test_what_cannot_be_read_at_a_restart_is_passed_over(broken: dict[str, object]) -> None:
    cube = Cube(REGISTRY, "task")
    cube.restore(broken)
    assert (cube.shut, dict(cube.sizes), cube.recent) == (frozenset(), {}, ())


def test_a_face_that_stands_on_the_other_side_changes_places() -> None:
    cube = cube_at("opportunity", right="tasks")
    before = cube.stand.bottom
    cube.choose_face("right", before)
    assert (cube.stand.right, cube.stand.bottom) == (before, "tasks")
    # Both are remembered for the next record.
    cube.turn("opportunity", "another")
    assert (cube.stand.right, cube.stand.bottom) == (before, "tasks")


def test_a_face_that_only_was_there_gives_way_after_a_search() -> None:
    cube = Cube(REGISTRY, "opportunity")
    cube.turn("company", "c")
    contacts = cube.stand.bottom
    assert cube.settle({contacts: 0, cube.stand.right: 0, "opportunities": 196})
    assert cube.stand.bottom == "opportunities"
