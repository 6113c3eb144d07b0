"""What the rail lists: record types, saved views, pinned and recent records, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from crmdesk.gui.shell.rail import Rail, RailItem
from crmdesk.i18n import _
from crmdesk.schema.crm.rail import MAIN, MORE
from crmdesk.schema.query import Query

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.grid.source import Cancel

Items = Callable[[], Sequence[RailItem]]
Go = Callable[[str], object]

RECORDS, VIEWS, PINNED, RECENT, MORE_RECORDS = "records", "views", "pinned", "recent", "more"
SECTIONS = (RECORDS, VIEWS, PINNED, RECENT, MORE_RECORDS)
"""The stretches of the rail from the top; one without lines has no heading either."""


@dataclass(frozen=True)
class Section:
    """One stretch: its heading, its lines when they are asked for, and what a click does.

    The keys of lines need to differ within their own section alone.
    """

    heading: Callable[[], str]
    items: Items
    go: Go


class RailContent(QObject):
    """Fills a rail from its sections; whoever has lines for one puts them in by `put`.

    `current` tells which line is marked, as (section, key); `counts` are the numbers of
    records by type, as last counted.
    """

    def __init__(self, bridge: Bridge, rail: Rail, show_list: Callable[[str], object]) -> None:
        super().__init__(rail)
        self._bridge = bridge
        self._rail = rail
        self.counts: dict[str, int] = {}
        self._counting: Cancel | None = None
        self.current: Callable[[], tuple[str, str]] = lambda: (RECORDS, "")
        self._sections: dict[str, Section] = {
            RECORDS: Section(lambda: _("Records"), partial(self._types, MAIN), show_list),
            MORE_RECORDS: Section(lambda: _("More"), partial(self._types, MORE), show_list),
        }
        # The sections of which only the headings are shown; at first the one used least.
        self.shut: set[str] = {MORE_RECORDS}
        rail.chosen.connect(self._go)
        rail.folded.connect(self._fold)

    def put(self, name: str, items: Items, go: Go) -> None:
        """Give a section its lines and what a click on one of them does with its key."""
        headings = {
            VIEWS: lambda: _("Views"),
            PINNED: lambda: _("Pinned"),
            RECENT: lambda: _("Recent"),
        }
        heading = self._sections[name].heading if name in self._sections else headings[name]
        self._sections[name] = Section(heading, items, go)
        self.show()

    def show(self) -> None:
        """Ask every section for its lines and show them."""
        lines: list[RailItem] = []
        for name in SECTIONS:
            section = self._sections.get(name)
            items = () if section is None else section.items()
            if section is None or not items:
                continue
            shut = name in self.shut
            lines.append(RailItem(section.heading(), section=name, shut=shut))
            if shut:
                continue
            lines += [replace(item, key=f"{name}:{item.key}") for item in items]
        self._rail.set_items(lines, self._marked())

    def mark(self) -> None:
        """Mark the line of what is in front."""
        self._rail.choose(self._marked())

    def _marked(self) -> str:
        section, key = self.current()
        if key and section == RECORDS and key not in MAIN:
            section = MORE_RECORDS
        return f"{section}:{key}" if key else ""

    def count(self) -> None:
        """Count the records of every type anew."""
        if self._counting is not None:
            self._counting()
        select, ctx = self._bridge.workspace.select, self._bridge.query_context()

        def ask(conn: Any, _job: object) -> dict[str, int]:
            return {name: select.count(conn, Query(name), ctx) for name in (*MAIN, *MORE)}

        self._counting = self._bridge.read(ask, self._show_counts)

    def _show_counts(self, counts: Mapping[str, int]) -> None:
        self.counts = dict(counts)
        for name, count in counts.items():
            section = RECORDS if name in MAIN else MORE_RECORDS
            self._rail.set_count(f"{section}:{name}", count)

    def _types(self, names: Sequence[str]) -> list[RailItem]:
        registry, language = self._bridge.registry, self._bridge.language
        found = []
        for name in names:
            entity = registry.entity(name)
            title = entity.plural.text(language)
            found.append(RailItem(title, name, entity.colour, self.counts.get(name)))
        return found

    def _fold(self, name: str) -> None:
        self.shut ^= {name}
        self.show()

    def _go(self, line: str) -> None:
        name, _colon, key = line.partition(":")
        self._sections[name].go(key)
