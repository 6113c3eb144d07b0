"""Which record types the window lists at its left, and in which order."""

from __future__ import annotations

MAIN = (
    "opportunity", "company", "contact", "task", "quote", "product", "request", "campaign",
)  # fmt: skip
"""The record types that are always in sight; the first one is home."""

MORE = (
    "event", "interaction", "note", "contract", "sale", "proposal", "asset", "expense", "user",
)  # fmt: skip
"""The record types below them."""

SYSTEM = "system"
"""The area of what the program itself keeps: users, choices, custom fields, settings."""
