"""One box for all: what a search is kept to, where it matched, which letters are marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.features.finding.finding import FoundRecord, find_records, told_records
from crmdesk.features.finding.marks import marked
from crmdesk.features.finding.scope import Scope, scope_of
from crmdesk.ops.changes import Create, Delete, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.crm.words import TAG_LIST, TAGS
from crmdesk.schema.query import Condition, Query
from crmdesk.schema.values import Phone

REGISTRY = crm_registry()
LOOKED = ("opportunity", "company", "contact", "task", "note", "request")


@pytest.mark.parametrize(
    ("text", "rest", "entities"),
    [
        ("contact: zhang", "zhang", ("contact",)),
        ("Contacts:zhang", "zhang", ("contact",)),
        ("联系人：张", "张", ("contact",)),
        ("company: 宁波", "宁波", ("company",)),
        ("公司: 宁波", "宁波", ("company",)),
        ("商机：泵", "泵", ("opportunity",)),
        ("service request: leak", "leak", ("request",)),
        ("zhang", "zhang", LOOKED),
        ("http://x", "http://x", LOOKED),
        ("re: quote", "re: quote", LOOKED),
        (": x", ": x", LOOKED),
    ],
)
def test_a_word_before_a_colon_keeps_to_a_kind(
    text: str, rest: str, entities: tuple[str, ...]
) -> None:
    scope = scope_of(text, REGISTRY, LOOKED)
    assert (scope.text, scope.entities, scope.fields) == (rest, entities, ())


@pytest.mark.parametrize(
    ("text", "entity", "fields"),
    [
        ("phone: 8080", "contact", ("phone", "mobile")),
        ("电话：8080", "contact", ("phone", "mobile")),
        ("e-mail: kestrel", "contact", ("email",)),
        ("city: hull", "company", ("city",)),
        ("城市：宁波", "contact", ("city",)),
        ("next step: send", "opportunity", ("next_step",)),
    ],
)
def test_a_field_before_a_colon_keeps_to_that_field(
    text: str, entity: str, fields: tuple[str, ...]
) -> None:
    assert scope_of(text, REGISTRY, LOOKED).fields_of(entity) == fields


@pytest.mark.parametrize(
    ("text", "typed", "bold"),
    [
        ("Kestrel Pumps", "kes", ["Kes"]),
        ("Kestrel Pumps", "pum kes", ["Kes", "Pum"]),
        ("Überlingen", "uber", ["Über"]),
        ("宁波海泰机械", "海泰", ["海泰"]),
        ("宁波海泰机械", "nbht", ["宁波海泰"]),
        ("张伟", "zhangwei", ["张伟"]),
        ("张伟", "zhangw", ["张伟"]),
        ("张伟", "zhang", ["张"]),
        ("+86 574 8080 1234", "80801234", ["8080 1234"]),
        ("+86 574 8080 1234", "0574 8080", ["574", "8080"]),
        ("0139-0000-8080", "13900008080", ["139-0000-8080"]),
        ("Pump line", "tail", []),
        ("Sand and land", "land", ["land"]),
    ],
)
def test_what_was_typed_is_marked(text: str, typed: str, bold: list[str]) -> None:
    assert [text[start:end] for start, end in marked(text, typed)] == bold


@given(st.text(max_size=40), st.text(max_size=20))
def test_marks_lie_in_the_text_and_do_not_overlap(text: str, typed: str) -> None:
    at = 0
    for start, end in marked(text, typed):
        assert at <= start < end <= len(text)
        at = end + 1


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[str, str]]]:
    path: Path = tmp_path_factory.mktemp("finding") / "desk.crm"
    workspace = open_workspace(path, create=True, user_name="Anna Berg")
    ids: dict[str, str] = {}

    def make(short: str, entity: str, **values: Any) -> None:
        (ids[short],) = workspace.run(Create(entity, values)).created

    make("haitai", "company", name="宁波海泰机械", city="宁波", phone=Phone("0574 8080 1234"),
         kind="partner", employees=420)  # fmt: skip
    make("kestrel", "company", name="Kestrel Pumps", description="Their phone list: 8080 parts")
    make("zhang", "contact", name="张伟", company=ids["kestrel"], birthday=date(1980, 5, 12))
    make("liwei", "contact", name="Li Wei", company=ids["haitai"], job_title="Buyer",
         mobile=Phone("+86 139 0000 8080", "+8613900008080"), reports_to=ids["zhang"])  # fmt: skip
    yield workspace, ids
    workspace.close()


def _ids(workspace: Workspace, entity: str, where: Condition) -> list[str]:
    with workspace.reader() as conn:
        rowids = workspace.select.ids(conn, Query(entity, where), workspace.query_context())
        return list(workspace.select.record_ids(conn, entity, rowids).values())


def find(desk: tuple[Workspace, dict[str, str]], typed: str) -> tuple[Scope, list[FoundRecord]]:
    workspace, _ids = desk
    with workspace.reader() as conn:
        return find_records(workspace, conn, typed, LOOKED, workspace.text_context())


def test_records_are_told_with_what_they_belong_to(desk: tuple[Workspace, dict[str, str]]) -> None:
    _scope, found = find(desk, "contact: zhang")
    assert [(one.title, one.subtitle) for one in found] == [("张伟", "Kestrel Pumps")]


def test_a_phone_is_found_in_phones_alone_and_told_where(
    desk: tuple[Workspace, dict[str, str]],
) -> None:
    _workspace, ids = desk
    _scope, found = find(desk, "phone: 8080")
    assert {one.id: (one.where, one.snippet) for one in found} == {
        ids["haitai"]: ("Phone", "0574 8080 1234"),
        ids["liwei"]: ("Mobile", "+86 139 0000 8080"),
    }
    assert ids["kestrel"] in {one.id for one in find(desk, "8080")[1]}


@pytest.mark.parametrize(
    ("typed", "short", "second"),
    [
        ("relationship: partner", "haitai", ("Relationship", "Partner")),
        ("客户关系：合作", "haitai", ("Relationship", "Partner")),
        ("employees: 420", "haitai", ("Employees", "420")),
        ("reports to: 张", "liwei", ("Reports to", "张伟")),
        ("birthday: 12 May 1980", "zhang", ("Birthday", "12 May 1980")),
    ],
)
def test_fields_that_are_no_words_are_asked_for_by_their_meaning(
    desk: tuple[Workspace, dict[str, str]], typed: str, short: str, second: tuple[str, str]
) -> None:
    _workspace, ids = desk
    found = find(desk, typed)[1]
    assert [(one.id, (one.where, one.snippet)) for one in found] == [(ids[short], second)]


def test_a_value_that_means_nothing_for_its_field_finds_nothing(
    desk: tuple[Workspace, dict[str, str]],
) -> None:
    assert find(desk, "employees: many")[1] == []
    assert find(desk, "relationship: xyz")[1] == []


def test_tags_are_found_as_words_and_by_their_name(
    desk: tuple[Workspace, dict[str, str]],
) -> None:
    workspace, ids = desk
    (of,) = _ids(workspace, "choice_list", Condition("name", "is", TAG_LIST))
    workspace.run(
        Create("choice", {"list": of, "key": "重点客户", "label": "重点客户", "colour": "#c9372c"})
    )
    workspace.run(Create("choice", {"list": of, "key": "vip", "label": "VIP"}))
    workspace.run(Update("company", ids["kestrel"], {TAGS: ("vip", "重点客户")}))
    for typed in ("vip", "tag: vip", "标签：重点", "tags: 客户"):
        found = find(desk, typed)[1]
        assert [one.id for one in found] == [ids["kestrel"]], typed
        assert (found[0].where, found[0].snippet) == ("Tags", "VIP, 重点客户")
    workspace.undo()
    assert find(desk, "tag: vip")[1] == []


def test_a_kind_without_a_text_finds_nothing_yet(desk: tuple[Workspace, dict[str, str]]) -> None:
    scope, found = find(desk, "contact: ")
    assert (scope.word, scope.entities, found) == ("contact", ("contact",), [])


def test_records_seen_lately_are_told_in_their_order_without_those_that_are_gone(
    desk: tuple[Workspace, dict[str, str]],
) -> None:
    workspace, ids = desk
    gone = workspace.run(Create("task", {"subject": "Gone"})).created[0]
    workspace.run(Delete("task", [gone]))
    seen = [("contact", ids["liwei"]), ("task", gone), ("company", ids["kestrel"])]
    with workspace.reader() as conn:
        found = told_records(workspace, conn, seen, workspace.text_context())
    assert [one.title for one in found] == ["Li Wei", "Kestrel Pumps"]
