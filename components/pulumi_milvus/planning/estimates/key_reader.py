"""Reads the keys of a request one at a time, and notes what is wrong with each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, shown


class KeyReader:
    """Reads one key at a time and notes what is wrong."""

    __slots__ = ("data", "problems")

    def __init__(self, data: dict[Any, Any], problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems

    def word(self, key: str, known: Any, default: str | None) -> str | None:
        """One of the known words, in any case."""
        value = self.data.get(key, default)
        if isinstance(value, str):
            if value in known:
                return value
            for folded in (value.strip().upper(), value.strip().lower()):
                if folded in known:
                    return folded
        elif value is None and key != "index":
            return default
        if value is None:
            self.problems.append(Problem(key, "", f"is missing; name one of {', '.join(known)}", "HNSW"))
            return None
        near = nearest_word(value, known) if isinstance(value, str) and value.strip() else None
        reason = f"is none of {', '.join(known)}"
        usual = "HNSW" if "HNSW" in known else next(iter(known))
        self.problems.append(Problem(key, shown(value), reason, near or usual))
        return None

    def text(self, key: str) -> str | None:
        """A text, or None."""
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return value
        self.problems.append(Problem(key, shown(value), "is no version of Milvus, which is a text", "2.6.24"))
        return None

    def whole(self, key: str, low: int, high: int, default: int | None) -> int | None:
        """A whole number, also written as 1e6; None where it is missing and has no default."""
        value = self.data.get(key, default)
        if type(value) is int and low <= value <= high:
            return value
        if isinstance(value, float) and value.is_integer() and low <= value <= high:
            return int(value)
        if value is None:
            reason = f"is missing; a whole number from {low:,} to {high:,} is needed"
            self.problems.append(Problem(key, "", reason, str(max(low, 1_000_000))))
            return None
        meant = _meant(value)
        near = str(round(min(max(meant, low), high))) if meant is not None else str(max(low, min(high, 1_000_000)))
        self.problems.append(Problem(key, shown(value), f"is no whole number from {low:,} to {high:,}", near))
        return None

    def number(self, key: str, low: float, high: float, default: float | None) -> float | None:
        """A number, or None."""
        value = self.data.get(key, default)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        meant = _meant(value)
        near = f"{min(max(meant, low), high):g}" if meant is not None else f"{high if high <= 1 else 100:g}"
        self.problems.append(Problem(key, shown(value), f"is no number from {low:g} to {high:g}", near))
        return None

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.data.get(key, False)
        if isinstance(value, bool):
            return value
        self.problems.append(Problem(key, shown(value), "is neither true nor false", "false"))
        return False

    def params(self) -> dict[str, Any]:
        """The parameters of an index."""
        value = self.data.get("params")
        if value is None:
            return {}
        if isinstance(value, dict) and all(type(key) is str for key in value):
            return value
        self.problems.append(Problem("params", shown(value), "is no object of parameters", '{"M": 16}'))
        return {}

    def scalar_indexes(self) -> tuple[Mapping[str, Any], ...]:
        """The indexes of scalar fields."""
        value = self.data.get("scalar_indexes")
        if not value:
            return ()
        from pulumi_milvus.planning.estimates.scalars import read_scalar_indexes

        return read_scalar_indexes(value, self.problems)


def _meant(value: object) -> int | float | None:
    """The number that was meant: also one that stands in a text."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(value.replace("_", "").replace(",", ""))
        except ValueError:
            return None
    return value if _is_number(value) else None


def _is_number(value: object) -> TypeGuard[int | float]:
    """A number that is one: no flag, and no NaN. A whole number may be larger than any float."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and not math.isnan(value)
    )
