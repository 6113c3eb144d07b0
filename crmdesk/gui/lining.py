"""The new line of a list of tasks, read as quick add reads it: call Li Wei fri 3pm."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from crmdesk.features.quickadd.asking import Reader
from crmdesk.features.quickadd.line import Line, Part
from crmdesk.gui.grid.source import Cancel, Entry, Reading
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

Front = tuple[str, str]


class LineReader:
    """Reads what is typed into the new line of a list of tasks.

    `front` is the record beside whose face it is typed. A new task there has the `tied` fields
    anyhow, and `fixed`, the one that puts it on the face, whatever the line says.
    """

    def __init__(self, bridge: Bridge, front: Front | None, fixed: str) -> None:
        self._bridge = bridge
        self._front = front or ("", "")
        self._without = (fixed,) if fixed else ()
        self._reader = Reader(bridge.workspace)

    def line(self, text: str, tied: Collection[str]) -> Line | None:
        """What a text means besides being a subject; None for a plain one."""
        line = self._reader.read(text, self._bridge.ctx, self._without, self._front)
        parts = tuple(one for one in line.parts if not (one.implied and one.role in tied))
        return replace(line, parts=parts) if any(one.spans for one in parts) else None

    def reading(self, text: str, tied: Collection[str]) -> Reading:
        """How a text is read, in words to be shown while it is typed."""
        line = self.line(text, tied)
        if line is None:
            return Reading(None, "")
        return Reading(line, " · ".join(_shown(one, self._bridge.ctx) for one in line.parts))


def typed_alone(values: Mapping[str, Entry]) -> str:
    """The text of a new task of which only the subject was typed, else ""."""
    entry = values.get(Tasks.SUBJECT)
    return entry if len(values) == 1 and isinstance(entry, str) else ""


def values_of_line(line: Line) -> dict[str, Any]:
    """The values of the task that a line says."""
    return dict(line.command().values)


def ask_reader(
    bridge: Bridge, reader: LineReader, tied: Callable[[], Collection[str]]
) -> Callable[[str, Callable[[Reading], None]], Cancel]:
    """Lets a text be read beside the window."""

    def ask(text: str, done: Callable[[Reading], None]) -> Cancel:
        return bridge.read(lambda _conn, _job: reader.reading(text, tied()), done)

    return ask


def _shown(part: Part, ctx: TextContext) -> str:
    """A part in words, a day with its weekday."""
    value = part.best.value
    if part.role != Tasks.DUE:
        return part.best.text
    day = value.utc.astimezone(ctx.tz).date() if isinstance(value, Instant) else value
    place = QLocale("zh_CN" if ctx.language == "zh" else "en_US")
    name = place.dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{name} {part.best.text}"
