"""Numbers that a caller gives, read and judged together: a bad one is a problem with its nearest remedy."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown


class Given:
    """Collects what is wrong with the numbers given, and raises it all at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def number(self, field: str, value: object, low: float, high: float) -> float:
        """A finite number from ``low`` to ``high``, or the nearest end after noting the problem."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self._problems.append(Problem(field, shown(value), "it is no number", f"{low:g}"))
            return low
        if not low <= value <= high:
            nearest = min(max(value, low), high)
            self._problems.append(Problem(field, shown(value), f"it lies outside {low:g}..{high:g}", f"{nearest:g}"))
            return nearest
        return float(value)

    def parameter(self, params: Mapping[str, object], name: str, default: int, high: int = 2**31 - 1) -> int:
        """A whole parameter of an index or a search, 1 or more; Milvus also takes it as text."""
        value = params.get(name, default)
        if isinstance(value, str) and len(value) < 20 and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= high:
            self._problems.append(Problem(f"params.{name}", shown(value), f"no whole number 1..{high}", str(default)))
            return default
        return value

    def factor(self, params: Mapping[str, object], name: str, default: float, high: float = 1e6) -> float:
        """A parameter that multiplies something, 1 or more; Milvus also takes it as text."""
        value = params.get(name, default)
        if isinstance(value, str) and len(value) < 20:
            with contextlib.suppress(ValueError):
                value = float(value)
        return self.number(f"params.{name}", value, 1.0, high)

    def choice(self, field: str, value: object, known: Sequence[str]) -> None:
        """A word that has to be one of ``known``."""
        if value not in known:
            near = nearest_word(str(value), known) or known[0]
            self._problems.append(Problem(field, shown(value), f"it is none of {', '.join(known)}", near))

    def refuse(self) -> None:
        """Raise ``InvalidValues`` with every problem noted; do nothing where there are none."""
        if self._problems:
            raise InvalidValues(self._problems)
