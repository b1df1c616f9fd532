"""The workload: what a team will store and ask. Everything else follows from it.

A workload stands in a stack's values file under ``milvus:workload``, or alone in a YAML or JSON file. ``read_workload``
(module ``reading``) turns plain data into a ``Workload`` and reports every mistake at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import Field, model_validator

from pulumi_milvus.planning.collection import Collection, Frozen
from pulumi_milvus.planning.consistency import workload_problems
from pulumi_milvus.planning.data_types import TOPOLOGIES
from pulumi_milvus.planning.load.wal import PLANNED_WAL, WAL_NAMES
from pulumi_milvus.planning.mappings import NodeShapes
from pulumi_milvus.planning.milvus_version import DEFAULT_VERSION, NEWEST_3_0, MilvusVersion
from pulumi_milvus.planning.problems import refuse_together
from pulumi_milvus.planning.readers import Flag, Number, OneOf, Whole
from pulumi_milvus.planning.store_choices import ETCDS, LOCAL_WAL, OBJECT_STORES, store_problems

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.node_shapes import NodeShape

AVAILABILITIES: Final = ("none", "pod", "zone")
# Guards against typos, far above what any deployment is asked for.
MAX_PER_SECOND: Final = 100_000_000.0
MAX_LATENCY_MS: Final = 3_600_000.0
MAX_USD_PER_MONTH: Final = 1e9
MAX_HORIZON_MONTHS: Final = 120
# Replicas live on query nodes, one each at least; no documented limit.
MAX_REPLICAS: Final = 1_024


class Workload(Frozen):
    """What will be stored and asked, and how sure it must be."""

    collections: tuple[Collection, ...] = Field(description="What is stored: one entry for each collection.")
    queries_per_second: Annotated[float, Number(0, MAX_PER_SECOND)] = Field(
        default=0.0, description="Searches per second at the busiest time, over all collections; 0: not declared."
    )
    latency_p99_ms: Annotated[float | None, Number(0, MAX_LATENCY_MS, above=True, optional=True)] = Field(
        default=None, description="Wished latency of a search in milliseconds, 99th percentile; null: no wish."
    )
    recall_target: Annotated[float | None, Number(0, 1, above=True, share=True, optional=True)] = Field(
        default=None, description="Wished share of true neighbours found, above 0 to 1, such as 0.95; null: no wish."
    )
    inserts_per_second: Annotated[float, Number(0, MAX_PER_SECOND)] = Field(
        default=0.0, description="Rows inserted or updated per second at the busiest time."
    )
    insert_acknowledge_ms: Annotated[float | None, Number(0, MAX_LATENCY_MS, above=True, optional=True)] = Field(
        default=None,
        description="Wished time in milliseconds until an insert is acknowledged, that is durable; null: no wish.",
    )
    availability: Annotated[str, OneOf(AVAILABILITIES)] = Field(
        default="none",
        description="What may be lost without losing service: none (nothing), pod (one pod or node), zone (one zone).",
    )
    budget_usd_per_month: Annotated[float | None, Number(0, MAX_USD_PER_MONTH, above=True, optional=True)] = Field(
        default=None, description="The most that it may cost in a month, USD; null: no budget."
    )
    horizon_months: Annotated[int, Whole(0, MAX_HORIZON_MONTHS)] = Field(
        default=12, description="For how many months of growth the plan must hold, 0 to 120."
    )
    production: Annotated[bool, Flag()] = Field(
        default=False, description="true makes the rules for production errors instead of warnings."
    )
    replicas: Annotated[int | None, Whole(1, MAX_REPLICAS, optional=True)] = Field(
        default=None, description="In-memory copies of the loaded data on query nodes; null: the planner decides."
    )
    topology: Annotated[str | None, OneOf(TOPOLOGIES, optional=True)] = Field(
        default=None, description="lite, standalone, distributed or managed; null: the planner decides."
    )
    milvus_version: Annotated[str | None, MilvusVersion()] = Field(
        default=None,
        description=f"Release of Milvus, such as {NEWEST_3_0}; null: {DEFAULT_VERSION}, the newest 2.6. A new major is "
        "chosen, not slipped in.",
    )
    wal: Annotated[str | None, OneOf(WAL_NAMES, optional=True)] = Field(
        default=None,
        description="Write-ahead log. null: woodpecker, in the object store; woodpecker-local on the volume of a "
        "standalone; woodpecker-service, pods of its own (3.0.1 and later); pulsar and kafka, which are there already.",
    )
    object_store: Annotated[str, OneOf(OBJECT_STORES)] = Field(
        default="external",
        description="Where binlogs and index files are: external (S3 and its like), in_cluster (MinIO in pods of its "
        "own), local (the volume of a self-contained standalone, with etcd in the same process).",
    )
    etcd: Annotated[str, OneOf(ETCDS)] = Field(
        default="in_cluster", description="Where the metadata are: in_cluster (etcd in pods of its own) or external."
    )
    node_shapes: Annotated[tuple[dict[str, Any], ...], NodeShapes()] = Field(
        default=(),
        description="The nodes of a cluster that is already there: one entry for each kind of node. Empty: the cloud's "
        "catalogue is used.",
    )

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        refuse_together(workload_problems([collection.name for collection in self.collections]))
        refuse_together(store_problems(self.__dict__))
        return self

    @property
    def resolved_version(self) -> str:
        """The release of Milvus that runs on servers, such as ``2.6.24``."""
        return self.milvus_version or DEFAULT_VERSION

    @property
    def resolved_wal(self) -> str:
        """The write-ahead log of servers, one of ``load.wal.WAL_NAMES``."""
        return self.wal or (LOCAL_WAL if self.object_store == "local" else PLANNED_WAL)

    @property
    def vectors_at_horizon(self) -> int:
        """Rows of all collections after ``horizon_months`` of growth."""
        return sum(collection.vectors_after(self.horizon_months) for collection in self.collections)

    @property
    def cluster_nodes(self) -> tuple[NodeShape, ...]:
        """``node_shapes`` as values; empty where no cluster is declared. Built of what was read, not read again."""
        if not self.node_shapes:
            return ()
        from pulumi_milvus.planning.hardware.node_shapes import node_shapes_of

        return node_shapes_of(self.node_shapes)
