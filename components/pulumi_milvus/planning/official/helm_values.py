"""The Helm values file that the tool generates for a cluster (helmYmlGenerator)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_milvus.planning.official.dependencies import Dependencies
from pulumi_milvus.planning.official.generated_parts import (
    Yaml,
    components,
    cores_and_memory,
    etcd_values,
    kafka_values,
    minio_values,
    pulsar_values,
)
from pulumi_milvus.planning.official.pods import Pods

_NAMES: Final = {
    "mixCoordinator": "mix_coord",
    "proxy": "proxy",
    "streamingNode": "streaming_node",
    "indexNode": "index_node",
    "dataNode": "data_node",
    "queryNode": "query_node",
}


def helm_values(nodes: Mapping[str, Pods], dependencies: Dependencies) -> Yaml:
    """The parsed file: components, etcd, queue, object store. Without Pulsar and Kafka the queue is Woodpecker."""
    milvus = components(nodes, _NAMES)
    # The one place where the file quotes a number.
    milvus["mixCoordinator"]["resources"]["limits"]["cpu"] = str(nodes["mix_coord"].cpu_cores_per_pod)
    return {
        **milvus,
        "etcd": etcd_values(dependencies.etcd),
        **_queue(dependencies),
        "minio": minio_values(dependencies.minio),
    }


def _queue(dependencies: Dependencies) -> Yaml:
    if dependencies.pulsar is not None:
        values = pulsar_values(dependencies.pulsar)
        proxy = {"resources": {"requests": cores_and_memory(dependencies.pulsar.proxy)}, **values["proxy"]}
        return {"pulsarv3": {"enabled": True, **values, "proxy": proxy}}
    if dependencies.kafka is not None:
        return {"pulsarv3": {"enabled": False}, "kafka": {"enabled": True, **kafka_values(dependencies.kafka)}}
    return {"pulsarv3": {"enabled": False}, "woodpecker": {"enabled": True}}
