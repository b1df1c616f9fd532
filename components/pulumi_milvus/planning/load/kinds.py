"""What kind of search an index does, which vectors it was measured on, and what nobody measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pulumi_milvus.planning.data_types import VECTOR_TYPES
from pulumi_milvus.planning.load.work import says_true
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

Kind = Literal["flat", "lists", "graph", "disk", "gpu", "bounded"]
"""``bounded``: nothing is known but the ends, the server's overhead and a search of every row."""

_KINDS: Final[dict[str, Kind]] = {
    "FLAT": "flat",
    "BRUTE_FORCE": "flat",
    "IVF_FLAT": "lists",
    "IVF_SQ8": "lists",
    "IVF_PQ": "lists",
    "IVF_RABITQ": "lists",
    "SCANN": "lists",
    "HNSW": "graph",
    "HNSW_SQ": "graph",
    "HNSW_PQ": "graph",
    "HNSW_PRQ": "graph",
    "DISKANN": "disk",
    "AISAQ": "disk",
    "GPU_CAGRA": "gpu",
    "GPU_IVF_FLAT": "gpu",
    "GPU_IVF_PQ": "gpu",
    "GPU_BRUTE_FORCE": "gpu",
    "FAISS": "bounded",
    "SPARSE_INVERTED_INDEX": "bounded",
    "SPARSE_WAND": "bounded",
    "BIN_FLAT": "bounded",
    "BIN_IVF_FLAT": "bounded",
    "MINHASH_LSH": "bounded",
}
INDEX_NAMES: Final = ("AUTOINDEX", *_KINDS)
_SPARSE: Final = ("SPARSE_INVERTED_INDEX", "SPARSE_WAND")
_BINARY: Final = ("BIN_FLAT", "BIN_IVF_FLAT", "MINHASH_LSH")

# Why the figures of an index are not a measurement of it. Empty: it was measured.
_DOUBTS: Final = {
    "IVF_PQ": "its recall was measured only with a second ranking on the raw vectors, which Milvus's IVF_PQ lacks",
    "IVF_RABITQ": "it was not measured: between IVF_SQ8 divided by 4 and IVF_FLAT",
    "HNSW_PQ": "it was not measured: the time of float vectors, an upper estimate since reads of memory set the price",
    "HNSW_PRQ": "it was not measured: the time of float vectors, an upper estimate since reads of memory set the price",
    "AISAQ": "it was not measured: DISKANN's figures, the codes that it reads from disk besides not counted",
    "FAISS": "what it costs depends on its factory string",
    "SPARSE_INVERTED_INDEX": "sparse search in Milvus was not measured: at most a published linear scan",
    "SPARSE_WAND": "sparse search in Milvus was not measured: at most a published linear scan",
    "BIN_FLAT": "binary vectors were not measured: at most a read of all of them",
    "BIN_IVF_FLAT": "binary vectors were not measured: at most a read of all of them",
    "MINHASH_LSH": "binary vectors were not measured: at most a read of all of them",
}
_GPU_DOUBT: Final = "a GPU inside Milvus was not measured: cuVS 26.10 on one H100, recall not controlled"

# AUTOINDEX: Milvus source, pkg/util/paramtable/autoindex_param.go, autoindex_param_cuda.go and _nocuda.go.
_AUTOMATIC_FLOAT: Final = ("HNSW", {"M": 18, "efConstruction": 240})
_AUTOMATIC: Final[dict[str, tuple[str, dict[str, int]]]] = {
    "SPARSE_FLOAT_VECTOR": ("SPARSE_INVERTED_INDEX", {}),
    "BINARY_VECTOR": ("BIN_IVF_FLAT", {"nlist": 1024}),
}
_AUTOMATIC_GPU: Final = ("GPU_CAGRA", {"intermediate_graph_degree": 64, "graph_degree": 32})


@dataclass(frozen=True, slots=True)
class SearchKind:
    """An index as a search sees it. ``doubt`` says why its figures are not measured; empty where they are.

    ``params`` are those given, or AUTOINDEX's own.
    """

    index: str
    kind: Kind
    params: Mapping[str, object]
    doubt: str


def search_kind(index: str, data_type: str, params: Mapping[str, object], gpu_image: bool = False) -> SearchKind:
    """What ``index`` over ``data_type`` is. Raises ``InvalidValues`` for unknown names and pairs that cannot be.

    ``gpu_image``: AUTOINDEX on Milvus's GPU image is GPU_CAGRA.
    """
    if data_type not in VECTOR_TYPES:
        near = nearest_word(str(data_type), VECTOR_TYPES) or "FLOAT_VECTOR"
        raise InvalidValues([Problem("data_type", shown(data_type), "no vector type of Milvus", near)])
    if index == "AUTOINDEX":
        usual = _AUTOMATIC_GPU if gpu_image and data_type != "INT8_VECTOR" else _AUTOMATIC_FLOAT
        index, automatic = _AUTOMATIC.get(data_type, usual)
        params = {**params, **automatic}
    kind = _KINDS.get(index)
    if kind is None:
        near = nearest_word(str(index), INDEX_NAMES) or "AUTOINDEX"
        raise InvalidValues([Problem("index", shown(index), "no index type of Milvus", near)])
    _refuse_impossible(index, data_type)
    if kind == "gpu" and says_true(params.get("adapt_for_cpu")):
        return SearchKind(index, "graph", _as_graph(params), "a CAGRA graph searched on the CPU was not measured")
    if data_type == "BINARY_VECTOR":
        return SearchKind(index, "bounded", params, _DOUBTS["BIN_FLAT"])
    doubt = _GPU_DOUBT if kind == "gpu" else _DOUBTS.get(index, "")
    return SearchKind(index, kind, params, doubt or _doubt_of_type(kind, data_type))


def _refuse_impossible(index: str, data_type: str) -> None:
    sparse, binary = index in _SPARSE, index in _BINARY
    if sparse != (data_type == "SPARSE_FLOAT_VECTOR") or (binary and data_type != "BINARY_VECTOR"):
        near = _AUTOMATIC.get(data_type, _AUTOMATIC_FLOAT)[0]
        raise InvalidValues([Problem("index", shown(index), f"it does not search {data_type}", near)])


def _doubt_of_type(kind: Kind, data_type: str) -> str:
    if data_type == "FLOAT_VECTOR":
        return ""
    if kind in ("flat", "lists") and data_type != "INT8_VECTOR":
        return f"{data_type} was not measured: Knowhere keeps it as float32 in this index, so its time"
    return f"{data_type} was not measured: the time of float32, an upper estimate since it reads more memory"


def _as_graph(params: Mapping[str, object]) -> dict[str, object]:
    """CAGRA's graph_degree are all links of a row, HNSW has 2 * M of them on its ground level."""
    degree = params.get("graph_degree", 64)
    half = degree // 2 if isinstance(degree, int) and not isinstance(degree, bool) else degree
    return {**params, "M": half}
