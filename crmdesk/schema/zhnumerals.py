"""Chinese numerals in running text, as far as dates, times and counts need them (0–99)."""

from __future__ import annotations

import re

_DIGITS = {letter: digit for digit, letter in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "两": 2, "兩": 2}
_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_NUMERAL = re.compile("(廿|卅|[一二两兩三四五六七八九])?(十)?([一二三四五六七八九])?")


def with_digits(text: str) -> str:
    """The text with years and numerals below 100 in digits: 下午三点半 → 下午3点半."""
    text = _YEAR.sub(lambda match: "".join(str(_DIGITS[letter]) for letter in match[0]), text)
    return _NUMERAL.sub(_number, text)


def _number(match: re.Match[str]) -> str:
    tens, ten, ones = match.groups()
    if tens in ("廿", "卅"):
        return str((20 if tens == "廿" else 30) + (_DIGITS[ones] if ones else 0))
    if ten:
        return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
    return "".join(str(_DIGITS[letter]) for letter in (tens, ones) if letter)
