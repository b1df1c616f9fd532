"""How old prices are. Today's date is given: planning has no clock."""

from __future__ import annotations

import datetime
from typing import Final

# The rule cost-budget: a catalogue older than this is worth asking AWS anew. Our choice.
MOST_DAYS: Final = 90


def age_days(as_of: str | None, today: datetime.date) -> int | None:
    """Days since a day such as ``2026-07-20`` or a month such as ``2026-07`` (from its first day); None: unknown."""
    if as_of is None:
        return None
    try:
        return (today - datetime.date.fromisoformat(as_of if len(as_of) > 7 else f"{as_of}-01")).days
    except ValueError:
        return None


def is_old(as_of: str | None, today: datetime.date) -> bool:
    """Whether prices of that day are older than 90 days; False where the day is unknown."""
    days = age_days(as_of, today)
    return days is not None and days > MOST_DAYS
