"""The words and patterns by which days, times and lengths are found in a line."""

from __future__ import annotations

import re

from crmdesk.schema.dayphrases import DAYS
from crmdesk.schema.daytext import month_names, weekday_names
from crmdesk.schema.textcontext import TextContext

# ------------------------------------------------------------------ English

_BEFORE = frozenset("on by at before until till due @ for from this coming".split())
"""What leads a date and goes with it: by Friday."""

_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
_GLUE = frozenset(
    "next last in the of end start beginning day days week weeks month months year years quarter "
    "after a an one two three four five six hour hours hr hrs h min mins minute minutes from now "
    "noon midday midnight am pm a.m p.m o'clock eom eoq eoy tonight weekend fortnight and".split()
)
_DAY_WORDS = frozenset(day for day in DAYS if day.isascii() and " " not in day)
_CLOCK = re.compile(r"@?(?:\d{1,2}(?:[:.]\d{2})?(?:am|pm|a|p)|\d{1,2}:\d{2}(?::\d{2})?)")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,4}([./-])\d{1,2}\1\d{2,4}|\d{1,2}/\d{1,2}"
                   r"|\d{1,2}\.\d{1,2}\.")  # fmt: skip
_NUMBER = re.compile(r"\d{1,4}|\d{1,2}(?:st|nd|rd|th)")
_ALL_DAY_AND_NIGHT = "24/7"
_UNITS = frozenset("day days week weeks month months year years hour hours hr hrs min mins "
                   "minute minutes fortnight h".split())  # fmt: skip


def may_belong(token: str, ctx: TextContext) -> bool:
    """Whether a word may be part of what says a date."""
    word = token.casefold()
    return (
        word in _BEFORE
        or word in _GLUE
        or word in _PARTS
        or word in _DAY_WORDS
        or word.rstrip(".") in weekday_names(ctx.locale)
        or word.rstrip(".") in month_names(ctx.locale)
        or _CLOCK.fullmatch(word) is not None
        or (_DATE.fullmatch(word) is not None and word != _ALL_DAY_AND_NIGHT)
        or _NUMBER.fullmatch(word) is not None
    )


def is_anchor(words: list[str], at: int, ctx: TextContext) -> bool:
    """Whether the word at that place makes a date of those around it: numbers alone do not."""
    word = words[at]
    bare = word.rstrip(".")
    if word in _DAY_WORDS or bare in weekday_names(ctx.locale):
        return True
    if word in ("tonight", "noon", "midday", "midnight", "eom", "eoq", "eoy", "weekend"):
        return True
    if _CLOCK.fullmatch(word) or (_DATE.fullmatch(word) and word != _ALL_DAY_AND_NIGHT):
        return True
    beside = words[max(at - 1, 0) : at] + words[at + 1 : at + 2]
    if bare in month_names(ctx.locale) or word in ("am", "pm", "a.m", "p.m", "o'clock"):
        return any(_NUMBER.fullmatch(one) for one in beside)
    if word in ("month", "quarter", "year") and "of" in words[:at]:
        return True
    if word in _UNITS:
        return words[0] in ("in", "next", "this", "the", "a") or "from" in words
    return word == "at" and at + 1 < len(words) and bool(_NUMBER.fullmatch(words[at + 1]))


def meant(words: list[str]) -> str | None:
    """The words as natural dates read them; None where they cannot be a date."""
    kept = list(words)
    while len(kept) > 1 and kept[0] in _BEFORE:
        # "at 3" is read with its word; "this fri" is not "fri".
        if kept[0] in ("at", "@", "this", "coming"):
            break
        kept.pop(0)
    if kept[-1] in _BEFORE or kept[-1] in ("next", "last", "the", "a", "an", "in", "of", "and"):
        return None
    half = next((_PARTS[word] for word in kept if word in _PARTS), "")
    if "tonight" in kept:
        half, kept = "pm", ["today" if word == "tonight" else word for word in kept]
    kept = [word for word in kept if word not in _PARTS]
    if half:
        if kept in (["this"], ["in", "the"]):
            kept = ["today"]
        kept = [_halved(word, half, kept[at - 1] if at else "") for at, word in enumerate(kept)]
        if not kept:
            return None
    text = " ".join(kept)
    text = re.sub(r"\b(this |next )?weekend\b", r"\1saturday", text)
    text = re.sub(r"(?<=\d)([ap])\b", r"\1m", text)
    if text.startswith("the ") and "day after" not in text and "end of" not in text:
        text = text[4:]
    return {"next week": "next monday", "next month": "start of next month",
            "next quarter": "start of next quarter", "next year": "start of next year",
            "this week": "this friday", "this month": "end of month"}.get(text, text)  # fmt: skip


def _halved(word: str, half: str, before: str) -> str:
    """An hour in the morning or the afternoon: at 3 in the afternoon."""
    if before in ("at", "@") and re.fullmatch(r"1[0-2]|[1-9]", word):
        return word + half
    return word


ENGLISH_LENGTH = re.compile(
    r"(?<![\w.:/])(?<!in )(?<!In )(?<!at )(?<!within )(?<!after )(?:for\s+|\()?"
    r"(?P<length>\d{1,3}(?:[.,]\d{1,2})?\s?(?:hours?|hrs?|h|minutes?|mins?)"
    r"(?:\s?\d{1,2}\s?(?:minutes?|mins?|m)?(?![\w:/]))?"
    r"|(?<!in )half an hour|(?<!in )an hour(?! from)|(?:two|three) hours)\)?"
    r"(?![\w/])(?!\s+(?:from now|ago|before|later|after|earlier))",
    re.IGNORECASE | re.ASCII,
)

# ------------------------------------------------------------------ Chinese

_N = r"(?:\d{1,2}|[零一二两三四五六七八九十廿]{1,3})"
_UNIT = r"(?:天|周|星期|礼拜|个?月|年|小时|钟头|分钟|刻钟)"
_DAY = "|".join(
    (
        r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?",
        r"大后天|[今明后昨]天|[今明]日|[今明后][晚早](?!餐|饭|会|点)",
        r"(?:(?:下下|上上|下|上|这|本)个?)?(?:周|星期|礼拜)[一二三四五六日天1-6](?![个天月年])",
        r"(?:下下?个?|这个?|本)?(?:周|星期)末",
        rf"(?:[今明后]年|\d{{4}}年)?{_N}月{_N}[日号]?",
        rf"(?:(?:下下?个?|这个?|本)月)?{_N}[日号](?![码楼线院店机])",
        r"(?:本|这个?|下个?)?(?:月|季度|季|年)(?:底|末|初)",
        rf"(?:再?过)?(?:半|{_N})(?:个半|个)?{_UNIT}(?:之|以)?后",
        rf"再?过(?:半|{_N})个?{_UNIT}",
        r"(?:[今明后]年)?(?:国庆节?|劳动节|春节|元旦|元宵节|清明节?|端午节?|七夕|中秋节?|重阳节|圣诞节|除夕)",
        r"下下?个?(?:周|星期|礼拜|月)(?![一二三四五六日天1-6])",
    )
)
_PERIOD = (
    "凌晨|清晨|早上|早晨|上午|中午|正午|下午|午后|傍晚|晚上|晚间|夜里|早(?=[\\d一二两三四五六七八九十])"
    "|晚(?=[\\d一二两三四五六七八九十])"
)
_HAN_CLOCK = (
    rf"{_N}[点點](?:半|[一三13]刻|{_N}分?|整|钟)?|{_N}时(?![候间刻段])|\d{{1,2}}[:：]\d{{2}}"
)
HAN = re.compile(
    rf"(?<![\d一二三四五六七八九十])(?:(?:在|于|约在)(?=[^a-z]))?(?P<day>{_DAY})?(?:的)?\s?"
    rf"(?P<period>{_PERIOD})?\s?(?P<clock>{_HAN_CLOCK})?(?P<by>之前|以前|前(?![台面期端后往]))?"
)

HAN_MEANS = {
    "下周": "下周一", "下星期": "下周一", "下个星期": "下周一", "下礼拜": "下周一",
    "下下周": "下下周一", "下个月": "下月初", "下月": "下月初", "国庆": "国庆节",
    "周末": "周六", "这周末": "本周六", "本周末": "本周六", "下周末": "下周六",
}  # fmt: skip
"""What a phrase stands for that natural dates do not read."""

HAN_LENGTH = re.compile(
    rf"(?<![\d过])(?<!再)(?:为时|约|大约|需要?|用)?(?P<length>(?:半|{_N}|\d{{1,2}}\.\d)(?:个半|个)?(?:小时|钟头)(?:{_N}分钟?)?"
    rf"|(?:\d{{1,3}}|{_N})分钟)(?!之?以?后|之?以?前|内|左右后)"
)
