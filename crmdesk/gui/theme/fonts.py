"""The fonts: the system's own, at the sizes of the tokens, with tabular figures where asked."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from crmdesk.gui.theme import tokens

# What a platform without a desktop calls its font; it stands for no choice at all.
_NO_CHOICE = frozenset({"sans serif", "sans", "helvetica", ""})
_PREFERRED = ("Inter", "Segoe UI", "Cantarell", "Noto Sans", "Ubuntu", "Liberation Sans")
_CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei UI",
            "PingFang SC", "WenQuanYi Micro Hei")  # fmt: skip


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The font families of the program, the first choice first, Chinese ones last.

    The system's own font comes first. Where the platform names none (a bare X server, an
    offscreen run), the first installed one of a short list takes its place. The Chinese family
    is named so that simplified forms are drawn even where a Japanese font sorts before it.
    """
    installed = set(QFontDatabase.families())
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    named = general.family()
    chosen: list[str] = []
    if named.lower() in _NO_CHOICE:
        chosen += [name for name in _PREFERRED if name in installed][:1]
        chosen = chosen or [QFontInfo(general).family()]
    else:
        chosen.append(named)
    chosen += [name for name in _CHINESE if name in installed][:1]
    return tuple(chosen)


def font(
    pixels: int = tokens.TEXT,
    weight: QFont.Weight = QFont.Weight.Normal,
    *,
    figures: bool = False,
) -> QFont:
    """A font of `pixels` height; `figures` makes all digits equally wide."""
    made = QFont(list(families()))
    made.setPixelSize(pixels)
    made.setWeight(weight)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
