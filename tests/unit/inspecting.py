"""Kubernetes YAML for the rules' tests: a right deployment, made wrong by one detail, judged as `check` judges it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.values_file import read_values_text

DATA_PATH = "/var/lib/milvus/data"


def findings_of(
    text: str | list[dict[str, Any]],
    workload: Mapping[str, Any] | None = None,
    *,
    rule: str | None = None,
    production: bool = False,
) -> list[Finding]:
    """What `check` says on YAML (or objects), all rules or one."""
    content = text if isinstance(text, str) else yaml.safe_dump_all(text)
    stored = None if workload is None else read_values_text(yaml.safe_dump(dict(workload))).workload
    inspection = inspect([("milvus.yaml", content.encode())], stored, production=production)
    assert not inspection.problems
    return [finding for finding in all_findings(inspection) if rule in (None, finding.rule)]


def levels_of(
    text: str | list[dict[str, Any]], workload: Mapping[str, Any] | None = None, *, rule: str, production: bool = False
) -> list[str]:
    """The levels of one rule's findings."""
    return [finding.level for finding in findings_of(text, workload, rule=rule, production=production)]


def workload(index: str = "HNSW", vectors: int = 10_000_000, dimension: int = 768, **more: Any) -> dict[str, Any]:
    """A workload of one collection."""
    own: dict[str, Any] = {key: more.pop(key) for key in ("index_params", "mmap", "metric", "data_type") if key in more}
    collection = {"name": "articles", "vectors": vectors, "dimension": dimension, "index": index, **own}
    return {"collections": [collection], "topology": "distributed", **more}


def resources(memory: str, cpu: str = "8", **more: Any) -> dict[str, Any]:
    """Requests and limits, the same."""
    amounts = {"cpu": cpu, "memory": memory, **more}
    return {"requests": dict(amounts), "limits": dict(amounts)}


def cluster_milvus(change: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """A Milvus resource in cluster mode with indexes on local disk, as one would write it; ``change`` edits it."""
    on_disk = {
        "volumes": [{"name": "disk", "emptyDir": {}}],
        "volumeMounts": [{"name": "disk", "mountPath": DATA_PATH}],
        "nodeSelector": {"node.kubernetes.io/instance-type": "r6id.4xlarge"},
    }
    milvus: dict[str, Any] = {
        "apiVersion": "milvus.io/v1beta1",
        "kind": "Milvus",
        "metadata": {"name": "vectors", "namespace": "search"},
        "spec": {
            "mode": "cluster",
            "components": {
                "image": "milvusdb/milvus:v2.6.24",
                "proxy": {"replicas": 2, "resources": resources("4Gi", "2")},
                "mixCoord": {"replicas": 2, "resources": resources("4Gi", "2")},
                "streamingNode": {"replicas": 2, "resources": resources("12Gi", "2")},
                "queryNode": {
                    "replicas": 3,
                    "resources": resources("110Gi", "15", **{"ephemeral-storage": "700Gi"}),
                    **copy.deepcopy(on_disk),
                },
                "dataNode": {
                    "replicas": 2,
                    "resources": resources("60Gi", "8", **{"ephemeral-storage": "200Gi"}),
                    **copy.deepcopy(on_disk),
                },
            },
            "dependencies": {
                "msgStreamType": "woodpecker",
                "etcd": {"external": True, "endpoints": ["etcd.search.svc:2379"]},
                "storage": {"external": True, "type": "S3", "endpoint": "s3.us-east-1.amazonaws.com:443"},
            },
            "config": {
                "queryNode": {"enableDisk": True},
                "common": {"security": {"authorizationEnabled": True}},
                "minio": {"bucketName": "vectors", "rootPath": "a", "useSSL": True, "useIAM": True},
            },
        },
    }
    if change is not None:
        change(milvus["spec"])
    return milvus


def node(instance_type: str, disk_gib: int = 20, name: str = "node-1", gpus: int = 0, **labels: str) -> dict[str, Any]:
    """A running Node of a type, with the disk that its kubelet stands on."""
    amounts = {"ephemeral-storage": f"{disk_gib}Gi"} | ({"nvidia.com/gpu": str(gpus)} if gpus else {})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"node.kubernetes.io/instance-type": instance_type, **labels}},
        "status": {"capacity": dict(amounts), "allocatable": dict(amounts)},
    }
