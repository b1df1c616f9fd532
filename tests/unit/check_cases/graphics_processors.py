"""GPU indexes: image, GPUs asked for, the nodes they land on, the memory of the GPU, the metric."""

from __future__ import annotations

from .case import Case, Objects, changed, without
from .right_systems import CAGRA_WORKLOAD, HNSW_WORKLOAD, IMAGE, amounts, collection, gpu, hnsw, workload

QUERY = "spec/components/queryNode"
DATA = "spec/components/dataNode"


def cagra(**more: object) -> dict[str, object]:
    """The stored vectors with another detail."""
    return workload(collection("GPU_CAGRA", **{"vectors": 1_000_000, "metric": "L2", **more}))  # type: ignore[arg-type]


def without_gpu(component: str) -> Objects:
    """Requests and limits of a component without its GPU."""
    path = f"spec/components/{component}/resources"
    return changed(gpu(), path, amounts("12", "48Gi"))


_no_toleration = changed(gpu(), f"{QUERY}/tolerations", [])

CASES = [
    Case("cagra-g5", gpu(), {}, CAGRA_WORKLOAD),
    Case("cagra-g5-prod", gpu(), {}, CAGRA_WORKLOAD, "prod"),
    Case("cagra-p4d", gpu("p4d.24xlarge"), {}, CAGRA_WORKLOAD),
    Case("cagra-g4dn", gpu("g4dn.4xlarge"), {}, CAGRA_WORKLOAD),
    Case("cagra-g6-capability-8.9", gpu("g6.4xlarge"), {"gpu-nodes": "warning"}, CAGRA_WORKLOAD),
    Case(
        "cagra-image-without-gpu",
        changed(gpu(), "spec/components/image", IMAGE),
        {"gpu-image": "error"},
        CAGRA_WORKLOAD,
    ),
    Case("cagra-query-node-asks-none", without_gpu("queryNode"), {"gpu-limit": "error"}, CAGRA_WORKLOAD),
    Case("cagra-data-node-asks-none", without_gpu("dataNode"), {"gpu-limit": "error"}, CAGRA_WORKLOAD),
    Case("cagra-query-node-does-not-tolerate", _no_toleration, {"gpu-nodes": "error"}, CAGRA_WORKLOAD),
    Case("cagra-on-r6i", gpu("r6i.4xlarge"), {"gpu-nodes": "error"}, CAGRA_WORKLOAD),
    Case("cagra-too-many-for-a10g", gpu(), {"gpu-memory": "error"}, cagra(vectors=12_000_000)),
    Case("cagra-metric-jaccard", gpu(), {"index-pair": "error"}, cagra(metric="JACCARD")),
    Case(
        "hnsw-gpu-image-no-gpu",
        changed(hnsw(), "spec/components/image", IMAGE + "-gpu"),
        {"gpu-image": "error"},
        HNSW_WORKLOAD,
    ),
    Case("cagra-no-device-plugin-in-files", without(gpu(), "DaemonSet"), {}, CAGRA_WORKLOAD),
    Case("cagra-cosine-2.6.24", gpu(), {"gpu-metric": "warning"}, cagra(metric="COSINE")),
]
