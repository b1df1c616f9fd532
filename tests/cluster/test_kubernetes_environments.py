"""Each environment on a real control plane: brought up, scheduled on nodes of its plan, used, taken down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from control_plane import ControlPlane
from kubernetes_environment import kubernetes_environment

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
DISTRIBUTED: dict[str, Any] = {
    "milvus:workload": {
        "collections": [{"name": "articles", "vectors": 5_000_000, "dimension": 768}],
        "queries_per_second": 50,
        "availability": "pod",
        "topology": "distributed",
    },
    "milvus:kubernetes": {"operator": "existing", "object_store": S3, "clients": [{"namespace": "search"}]},
    "milvus:disposableData": True,
}


def test_distributed(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, DISTRIBUTED) as place:
        place.up()
        assert place.pending() == []
        resource = control_plane.api.get("Milvus", "milvus", "milvus")
        assert resource["status"]["status"] == "Healthy"
        unchanged = place.up("--expect-no-changes")
        assert "unchanged" in unchanged.stdout
        place.destroy()
