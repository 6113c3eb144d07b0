"""What is exported from one store and imported into another is exported the same again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.features.exchange.columns import masked, unmasked
from crmdesk.features.exchange.exporting import ExportOptions, export, export_paths
from crmdesk.features.exchange.importing import plan_import, run_import
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.customfields import field_of
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.choicetypes import ChoicesType, ChoiceType
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.crm.facts import CustomFields
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.query import ID, Query
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, Money, Phone, ValueRefused, minor_digits

ENTITIES = ("user", "company", "product", "contact", "campaign", "opportunity", "request", "note")
"""In the order in which they refer to each other; between them every kind that has a text."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
AWKWARD = st.sampled_from([
    "=1+1", "'=1+1", "''=x", "+49 89", "-5", "@here", "'", '"', 'a "b" c', "a,b;c\td", "1.234",
    "1,234", "03/04/2016", "北京", "Ünï", "a\nb", "00123", "true", "None", "x" * 300,
])  # fmt: skip
INSTANTS = st.builds(
    Instant,
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)).map(
        lambda each: each.replace(tzinfo=UTC, microsecond=each.microsecond // 1000 * 1000)
    ),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin"]),
)


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-places))


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS | AWKWARD,
    "longtext": TEXTS | AWKWARD,
    "integer": st.integers(-(10**6), 10**9),
    "percent": numbers(2),
    "decimal": numbers(2),
    "money": st.sampled_from(["USD", "EUR", "JPY", "TND"]).flatmap(
        lambda code: numbers(minor_digits(code)).map(lambda amount: Money(amount, code))
    ),
    "date": st.dates(),
    "instant": INSTANTS,
    "moment": st.dates() | INSTANTS,
    "duration": st.integers(0, 10**6).map(lambda n: timedelta(seconds=n)),
    "boolean": st.booleans(),
    "rating": st.integers(0, 5),
    "email": st.sampled_from(["ann@example.com", "o'neil+x@sub.example.org", "张伟@例子.中国"]),
    "phone": st.sampled_from([
        Phone("+49 89 1234567", "+49891234567"), Phone("(212) 555-0123", "+12125550123"),
        Phone("ext. 7", None),
    ]),
    "url": st.sampled_from(["www.example.com", "https://example.org/a?b=c"]),
    "colour": st.sampled_from(["#2f6fed", "#000000"]),
    "data": st.dictionaries(st.sampled_from("ab"), st.integers() | st.text("xyz=")),
}  # fmt: skip


CUSTOM: tuple[dict[str, Any], ...] = tuple(
    {CustomFields.ENTITY: entity, CustomFields.KIND: kind, CustomFields.LABEL: f"Own {kind}",
     CustomFields.NAME: f"x_own_{kind}", CustomFields.TARGET: target, CustomFields.PLACES: 2}
    for entity, kind, target in (
        ("company", "text", ""), ("company", "money", ""), ("company", "date", ""),
        ("company", "reference", "user"), ("contact", "integer", ""), ("contact", "decimal", ""),
        ("contact", "boolean", ""), ("contact", "instant", ""), ("contact", "percent", ""),
        ("opportunity", "phone", ""), ("opportunity", "moment", ""), ("opportunity", "rating", ""),
        ("opportunity", "duration", ""), ("opportunity", "reference", "company"),
    )
)  # fmt: skip
"""Fields that the stores have besides those that are declared."""


@cache
def registry() -> Registry:
    """The declaration with the custom fields of the stores."""
    made = [field_of(cells, crm_registry()) for cells in CUSTOM]
    return crm_registry().with_custom([one for one in made if one is not None])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with an empty store to copy: making one takes longer than filling it."""
    with tempfile.TemporaryDirectory() as name:
        with open_workspace(Path(name, "empty.db"), create=True, user_name="tester") as workspace:
            workspace.run(CreateMany(CUSTOM_FIELD, CUSTOM))
            for entity in ENTITIES:
                there = [one.name for one in workspace.registry.entity(entity).custom]
                assert there == [one.name for one in registry().entity(entity).custom]
        yield Path(name)


def contexts() -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from([
        {"language": "en", "locale": "en_US", "zone": "America/New_York", "region": "US"},
        {"language": "en", "locale": "de_DE", "zone": "Europe/Berlin", "region": "DE"},
        {"language": "zh", "locale": "zh_CN", "zone": "Asia/Shanghai", "region": "CN"},
    ])  # fmt: skip


def field_values(one: Field, ids: dict[str, list[str]]) -> st.SearchStrategy[Any] | None:
    if one.read_only or one.kind in ("file", "anyref"):
        return None
    if one.target:
        there = ids.get(one.target)
        return st.sampled_from(there) if there else None
    if isinstance(one.type, ChoiceType | ChoicesType):
        items = crm_registry().choice_lists[one.type.list_name].items
        if not items:
            # A list that begins empty, such as that of tags.
            return None
        keys = st.sampled_from([item.key for item in items])
        return keys if isinstance(one.type, ChoiceType) else st.lists(keys, max_size=3).map(tuple)
    return VALUES[one.kind]


@st.composite
def records(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some records of each entity, with references among them; external ids differ."""
    made: dict[str, list[dict[str, Any]]] = {}
    ids: dict[str, list[str]] = {}
    for name in ENTITIES:
        entity = registry().entity(name)
        made[name] = [
            one_record(draw, entity, ids, number) for number in range(draw(st.integers(0, 3)))
        ]
        ids[name] = [row[ID] for row in made[name]]
    return made


def one_record(
    draw: st.DrawFn, entity: Entity, ids: dict[str, list[str]], number: int
) -> dict[str, Any]:
    row: dict[str, Any] = {ID: str(draw(st.uuids(version=4)))}
    for one in entity.fields:
        values = field_values(one, ids)
        if values is None:
            continue
        value = draw(values if one.required else st.none() | values)
        try:
            value = one.type.check(value)
        except ValueRefused:
            value = None
        if value is None and one.required:
            value = "x" if one.kind in ("text", "longtext") else draw(values)
        if one.name == "external_id" and value is not None:
            value = f"{number} {value}"
        row[one.name] = value
    return row


def text_of(workspace: Workspace, ctx: dict[str, str]) -> TextContext:
    return workspace.text_context(currency="USD", **ctx)


def write_out(workspace: Workspace, folder: Path, ctx: dict[str, str]) -> dict[str, bytes]:
    written = {}
    for name in ENTITIES:
        paths = export_paths(workspace.registry.entity(name))
        target = folder / f"{name}.csv"
        options = ExportOptions(mark=False)
        export(workspace, Query(name), paths, target, text_of(workspace, ctx), options)
        written[name] = b"\n".join(sorted(target.read_bytes().split(b"\r\n")))
    return written


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(records(), contexts(), contexts())
def test_export_import_export(
    folder: Path,
    made: dict[str, list[dict[str, Any]]],
    ctx: dict[str, str],
    reader: dict[str, str],
) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        here = Path(name)
        for store in ("first.db", "second.db"):
            shutil.copy(folder / "empty.db", here / store)
        with open_workspace(here / "first.db", user_name="tester") as first:
            for entity, rows in made.items():
                first.run(CreateMany(entity, rows))
            before = write_out(first, here, ctx)
            assert b"Own reference" in before["company"]
            # Into the store that it comes from: nothing is other than it was.
            again = run_import(first, plan_import(files(here), first, text_of(first, ctx)))
            assert not again.changed, again
        with open_workspace(here / "second.db", user_name="tester") as second:
            report = run_import(
                second, plan_import(files(here), second, text_of(second, reader | lang(ctx)))
            )
            assert not report.rejected
            assert report.created == {entity: len(rows) for entity, rows in made.items() if rows}
            assert not report.problems, [str(group) for group in report.problems]
            assert write_out(second, here, ctx) == before


def lang(ctx: dict[str, str]) -> dict[str, str]:
    return {"region": ctx["region"]}


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv"))


@given(TEXTS | AWKWARD)
def test_a_masked_text_is_no_formula_and_comes_back(text: str) -> None:
    shown = masked(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unmasked(shown) == text


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_plain_numbers_stay_numbers(day: date) -> None:
    number = f"-{day.toordinal() / 100}"
    assert masked(number, numeric=True) == number
    assert unmasked(number) == number
