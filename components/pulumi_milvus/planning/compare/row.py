"""One row of the comparison, or why a variant is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pulumi_milvus.planning.compare.memory_parts import MemoryPart
from pulumi_milvus.planning.compare.outlook import Wishes
from pulumi_milvus.planning.load import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A variant that can run, sized at the horizon.

    ``memory_bytes``, ``local_disk_bytes`` and ``gpus``: what all pods ask for. ``data_memory_bytes``: the loaded data
    alone, all in-memory copies. ``usd_per_month`` None: not priced; ``unpriced`` lists what it leaves out.
    ``indexes``: what each vector field gets, with its parameters. ``is_plain``: nothing changed but the index.
    """

    name: str
    index: str
    family: str
    is_plain: bool
    is_declared: bool
    mmap: bool
    replicas: int
    topology: str
    hardware: str
    indexes: tuple[Mapping[str, Any], ...]
    params_source: str
    memory_bytes: int
    data_memory_bytes: int
    index_bytes: int | None
    local_disk_bytes: int
    gpus: int
    object_store_bytes: int | None
    usd_per_month: float | None
    unpriced: tuple[str, ...]
    recall: Range | None
    p99_ms: Range | None
    latency_class: str
    measured: bool
    wishes: Wishes
    missed: tuple[str, ...]
    notes: tuple[str, ...]
    memory_parts: tuple[MemoryPart, ...]

    def to_json(self) -> dict[str, Any]:
        """The row as plain data; ranges as lowest, expected, highest."""
        return asdict(self) | {"indexes": [dict(item) for item in self.indexes]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A variant that cannot run, or an index that is not compared: why, and the nearest thing that works."""

    name: str
    index: str
    because: str
    fix: str

    def to_json(self) -> dict[str, str]:
        """The same as plain data."""
        return asdict(self)
