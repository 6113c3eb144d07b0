"""How a locale writes numbers, money and dates: the few facts that text forms need.

The facts come from the Unicode locale data (babel). Those of the two locales the
window speaks by itself are written down here as well, since loading babel and its
data costs 60 ms at start; a test compares them with babel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.core import Locale

ENGLISH_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocaleForms:
    """One locale's habits.

    `indian`: digits are grouped 12,34,567. `currency_first`: the sign stands
    before the amount. `percent_space`: a space before the percent sign.
    `order`: of day, month and year in short numeric dates ("dmy", "mdy", "ymd"),
    "" where the locale names no region that would settle it. `date_pattern`: of
    `str.format` with year, month, day and the month's name.
    """

    language: str
    decimal: str = "."
    group: str = ","
    indian: bool = False
    currency_first: bool = True
    percent_space: bool = True
    order: str = ""
    months: tuple[str, ...] = ENGLISH_MONTHS
    date_pattern: str = "{2} {3} {0:04d}"


_READY = {
    "en_US": LocaleForms("en", order="mdy", percent_space=False),
    "zh_CN": LocaleForms(
        "zh", order="ymd", percent_space=False, date_pattern="{0:04d}年{1}月{2}日",
        months=tuple(f"{month}月" for month in range(1, 13)),
    ),
}  # fmt: skip


@lru_cache(maxsize=64)
def forms_of(locale: str) -> LocaleForms:
    """The habits of a locale such as "de_DE" or "de"; of English for an unknown one."""
    ready = _READY.get(locale)
    if ready is not None:
        return ready
    return read_forms(locale)


def babel_locale(name: str) -> Locale | None:
    """Babel's locale for a name in any usual spelling ("de-DE", "de_DE.UTF-8"), if it has one."""
    # Late: 25 ms that a start in English or Chinese does not need.
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.partition(".")[0].partition("@")[0].replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def read_forms(name: str) -> LocaleForms:
    """The habits of a locale as babel's data tells them."""
    locale = babel_locale(name)
    if locale is None:
        return LocaleForms("en")
    symbols = locale.number_symbols.get("latn", locale.number_symbols)
    number = locale.decimal_formats[None]
    money = locale.currency_formats["standard"].pattern
    short = locale.date_formats["short"].pattern
    # English alone is written in two orders; other languages settle it by themselves.
    settled = locale.territory is not None or locale.language != "en"
    return LocaleForms(
        language=locale.language,
        decimal=symbols["decimal"],
        group=symbols["group"],
        indian=number.grouping == (3, 2),
        currency_first=money.partition(";")[0].strip("\u200e\u200f").startswith("¤"),
        percent_space=not locale.percent_formats[None].pattern.rstrip("%").endswith("0"),
        order=_order(short) if settled else "",
        months=tuple(locale.months["format"]["abbreviated"][month] for month in range(1, 13)),
        date_pattern=_date_pattern(locale),
    )


def _order(pattern: str) -> str:
    places = {letter: pattern.lower().find(letter) for letter in "dmy"}
    return "".join(sorted(places, key=places.__getitem__))


def _date_pattern(locale: Locale) -> str:
    if locale.language == "en":
        return "{2} {3} {0:04d}"  # the same, unmistakable form in all of the English world
    parts = {"y": "{0:04d}", "M": "{1}", "d": "{2}"}
    pattern = locale.date_formats["medium"].pattern
    out: list[str] = []
    quoted = False
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        run = len(pattern[at:]) - len(pattern[at:].lstrip(letter))
        at += run
        if letter == "'":
            quoted = not quoted
        elif quoted or not letter.isalpha() or ord(letter) > 127:
            out.append((letter * run).replace("{", "{{").replace("}", "}}"))
        elif letter in "ML":
            out.append("{3}" if run >= 3 else "{1:02d}" if run == 2 else "{1}")
        elif letter == "d" and run == 2:
            out.append("{2:02d}")
        elif letter in parts:
            out.append(parts[letter])
    return "".join(out)
