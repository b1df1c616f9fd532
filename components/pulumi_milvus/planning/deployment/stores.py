"""What stands beside Milvus: etcd, the object store and the write-ahead log."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.capacity.query_pool import SIMD
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.capacity.terms import Figure, bytes_term
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.hardware.pod_group import PodGroup

# Chart of Milvus 5.0.19: etcd with a quota of 4 GiB and compaction by 1000 revisions; a volume more than twice the
# quota. The official sizing tool: 1 core and 4 GiB for a member in a cluster, 0.5 core and 1 GiB for a standalone's.
ETCD_SOURCE: Final = "milvus-helm 5.0.19, values.yaml; milvus.io sizing tool f57ab62"
ETCD_VOLUME_BYTES: Final = 20 * GIB
ETCD_QUOTA_BYTES: Final = 4 * GIB
# dataCoord.gc.dropTolerance: merged segments and their indexes stay three hours; and all of it is merged once after a
# first load, so that for this time a whole second copy is stored.
GARBAGE_COPIES: Final = 1.0
# The log in the object store is truncated behind what is flushed; three days of inserts are allowed for, as RocksMQ
# keeps (Milvus 3.0 docs, configure_rocksmq.md: retentionTimeInMinutes 4320). Woodpecker's own figure was not found.
WAL_DAYS: Final = 3
SECONDS_PER_DAY: Final = 86_400
# rootCoord.dmlChannelNum: physical channels of an instance.
CHANNELS: Final = 16


def etcd_group(topology: str, availability: str, zones: int) -> PodGroup:
    """The members of etcd as pods: three in a cluster, one for a standalone."""
    members = 1 if topology == "standalone" else 3
    return PodGroup(
        role="etcd",
        pods=members,
        cpu_millicores=500 if members == 1 else 1000,
        memory_bytes=GIB if members == 1 else 4 * GIB,
        architectures=("x86_64", "arm64"),
        # As Milvus's pods, so that they may share nodes.
        simd_one_of=SIMD,
        zones=zones,
        one_pod_per_node=availability != "none",
        surge_pods=0,
    )


def object_store(demand: Demand) -> Figure:
    """Everything in the bucket."""
    stored = sum([size.object_store_bytes for size in demand.sizes])
    inserts = demand.workload.inserts_per_second * WAL_DAYS * SECONDS_PER_DAY
    log = math.ceil(inserts * max([size.raw_bytes_per_row for size in demand.sizes], default=0))
    terms = (
        bytes_term("binlogs and stored indexes", stored, "measured, Milvus 2.3.5: 1.001 x vectors, 0.75..0.94 x index"),
        bytes_term(
            "what compaction leaves for three hours, at most a copy",
            GARBAGE_COPIES * stored,
            "dataCoord.gc.dropTolerance, Milvus 3.0 docs, configure_datacoord.md",
        ),
        bytes_term(f"write-ahead log, {WAL_DAYS} days of inserts", log, "our allowance; RocksMQ keeps three days"),
    )
    total = sum([term.value for term in terms])
    return Figure(math.ceil(total), "bytes", terms, "at the horizon")


def busy_channels(demand: Demand) -> int:
    """Channels that are written all the time: shards of collections that grow or take inserts, 16 at most."""
    workload = demand.workload
    written = [
        collection.shards
        for collection in workload.collections
        if collection.growth_vectors_per_month or workload.inserts_per_second
    ]
    return min(CHANNELS, sum(written))
