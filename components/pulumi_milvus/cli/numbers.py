"""Numbers as people write them in options."""

from __future__ import annotations

from typing import Any


def number_in(text: str | None) -> Any:
    """The number in an option (1000000, 1_000_000, 1e6), or the text as it is, for the reader to refuse."""
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except (ValueError, OverflowError):
        return text
    return int(number) if number.is_integer() else number
