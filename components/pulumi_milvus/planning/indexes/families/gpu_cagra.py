"""GPU_CAGRA: a graph and the vectors in GPU memory; with adapt_for_cpu built there and searched as HNSW."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.codes import ALLOCATOR_SLACK, HEADER_BYTES
from pulumi_milvus.planning.indexes.families.gpu_ivf import gpu_index, row_bytes_on_gpu
from pulumi_milvus.planning.indexes.model import IndexSize, Parameter, Segment, Terms

LINK_BYTES: Final = 4
# Building with IVF_PQ searches a compressed copy for each row's neighbours. Beside the intermediate graph this takes
# (measured, cuVS 26.10, 200k..10M rows, 128..1536 dimensions) 0.13 to 1.74 GB: batches of candidates, which grow with
# the degree, and the compressed copy with its training rows, which grow with the data. The model is 0 to 55 % above.
IVF_PQ_WORKSPACE_BYTES: Final = 600_000_000
IVF_PQ_WORKSPACE_BYTES_PER_DEGREE: Final = 2_600_000
IVF_PQ_WORKSPACE_SHARE: Final = 0.2


def gpu_cagra_size(segment: Segment) -> IndexSize:
    """Vectors and 4 * graph_degree bytes a row, exact in every measurement; a file has 2 kB more.

    Building holds the vectors, the intermediate graph and workspace: with NN_DESCENT the vectors a second time.
    """
    params, rows = segment.params, segment.rows
    vectors = rows * row_bytes_on_gpu(segment)
    degree, wide = int(params["graph_degree"]), int(params["intermediate_graph_degree"])
    wide = max(wide, degree)
    graph = LINK_BYTES * rows * degree
    built: Terms = (("vectors", vectors), ("intermediate graph", LINK_BYTES * rows * wide))
    if not rows:
        pass
    elif params["build_algo"] == "NN_DESCENT":
        built = (*built, ("vectors, second copy", vectors))
    else:
        fixed = IVF_PQ_WORKSPACE_BYTES + IVF_PQ_WORKSPACE_BYTES_PER_DEGREE * wide
        built = (*built, ("workspace", fixed + round(IVF_PQ_WORKSPACE_SHARE * vectors)))
    index: Terms = (("vectors", vectors), ("graph", graph))
    on_cpu = bool(params["adapt_for_cpu"])
    return IndexSize(
        file=(*index, ("header", 16 * HEADER_BYTES)),
        memory=(*index, *ALLOCATOR_SLACK) if on_cpu else (),
        can_map=False,
        gpu_memory=() if on_cpu else index,
        gpu_build=built,
    )


INDEXES: Final = (
    gpu_index(
        "GPU_CAGRA",
        gpu_cagra_size,
        Parameter("intermediate_graph_degree", "int", 1, default=128),
        Parameter("graph_degree", "int", 1, default=64),
        # The engine's default is NN_DESCENT (src/index/gpu_cuvs/gpu_cuvs_cagra_config.h).
        Parameter("build_algo", "choice", choices=("IVF_PQ", "NN_DESCENT"), default="NN_DESCENT"),
        Parameter("cache_dataset_on_device", "bool", default=False),
        Parameter("adapt_for_cpu", "bool", default=False),
        Parameter("nn_descent_niter", "int", 1, default=20),
        Parameter("ef", "int", 1, search=True),
        Parameter("itopk_size", "int", 1, search=True),
        Parameter("search_width", "int", 1, search=True),
    ),
)
