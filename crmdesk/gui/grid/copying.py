"""Copies and cuts cells: as text for every program, and as values for this one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication

from crmdesk.gui.grid.clipboard import encode, encode_html
from crmdesk.gui.grid.source import EMPTY, Chosen, Entry, GridCell, GridColumn, GridRow
from crmdesk.i18n import _, ngettext
from crmdesk.schema.values import Money

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

MIME = "application/x-crmdesk-cells"
MOST_COPIED = 500_000
"""The most cells that go to the clipboard; a longer list is exported to a file."""

# What an amount has round its figures when it is typed: its currency.
_NO_NUMBER = re.compile(r"[^\d.,\-\u2212]")
# Kinds whose text is their value; all others are carried as the value behind the text.
_TEXTS = frozenset({"text", "longtext", "email", "url"})


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied last: the cells, row by row, and where they stood."""

    token: bytes
    entity: str
    columns: tuple[GridColumn, ...]
    rowids: tuple[int, ...]
    cells: tuple[tuple[GridCell, ...], ...]
    cut: bool


class _Last:
    """The last copy of this process; it holds while the clipboard bears its token."""

    copied: Copied | None = None


def last_copied() -> Copied | None:
    """What was copied here and is still on the clipboard."""
    copied = _Last.copied
    if copied is None:
        return None
    offered = QGuiApplication.clipboard().mimeData()
    return copied if bytes(offered.data(MIME).data()) == copied.token else None


def forget_cut() -> None:
    """What was cut has been pasted: the next paste of it copies."""
    copied = _Last.copied
    if copied is not None:
        _Last.copied = Copied(
            copied.token, copied.entity, copied.columns, copied.rowids, copied.cells, False
        )


def text_of(spec: GridColumn, cell: GridCell) -> str:
    """A cell as text that, typed into a cell of the same column, gives the same value."""
    if cell.state == "refused":
        return cell.text
    if spec.kind == "boolean":
        # What spreadsheets take for a yes or no, in any language.
        return "TRUE" if cell.value else "FALSE"
    return cell.text if cell.edit is None else cell.edit


def entry_of(spec: GridColumn, cell: GridCell, to: GridColumn) -> Entry:
    """What is entered into a column to have the same as in that cell of a column `spec`."""
    same = spec.kind == to.kind and spec.target == to.target
    if not same or cell.state == "refused" or spec.kind in _TEXTS:
        return text_of(spec, cell)
    if spec.kind == "boolean":
        return Chosen(bool(cell.value))
    if cell.value is None:
        return cell.text
    if spec.kind == "anyref":
        return cell.text if cell.ref is None else Chosen(":".join(cell.ref), cell.text)
    return Chosen(cell.value, cell.text)


def copy(view: GridView, *, cut: bool = False) -> bool:
    """Put the selected cells on the clipboard; with `cut` the next paste empties them."""
    blocks = view.ranges.blocks()
    one = view.ranges.block()
    if one is not None:
        blocks = [one]
    if not blocks:
        return False
    if any(block.columns != blocks[0].columns for block in blocks):
        view.told.emit(_("Select one range, or whole rows, to copy them."))
        return False
    cells = sum(block.cells for block in blocks)
    if cells > MOST_COPIED:
        view.told.emit(
            _("{count} cells are too many for the clipboard; export the list instead.").format(
                count=f"{cells:,}"
            )
        )
        return False
    grid = view.grid
    rowids = [
        rowid for block in blocks for row in block.rows if (rowid := grid.rowid_at(row)) is not None
    ]
    if not rowids:
        return False
    columns = blocks[0].columns
    entity = grid.source.entity
    specs = tuple(grid.columns[column] for column in columns)
    lies_over = {(rowid, column): cell for (rowid, column), cell in grid.overlaid.items()}

    def put(rows: dict[int, GridRow]) -> None:
        table = tuple(
            tuple(
                lies_over.get((rowid, column)) or rows[rowid].cells[column]
                if rowid in rows
                else EMPTY
                for column in columns
            )
            for rowid in rowids
        )
        _put(Copied(uuid.uuid4().bytes, entity, specs, tuple(rowids), table, cut))
        view.marked = None if len(blocks) > 1 else blocks[0]
        view.viewport().update()
        view.said.emit(_said(len(rowids) * len(columns), cut))

    grid.with_rows(rowids, lambda rows: put(dict(rows)))
    return True


def _put(copied: Copied) -> None:
    table = texts_of(copied)
    offered = QMimeData()
    offered.setText(encode(table))
    if len(table) * len(copied.columns) > 1:
        offered.setHtml(encode_html(table))
    offered.setData(MIME, QByteArray(copied.token))
    _Last.copied = copied
    QGuiApplication.clipboard().setMimeData(offered)


def texts_of(copied: Copied) -> list[list[str]]:
    """The cells as text: a percent with its sign, amounts of one column in one form.

    Where all of them are of one currency they are bare numbers, which spreadsheets add up; where
    they are not, each names its own.
    """
    columns = list(zip(*copied.cells, strict=True))
    told = [
        _amounts(cells) if spec.kind == "money" else [_told(spec, cell) for cell in cells]
        for spec, cells in zip(copied.columns, columns, strict=True)
    ]
    return [list(row) for row in zip(*told, strict=True)]


def _told(spec: GridColumn, cell: GridCell) -> str:
    text = text_of(spec, cell)
    percent = spec.kind == "percent" and cell.state != "refused"
    return f"{text}%" if percent and text and not text.endswith("%") else text


def _amounts(cells: Sequence[GridCell]) -> list[str]:
    currencies = {cell.value.currency for cell in cells if isinstance(cell.value, Money)}
    made = []
    for cell in cells:
        text = cell.text if cell.edit is None else cell.edit
        if isinstance(cell.value, Money) and cell.state != "refused":
            text = _NO_NUMBER.sub("", text)
            if len(currencies) > 1:
                text = f"{cell.value.currency} {text}"
        made.append(text)
    return made


def _said(count: int, cut: bool) -> str:
    if cut:
        text = ngettext(
            "{count} cell moves with the next paste.",
            "{count} cells move with the next paste.",
            count,
        )
    else:
        text = ngettext("{count} cell copied.", "{count} cells copied.", count)
    return text.format(count=f"{count:,}")
