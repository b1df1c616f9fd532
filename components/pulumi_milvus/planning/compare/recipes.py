"""Each index type with parameters that suit the vectors: one recipe a way to index, and why some have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.indexes import INDEXES, resolve_autoindex
from pulumi_milvus.planning.load import advised_nlist

# "MIN_POINTS_PER_CENTROID" in Knowhere's MatchNlist, below which Milvus lowers nlist by itself.
ROWS_PER_LIST: Final = 39
# PQ: one byte for so many dimensions. The load model's IVF_PQ was measured so (docs/load.md).
DIMENSIONS_PER_PQ_BYTE: Final = 4
# SCANN's own sub_dim (Milvus 3.0 docs, scann.md); 1 where it does not divide the dimension.
SCANN_DIMENSIONS: Final = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What parameters depend on: the dimension (0 for sparse vectors) and the rows of one segment."""

    dimension: int
    rows_per_segment: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to index. ``title`` is its name in tables, ``source`` says where the parameters come from.

    ``not_in_lite``: why Milvus Lite cannot do it although it has the index; empty where it can.
    """

    title: str
    index: str
    params: Callable[[Shape], dict[str, Any]]
    source: str
    not_in_lite: str = ""

    @property
    def family(self) -> str:
        """The family of the index, such as ``graph`` or ``disk``."""
        return family_of(self.index)

    @property
    def can_map(self) -> bool:
        """Whether mmap changes anything: an index on disk or on a GPU is not mapped."""
        return self.family not in ("disk", "gpu")

    @property
    def has_lists(self) -> bool:
        """Whether it takes nlist, which follows from the rows of a segment."""
        return INDEXES[self.index].parameter("nlist") is not None


def family_of(index: str) -> str:
    """The family by which an index is coloured: FLAT, which compares with every vector, stands for itself."""
    return "exact" if index == "FLAT" else INDEXES[index].family


def nlist_of(shape: Shape) -> int:
    """4 * sqrt(rows of a segment), and never more lists than Milvus keeps."""
    return max(1, min(advised_nlist(shape.rows_per_segment), shape.rows_per_segment // ROWS_PER_LIST))


def divisor_at_most(dimension: int, most: int) -> int:
    """The largest divisor of ``dimension`` that is at most ``most``; 1 at least."""
    return next((part for part in range(min(most, dimension), 1, -1) if dimension % part == 0), 1)


def _pq_parts(shape: Shape) -> int:
    return divisor_at_most(shape.dimension, shape.dimension // DIMENSIONS_PER_PQ_BYTE)


def _nothing(shape: Shape) -> dict[str, Any]:
    del shape
    return {}


def _graph(**more: Any) -> Callable[[Shape], dict[str, Any]]:
    """The M and efConstruction that AUTOINDEX takes on a server."""
    own = resolve_autoindex("FLOAT_VECTOR", "server")[1]

    def params(shape: Shape) -> dict[str, Any]:
        del shape
        return {**own, **more}

    return params


def _graph_pq(shape: Shape) -> dict[str, Any]:
    return {**_graph()(shape), "m": _pq_parts(shape), "nbits": 8}


def _graph_prq(shape: Shape) -> dict[str, Any]:
    """Two rounds over half as many parts: as many bytes as HNSW_PQ."""
    parts = divisor_at_most(shape.dimension, shape.dimension // (2 * DIMENSIONS_PER_PQ_BYTE))
    return {**_graph()(shape), "m": parts, "nbits": 8, "nrq": 2}


def _lists(**more: Any) -> Callable[[Shape], dict[str, Any]]:
    return lambda shape: {"nlist": nlist_of(shape), **more}


def _lists_pq(shape: Shape) -> dict[str, Any]:
    return {"nlist": nlist_of(shape), "m": _pq_parts(shape), "nbits": 8}


def _scann(shape: Shape) -> dict[str, Any]:
    return {"nlist": nlist_of(shape), "sub_dim": SCANN_DIMENSIONS if shape.dimension % SCANN_DIMENSIONS == 0 else 1}


def _cagra(shape: Shape) -> dict[str, Any]:
    del shape
    return dict(resolve_autoindex("FLOAT_VECTOR", "gpu")[1])


_AUTOMATIC: Final = "AUTOINDEX's own: Milvus source, pkg/util/paramtable/autoindex_param.go"
_AUTOMATIC_GPU: Final = "AUTOINDEX's own: Milvus source, pkg/util/paramtable/autoindex_param_cuda.go"
_NLIST: Final = "nlist 4 * sqrt(rows of a segment): Milvus 3.0 docs, faq/performance_faq.md"
_PQ: Final = "m: a byte for about 4 dimensions, as the load model was measured"
_DEFAULTS: Final = "Milvus's defaults"

RECIPES: Final = (
    Recipe("FLAT", "FLAT", _nothing, "it has no parameters"),
    Recipe("HNSW", "HNSW", _graph(), _AUTOMATIC),
    Recipe("HNSW_SQ SQ8", "HNSW_SQ", _graph(sq_type="SQ8"), _AUTOMATIC),
    Recipe(
        "HNSW_SQ SQ4U, FP16 refine",
        "HNSW_SQ",
        _graph(sq_type="SQ4U", refine=True, refine_type="FP16"),
        f"{_AUTOMATIC}; codes as published: VectorDBBench commit 4ea1810, Milvus 2.6.14",
        # milvus-lite 3.2.2, milvus_lite/index/faiss_hnsw_sq.py: QT_8bit, without refine.
        not_in_lite="the HNSW_SQ of Milvus Lite is SQ8, whatever is asked for",
    ),
    Recipe("HNSW_PQ", "HNSW_PQ", _graph_pq, f"{_AUTOMATIC}; {_PQ}"),
    Recipe("HNSW_PRQ", "HNSW_PRQ", _graph_prq, f"{_AUTOMATIC}; {_PQ}, in two rounds"),
    Recipe("IVF_FLAT", "IVF_FLAT", _lists(), _NLIST),
    Recipe("IVF_SQ8", "IVF_SQ8", _lists(), _NLIST),
    Recipe("IVF_PQ", "IVF_PQ", _lists_pq, f"{_NLIST}; {_PQ}"),
    Recipe(
        "IVF_RABITQ, SQ8 refine",
        "IVF_RABITQ",
        _lists(refine=True, refine_type="SQ8"),
        f"{_NLIST}; refine: Milvus 3.0 docs, userGuide/indexes/floating-vector/ivf-rabitq.md",
    ),
    Recipe("SCANN", "SCANN", _scann, f"{_NLIST}; sub_dim: Milvus's default, 1 for an odd dimension"),
    Recipe("DISKANN", "DISKANN", _nothing, _DEFAULTS),
    Recipe("AISAQ", "AISAQ", _nothing, _DEFAULTS),
    Recipe("GPU_CAGRA", "GPU_CAGRA", _cagra, _AUTOMATIC_GPU),
    Recipe("GPU_IVF_FLAT", "GPU_IVF_FLAT", _lists(), _NLIST),
    Recipe("GPU_IVF_PQ", "GPU_IVF_PQ", _lists_pq, f"{_NLIST}; {_PQ}"),
    Recipe("GPU_BRUTE_FORCE", "GPU_BRUTE_FORCE", _nothing, "it has no parameters"),
    Recipe("BIN_FLAT", "BIN_FLAT", _nothing, "it has no parameters"),
    Recipe("BIN_IVF_FLAT", "BIN_IVF_FLAT", _lists(), _NLIST),
    Recipe("MINHASH_LSH", "MINHASH_LSH", _nothing, _DEFAULTS),
    Recipe("SPARSE_INVERTED_INDEX", "SPARSE_INVERTED_INDEX", _nothing, _DEFAULTS),
)

# Index types without a recipe, and what stands in their place.
NOT_COMPARED: Final = {
    "AUTOINDEX": ("it becomes another index, by data type and image", "see the row of that index"),
    "BRUTE_FORCE": ("a name of Milvus Lite for FLAT", "see FLAT"),
    "FAISS": ("its size and speed depend on its factory string", "name the index type that the string makes"),
    "SPARSE_WAND": (
        "deprecated since Milvus 2.5.4 (Milvus 3.0 docs): it is SPARSE_INVERTED_INDEX with DAAT_WAND",
        "see SPARSE_INVERTED_INDEX",
    ),
}
