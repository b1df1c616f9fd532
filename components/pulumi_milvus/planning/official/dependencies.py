"""etcd, object store and message queue, by raw data and loading memory (dependencyCalculator)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.official.capacity import Capacity
from pulumi_milvus.planning.official.mode import Mode, reference_bytes
from pulumi_milvus.planning.official.numbers import GIB, plain
from pulumi_milvus.planning.official.pods import Bookies, Pods, StoringPods

LEAST_MINIO_PVC_GIB: Final = 30  # MINIMUM_MINIO_PVC_SIZE
LEAST_LEDGERS_GIB: Final = 20  # MINIMUM_PULSAR_LEDGERS, also Kafka's volume
MOST_JOURNAL_GIB: Final = 50  # MAXIMUM_PULSAR_JOURNAL

# From here on standalone's etcd and MinIO, and a cluster's dependencies, are larger. The tool has a branch from 10 to
# 100 million too, which repeats the smaller sizes.
STANDALONE_LARGE_FROM_BYTES: Final = reference_bytes(1)
DISTRIBUTED_LARGE_FROM_BYTES: Final = reference_bytes(100)


@dataclass(frozen=True, slots=True)
class Pulsar:
    """Pulsar's pods."""

    bookie: Bookies
    broker: Pods
    proxy: Pods
    zookeeper: StoringPods

    def all(self) -> tuple[Pods, ...]:
        """Every kind of pod."""
        return self.bookie, self.broker, self.proxy, self.zookeeper

    def to_json(self) -> dict[str, Any]:
        """The pods as plain data."""
        return {
            "bookie": self.bookie.to_json(),
            "broker": self.broker.to_json(),
            "proxy": self.proxy.to_json(),
            "zookeeper": self.zookeeper.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Kafka:
    """Kafka's pods."""

    broker: StoringPods
    zookeeper: StoringPods

    def all(self) -> tuple[Pods, ...]:
        """Every kind of pod."""
        return self.broker, self.zookeeper

    def to_json(self) -> dict[str, Any]:
        """The pods as plain data."""
        return {"broker": self.broker.to_json(), "zookeeper": self.zookeeper.to_json()}


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What runs beside Milvus. Standalone has no queue, and Woodpecker counts nothing: it lives in other pods."""

    etcd: StoringPods
    minio: StoringPods
    pulsar: Pulsar | None = None
    kafka: Kafka | None = None

    def all(self) -> Iterator[Pods]:
        """Every kind of pod."""
        yield self.etcd
        yield self.minio
        for queue in (self.pulsar, self.kafka):
            if queue is not None:
                yield from queue.all()

    def to_json(self) -> dict[str, Any]:
        """The dependencies as plain data; null for a queue that is not used."""
        return {
            "etcd": self.etcd.to_json(),
            "minio": self.minio.to_json(),
            "pulsar": None if self.pulsar is None else self.pulsar.to_json(),
            "kafka": None if self.kafka is None else self.kafka.to_json(),
        }


def dependencies_of(capacity: Capacity, mode: Mode, message_queue: str) -> Dependencies:
    """The dependencies for that capacity; the queue matters in distributed mode only."""
    raw_bytes = capacity.raw_data_bytes
    stored_gib = math.ceil((raw_bytes + capacity.loading_memory_bytes) / GIB)
    minio_gib = max(stored_gib, LEAST_MINIO_PVC_GIB)
    if mode == "standalone":
        large = raw_bytes >= STANDALONE_LARGE_FROM_BYTES
        return Dependencies(
            etcd=StoringPods(0.5, 2 if large else 1, 1, 10), minio=StoringPods(1, 8 if large else 4, 1, minio_gib)
        )
    large = raw_bytes >= DISTRIBUTED_LARGE_FROM_BYTES
    raw_gib = math.ceil(raw_bytes / GIB)
    return Dependencies(
        etcd=StoringPods(1, 8, 3, 50) if large else StoringPods(1, 4, 3, 20),
        minio=StoringPods(1, 8, 4, minio_gib),
        pulsar=_pulsar(raw_gib, large) if message_queue == "pulsar" else None,
        kafka=_kafka(raw_gib, large) if message_queue == "kafka" else None,
    )


def _zookeeper(large: bool) -> StoringPods:
    return StoringPods(0.5, 4, 3, 50) if large else StoringPods(0.5, 2, 3, 30)


def _pulsar(raw_gib: int, large: bool) -> Pulsar:
    journal_gib, ledgers_gib = min(plain(raw_gib * 0.5), MOST_JOURNAL_GIB), max(raw_gib, LEAST_LEDGERS_GIB)
    cpu_cores, memory_gib = (2, 16) if large else (1, 8)
    return Pulsar(
        bookie=Bookies(cpu_cores, memory_gib, 3, journal_gib, ledgers_gib),
        broker=Pods(2, 8, 2) if large else Pods(1, 4, 2),
        proxy=Pods(1, 4, 2) if large else Pods(0.5, 4, 2),
        zookeeper=_zookeeper(large),
    )


def _kafka(raw_gib: int, large: bool) -> Kafka:
    cpu_cores, memory_gib = (4, 16) if large else (2, 8)
    broker = StoringPods(cpu_cores, memory_gib, 3, max(raw_gib, LEAST_LEDGERS_GIB))
    return Kafka(broker=broker, zookeeper=_zookeeper(large))
