"""Currencies in text: their codes, signs and everyday names, and which one a sign means."""

from __future__ import annotations

import re
from functools import lru_cache

from crmdesk.i18n import _
from crmdesk.schema.localeforms import babel_locale
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused

# Known without the locale data, which costs 25 ms to load.
COMMON = frozenset((
    "USD", "EUR", "CNY", "JPY", "GBP", "HKD", "TWD", "KRW", "SGD", "AUD", "CAD", "CHF", "SEK",
    "NOK", "DKK", "INR", "BRL", "MXN", "RUB", "PLN", "CZK",
))  # fmt: skip

# Signs that stand alone, as each of these currencies is written at home.
_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "¥": ("CNY", "JPY"), "€": ("EUR",), "£": ("GBP", "EGP", "LBP", "SYP"), "₹": ("INR",),
    "₩": ("KRW",), "₽": ("RUB",), "₺": ("TRY",), "₫": ("VND",), "₴": ("UAH",), "₪": ("ILS",),
    "₱": ("PHP",), "฿": ("THB",), "₦": ("NGN",), "₸": ("KZT",), "₡": ("CRC",), "₲": ("PYG",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "rs": ("INR", "PKR", "LKR"), "rs.": ("INR", "PKR", "LKR"),
    "r$": ("BRL",), "zł": ("PLN",), "kč": ("CZK",), "ft": ("HUF",), "fr.": ("CHF",),
    "us$": ("USD",), "ca$": ("CAD",), "c$": ("CAD",), "au$": ("AUD",), "a$": ("AUD",),
    "nz$": ("NZD",), "hk$": ("HKD",), "s$": ("SGD",), "nt$": ("TWD",), "mx$": ("MXN",),
    "cn¥": ("CNY",), "rmb": ("CNY",), "jp¥": ("JPY",), "rmb¥": ("CNY",),
    "元": ("CNY",), "块": ("CNY",), "块钱": ("CNY",), "圆": ("CNY",), "人民币": ("CNY",),
    "元人民币": ("CNY",), "人民币元": ("CNY",), "円": ("JPY",), "日元": ("JPY",), "日圆": ("JPY",),
    "美元": ("USD",), "美金": ("USD",), "欧元": ("EUR",), "英镑": ("GBP",), "港元": ("HKD",),
    "港币": ("HKD",), "台币": ("TWD",), "新台币": ("TWD",), "澳元": ("AUD",), "加元": ("CAD",),
    "瑞郎": ("CHF",), "韩元": ("KRW",), "卢布": ("RUB",),
    "euro": ("EUR",), "euros": ("EUR",), "dollar": ("USD",), "dollars": ("USD",),
    "yuan": ("CNY",), "yen": ("JPY",), "pound": ("GBP",), "pounds": ("GBP",),
}  # fmt: skip

_HOME_SIGN = {
    **{codes[0]: sign for sign, codes in _SIGNS.items() if len(sign) == 1 and ord(sign) < 0x4E00},
    **dict.fromkeys(_SIGNS["$"], "$"), **dict.fromkeys(_SIGNS["¥"], "¥"),
    "BRL": "R$", "PLN": "zł", "CZK": "Kč", "HUF": "Ft", "SEK": "kr", "NOK": "kr", "DKK": "kr.",
}  # fmt: skip

# Away from home a sign that several currencies use belongs to the first of them only
# where no other could be meant; these are clear anywhere.
_CLEAR_ABROAD = {
    "USD": "US$", "CNY": "CN¥", "JPY": "JP¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$",
    "HKD": "HK$", "SGD": "S$", "TWD": "NT$", "MXN": "MX$", "BRL": "R$",
    "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩", "TRY": "₺",
}  # fmt: skip

_PARTS = re.compile(
    r"(?P<before>(?:[^\d.,()+-]+\.?)?)(?P<number>[^\d]*\d.*?)(?P<after>(?:[^\d.,()+' -]+\.?)?)"
)


@lru_cache(maxsize=256)
def is_currency(code: object) -> bool:
    """Whether this is a currency code of ISO 4217 in upper case."""
    if code in COMMON:
        return True
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        return False
    # Late: the common codes above never need the locale data.
    from babel.core import get_global

    return code in get_global("all_currencies")


@lru_cache(maxsize=512)
def shown_sign(currency: str, own: str, language: str) -> str:
    """The sign to show for a currency to a reader whose own currency is `own`.

    The short sign for the own currency ("¥"), a clear one for others ("US$"), the
    code where there is none. Who reads Chinese takes ¥ for yuan, unless it is the own yen.
    """
    if currency == own or (currency == _meant_in(language) and own not in _SIGNS["¥"]):
        return _HOME_SIGN.get(currency, currency)
    return _CLEAR_ABROAD.get(currency, currency)


def _meant_in(language: str) -> str:
    return "CNY" if language == "zh" else ""


def split_currency(body: str, ctx: TextContext) -> tuple[str, str]:
    """The number's text and the currency of a text such as "¥ 1,200" or "1.200 €".

    Without a sign it is the context's currency. A sign of several currencies means
    the context's own where that is one of them, else the one that is meant in the
    language or that the locale's region writes so; otherwise it is refused with the readings named.
    """
    if body.isascii() and body[0].isdigit() and body[-1].isdigit():
        return body, ctx.currency
    if body.startswith("(") and body.endswith(")"):
        number, currency = split_currency(body[1:-1].strip(), ctx)
        return f"({number})", currency
    sign = "-" if body.startswith("-") and not body[1:2].isdigit() else ""
    match = _PARTS.fullmatch(body[len(sign):].lstrip())  # fmt: skip
    if match is None:
        return body, ctx.currency
    before, number, after = match["before"].strip(), match["number"].strip(), match["after"]
    if before:
        return sign + number + after, _meant(before, ctx)
    for word in _endings(after):
        found = _currency_word(word)
        if found:
            return sign + number + after[: len(after) - len(word)], _meant(word, ctx)
    return body, ctx.currency


def _endings(after: str) -> list[str]:
    # The longest word that is a currency: "万元" is 万 and 元, "k€" is k and €.
    return [after[start:] for start in range(len(after)) if after[start:].strip()]


def _currency_word(word: str) -> tuple[str, ...]:
    known = _SIGNS.get(word.casefold())
    if known:
        return known
    code = word.upper()
    return (code,) if is_currency(code) else ()


def _meant(word: str, ctx: TextContext) -> str:
    codes = _currency_word(word)
    if not codes:
        raise ValueRefused(
            _("“{word}” is not a currency.").format(word=word),
            hint=_("Use a code of three letters such as USD, EUR or CNY."),
        )
    if len(codes) == 1 or ctx.currency in codes:
        return codes[0] if len(codes) == 1 else ctx.currency
    if _meant_in(ctx.language) in codes and not ctx.strict:
        return _meant_in(ctx.language)
    here = [code for code in codes if code in _currencies_of(ctx.locale)]
    if len(here) == 1 and not ctx.strict:
        return here[0]
    if word in ("$", "£") and not ctx.strict:
        return codes[0]  # without another claim the sign is the one known everywhere
    readings = codes[:3]
    raise ValueRefused(
        _("“{word}” can be {readings}.").format(word=word, readings=_(" or ").join(readings)),
        readings=readings,
        hint=_("Write the code instead of the sign."),
    )


@lru_cache(maxsize=64)
def _currencies_of(locale: str) -> frozenset[str]:
    found = babel_locale(locale)
    if found is None or found.territory is None:
        return frozenset({"CNY"} if locale.startswith("zh") else ())
    # Late: see is_currency.
    from babel.core import get_global

    return frozenset(
        code
        for code, _since, until, tender in get_global("territory_currencies").get(
            found.territory, ()
        )
        if tender and until is None
    )
