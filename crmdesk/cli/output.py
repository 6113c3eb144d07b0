"""What commands print: aligned columns for people, JSON for scripts."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import stamp_text
from crmdesk.schema.values import AnyRef, FileRef, Instant, Money, Phone
from crmdesk.store.reading import Linked

WIDEST = 60
"""Longer cells are cut in columns for people; JSON has them whole."""

_BETWEEN = "  "


def plain(value: Any) -> Any:
    """A value as JSON has it: exact numbers and amounts as text, times in ISO 8601 and UTC."""
    match value:
        case Linked(entity, id, title):
            return {"entity": entity, "id": id, "title": title}
        case Money(amount, currency):
            return {"amount": str(amount), "currency": currency}
        case Instant(utc, _zone):
            return stamp_text(utc)
        case Phone(raw, _e164):
            return raw
        case AnyRef(entity, id):
            return {"entity": entity, "id": id}
        case FileRef(sha256, name):
            return {"sha256": sha256, "name": name}
        case Decimal():
            return str(value)
        case timedelta():
            return int(value.total_seconds())
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case tuple() | list():
            return [plain(one) for one in value]
        case dict():
            return {str(key): plain(one) for key, one in value.items()}
    return value


def shown(field: Field, value: Any, ctx: TextContext) -> str:
    """A value as people read it; a reference by its title."""
    if isinstance(value, Linked):
        return value.title or value.id
    return field.type.show(value, ctx)


def say(text: str) -> None:
    """A line for people."""
    click.echo(text)


def tell_json(data: Any) -> None:
    """One JSON document, with keys in the order in which they were put."""
    click.echo(json.dumps(plain(data), ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf"
        else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )  # fmt: skip


def cut(text: str, widest: int = WIDEST) -> str:
    """The text on one line, not wider than that."""
    line = " ".join(text.split()) if not text.isprintable() or "  " in text else text
    if width(line) <= widest:
        return line
    kept, room = [], widest - 1
    for letter in line:
        room -= width(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool] = ()
) -> list[str]:
    """Aligned lines, the headers first; `right` tells which columns stand at the right."""
    lines = [[cut(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(width(line[at]) for line in lines) for at in range(len(headers))]
    right = [*right, *([False] * (len(headers) - len(right)))]

    def aligned(cells: list[str]) -> str:
        padded = [
            " " * (widest - width(cell)) + cell if to_right
            else cell + " " * (widest - width(cell))
            for cell, widest, to_right in zip(cells, widths, right, strict=True)
        ]  # fmt: skip
        return _BETWEEN.join(padded).rstrip()

    head, *body = lines
    return [aligned(head), _BETWEEN.join("─" * one for one in widths), *map(aligned, body)]


def progress_line() -> Callable[[int, int, str], None] | None:
    """Tells how far long work is, on a terminal only; scripts get nothing to filter out."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int, text: str) -> None:
        share = f"{done * 100 // total} %" if total else f"{done:,}"
        end = "\n" if total and done >= total else ""
        click.echo(f"\r\x1b[K{text} {share}{end}", err=True, nl=False)

    return tell
