"""Dates as people write them: 22/11/2026 · 2026年11月22日 · 22 Nov · next fri · 下周一."""

from __future__ import annotations

from datetime import date

from crmdesk.i18n import _
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused


def parse_date(text: str, ctx: TextContext) -> date:
    """The day that a text says."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(text: str) -> ValueRefused:
    return ValueRefused(
        _("“{text}” is not a date.").format(text=text.strip()[:80]),
        hint=_("Write it like {example}.").format(example="2026-11-22"),
    )


def show_date(value: date, ctx: TextContext) -> str:
    """The day as people read it: 18 Dec 2026, 2026年12月18日, 18.12.2026."""
    forms = forms_of(ctx.locale)
    if ctx.language == "zh" and forms.language != "zh":
        forms = forms_of("zh_CN")
    month = value.month
    return forms.date_pattern.format(value.year, month, value.day, forms.months[month - 1])


def edit_date(value: date, ctx: TextContext) -> str:
    """The day to start an edit with."""
    return value.isoformat()
