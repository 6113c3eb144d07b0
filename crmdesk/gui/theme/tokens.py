"""The tokens of the look: colours and sizes, once, for style sheet, delegates and charts alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

# Sizes are in device-independent pixels, on a grid of 4.
SPACE_1, SPACE_2, SPACE_3, SPACE_4 = 4, 8, 12, 16
RADIUS, RADIUS_FACE = 6, 8
BAND = 3
TEXT, TITLE, CAPTION, HEADING = 13, 20, 12, 15
ROW_COMPACT, ROW_NORMAL, ROW_RELAXED = 24, 30, 36
HEADER = 28
CELL_PADDING = 10


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours, each as `#rrggbb`.

    `entities` holds the colour that each kind of record wears; everything that names a colour by
    a word (a reference's square, a chip, a chart's series) asks `colour()`.
    """

    name: str
    background: str
    surface: str
    sunken: str
    line: str
    inner: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    selection: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    good: str
    good_soft: str
    entities: Mapping[str, str]

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"

    @property
    def range_tint(self) -> str:
        """The ground of selected cells."""
        return mix(self.accent, self.surface, 0.22 if self.dark else 0.15)

    @property
    def link(self) -> str:
        """The accent as text: it reads on every ground of the window."""
        return readable(self.accent, self.accent_soft)

    def colour(self, name: str | None, default: str = "note") -> str:
        """The colour behind a token's or entity's name; `#rrggbb` passes through.

        An unknown or missing name gets the colour of `default`, so that a record type without a
        colour of its own still wears a calm one.
        """
        if name:
            if name.startswith("#"):
                return name
            found = self.entities.get(name)
            if found is not None:
                return found
            if name in _PLAIN:
                return str(getattr(self, name))
        return self.entities.get(default, self.muted)

    def soft(self, name: str | None) -> str:
        """A quiet ground of that colour on the surface, for chips and pills."""
        return mix(self.colour(name), self.surface, 0.16 if self.dark else 0.13)

    def readable(self, name: str | None, ground: str | None = None) -> str:
        """That colour, moved as far towards black or white as text on `ground` needs (AA)."""
        return readable(self.colour(name), ground or self.soft(name))


_PLAIN = frozenset(
    "background surface sunken line inner text muted faint accent danger warning good".split()
)

LIGHT = Tokens(
    name="light",
    background="#f5f6f8",
    surface="#ffffff",
    sunken="#eef0f3",
    line="#e2e5ea",
    inner="#eceef2",
    text="#1b2027",
    muted="#5d6877",
    faint="#646e7b",
    accent="#2f6fed",
    accent_soft="#e8f0fe",
    on_accent="#ffffff",
    selection="#eaf1fe",
    danger="#c9372c",
    danger_soft="#fdecea",
    warning="#956300",
    warning_soft="#fff8e4",
    good="#1f7a4d",
    good_soft="#e3f5ea",
    entities=MappingProxyType(
        {
            "opportunity": "#7a5af8",
            "company": "#2f6fed",
            "contact": "#0e8f83",
            "task": "#c27803",
            "event": "#d6407a",
            "note": "#64748b",
            "quote": "#4f46e5",
            "product": "#a04f1d",
            "request": "#be123c",
            "campaign": "#9333ea",
        }
    ),
)

DARK = Tokens(
    name="dark",
    background="#14171b",
    surface="#1c2025",
    sunken="#111418",
    line="#2e343c",
    inner="#262b32",
    text="#e7eaee",
    muted="#a0aab6",
    faint="#8b95a1",
    accent="#79a6ff",
    accent_soft="#1f2c46",
    on_accent="#14171b",
    selection="#202d45",
    danger="#ff7b72",
    danger_soft="#3b1d1c",
    warning="#e3b341",
    warning_soft="#352a10",
    good="#56d399",
    good_soft="#12301f",
    entities=MappingProxyType(
        {
            "opportunity": "#a594ff",
            "company": "#79a6ff",
            "contact": "#3fc9ba",
            "task": "#e9b04a",
            "event": "#f27ba6",
            "note": "#9aa7b8",
            "quote": "#9a94ff",
            "product": "#dd9160",
            "request": "#ff7b93",
            "campaign": "#c68bff",
        }
    ),
)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0-255) of `#rrggbb` or `#rgb`; mid grey for anything else."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    except ValueError:
        return 128, 128, 128


@lru_cache(maxsize=2048)
def mix(colour: str, ground: str, share: float) -> str:
    """`share` (0-1) of `colour` over `ground`."""
    over, under = channels(colour), channels(ground)
    return "#" + "".join(
        f"{round(a * share + b * (1 - share)):02x}" for a, b in zip(over, under, strict=True)
    )


@lru_cache(maxsize=2048)
def luminance(colour: str) -> float:
    """Relative luminance (0-1) as WCAG 2 defines it."""
    parts = []
    for channel in channels(colour):
        value = channel / 255
        parts.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: str, b: str) -> float:
    """The WCAG contrast ratio (1-21) of two colours."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=2048)
def readable(colour: str, ground: str, ratio: float = 4.5) -> str:
    """`colour`, darkened or lightened in small steps until it reads on `ground`."""
    pole = "#ffffff" if luminance(ground) < 0.18 else "#000000"
    moved = colour
    for step in range(1, 21):
        if contrast(moved, ground) >= ratio:
            break
        moved = mix(pole, colour, step / 20)
    return moved
