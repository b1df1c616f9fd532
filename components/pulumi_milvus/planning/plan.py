"""The plan: every decision of a deployment with its reason, as one frozen value that components only read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.capacity.terms import Figure
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.findings import Decision, Finding
from pulumi_milvus.planning.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The pods of one role: how many, and what each needs.

    ``loaded_bytes_per_pod`` is memory at rest with everything loaded, ``peak_bytes_per_pod`` at the worst moment; both
    are None where they are not planned.
    """

    pods: int
    cpu_cores: int
    memory_bytes: int
    local_disk_bytes: int
    gpus: int = 0
    node_pool: str | None = None
    loaded_bytes_per_pod: int | None = None
    peak_bytes_per_pod: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What it costs a month, in USD; None where it is not priced. ``unpriced`` lists what the sum leaves out."""

    usd_per_month: float | None = None
    cheapest_usd_per_month: float | None = None
    items: tuple[Mapping[str, Any], ...] = ()
    unpriced: tuple[str, ...] = ()
    prices_as_of: str | None = None
    region: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The cost in the design's keys."""
        return {
            "usd_per_month": self.usd_per_month,
            "cheapest_usd_per_month": self.cheapest_usd_per_month,
            "items": [dict(item) for item in self.items],
            "unpriced": list(self.unpriced),
            "prices_as_of": self.prices_as_of,
            "region": self.region,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgrown:
    """A limit that growth reaches: what, in which month from now (0: already), what would stand there then, its cost.

    ``usd_per_month`` is of the whole deployment; None where it is not priced.
    """

    what: str
    month: int
    then: str
    usd_per_month: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What shall run for a workload, and why. ``roles`` is empty for a topology that is not sized yet."""

    topology: str
    hardware: str
    milvus_version: str
    wal: str
    workload: Workload
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    node_pools: tuple[Mapping[str, Any], ...] = ()
    dependencies: tuple[Mapping[str, Any], ...] = ()
    object_store_bytes: int | None = None
    cost: Cost = field(default_factory=Cost)
    decisions: tuple[Decision, ...] = ()
    alternatives: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    outgrown: tuple[Outgrown, ...] = ()
    collection_plans: tuple[Mapping[str, Any], ...] = ()
    """For each collection what was decided and computed for it: resolved indexes, segments, replicas, bytes."""
    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    """Path of a figure -> the sum behind it."""

    @property
    def collections(self) -> tuple[Collection, ...]:
        """The collections of the workload."""
        return self.workload.collections

    @property
    def has_errors(self) -> bool:
        """Whether a rule judged the plan impossible."""
        return any(finding.level == "error" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data in the design's keys; quantities are whole numbers in bytes, cores or USD."""
        return {
            "topology": self.topology,
            "hardware": self.hardware,
            "milvus_version": self.milvus_version,
            "wal": self.wal,
            "collections": [
                _collection(item, self.workload.horizon_months) | dict(planned)
                for item, planned in zip(
                    self.collections, self.collection_plans or itertools.repeat(_NOTHING), strict=False
                )
            ],
            "roles": {name: asdict(role) for name, role in self.roles.items()},
            "node_pools": [dict(pool) for pool in self.node_pools],
            "dependencies": [dict(item) for item in self.dependencies],
            "object_store_bytes": self.object_store_bytes,
            "cost": self.cost.to_json(),
            "decisions": [decision.to_json() for decision in self.decisions],
            "alternatives": [dict(item) for item in self.alternatives],
            "findings": [finding.to_json() for finding in self.findings],
            "outgrown": [asdict(item) for item in self.outgrown],
        }


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def _collection(collection: Collection, months: int) -> dict[str, Any]:
    return {
        "name": collection.name,
        "vectors": collection.vectors,
        "vectors_at_horizon": collection.vectors_after(months),
        "vector_fields": [
            {
                "name": field.name,
                "data_type": field.data_type,
                "dimension": field.resolved_dimension,
                "metric": field.resolved_metric,
                "embedding_model": field.embedding_model,
                "index": field.index,
                "index_params": dict(field.index_params),
            }
            for field in collection.fields
        ],
        "scalar_indexes": [index.model_dump() for index in collection.scalar_indexes],
        "scalar_bytes_per_row": collection.scalar_bytes_per_row,
        "partition_key": collection.partition_key,
        "shards": collection.shards,
        "mmap": collection.mmap,
        "partitions": collection.partitions,
    }
