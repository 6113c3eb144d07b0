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
    """Days by number: DAYS - 1 is the last day, 0 the first; later ones are the future."""

    def __init__(self, until: date, zones: tuple[str, ...]) -> None:
        first = until - timedelta(days=DAYS - 1)
        self.dates = tuple(first + timedelta(days=number) for number in range(DAYS + AHEAD + 400))
        self._mornings = {
            zone: tuple(
                datetime.combine(day, _MORNING, zone_of(zone)).astimezone(UTC) for day in self.dates
            )
            for zone in zones
        }
        # People rest on Saturday and Sunday: the next Monday is meant.
        self.workdays = tuple(
            number + 8 - day.isoweekday() if day.isoweekday() > 5 else number
            for number, day in enumerate(self.dates[:-3])
        )

    def at(self, day: int, step: int, zone: str) -> Instant:
        """A point in the working hours of a day: `step` × 5 minutes after 8:30 local time."""
        return Instant(self._mornings[zone][day] + _STEPS[step % 115], zone)

    def stamp(self, day: int, step: int) -> Instant:
        """A time of creation on a day."""
        return Instant(self._mornings["UTC"][day] + _STEPS[step % 115])
