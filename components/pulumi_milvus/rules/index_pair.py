"""Rule ``index-pair``: index, data type, metric, parameters, topology and version must go together.

Facts: planning/indexes (the engine's own table: Knowhere d7cfd888, include/knowhere/index/index_table.h, and the
documentation of Milvus 3.0). Callers: the plan, the component, the provider (one field at a time), later the pack and
``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning import milvus_limits
from pulumi_milvus.planning.data_types import METRICS, SCALAR_TYPES, VECTOR_TYPES, default_metric
from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.indexes import INDEXES, SCALAR_INDEXES, IndexType, resolve_autoindex
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import shown
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.facts import ScalarIndexFacts, VectorFieldFacts
from pulumi_milvus.rules.parameters import parameter_findings, whole_number

RULE: Final = "index-pair"
LEVEL: Final = "error"
REASON: Final = (
    "What does not go together is refused by the engine late: when the index is built, when a segment is loaded, or "
    "at the first search, with the rows already inserted."
)
FIX: Final = "the nearest index, metric or parameter that the finding names"
SOURCE: Final = "Knowhere d7cfd888, include/knowhere/index/index_table.h; Milvus 3.0 docs, userGuide/indexes"

# "MIN_POINTS_PER_CENTROID" in Knowhere's MatchNlist; below it Milvus lowers nlist by itself.
ROWS_PER_LIST: Final = 39

# The index that stands nearest to one that cannot be had, by kind of vector.
_NEAREST_FOR_TYPE: Final = {
    "SPARSE_FLOAT_VECTOR": "SPARSE_INVERTED_INDEX",
    "BINARY_VECTOR": "BIN_IVF_FLAT",
    "INT8_VECTOR": "HNSW",
}


def check(field: VectorFieldFacts) -> list[Finding]:
    """Judge one vector field and its index; an empty list means that they go together as far as the facts say."""
    return list(_check(field))


def check_scalar_index(facts: ScalarIndexFacts) -> list[Finding]:
    """Judge one index of a scalar field."""
    return list(_check_scalar_index(facts))


def _check(field: VectorFieldFacts) -> Iterator[Finding]:
    path = field.subject
    if field.data_type not in VECTOR_TYPES:
        near = nearest_word(field.data_type, VECTOR_TYPES) or "FLOAT_VECTOR"
        yield _error(f"{path}.data_type", f"{shown(field.data_type)} is no vector type", f"nearest: {near}")
        return
    index = INDEXES.get(field.index_type)
    if index is None:
        near = nearest_word(field.index_type, INDEXES) or "AUTOINDEX"
        yield _error(f"{path}.index", f"{shown(field.index_type)} is no index type of Milvus", f"nearest: {near}")
        return
    yield from _dimension(field)
    yield from _data_type(field, index)
    yield from _metric(field, index)
    yield from _place(field, index)
    if index.name != "AUTOINDEX":
        data_type = None if field.topology == "lite" else field.data_type
        yield from parameter_findings(index, field.params, field.dimension, path, data_type)
        if "nlist" in field.params and field.rows:
            yield from _lists_for_rows(field, index)
    elif field.topology == "lite":  # Milvus Lite hands them to the index that it chooses
        resolved, _ = resolve_autoindex(field.data_type, "lite")
        yield from parameter_findings(INDEXES[resolved], field.params, field.dimension, path)
    elif field.params:
        yield _finding(
            "warning",
            f"{path}.index_params",
            "AUTOINDEX chooses its own parameters on a server",
            f"remove them, or name the index: {resolve_autoindex(field.data_type, 'server')[0]}",
            index.source,
        )


def _dimension(field: VectorFieldFacts) -> Iterator[Finding]:
    path, dimension = f"{field.subject}.dimension", field.dimension
    if field.data_type == "SPARSE_FLOAT_VECTOR":
        if dimension is not None:
            yield _error(path, "a sparse vector has no dimension", "remove dimension", milvus_limits.SOURCE)
        return
    if dimension is None:
        return
    binary = field.data_type == "BINARY_VECTOR"
    high = milvus_limits.MAX_BINARY_DIMENSION if binary else milvus_limits.MAX_DIMENSION
    low = 8 if binary else milvus_limits.MIN_DIMENSION
    if not low <= dimension <= high:
        message = f"dimension is {shown(dimension)}; Milvus takes {low} to {high} for {field.data_type}"
        yield _error(path, message, f"nearest that works: {min(max(dimension, low), high)}", milvus_limits.SOURCE)
    elif binary and dimension % 8:
        yield _error(
            path,
            f"dimension is {dimension}; a binary vector's dimension is a multiple of 8",
            f"nearest that works: {8 * max(1, round(dimension / 8))}",
            milvus_limits.SOURCE,
        )


def _data_type(field: VectorFieldFacts, index: IndexType) -> Iterator[Finding]:
    if field.data_type in index.data_types:
        return
    taken = ", ".join(name for name in VECTOR_TYPES if name in index.data_types)
    near = _NEAREST_FOR_TYPE.get(field.data_type, "HNSW")
    fix = f"for {field.data_type} nearest is {near}; or change data_type to one of {taken}"
    if field.data_type in index.undocumented_data_types:
        message = f"{index.name} over {field.data_type} is in the engine but not in the documentation of Milvus"
        yield _finding("warning", f"{field.subject}.index", message, fix, index.source)
        return
    message = f"{index.name} does not take {field.data_type}; it takes {taken}"
    yield _error(f"{field.subject}.index", message, fix, index.source)


def _metric(field: VectorFieldFacts, index: IndexType) -> Iterator[Finding]:
    path, metric = f"{field.subject}.metric", field.resolved_metric
    allowed = index.metrics & _metrics_of(field.data_type)
    if metric not in METRICS:
        near = nearest_word(metric, METRICS) or default_metric(field.data_type, index.name)
        yield _error(path, f"{shown(metric)} is no metric of Milvus", f"nearest: {near}", index.source)
    elif field.data_type in index.data_types and metric not in allowed:
        best = default_metric(field.data_type, index.name)
        near = best if best in allowed else sorted(allowed)[0]
        words = ", ".join(name for name in METRICS if name in allowed)
        message = f"{index.name} over {field.data_type} does not take metric {metric}; it takes {words}"
        yield _error(path, message, f"nearest that works: {near}", index.source)
    elif metric == "BM25" and field.function_output is False:
        message = "BM25 is for the output of a BM25 function, and this field is filled by the client"
        yield _error(path, message, "take metric IP, or let a BM25 function fill the field", index.source)
    elif metric == "IP" and field.function_output is True:
        yield _error(path, "the output of a BM25 function is scored by BM25", "take metric BM25", index.source)


def _lists_for_rows(field: VectorFieldFacts, index: IndexType) -> Iterator[Finding]:
    """Lists are trained with the rows of one segment: faiss wants 39 for each, and cannot do with less than one."""
    rows, path = field.rows or 0, f"{field.subject}.index_params.nlist"
    lists = whole_number(field.params["nlist"])
    if lists is None or lists * ROWS_PER_LIST <= rows:
        return
    fewer = max(1, rows // ROWS_PER_LIST)
    source = "Knowhere d7cfd888, MatchNlist in src/index/ivf/ivf.cc"
    if lists > rows:
        message = f"nlist is {lists:,} and there are {rows:,} rows: each list needs rows to be trained with"
        yield _error(path, message, f"nearest that works: {fewer}", source)
    elif field.topology != "lite" and index.family != "gpu":
        message = (
            f"nlist is {lists:,}, but {rows:,} rows make at most {fewer:,} lists of {ROWS_PER_LIST}; Milvus lowers it"
        )
        yield _finding("warning", path, message, f"write nlist: {fewer}, or keep it for more rows", source)


def _metrics_of(data_type: str) -> frozenset[str]:
    if data_type == "SPARSE_FLOAT_VECTOR":
        return frozenset({"IP", "BM25"})
    if data_type == "BINARY_VECTOR":
        return frozenset({"HAMMING", "JACCARD", "MHJACCARD"})
    return frozenset({"L2", "IP", "COSINE"})


def _place(field: VectorFieldFacts, index: IndexType) -> Iterator[Finding]:
    path = f"{field.subject}.index"
    if field.topology == "lite":  # what Lite lacks is the rule lite-limits
        return
    if index.runs_on == frozenset({"lite"}) and field.topology is not None:
        yield _error(path, f"{index.name} is a name of Milvus Lite only", "take FLAT, which is the same", index.source)
    elif index.runs_on == frozenset({"gpu"}) and field.gpu_image is False:
        message = f"{index.name} needs Milvus's GPU image and a GPU, and this server has neither"
        yield _error(path, message, "take HNSW, or hardware gpu", index.source)
    version = parse_version(field.milvus_version)
    if index.since and version is not None and version < index.since[: len(version)]:
        since = ".".join(map(str, index.since))
        message = f"{index.name} exists from Milvus {since} on, and this is {field.milvus_version}"
        yield _error(path, message, f"take Milvus {since} or newer", index.source)


def _check_scalar_index(facts: ScalarIndexFacts) -> Iterator[Finding]:
    path = f"{facts.subject}.type"
    index = SCALAR_INDEXES.get(facts.index_type.upper())
    if index is None:
        near = nearest_word(facts.index_type, SCALAR_INDEXES) or "INVERTED"
        yield _error(path, f"{shown(facts.index_type)} is no scalar index of Milvus", f"nearest: {near}")
        return
    if facts.data_type is not None and facts.data_type not in index.data_types:
        taken = ", ".join(name for name in SCALAR_TYPES if name in index.data_types)
        near = "RTREE" if facts.data_type == "GEOMETRY" else "INVERTED"
        message = f"{index.name} does not take {shown(facts.data_type)}; it takes {taken}"
        yield _error(path, message, f"nearest that works: {near}", index.source)
    if index.name == "BITMAP" and facts.is_primary:
        yield _error(path, "BITMAP does not index a primary key", "nearest that works: INVERTED", index.source)


def _error(subject: str, message: str, fix: str, source: str = "") -> Finding:
    return _finding("error", subject, message, fix, source)


def _finding(level: Level, subject: str, message: str, fix: str, source: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, source or "Milvus 3.0 docs, userGuide/indexes")
