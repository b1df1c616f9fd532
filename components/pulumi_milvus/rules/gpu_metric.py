"""Rule ``gpu-metric``: the GPU index of this version takes the metric.

Facts: index, data type, metric and version of each vector field. Callers: the plan, ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.indexes.families.gpu_ivf import COSINE_SINCE
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.facts import VectorFieldFacts

RULE: Final = "gpu-metric"
LEVEL: Final = "error"
REASON: Final = (
    "GPU indexes took L2 and IP only for long: COSINE is refused when the index is built. The engine takes it since "
    "2.6.21, where a defect of COSINE in GPU_CAGRA was mended, while the documentation still says no."
)
FIX: Final = "normalise the vectors to length 1 and take metric IP: the order of the results is the same"
SOURCE: Final = "Milvus release notes 2.6.21; milvus-io/milvus#36605; Milvus 3.0 docs, userGuide/indexes/gpu-index"


def check(field: VectorFieldFacts) -> list[Finding]:
    """Judge the metric of one vector field; what no version takes is the matter of ``index-pair``."""
    index = INDEXES.get(field.index_type)
    if index is None or index.family != "gpu" or field.topology == "lite" or field.resolved_metric != "COSINE":
        return []
    allowed = "COSINE" in index.metrics and field.data_type in index.data_types
    return list(_cosine(field, index.name)) if allowed and field.data_type != "BINARY_VECTOR" else []


def _cosine(field: VectorFieldFacts, index: str) -> Iterator[Finding]:
    version, since = parse_version(field.milvus_version), ".".join(map(str, COSINE_SINCE))
    path = f"{field.subject}.metric"
    if version is None:
        message = f"{index} with COSINE needs Milvus {since}; the version is not known here"
        yield Finding(RULE, "advice", path, message, FIX, SOURCE)
    elif version < COSINE_SINCE:
        message = f"{index} with COSINE is refused before Milvus {since}, and this is {field.milvus_version}"
        yield Finding(RULE, LEVEL, path, message, FIX, SOURCE)
    else:
        message = f"the documentation says that {index} refuses COSINE, although the engine takes it from {since} on"
        yield Finding(RULE, "warning", path, message, FIX, SOURCE)
