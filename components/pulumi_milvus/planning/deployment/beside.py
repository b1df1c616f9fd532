"""What stands beside Milvus, part by part: its pods, their volumes, and what the plan says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pulumi_milvus.planning.capacity.query_pool import SIMD
from pulumi_milvus.planning.capacity.rounding import GIB, whole_gib
from pulumi_milvus.planning.deployment import stores
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.load.wal import acknowledged_after
from pulumi_milvus.planning.workload import Workload

# A volume of the object store is planned to be full to this share: MinIO slows down and then refuses writes as drives
# fill, and growing a volume takes a person. Our choice.
FULL_TO: Final = 0.8
# Four drives hold two of data and two of parity: MinIO's default for sets of four (erasure coding EC:2).
MINIO_PODS: Final = 4
MINIO_USABLE: Final = 0.5
MINIO_SOURCE: Final = "milvus.io sizing tool f57ab62: 1 core, 4 GiB, 8 GiB from 1 million (standalone), 100 million on"
# Rows from which the official tool doubles the memory of MinIO's pods.
_LARGE_ROWS: Final = {"standalone": 1_000_000, "distributed": 100_000_000}
# milvus-helm 5.0.19, values.yaml: four pods for a quorum of three, limits of 1 core and 1 GiB, volumes of 30 GiB.
LOG_STORE_PODS: Final = 4
LOG_STORE_QUORUM: Final = 3
LOG_STORE_BYTES: Final = GIB
LOG_STORE_VOLUME_BYTES: Final = 30 * GIB
LOG_STORE_SOURCE: Final = "milvus-helm 5.0.19, values.yaml; Milvus 3.0 docs, adminGuide/woodpecker.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part beside Milvus. ``group``: its pods, None where it has none of its own; each with ``volume_bytes``.

    ``entry``: what the plan says under ``dependencies``. ``unpriced``: somebody else's bill.
    """

    name: str
    entry: Mapping[str, object]
    group: PodGroup | None = None
    volume_bytes: int = 0
    unpriced: bool = False

    @property
    def volumes(self) -> int:
        """How many volumes of ``volume_bytes`` there are."""
        return 0 if not self.volume_bytes else self.group.pods if self.group else 1


def parts_beside(
    workload: Workload, topology: str, zones: int, object_store_bytes: int, local_disk_bytes: int = 0
) -> tuple[Part, ...]:
    """etcd, object store and write-ahead log, in this order, as the workload chooses them.

    ``local_disk_bytes``: of a standalone, which has it on the volume where its files are if they are local.
    """
    return (
        _etcd(workload, topology, zones),
        _object_store(workload, topology, zones, object_store_bytes, local_disk_bytes),
        _log(workload, zones),
    )


def groups_of(parts: tuple[Part, ...]) -> tuple[PodGroup, ...]:
    """The pods of all parts."""
    return tuple([part.group for part in parts if part.group is not None])


def _etcd(workload: Workload, topology: str, zones: int) -> Part:
    if workload.object_store == "local":
        entry = {
            "name": "etcd",
            "mode": "embedded",
            "quota_bytes": stores.ETCD_QUOTA_BYTES,
            "because": "inside the standalone process, on its volume",
            "source": "milvus-helm 5.0.19, README.md: etcd.use.embed",
        }
        return Part(name="etcd", entry=_frozen(entry))
    if workload.etcd == "external":
        entry = {
            "name": "etcd",
            "mode": "external",
            "quota_bytes": stores.ETCD_QUOTA_BYTES,
            "because": "the workload says etcd: external; it needs block SSD with p99 fsync below 10 ms",
            "source": "declared",
        }
        return Part(name="etcd", entry=_frozen(entry), unpriced=True)
    group = stores.etcd_group(topology, workload.availability, zones)
    entry = {
        "name": "etcd",
        "pods": group.pods,
        "cpu_cores": group.cpu_millicores / 1000,
        "memory_bytes": group.memory_bytes,
        "volume_bytes": stores.ETCD_VOLUME_BYTES,
        "quota_bytes": stores.ETCD_QUOTA_BYTES,
        "because": f"{'one member for one pod' if topology == 'standalone' else 'three members survive one'}; "
        "volumes on block SSD with p99 fsync below 10 ms",
        "source": stores.ETCD_SOURCE,
    }
    return Part(name="etcd", entry=_frozen(entry), group=group, volume_bytes=stores.ETCD_VOLUME_BYTES)


def _object_store(workload: Workload, topology: str, zones: int, stored_bytes: int, local_disk_bytes: int) -> Part:
    entry: dict[str, object] = {
        "name": "object store",
        "stored_bytes": stored_bytes,
        "because": "binlogs, index files, what compaction leaves for three hours, and the log",
        "source": "dataCoord.gc.dropTolerance 10800 s, Milvus 3.0 docs, configure_datacoord.md",
    }
    if workload.object_store == "external":
        return Part(name="object store", entry=_frozen(entry))
    full = f"{FULL_TO:.0%} full at the horizon"
    if workload.object_store == "local":
        volume = whole_gib((stored_bytes + stores.ETCD_VOLUME_BYTES) / FULL_TO)
        because = f"{entry['because']}, with etcd; {full}"
        if local_disk_bytes:
            disk = whole_gib(local_disk_bytes)
            volume += disk
            because += "; and what the pod maps from its disk, which is on the same path"
            entry["local_disk_bytes"] = disk
        entry |= {"mode": "local", "volume_bytes": volume, "because": because}
        return Part(name="data", entry=_frozen(entry), volume_bytes=volume)
    pods = MINIO_PODS if topology == "distributed" else 1
    usable = MINIO_USABLE if pods > 1 else 1.0
    large = workload.vectors_at_horizon >= _LARGE_ROWS[topology]
    group = PodGroup(
        role="object_store",
        pods=pods,
        cpu_millicores=1000,
        memory_bytes=(8 if large else 4) * GIB,
        architectures=("x86_64", "arm64"),
        simd_one_of=SIMD,
        zones=zones,
        one_pod_per_node=workload.availability != "none",
        surge_pods=0,
    )
    volume = whole_gib(stored_bytes / usable / FULL_TO / pods)
    parity = f", half of {pods} drives is parity" if pods > 1 else ", without redundancy"
    entry |= {
        "mode": "in_cluster",
        "pods": pods,
        "cpu_cores": group.cpu_millicores / 1000,
        "memory_bytes": group.memory_bytes,
        "volume_bytes": volume,
        "because": f"{entry['because']}; {full}{parity}",
        "source": f"{entry['source']}; {MINIO_SOURCE}",
    }
    return Part(name="object store", entry=_frozen(entry), group=group, volume_bytes=volume)


def _log(workload: Workload, zones: int) -> Part:
    wal = workload.resolved_wal
    waits = f"an insert is acknowledged after {acknowledged_after(wal)}"
    if wal in ("woodpecker", "woodpecker-local"):
        where = "object store" if wal == "woodpecker" else "local"
        entry: dict[str, object] = {
            "name": "woodpecker",
            "mode": "embedded",
            "storage": where,
            "because": f"no pods of its own; {waits}",
            "source": "Milvus 3.0 docs, adminGuide/woodpecker.md",
        }
        return Part(name="woodpecker", entry=_frozen(entry))
    if wal != "woodpecker-service":
        entry = {
            "name": wal,
            "mode": "external",
            "because": f"the workload says wal: {wal}; {waits}",
            "source": "declared",
        }
        return Part(name=wal, entry=_frozen(entry), unpriced=True)
    group = PodGroup(
        role="woodpecker",
        pods=log_store_pods(workload.availability, zones),
        cpu_millicores=1000,
        memory_bytes=LOG_STORE_BYTES,
        architectures=("x86_64", "arm64"),
        simd_one_of=SIMD,
        zones=zones,
        one_pod_per_node=workload.availability != "none",
        surge_pods=0,
    )
    entry = {
        "name": "woodpecker",
        "mode": "service",
        "pods": group.pods,
        "cpu_cores": group.cpu_millicores / 1000,
        "memory_bytes": group.memory_bytes,
        "volume_bytes": LOG_STORE_VOLUME_BYTES,
        "because": f"a quorum of three, {_spare(workload.availability)}; {waits}",
        "source": LOG_STORE_SOURCE,
    }
    return Part(name="woodpecker", entry=_frozen(entry), group=group, volume_bytes=LOG_STORE_VOLUME_BYTES)


def log_store_pods(availability: str, zones: int) -> int:
    """Pods of the log: with the fullest zone gone, or one pod, a quorum is left."""
    pods = LOG_STORE_PODS
    while availability == "zone" and pods - -(-pods // max(1, zones)) < LOG_STORE_QUORUM and zones > 1:
        pods += 1
    return pods


def _spare(availability: str) -> str:
    return "also with the fullest zone gone" if availability == "zone" else "with one pod to spare"


def writes_log_to_object_store(workload: Workload) -> bool:
    """Whether the log's requests are paid to an object store."""
    return workload.resolved_wal == "woodpecker" and workload.object_store == "external"


def _frozen(entry: Mapping[str, object]) -> Mapping[str, object]:
    return MappingProxyType(dict(entry))
