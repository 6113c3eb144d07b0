"""Numbers as people write them, by locale: 1,234.56 · 1.234,56 · 1 234,56 · 1.2万 · (123)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from crmdesk.i18n import _
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused

# Habits other than the reader's own, tried where the text does not fit those:
# (group, decimal), the spaces of all kinds being one by then.
_CONVENTIONS = ((",", "."), (".", ","), (" ", ","), (" ", "."), ("'", "."), ("'", ","))

_SCALES = {
    "k": 3, "tsd": 3, "tsd.": 3, "千": 3, "仟": 3, "万": 4, "萬": 4,
    "m": 6, "mn": 6, "mio": 6, "mio.": 6, "million": 6, "百万": 6, "百萬": 6, "千万": 7, "千萬": 7,
    "亿": 8, "億": 8, "bn": 9, "mrd": 9, "mrd.": 9, "billion": 9, "万亿": 12, "萬億": 12,
}  # fmt: skip

_NUMBER = re.compile(r"(?=\D*\d)(?P<number>[\d., ']+)(?P<scale>(?:[^\d., ']+\.?|e[+-]?\d{1,2})?)")
_MYRIADS = re.compile(r"(?:([\d.,]+)[亿億])?(?:([\d.,]+)[万萬])?([\d.,]*)")
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "’": "'", "٫": ".", "٬": ",", "`": "'"})

_LONGEST = 60  # characters; no number that people write is longer


def plain(text: str) -> str:
    """The text with full-width forms, odd spaces, quotes and minus signs made plain."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_MINUS).strip()


def parse_number(text: str, ctx: TextContext) -> Decimal:
    """The number that a text in the reader's locale (or in the only one it fits) says.

    Where the text fits the locale, the locale decides, unless the context is
    strict. Where it does not, every other convention is tried: a single reading
    is taken, two are refused with both named.
    """
    if text.isascii() and len(text) <= _LONGEST:
        if text.isdigit():
            return Decimal(text)
        whole, _dot, rest = text.partition(".")
        simple = whole.isdigit() and rest.isdigit() and not ctx.strict
        if simple and forms_of(ctx.locale).decimal == ".":
            return Decimal(text)
    body = plain(text)
    if not body or len(body) > _LONGEST:
        raise _no_number(text)
    body, negative = _sign(body)
    match = _NUMBER.fullmatch(body.casefold())
    if match is None:
        value = _myriads(body, ctx)
        if value is None:
            raise _no_number(text)
    else:
        value = _read(match["number"].strip(), ctx, text).scaleb(_scale(match["scale"], text))
    return -value if negative else value


def _sign(body: str) -> tuple[str, bool]:
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(), True
    if body.startswith("-"):
        return body[1:].lstrip(), True
    if body.endswith("-"):
        return body[:-1].rstrip(), True
    return (body[1:].lstrip() if body.startswith("+") else body), False


def _scale(word: str, text: str) -> int:
    if not word:
        return 0
    if word[0] == "e" and word[1:].lstrip("+-").isdigit():
        return int(word[1:])
    scale = _SCALES.get(word)
    if scale is None:
        raise _no_number(text)
    return scale


def _myriads(body: str, ctx: TextContext) -> Decimal | None:
    match = _MYRIADS.fullmatch(body.replace(" ", ""))
    if match is None or not any(letter.isdigit() for letter in body):
        return None
    total = Decimal(0)
    for digits, scale in zip(match.groups(), (8, 4, 0), strict=True):
        if digits:
            total += _read(digits, ctx, body).scaleb(scale)
    return total


def _read(digits: str, ctx: TextContext, text: str) -> Decimal:
    if digits.isdecimal():
        return Decimal(digits)
    forms = forms_of(ctx.locale)
    own = (plain(forms.group) or " ", forms.decimal)
    if not ctx.strict:
        value = _reading(digits, *own)
        if value is not None:
            return value
    found = {_reading(digits, *style) for style in (own, *_CONVENTIONS)} - {None}
    values = sorted(value for value in found if value is not None)
    if len(values) == 1:
        return values[0]
    if not values:
        raise _no_number(text)
    readings = [show_number(value, ctx) for value in values]
    raise ValueRefused(
        _("“{text}” can be read as {readings}.").format(
            text=text.strip(), readings=_(" or ").join(readings)
        ),
        readings=readings,
        hint=_("Write it without grouping, or with decimals after both signs."),
    )


def _reading(digits: str, group: str, decimal: str) -> Decimal | None:
    match = _pattern(group, decimal).fullmatch(digits)
    if match is None:
        return None
    whole = (match[1] or "0").replace(group, "")
    return Decimal(f"{whole}.{match[2]}" if match[2] else whole)


@lru_cache(maxsize=64)
def _pattern(group: str, decimal: str) -> re.Pattern[str]:
    g, d = re.escape(group), re.escape(decimal)
    # Plain digits, groups of three, or of two with a last one of three (India).
    return re.compile(
        rf"(\d+|\d{{1,3}}(?:{g}\d{{3}})+|\d{{1,2}}(?:{g}\d{{2}})*{g}\d{{3}})?(?:{d}(\d*))?"
    )


def _no_number(text: str) -> ValueRefused:
    return ValueRefused(
        _("“{text}” is not a number.").format(text=text.strip()[:_LONGEST]),
        hint=_("Type digits, such as 1200 or 1.2k."),
    )


def show_number(value: Decimal, ctx: TextContext, places: int | None = None) -> str:
    """The number grouped as the locale does; with `places`, that many decimals or none if whole."""
    return group_digits(value, ctx.locale, places)


def group_digits(value: Decimal, locale: str, places: int | None = None) -> str:
    """See show_number; for a locale's name."""
    text = f"{value:,f}" if places is None else f"{value:,.{places}f}"
    whole, dot, rest = text.partition(".")
    if dot and not rest.strip("0"):
        dot = rest = ""
    if locale == "en_US":
        return whole + dot + rest
    forms = forms_of(locale)
    if forms.indian:
        whole = _indian(whole)
    if forms.group != ",":
        whole = whole.replace(",", forms.group)
    return f"{whole}{forms.decimal}{rest}" if dot else whole


def _indian(whole: str) -> str:
    digits = whole.replace(",", "").lstrip("-")
    sign = "-" if whole.startswith("-") else ""
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return sign + ",".join([*pairs, tail])


def edit_number(value: Decimal, ctx: TextContext) -> str:
    """The number to start an edit with: no grouping, the locale's decimal sign."""
    text = f"{value:f}"
    if "." not in text:
        return text
    whole, _dot, rest = text.partition(".")
    rest = rest.rstrip("0")
    if not rest:
        return whole
    if ctx.strict and len(rest) == 3:
        rest += "0"  # so that it cannot be taken for a group of three
    return f"{whole}{forms_of(ctx.locale).decimal}{rest}"
