"""Rule ``lite-limits``: Milvus Lite is asked for what it lacks, or for more than its process serves.

Facts: the installed milvus-lite 3.2.2 (``milvus_lite/index/factory.py``, ``index/scalar/capabilities.py``,
``engine/collection.py``, ``schema/types.py``, METADATA), tried with pymilvus 3.0.2. Milvus Lite checks lazily:
``create_index`` accepts any index type on a collection without flushed rows and fails at the first flush, and a
parameter out of range reaches faiss unchecked (HNSW M=1 ends the process, nlist=0 builds an empty index).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.indexes import INDEXES, SCALAR_INDEXES
from pulumi_milvus.planning.lite import search_ms
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import shown
from pulumi_milvus.rules.facts import EnvironmentFacts, ScalarIndexFacts, VectorFieldFacts

RULE: Final = "lite-limits"
LEVEL: Final = "error"
REASON: Final = (
    "Milvus Lite accepts any index on an empty collection and fails at the first flush, and its one process serves so "
    "many rows and no more."
)
FIX: Final = "an index that Milvus Lite has (FLAT, HNSW, IVF_FLAT ...), or topology: standalone"

SOURCE: Final = "milvus-lite 3.2.2, milvus_lite/index/factory.py, engine/collection.py and METADATA"
MEASURED: Final = "measured: milvus-lite 3.2.2, pymilvus 3.0.2, 2 shared cores, vectors of 128 and 384 dimensions"
LATE: Final = "it would be accepted and then fail at the first flush"

# milvus_lite/schema/types.py, DataType.
DATA_TYPES: Final = frozenset({"FLOAT_VECTOR", "SPARSE_FLOAT_VECTOR"})
# milvus_lite/index/factory.py, build_index_from_spec. IVF_PQ is "reserved for a future phase".
DENSE_INDEXES: Final = frozenset({"FLAT", "BRUTE_FORCE", "AUTOINDEX", "HNSW", "HNSW_SQ", "IVF_FLAT", "IVF_SQ8"})
# engine/collection.py, _validate_sparse_index_config: not even AUTOINDEX.
SPARSE_INDEXES: Final = frozenset({"SPARSE_INVERTED_INDEX"})
METRICS: Final = frozenset({"COSINE", "L2", "IP", "BM25"})
# index/scalar/capabilities.py: INVERTED only, and not on JSON, ARRAY, GEOMETRY.
SCALAR_INDEX_TYPES: Final = frozenset({"INVERTED"})
SCALAR_TYPES: Final = frozenset(
    {"BOOL", "INT8", "INT16", "INT32", "INT64", "FLOAT", "DOUBLE", "VARCHAR", "TIMESTAMPTZ"}
)

# Interactive use ends between 100k rows (searches in tens of ms to 0.27 s) and 300k rows (160..333 ms); 1M rows still
# work, at 1.07 s a search for FLAT x 128.
INTERACTIVE_ROWS: Final = 300_000
WORKING_ROWS: Final = 1_000_000
_NEAREST_INDEX: Final = {
    "IVF_PQ": "IVF_SQ8",
    "IVF_RABITQ": "IVF_SQ8",
    "SCANN": "IVF_FLAT",
    "HNSW_PQ": "HNSW_SQ",
    "HNSW_PRQ": "HNSW_SQ",
    "GPU_BRUTE_FORCE": "FLAT",
    "GPU_IVF_FLAT": "IVF_FLAT",
    "GPU_IVF_PQ": "IVF_SQ8",
}


def check_field(field: VectorFieldFacts) -> list[Finding]:
    """Judge one vector field for Milvus Lite; silent where ``field.topology`` is another one."""
    return list(_check_field(field)) if field.topology == "lite" else []


def check_scalar_index(facts: ScalarIndexFacts) -> list[Finding]:
    """Judge one index of a scalar field for Milvus Lite; silent where the topology is another one."""
    return list(_check_scalar_index(facts)) if facts.topology == "lite" else []


def check(environment: EnvironmentFacts) -> list[Finding]:
    """Judge what an environment as a whole asks of Milvus Lite; silent where the topology is another one."""
    return list(_check_environment(environment)) if environment.topology == "lite" else []


def _check_field(field: VectorFieldFacts) -> Iterator[Finding]:
    path, index = field.subject, field.index_type
    if field.data_type not in DATA_TYPES:
        message = f"Milvus Lite has no {shown(field.data_type)[:40]}; it has FLOAT_VECTOR and SPARSE_FLOAT_VECTOR"
        yield _error(f"{path}.data_type", message, "store FLOAT_VECTOR, or take topology standalone")
        return
    sparse = field.data_type == "SPARSE_FLOAT_VECTOR"
    allowed = SPARSE_INDEXES if sparse else DENSE_INDEXES
    if index not in allowed and index in INDEXES:  # a word that is no index at all is for index-pair to say
        known = ", ".join(name for name in INDEXES if name in allowed)
        near = (
            "SPARSE_INVERTED_INDEX"
            if sparse
            else _NEAREST_INDEX.get(index) or nearest_word(index, allowed, 0.8) or "HNSW"
        )
        when = "" if sparse else f" ({LATE})"
        message = f"Milvus Lite has no {index} for {field.data_type}{when}; it has {known}"
        yield _error(f"{path}.index", message, f"nearest that works: {near}; or take topology standalone")
    metric = field.resolved_metric
    if metric not in METRICS:
        message = f"Milvus Lite has no metric {shown(metric)[:40]}; it has COSINE, L2, IP and BM25"
        yield _error(f"{path}.metric", message, f"nearest that works: {'IP' if sparse else 'COSINE'}")
    yield from _ignored_parameters(field)


def _ignored_parameters(field: VectorFieldFacts) -> Iterator[Finding]:
    """Parameters that Milvus Lite does not read: it builds with its own values without a word."""
    path = f"{field.subject}.index_params"
    sq_type = field.params.get("sq_type")
    if field.index_type == "HNSW_SQ" and sq_type is not None and str(sq_type).upper() != "SQ8":
        message = f"Milvus Lite builds HNSW_SQ with 8 bits whatever sq_type says, and it says {shown(sq_type)}"
        yield _finding("warning", f"{path}.sq_type", message, "write sq_type: SQ8 for this environment")
    if str(field.params.get("refine", False)).lower() == "true":
        message = "Milvus Lite does not refine: results are those of the compressed vectors"
        yield _finding("warning", f"{path}.refine", message, "remove refine for this environment")
    if field.data_type == "SPARSE_FLOAT_VECTOR":
        algorithm = field.params.get("inverted_index_algo")
        if algorithm is not None and str(algorithm).upper() != "TAAT_NAIVE":
            message = f"Milvus Lite computes sparse scores by TAAT_NAIVE only, and this says {shown(algorithm)}"
            yield _error(f"{path}.inverted_index_algo", message, "remove inverted_index_algo, or write TAAT_NAIVE")
        ratio = field.params.get("drop_ratio_build")
        if ratio is not None and str(ratio) not in ("0", "0.0"):
            message = f"Milvus Lite drops nothing from sparse vectors, and drop_ratio_build is {shown(ratio)}"
            yield _error(f"{path}.drop_ratio_build", message, "write drop_ratio_build: 0")
        if str(field.params.get("bm25_k1")) in ("0", "0.0"):
            message = "Milvus Lite takes a bm25_k1 above 0, and this is 0"
            yield _error(f"{path}.bm25_k1", message, "write bm25_k1: 0.01 for this environment")
        for name in ("bm25_k1", "bm25_b"):
            if name in field.params and field.resolved_metric == "IP":
                yield _error(f"{path}.{name}", f"{name} belongs to metric BM25, and this is IP", f"remove {name}")


def _check_scalar_index(facts: ScalarIndexFacts) -> Iterator[Finding]:
    index_type = facts.index_type.upper()
    if index_type in SCALAR_INDEXES and index_type not in SCALAR_INDEX_TYPES:
        message = f"Milvus Lite has no scalar index {index_type}; it has INVERTED"
        yield _error(f"{facts.subject}.type", message, "nearest that works: INVERTED; or no index: filters scan")
    if facts.data_type is not None and facts.data_type not in SCALAR_TYPES:
        known = ", ".join(sorted(SCALAR_TYPES))
        message = f"Milvus Lite does not index {shown(facts.data_type)[:40]} fields; it indexes {known}"
        yield _error(f"{facts.subject}.data_type", message, "remove the index: filters scan, as they do in Milvus Lite")


def _check_environment(facts: EnvironmentFacts) -> Iterator[Finding]:
    server = "take topology standalone"
    if facts.production:
        message = (
            "Milvus Lite is one process without users, roles or TLS, and its authors name local development as its use"
        )
        yield _error("production", message, server)
    if facts.availability != "none":
        message = f"availability is {facts.availability}, and Milvus Lite is one process on one file"
        yield _error("availability", message, "write availability: none, or take topology distributed")
    if facts.replicas is not None and facts.replicas > 1:
        message = f"replicas is {shown(facts.replicas)}, and Milvus Lite holds one copy (it ignores the number)"
        yield _error("replicas", message, "write replicas: null, or take topology distributed")
    if facts.shards is not None and facts.shards > 1:
        message = f"shards is {shown(facts.shards)}, and Milvus Lite has one (it ignores the number)"
        yield _finding("warning", "shards", message, "write shards: 1 for this environment")
    if facts.rows is not None:
        yield from _rows(facts.rows, server)
    if facts.largest_collection_rows is not None:
        yield from _load(facts, facts.largest_collection_rows, server)


def _load(facts: EnvironmentFacts, rows: int, server: str) -> Iterator[Finding]:
    """Wishes that the process does not reach: warnings, since the environment still works."""
    quickest_ms, _ = search_ms(rows)
    measured = f"the quickest index answers in {quickest_ms:,.0f} ms over {rows:,} vectors, one search at a time"
    if facts.latency_p99_ms is not None and facts.latency_p99_ms < quickest_ms:
        message = f"latency_p99_ms is {facts.latency_p99_ms:g}, and in Milvus Lite {measured}"
        yield Finding(RULE, "warning", "latency_p99_ms", message, f"{server}, or wish {quickest_ms:,.0f}", MEASURED)
    served = 1000 / quickest_ms
    if facts.queries_per_second is not None and facts.queries_per_second > served:
        message = f"queries_per_second is {facts.queries_per_second:g}, and in Milvus Lite {measured}"
        yield Finding(
            RULE, "warning", "queries_per_second", message, f"{server}, or ask {served:,.0f} at most", MEASURED
        )


def _rows(rows: int, server: str) -> Iterator[Finding]:
    path = "collections"
    if rows > WORKING_ROWS:
        message = (
            f"{rows:,} vectors at the horizon, and 1,000,000 is the most that was seen to work in Milvus Lite "
            "(1.1 s for a search, 2 GB of memory for 128 dimensions)"
        )
        yield Finding(RULE, "error", path, message, server, MEASURED)
    elif rows > INTERACTIVE_ROWS:
        message = (
            f"{rows:,} vectors at the horizon, and Milvus Lite serves up to about 300,000 at interactive speed "
            "(160..333 ms a search there, 1.1 s at 1,000,000)"
        )
        yield Finding(RULE, "warning", path, message, server, MEASURED)


def _error(subject: str, message: str, fix: str) -> Finding:
    return _finding("error", subject, message, fix)


def _finding(level: Level, subject: str, message: str, fix: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, SOURCE)
