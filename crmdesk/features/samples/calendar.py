"""The days that sample data is spread over, and points in time on them, made quickly."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crmdesk.schema.values import Instant, zone_of

YEARS = 3
DAYS = 365 * YEARS + 1
"""How many days back from the last one the data reaches, the last one included."""

AHEAD = 120
"""How many days after the last one tasks and events may be planned for."""

_STEPS = tuple(timedelta(minutes=5 * step) for step in range(115))
_MORNING = time(8, 30)


class Calendar:
    """Days by number: DAYS - 1 is the last day, 0 the first; later ones are the future.

    Times lie in the working hours of `zone`, that of the people who keep the store: who calls
    another country does so in the hours of both, or at least in those that one reads.
    """

    def __init__(self, until: date, zone: str) -> None:
        first = until - timedelta(days=DAYS - 1)
        self.dates = tuple(first + timedelta(days=number) for number in range(DAYS + AHEAD + 400))
        self._zone = zone
        local = zone_of(zone)
        self._mornings = tuple(
            datetime.combine(day, _MORNING, local).astimezone(UTC) for day in self.dates
        )
        # People rest on Saturday and Sunday: the next Monday is meant.
        self.workdays = tuple(
            number + 8 - day.isoweekday() if day.isoweekday() > 5 else number
            for number, day in enumerate(self.dates[:-3])
        )

    def at(self, day: int, step: int) -> Instant:
        """A point in the working hours of a day: `step` × 5 minutes after 8:30 local time."""
        return Instant(self._mornings[day] + _STEPS[step % len(_STEPS)], self._zone)

    def stamp(self, day: int, step: int) -> Instant:
        """A time of creation on a day."""
        return Instant(self._mornings[day] + _STEPS[step % len(_STEPS)])
