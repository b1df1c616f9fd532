"""What differs between two plans: every figure and choice, not the words around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

# The parts of a written plan that are figures and choices; the rest are reasons, and follow from these.
PARTS: Final = (
    "workload", "topology", "hardware", "milvus_version", "wal", "roles", "node_pools", "dependencies", "collections",
    "object_store_bytes", "cost", "node_types", "catalogue_date", "package_version",
)  # fmt: skip
# Of these only figures are compared: sources and reasons are words.
_WORDS: Final = ("because", "source", "as_of", "prices_as_of")
# What a collection's plan repeats of its workload.
_REPEATED: Final = (
    "vectors", "vector_fields", "scalar_indexes", "scalar_bytes_per_row", "partition_key", "shards", "mmap",
    "partitions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs; None stands for one that is not there. ``path`` such as ``roles.query_node.pods``."""

    path: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """The change as plain data."""
        return {"path": self.path, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Every change, in the order of a plan, and the cost before and after, USD a month; None where not priced."""

    changes: tuple[Change, ...]
    usd_per_month_before: float | None
    usd_per_month_after: float | None

    def under(self, *parts: str) -> tuple[Change, ...]:
        """The changes of some parts of the plan."""
        return tuple(change for change in self.changes if change.path.split(".")[0] in parts)

    def to_json(self) -> dict[str, Any]:
        """The difference as plain data."""
        return {
            "changes": [change.to_json() for change in self.changes],
            "usd_per_month": {"before": self.usd_per_month_before, "after": self.usd_per_month_after},
        }


def plan_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> PlanDifference:
    """What differs between the JSON of two written plans."""
    return PlanDifference(
        tuple(change for part in PARTS for change in _changes(part, before.get(part), after.get(part))),
        before["cost"]["usd_per_month"],
        after["cost"]["usd_per_month"],
    )


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    old, new = _keyed(before), _keyed(after)
    if old is None or new is None:
        yield Change(path, before, after)
        return
    for key in dict.fromkeys([*old, *new]):
        if key not in _WORDS and not (key in _REPEATED and path.startswith("collections.")):
            yield from _changes(f"{path}.{key}", old.get(key), new.get(key))


def _keyed(value: Any) -> Mapping[str, Any] | None:
    """A mapping as it is, a list of things with names by their names; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(item, Mapping) and "name" in item for item in value):
        named = {item["name"]: {key: part for key, part in item.items() if key != "name"} for item in value}
        return named if len(named) == len(value) else None
    return None
