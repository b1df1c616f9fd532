"""The resource for the Milvus Operator that the tool generates for a cluster (operatorYmlGenerator)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_milvus.planning.official.dependencies import Dependencies
from pulumi_milvus.planning.official.generated_parts import (
    Yaml,
    components,
    etcd_values,
    kafka_values,
    minio_values,
    pulsar_values,
)
from pulumi_milvus.planning.official.pods import Pods

_NAMES: Final = {
    "mixCoord": "mix_coord",
    "streamingNode": "streaming_node",
    "indexNode": "index_node",
    "proxy": "proxy",
    "queryNode": "query_node",
    "dataNode": "data_node",
}


def operator_resource(nodes: Mapping[str, Pods], dependencies: Dependencies, tool_version: str) -> Yaml:
    """The parsed resource.

    That of 2.5.x has two mistakes, which are kept: no mode, so the operator makes a standalone, and Pulsar under a key
    that the resource does not have (milvus#44457 reports it for 2.6.x, where it is mended).
    """
    newer = tool_version != "2.5.x"
    return {
        "apiVersion": "milvus.io/v1beta1",
        "kind": "Milvus",
        "metadata": {"name": "my-release", "labels": {"app": "milvus"}},
        "spec": {
            **({"mode": "cluster"} if newer else {}),
            "components": components(nodes, _NAMES),
            "config": {},
            "dependencies": {
                "etcd": _in_cluster(etcd_values(dependencies.etcd)),
                **_queue(dependencies, newer=newer),
                "storage": _in_cluster({"mode": "distributed", **minio_values(dependencies.minio)}),
            },
        },
    }


def _queue(dependencies: Dependencies, *, newer: bool) -> Yaml:
    if dependencies.pulsar is not None:
        pulsar = _in_cluster(pulsar_values(dependencies.pulsar))
        return {"msgStreamType": "pulsar", "pulsar": pulsar} if newer else {"pulsarv3": pulsar}
    if dependencies.kafka is not None:
        return {"msgStreamType": "kafka", "kafka": _in_cluster(kafka_values(dependencies.kafka))}
    return {"msgStreamType": "woodpecker"}


def _in_cluster(values: Yaml) -> Yaml:
    return {"inCluster": {"values": values}}
