"""What earlier versions declared and this one does not: for the steps that bring stores up."""

from __future__ import annotations

INDEXES_OF_DUE = (
    ("task", "due"),
    ("opportunity", "close_date"),
    ("request", "due_at"),
)
"""Version 1 had indexes of these alone; now each also says whether the record is open."""
