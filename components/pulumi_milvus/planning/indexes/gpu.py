"""Indexes that are built, and mostly searched, on a GPU: they need Milvus's GPU image."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.inverted_file import NLIST, NPROBE
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, GPU_ONLY, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/gpu-index-overview.md; Knowhere d7cfd888, src/index/gpu_cuvs/*_config.h"
)
# Knowhere registers COSINE for GPU indexes; servers before 2.6.21 refuse it (Milvus release notes 2.6.21; thread
# milvus-io/milvus#36605). The rule index-pair judges by the version.
COSINE_SINCE: Final = (2, 6, 21)
_TYPES: Final = frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR", "INT8_VECTOR"})


def _index(name: str, *parameters: Parameter, data_types: frozenset[str] = _TYPES) -> IndexType:
    return IndexType(
        name,
        "gpu",
        data_types,
        DENSE_METRICS,
        GPU_ONLY,
        SOURCE,
        parameters,
        undocumented_data_types=frozenset({"BINARY_VECTOR"}) if name == "GPU_CAGRA" else frozenset(),
    )


INDEXES: Final = (
    _index("GPU_BRUTE_FORCE", data_types=frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR"})),
    _index("GPU_IVF_FLAT", NLIST, NPROBE),
    _index(
        "GPU_IVF_PQ",
        NLIST,
        Parameter("m", "int", 0, 65_536, default=0, divides=True),  # 0: the engine chooses
        # The documentation says 1..24; the engine takes 4..8 (src/index/gpu_cuvs/gpu_cuvs_ivf_pq_config.h).
        Parameter("nbits", "int", 4, 8, default=8),
        NPROBE,
    ),
    _index(
        "GPU_CAGRA",
        Parameter("intermediate_graph_degree", "int", 1, default=128),
        Parameter("graph_degree", "int", 1, default=64),
        Parameter("build_algo", "choice", choices=("IVF_PQ", "NN_DESCENT"), default="IVF_PQ"),
        Parameter("cache_dataset_on_device", "bool", default=False),
        Parameter("adapt_for_cpu", "bool", default=False),
        Parameter("nn_descent_niter", "int", 1, default=20),
        Parameter("ef", "int", 1, search=True),
        Parameter("itopk_size", "int", 1, search=True),
        Parameter("search_width", "int", 1, search=True),
    ),
)
