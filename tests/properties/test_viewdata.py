"""A saved view is the same after JSON, and lives on when fields go."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.ops.savedviews import same
from crmdesk.schema.query import All, Condition, Sort, paths_of
from crmdesk.schema.registry import Registry
from crmdesk.schema.viewdata import (
    COLOURS,
    FORMS,
    FUNCTIONS,
    ROW_HEIGHT,
    ColourRule,
    ViewColumn,
    ViewSpec,
    view_from_data,
    view_from_text,
    view_to_data,
    view_to_text,
)
from tests.properties.test_select import _FIELDS, IDS, REGISTRY, wheres


@st.composite
def views(draw: st.DrawFn) -> ViewSpec:
    entity = draw(st.sampled_from(tuple(IDS)))
    paths = st.sampled_from(_FIELDS[entity])
    columns = st.lists(paths, unique=True, max_size=5)
    flags = st.booleans()
    times = [name for name in _FIELDS[entity]
             if REGISTRY.entity(entity).field(name).kind in ("date", "moment")]  # fmt: skip
    groups = paths | st.sampled_from([f"{name}:month" for name in times] or ["id"])
    totals = st.dictionaries(paths, st.sampled_from(FUNCTIONS), max_size=3)
    return ViewSpec(
        entity,
        form=draw(st.sampled_from(FORMS)),
        where=draw(st.none() | wheres(entity, depth=2)),
        sort=tuple(draw(st.lists(st.builds(Sort, paths, flags), max_size=3))),
        group=tuple(draw(st.lists(groups, max_size=2))),
        collapsed=tuple(draw(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)),
                                      max_size=2))),
        columns=tuple(
            ViewColumn(path, draw(st.integers(0, 900)), *draw(st.tuples(flags, flags, flags)))
            for path in draw(columns)
        ),
        density=draw(st.sampled_from(tuple(ROW_HEIGHT))),
        colours=tuple(
            ColourRule(where, draw(st.sampled_from(COLOURS)), draw(st.just("") | paths))
            for where in draw(st.lists(wheres(entity, depth=1), max_size=2))
        ),
        totals=tuple(sorted(draw(totals).items())),
    )  # fmt: skip


def without(registry: Registry, entity: str, name: str) -> Registry:
    """The registry as if that field were not declared."""
    kept = {
        one.name: one
        if one.name != entity
        else type(one)(
            **{
                **{slot: getattr(one, slot) for slot in one.__dataclass_fields__},
                "declared": tuple(field for field in one.declared if field.name != name),
            }
        )
        for one in registry.entities.values()
    }
    return Registry(kept, registry.choice_lists)


@given(views())
def test_a_view_is_the_same_after_json(spec: ViewSpec) -> None:
    text = view_to_text(REGISTRY, spec)
    lost: list[str] = []
    again = view_from_text(REGISTRY, text, lost)
    assert again == spec
    assert lost == []
    assert again is not None
    assert same(REGISTRY, again, spec)


@given(views(), st.data())
def test_a_view_outlives_a_field(spec: ViewSpec, data: st.DataObject) -> None:
    names = [name for name in _FIELDS[spec.entity]
             if name in {one.name for one in REGISTRY.entity(spec.entity).declared}]  # fmt: skip
    name = data.draw(st.sampled_from(names))
    poorer = without(REGISTRY, spec.entity, name)
    lost: list[str] = []

    left = view_from_data(poorer, view_to_data(REGISTRY, spec), lost)

    assert left is not None
    assert all(column.path != name for column in left.columns)
    kept = [column for column in spec.columns if column.path != name]
    assert list(left.columns) == kept
    assert left.sort == tuple(one for one in spec.sort if one.path != name)
    assert name not in {path.partition(".")[0] for path in paths_of(left.where)}
    # What is left can be written and read by whoever has not got the field.
    assert view_from_text(poorer, view_to_text(poorer, left)) == left
    if any(column.path == name for column in spec.columns):
        assert name in lost


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner,
                                                                max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "form",
                "where",
                "sort",
                "group",
                "collapsed",
                "columns",
                "density",
                "colours",
                "totals",
            ]
        ),
        _JSON,
    )
)
def test_what_means_nothing_is_passed_over(parts: dict[str, Any]) -> None:
    spec = view_from_data(REGISTRY, {"entity": "task", **parts})
    assert spec is not None
    assert view_from_data(REGISTRY, view_to_data(REGISTRY, spec)) == spec


def test_an_unknown_part_of_a_condition_is_left_out_alone() -> None:
    data = {
        "entity": "task",
        "where": {"all": [{"path": "gone", "op": "is", "value": 1},
                          {"path": "done", "op": "is", "value": 0}]},
    }  # fmt: skip
    lost: list[str] = []
    spec = view_from_text(REGISTRY, json.dumps(data), lost)
    assert spec is not None
    assert spec.where == All((Condition("done", "is", False),))
    assert lost == ["gone"]


def test_data_of_no_known_entity_is_no_view() -> None:
    assert view_from_text(REGISTRY, '{"entity":"nothing"}') is None
    assert view_from_text(REGISTRY, "[]") is None
    assert view_from_text(REGISTRY, "{") is None
