"""Yes and no, choices, ratings, colours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from crmdesk.schema.choicetypes import (
    BooleanType,
    ChoicesType,
    ChoiceType,
    ColourType,
    RatingType,
)
from crmdesk.schema.textcontext import ChoiceItem, TextContext
from crmdesk.schema.values import ValueRefused

STAGES = (
    ChoiceItem("prospecting", "Prospecting", "寻找客户", "#5d6877"),
    ChoiceItem("proposal", "Proposal sent", "已报价"),
    ChoiceItem("won", "Won", "赢单"),
    ChoiceItem("lost", "Lost, gone", "丢单"),
    ChoiceItem("cafe", "Café", ""),
)


def choices(list_name: str) -> Sequence[ChoiceItem]:
    return STAGES if list_name == "stage" else ()


EN = TextContext(choices=choices)
ZH = TextContext("zh_CN", "zh", choices=choices)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("yes Y TRUE t 1 on x ✓ ✔ √ 是 对 ｙｅｓ ja", True),
        ("no N false f 0 off ✗ 否 不是 nein", False),
    ],
)
def test_yes_and_no(words: str, expected: bool) -> None:
    for word in words.split():
        assert BooleanType().parse(f" {word} ", EN) is expected
    with pytest.raises(ValueRefused):
        BooleanType().parse("maybe", EN)
    assert BooleanType().parse("", EN) is None
    assert BooleanType().show(expected, ZH) == ("是" if expected else "否")
    assert BooleanType().from_stored(*BooleanType().to_stored(expected)) is expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("won", "won"), ("WON", "won"), ("赢单", "won"), ("w", "won"),
        ("Proposal sent", "proposal"),
        ("propo", "proposal"), ("已报", "proposal"), ("cafe", "cafe"), ("CAFÉ", "cafe"),
        ("Lost, gone", "lost"), ("", None),
    ],
)  # fmt: skip
def test_a_choice_by_key_label_or_beginning(text: str, key: str | None) -> None:
    assert ChoiceType("stage").parse(text, EN) == key


def test_an_ambiguous_beginning_names_what_it_can_be() -> None:
    with pytest.raises(ValueRefused) as caught:
        ChoiceType("stage").parse("pro", EN)
    assert caught.value.readings == ("Prospecting (prospecting)", "Proposal sent (proposal)")


def test_in_a_file_a_beginning_is_not_enough() -> None:
    with pytest.raises(ValueRefused):
        ChoiceType("stage").parse("w", TextContext(choices=choices, strict=True))
    assert ChoiceType("stage").parse("WON", TextContext(choices=choices, strict=True)) == "won"


def test_an_unknown_choice_is_refused_and_the_known_are_told() -> None:
    with pytest.raises(ValueRefused) as caught:
        ChoiceType("stage").parse("Paused", EN)
    assert "Prospecting" in caught.value.hint


def test_choices_are_shown_in_the_language_and_unknown_keys_as_they_are() -> None:
    assert ChoiceType("stage").show("won", ZH) == "赢单"
    assert ChoiceType("stage").show("cafe", ZH) == "Café"
    assert ChoiceType("stage").show("gone_long_ago", ZH) == "gone_long_ago"


@pytest.mark.parametrize(
    "text", ["won, proposal", "won；已报价", "赢单、Proposal sent", "won;won\nproposal,"]
)
def test_several_choices(text: str) -> None:
    several = ChoicesType("stage")
    value = several.parse(text, EN)
    assert value == ("won", "proposal")
    assert several.to_stored(value) == ('["won","proposal"]',)
    assert several.show(value, EN) == "Won, Proposal sent"
    assert several.show(value, ZH) == "赢单、已报价"


def test_a_label_with_a_comma_is_edited_by_its_key() -> None:
    several = ChoicesType("stage")
    assert several.edit_text(("lost", "won"), EN) == "lost, Won"
    assert several.check([]) is None
    for value in ("won", ["a,b"], [5], 5):
        with pytest.raises(ValueRefused):
            several.check(value)


@pytest.mark.parametrize(
    ("text", "stars"),
    [("★★★", 3), ("★★★☆☆", 3), ("☆☆☆☆☆", 0), ("4", 4), ("４", 4), ("4/5", 4), ("5 stars", 5),
     ("3星", 3), ("4.0", 4), ("", None)],
)  # fmt: skip
def test_ratings(text: str, stars: int | None) -> None:
    assert RatingType().parse(text, EN) == stars


def test_a_rating_out_of_range_in_the_store_is_shown_as_it_is() -> None:
    assert RatingType().show(9, EN) == "9"


def test_what_is_no_rating_is_refused() -> None:
    for text in ("6", "-1", "★★★★★★", "good", "4.5"):
        with pytest.raises(ValueRefused):
            RatingType().parse(text, EN)
    for value in (6, 2.5, True, "4", Decimal("4.5")):
        with pytest.raises(ValueRefused):
            RatingType().check(value)
    assert RatingType().check(Decimal(4)) == 4
    assert RatingType().show(3, EN) == "★★★☆☆"


@pytest.mark.parametrize(
    "text", ["#2f6fed", "2F6FED", " #2f6fed ", "rgb(47, 111, 237)", "＃2f6fed"]
)
def test_colours(text: str) -> None:
    assert ColourType().parse(text, EN) == "#2f6fed"


def test_short_and_wrong_colours() -> None:
    assert ColourType().parse("#abc", EN) == "#aabbcc"
    for text in ("#ab", "blue-ish", "rgb(1,2,256)", "#12345678"):
        with pytest.raises(ValueRefused):
            ColourType().parse(text, EN)
