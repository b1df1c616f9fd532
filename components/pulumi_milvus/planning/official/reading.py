"""Reads a filled form from plain data, and says every mistake at once.

The page moves a typed number into its range; here every number is computed as it is, since it is the arithmetic that
is compared. Refused is only what the arithmetic cannot take, and what the page has no choice for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.official.form import (
    DEFAULTS,
    INDEX_TYPES,
    MESSAGE_QUEUES,
    MODE_REQUESTS,
    ONLY_IN_26,
    REFINE_BITS,
    SEGMENT_SIZES_MIB,
    TOOL_VERSIONS,
    Form,
)
from pulumi_milvus.planning.problems import InvalidValues, Problem, key_in_path, shown

# No number of the form may be larger: beyond every range of the page (10,000 millions of vectors, 60,000,000 bytes a
# row), and small enough that no product of them leaves the floats.
MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Number:
    """A number from ``least`` to ``MOST``, fractions too; no text."""

    least: int = 0

    def problem(self, key: str, value: object) -> Problem | None:
        if isinstance(value, int | float) and not isinstance(value, bool) and self.least <= value <= MOST:  # no NaN
            return None
        return Problem(key, shown(value), f"a number from {self.least} to {MOST:_} is needed", self._nearest(value))

    def _nearest(self, value: object) -> str:
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, int):
            return f"{min(max(value, self.least), MOST):_}"
        try:
            number = float(value[:40]) if isinstance(value, str) else value if isinstance(value, float) else math.nan
        except ValueError:
            return ""
        return "" if math.isnan(number) else f"{min(max(number, self.least), MOST):.12g}"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of the page's choices, spelt exactly."""

    words: tuple[str, ...]

    def problem(self, key: str, value: object) -> Problem | None:
        if isinstance(value, str) and value in self.words:
            return None
        near = nearest_word(value, self.words, 0.5) if isinstance(value, str) else None
        return Problem(key, shown(value), f"one of {', '.join(self.words)} is needed", near or "")


@dataclass(frozen=True, slots=True)
class _Flag:
    """true or false and nothing else."""

    def problem(self, key: str, value: object) -> Problem | None:
        if isinstance(value, bool):
            return None
        yes = value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "on", "1"))
        return Problem(key, shown(value), "true or false is needed, without quotes", "true" if yes else "false")


@dataclass(frozen=True, slots=True)
class _SegmentSize:
    """One of the three sizes of a segment, MiB."""

    def problem(self, key: str, value: object) -> Problem | None:
        size_mib = value if isinstance(value, int | float) and not isinstance(value, bool) else 1024
        if size_mib is value and size_mib in SEGMENT_SIZES_MIB:
            return None
        near = 512 if size_mib < 768 else 2048 if size_mib > 1536 else 1024  # half way between the sizes
        return Problem(key, shown(value), "one of 512, 1024, 2048 is needed", str(near))


_READERS: Final[Mapping[str, _Number | _Choice | _Flag | _SegmentSize]] = {
    "tool_version": _Choice(TOOL_VERSIONS),
    "vectors_million": _Number(),
    "dimension": _Number(least=1),  # a divisor of HNSW's and DISKANN's formulas
    "index_type": _Choice(INDEX_TYPES),
    "hnsw_m": _Number(),
    "ivf_nlist": _Number(),
    "rabitq_refine_type": _Choice(tuple(REFINE_BITS)),
    "scann_with_raw_data": _Flag(),
    "graph_max_degree": _Number(),
    "aisaq_inline_pq": _Number(),
    "scalar_fields": _Flag(),
    "scalar_avg_bytes_per_row": _Number(),
    "scalar_offload_to_disk": _Flag(),
    "segment_size_mib": _SegmentSize(),
    "mode_request": _Choice(MODE_REQUESTS),
    "message_queue": _Choice(MESSAGE_QUEUES),
}
KEYS: Final = tuple(_READERS)
_FLOATS: Final = (*(key for key, reader in _READERS.items() if isinstance(reader, _Number)), "segment_size_mib")

# Required key -> the form's default, as an example.
_REQUIRED: Final = {"vectors_million": "1", "dimension": "768", "index_type": "FLAT"}


def read_form(data: object) -> Form:
    """The form that ``data`` fills; raises ``InvalidValues`` with every mistake, whatever ``data`` is."""
    if not isinstance(data, Mapping):
        needed = ", ".join(f"{key}: {example}" for key, example in _REQUIRED.items())
        raise InvalidValues([Problem("the input", shown(data), "an object with the form's keys is needed", needed)])
    problems: list[Problem] = []
    meant: set[str] = set()  # keys that a misspelt key stands for: they are not reported as missing too
    for key, value in data.items():
        reader = _READERS.get(key) if isinstance(key, str) else None
        problem = reader.problem(key, value) if reader else _unknown(key)
        if problem:
            problems.append(problem)
            if reader is None:
                meant.add(problem.nearest)
    for key, example in _REQUIRED.items():
        if key not in data and key not in meant:
            problems.append(Problem(key, "", "is missing", example))
    problems.extend(_not_in_version(data))
    if problems:
        raise InvalidValues(problems)
    return _filled(data)


def _filled(data: Mapping[str, Any]) -> Form:
    values = {**DEFAULTS, **data}
    for key in _FLOATS:
        values[key] = float(values[key])
    if "aisaq_inline_pq" not in data:  # the form never leaves it above max_degree
        values["aisaq_inline_pq"] = min(values["aisaq_inline_pq"], values["graph_max_degree"])
    if "scalar_fields" not in data:
        values["scalar_fields"] = values["scalar_avg_bytes_per_row"] > 0
    if not values["scalar_fields"]:  # switching scalar fields off empties what stands below the switch
        values["scalar_avg_bytes_per_row"], values["scalar_offload_to_disk"] = 0.0, False
    return Form(**values)


def _unknown(key: object) -> Problem:
    if not isinstance(key, str):
        return Problem(shown(key), "", "every key must be a text")
    return Problem(key_in_path(key), "", "unknown key", nearest_word(key, KEYS) or "")


def _not_in_version(data: Mapping[str, Any]) -> list[Problem]:
    if data.get("tool_version") != "2.5.x":
        return []
    reason = "the tool for 2.5.x and earlier does not have it; the one for 2.6.x does"
    return [
        Problem(key, shown(data[key]), reason, nearest)
        for key, choices in ONLY_IN_26.items()
        for choice, nearest in choices.items()
        if data.get(key) == choice
    ]
