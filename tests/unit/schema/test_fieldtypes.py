"""What all kinds have in common, and text, data, references and files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crmdesk.schema.fieldtypes import DataType, LongTextType, TextType
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.linktypes import AnyReferenceType, FileType, ReferenceType
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import AnyRef, FileRef, ValueRefused, zone_of

EN = TextContext()
ONE, TWO = "0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002"


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_no_value_has_no_cells_and_no_text(kind: str) -> None:
    field_type = FIELD_TYPES[kind]()
    cells = field_type.to_stored(None)
    assert set(cells) == {None}
    assert len(cells) == len(field_type.columns("it"))
    assert field_type.from_stored(*cells) is None
    assert field_type.show(None, EN) == field_type.edit_text(None, EN) == ""
    assert field_type.check(None) is None
    for empty in ("", "  ", "\t\n"):
        assert field_type.parse(empty, EN) is None


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_kinds_are_complete_and_equal_by_value(kind: str) -> None:
    field_type = FIELD_TYPES[kind]()
    assert field_type.kind == kind
    assert field_type == FIELD_TYPES[kind]()
    assert hash(field_type) == hash(FIELD_TYPES[kind]())
    assert field_type.columns("it")[0].name == "it"
    assert {column.sqltype for column in field_type.columns("it")} <= {"TEXT", "INTEGER"}
    assert {"empty", "not_empty"} <= set(field_type.operators)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("date", ("22.11.2026",)), ("date", (5,)), ("instant", ("soon", "UTC")), ("stamp", (5,)),
        ("moment", ("2026-99-99", None)), ("moment", (5, None)), ("duration", (2**62,)),
        ("choices", ("won",)), ("choices", (5,)), ("data", ("{",)), ("decimal", ("much",)),
        ("money", ("much", "USD")),
    ],
)  # fmt: skip
def test_cells_that_another_program_spoilt_are_refused(kind: str, cells: tuple[object]) -> None:
    with pytest.raises(ValueRefused) as caught:
        FIELD_TYPES[kind]().from_stored(*cells)
    assert str(cells[0])[:20] in caught.value.message


def test_parameters_tell_types_apart() -> None:
    assert FIELD_TYPES["reference"]("company") != FIELD_TYPES["reference"]("contact")  # type: ignore[call-arg]
    assert FIELD_TYPES["decimal"]() != FIELD_TYPES["percent"]()


def test_text_is_one_line_in_nfc() -> None:
    text = TextType()
    assert text.parse("  Cafe\u0301 \r\n bar ", EN) == "Caf\u00e9 bar"
    assert LongTextType().parse("a\r\nb\rc\n", EN) == "a\nb\nc"
    for wrong in ("a\0b", "é\0", "\ud800"):
        with pytest.raises(ValueRefused):
            text.check(wrong)
        with pytest.raises(ValueRefused):
            LongTextType().check(wrong)
    with pytest.raises(ValueRefused):
        text.check(5)


def test_text_is_ordered_without_case_and_diacritics() -> None:
    names = ["Zoe", "émile", "Emil", "anna", "Émile"]
    assert sorted(names, key=TextType().sort_key) == ["anna", "Emil", "Émile", "émile", "Zoe"]


def test_data() -> None:
    data = DataType()
    value = data.parse('{"b": [1, 2.5, null], "a": "ü"}', EN)
    assert data.to_stored(value) == ('{"a":"ü","b":[1,2.5,null]}',)
    for text in ("{", "NaN", "[" * 100_000):
        with pytest.raises(ValueRefused):
            data.parse(text, EN)
    with pytest.raises(ValueRefused):
        data.check({"a": object()})


def _titles(entity: str, record_id: str) -> str:
    return {ONE: "Acme", TWO: "Twin"}.get(record_id, "")


def _find(entity: str, text: str) -> Sequence[str]:
    return {"Acme": (ONE,), "Twin": (ONE, TWO)}.get(text, ()) if entity == "company" else ()


def test_references_by_title_or_id() -> None:
    company = ReferenceType("company")
    ctx = TextContext(titles=_titles, find=_find)
    assert company.parse("Acme", ctx) == ONE
    assert company.parse(TWO.upper(), ctx) == TWO
    assert company.show(ONE, ctx) == company.edit_text(ONE, ctx) == "Acme"
    assert company.edit_text(TWO, ctx) == TWO  # the title alone would not find it again
    assert company.show("gone", ctx) == "gone"
    with pytest.raises(ValueRefused) as caught:
        company.parse("Twin", ctx)
    assert caught.value.readings == (ONE, TWO)
    with pytest.raises(ValueRefused):
        company.parse("Nobody", ctx)


def test_references_to_any_entity() -> None:
    anyref, ctx = AnyReferenceType(), TextContext(titles=_titles)
    value = AnyRef("company", ONE)
    assert anyref.to_stored(value) == (ONE, "company")
    assert anyref.show(value, ctx) == "Acme"
    assert anyref.parse(f"company:{ONE}", ctx) == value
    for wrong in ("Acme", "company:5"):
        with pytest.raises(ValueRefused):
            anyref.parse(wrong, ctx)


def test_a_file_is_not_typed_and_its_name_is_no_path() -> None:
    file = FileType()
    with pytest.raises(ValueRefused) as caught:
        file.parse("report.pdf", EN)
    assert caught.value.hint
    value = file.check(FileRef("0" * 64, "../../etc\\passwd"))
    assert value == FileRef("0" * 64, "passwd")
    for wrong in ("report.pdf", FileRef("xyz", "a")):
        with pytest.raises(ValueRefused):
            file.check(wrong)


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "America", "../etc/passwd", "/etc/localtime"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueRefused):
        zone_of(name)
