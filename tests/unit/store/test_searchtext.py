"""Folding, tokens, phone words and how Chinese sounds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.store.searchsound import SYLLABLES, readings, sound_tokens, spellings
from crmdesk.store.searchtext import fold, phone_words, pieces, record_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ABC", "abc"), ("Éé", "ee"), ("Straße", "strasse"), ("STRASSE", "strasse"),
        ("Æsir", "aesir"), ("Øl", "ol"), ("Łódź", "lodz"), ("İI", "ii"), ("ΣΑΣ", "σασ"),
        ("ＡＢＣ１２", "abc12"), ("ﬁn", "fin"), ("한국", "한국"), ("Jürgen，张伟", "jurgen,张伟"),
        ("e\u0301", "e"), ("①", "1"), ("²", "2"), ("Đà Nẵng", "da nang"), ("Ђорђе", "ђорђе"),
    ],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_settled_after_one_time_and_forms_agree(text: str) -> None:
    once = fold(text)
    assert words(fold(once)) == words(once)
    assert words(fold(unicodedata.normalize("NFD", text))) == words(
        fold(unicodedata.normalize("NFC", text))
    )


@given(st.text())
def test_tokens_have_nothing_but_letters_and_digits(text: str) -> None:
    for token in words(fold(text)):
        assert token
        assert not set(token) & set("\"'*+-:^(){}_ \t\n\x00")
        assert all(c not in token for c in map(chr, range(0xE000, 0xF900)))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("john.smith@acme-tools.com", ["john", "smith", "acme", "tools", "com"]),
        ("IBM中国 公司", ["ibm", "中", "国", "公", "司"]),
        ("snake_case", ["snake", "case"]),
        ("カタ漢字ab1", ["カ", "タ", "漢", "字", "ab1"]),
        ("a" * 70, ["a" * 64, "a" * 6]),
        ("\U00020000b", ["\U00020000", "b"]),
    ],
)
def test_words(text: str, tokens: list[str]) -> None:
    assert words(fold(text)) == tokens


def test_pieces_keep_runs_together() -> None:
    assert pieces("ibm中国 公司x") == ["ibm", "中国", "公司", "x"]


@pytest.mark.parametrize(
    ("typed", "e164", "found"),
    [
        ("0574-8080 1234", "+8657480801234", ["8657480801234"]),
        ("+86 574 80801234", "+8657480801234", ["8657480801234"]),
        ("ext 12", None, ["12"]),
        ("1234 / 99", "+8657480801234", ["8657480801234", "123499"]),
        ("０５７４", None, ["0574"]),
        (None, None, []),
        ("no number", None, []),
    ],
)
def test_phone_words(typed: str | None, e164: str | None, found: list[str]) -> None:
    assert phone_words(typed, e164) == found


def test_sound_has_syllables_pairs_and_initials() -> None:
    assert sound_tokens("张伟") == ("zhang", "wei", "zhangwei", "zw")
    assert {"bei", "huawei", "bjh", "jhw", "hw"} <= set(sound_tokens("北京华为"))
    assert {"zhongqing", "chongqing", "zq", "cq"} <= set(sound_tokens("重庆"))
    assert sound_tokens("カタ") == ()


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("单", "shan"), ("曾", "zeng"), ("仇", "qiu"), ("区", "ou"), ("解", "xie"), ("查", "zha"),
     ("朴", "piao"), ("翟", "zhai"), ("重", "chong"), ("长", "chang"), ("乐", "yue"),
     ("吕", "lv"), ("吕", "lu"), ("绿", "lv"), ("略", "lue")],
)  # fmt: skip
def test_readings_of_surnames_and_places(name: str, spoken: str) -> None:
    assert spoken in readings(name)
    assert spoken in sound_tokens(name + "伟")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60))
def test_sounds_stay_small(run: str) -> None:
    tokens = sound_tokens(run)
    assert len(tokens) <= 24 * (2 + 4 + 8)
    assert all(token.isascii() and token.isalpha() for token in tokens)


def test_every_reading_is_a_syllable_a_query_can_spell() -> None:
    assert spellings("zhangwei") == (("zhang", "wei"),)
    assert spellings("zhangw") == (("zhang", "w"),)
    assert ("xi", "an") in spellings("xian")
    assert spellings("smith") == ()
    for syllable in SYLLABLES:
        assert ("zhang", syllable) in spellings("zhang" + syllable)


def test_a_record_says_each_thing_once() -> None:
    found = record_words(["John Smith"], ["Smith", "Köln 50667"], ["call (030) 123-4567"], ["4930"])
    assert found.title == "john smith"
    assert found.sound.split() == ["__j", "__jo", "_j", "_jo", "_s", "_sm"]
    assert found.text.split() == [
        "john", "smith", "_", "koln", "50667", "_", "call", "030", "123", "4567", "_",
        "koeln", "0301234567", "4930",
    ]  # fmt: skip
    assert "koeln" in found.vocabulary
    assert "_" not in found.vocabulary
