"""The values of each environment on Kubernetes, small enough for a fake cluster, and whether one answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from kubernetes_environment import Place

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
CLUSTER = {"operator": "existing", "object_store": S3, "clients": [{"namespace": "search"}]}
ARTICLES = {"name": "articles", "vectors": 5_000_000, "dimension": 768}


def values(collection: Mapping[str, Any], kubernetes: Mapping[str, Any] = CLUSTER, **workload: Any) -> dict[str, Any]:
    # A Milvus Lite answers in Milvus's place, and has neither graphs on disk nor a GPU.
    has_index = collection.get("index", "AUTOINDEX") == "AUTOINDEX"
    return {
        "milvus:createCollections": has_index,
        "milvus:workload": {"collections": [dict(collection)], **workload},
        "milvus:kubernetes": dict(kubernetes),
        "milvus:disposableData": True,
    }


ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "standalone": values(ARTICLES, {"operator": "existing"}, object_store="local"),
    "standalone with its stores outside": values(ARTICLES, topology="standalone"),
    "distributed": values(
        ARTICLES | {"growth_vectors_per_month": 100_000},
        queries_per_second=200,
        inserts_per_second=100,
        availability="zone",
        topology="distributed",
    ),
    "distributed with its log as a service": values(
        ARTICLES, wal="woodpecker-service", milvus_version="3.0.2", availability="pod", topology="distributed"
    ),
    "nvme": values(
        {"name": "passages", "vectors": 100_000_000, "dimension": 768, "index": "DISKANN"},
        queries_per_second=20,
        availability="pod",
        topology="distributed",
    ),
    "gpu": values(
        {"name": "products", "vectors": 5_000_000, "dimension": 768, "metric": "IP", "index": "GPU_CAGRA"},
        queries_per_second=500,
        availability="pod",
        topology="distributed",
    ),
}


def answers(place: Place) -> bool:
    """`pulumi-milvus try` puts rows in and finds them, through the cluster."""
    done = subprocess.run(
        ["pulumi-milvus", "try", "--stack", place.stack, "--json"],
        cwd=place.pulumi.directory,
        env=place.pulumi.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return all(trial["hits"][0]["id"] == 1 for trial in json.loads(done.stdout)["collections"])
