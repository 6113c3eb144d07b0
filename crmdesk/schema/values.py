"""The Python values that fields hold beyond the language's own, and their refusal.

Text is `str`, dates are `datetime.date`, durations `timedelta`, decimals and
percentages `Decimal` (50 means 50 %); what needs two parts is declared here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from crmdesk.errors import KnownError
from crmdesk.i18n import _

Cell = str | int | None
"""What one column of a store holds."""

# The digits of ISO 4217, written down rather than asked from the locale data:
# amounts are stored as whole minor units, so the number must never change with
# a newer edition of that data (which also cuts minor units that exist in law).
MINOR_DIGITS = {
    **dict.fromkeys((
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
        "VUV", "XAF", "XOF", "XPF",
    ), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip


def minor_digits(currency: str) -> int:
    """The number of decimals of a currency's minor unit (2 for USD, 0 for JPY)."""
    return MINOR_DIGITS.get(currency, 2)


class ValueRefused(KnownError):
    """A value that a field cannot take, with the reason to show beside the cell.

    `readings` names every reading of an ambiguous text, so that the person (or
    the import's settings) can choose; it is empty where there is none.
    """

    def __init__(
        self, message: str, *, readings: Iterable[str] = (), kept: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, kept=kept, hint=hint)
        self.readings: tuple[str, ...] = tuple(readings)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in a currency (ISO 4217 code, upper case)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time: `utc` is aware and in UTC, `zone` the IANA zone it was entered in."""

    utc: datetime
    zone: str = "UTC"

    def local(self, zone: str | None = None) -> datetime:
        """The wall-clock time in `zone`, or in the zone it was entered in."""
        return self.utc.astimezone(zone_of(zone or self.zone))


@dataclass(frozen=True, slots=True)
class FileRef:
    """An attached file: the SHA-256 of its bytes (hex) and the name it came with."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class AnyRef:
    """A reference to a record of any entity."""

    entity: str
    id: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as typed, and in E.164 where it could be understood."""

    raw: str
    e164: str | None = None


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name; raises ValueRefused for a name that is none."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        # OSError: names such as "America" are folders of the zone data.
        raise ValueRefused(_("“{name}” is not a time zone.").format(name=name)) from error
