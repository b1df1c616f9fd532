"""An estimate's request: read from plain data, every mistake at once, and completed with Milvus's own defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_milvus.planning.data_types import TOPOLOGIES, VECTOR_TYPES, default_metric
from pulumi_milvus.planning.estimates.key_reader import KeyReader
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.indexes import INDEXES, IndexType, resolve_autoindex
from pulumi_milvus.planning.milvus_limits import MAX_SCALAR_BYTES, MAX_VECTORS, MIN_DIMENSION
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, key_in_path, shown
from pulumi_milvus.rules import check_field
from pulumi_milvus.rules.facts import VectorFieldFacts

HARDWARE: Final = ("memory", "nvme", "gpu")
# A sparse vector of a learned model (SPLADE) or of BM25 over a paragraph has 50 to 250 values that are not zero.
ASSUMED_NONZEROS: Final = 150.0
SMALLEST_SEGMENT_BYTES: Final = 1024**2
LARGEST_SEGMENT_BYTES: Final = 1024**4
MOST_REPLICAS: Final = 1_024
MOST_NONZEROS: Final = 1_000_000.0
# Milvus Lite's own defaults where nothing is said: milvus_lite/index/faiss_hnsw.py, faiss_ivf_flat.py (3.2.2).
LITE_DEFAULTS: Final[Mapping[str, Any]] = {"M": 16, "efConstruction": 200, "nlist": 128}


@dataclass(slots=True)
class EstimateRequest:
    """What is asked. ``index`` and ``params`` are resolved: AUTOINDEX is what it becomes, defaults are filled in.

    ``segment_bytes`` None means one segment that holds everything. ``hot_share`` is the share of the data that tiered
    storage keeps in memory; None where everything is loaded. ``findings`` are warnings and advice of the rules.
    """

    index: IndexType
    params: dict[str, Any]
    vectors: int
    dimension: int
    data_type: str
    metric: str
    topology: str | None
    nonzeros_per_vector: float = 0.0
    scalar_bytes_per_row: int = 0
    scalar_indexes: tuple[Mapping[str, Any], ...] = ()
    segment_bytes: int | None = None
    replicas: int = 1
    mmap: bool = False
    hot_share: float | None = None
    compaction: bool = False
    findings: list[Finding] = field(default_factory=list)


KEYS: Final = frozenset(
    {
        "index",
        "params",
        "vectors",
        "dimension",
        "data_type",
        "metric",
        "topology",
        "hardware",
        "milvus_version",
        "nonzeros_per_vector",
        "scalar_bytes_per_row",
        "scalar_indexes",
        "segment_bytes",
        "replicas",
        "mmap",
        "tiered_storage_hot_share",
        "compaction",
    }
)


def read_request(data: object) -> EstimateRequest:
    """The request in plain data. Raises ``InvalidValues`` with every reason why it cannot be answered."""
    if not isinstance(data, dict):
        example = '{"index": "HNSW", "vectors": 1000000, "dimension": 768}'
        raise InvalidValues([Problem("", shown(data), "is no request; it is an object of keys", example)])
    problems: list[Problem] = []
    if not data.keys() <= KEYS:
        problems += [_unknown_key(key) for key in data if key not in KEYS]
    read = KeyReader(data, problems)
    index_name = read.word("index", INDEXES, None)
    data_type = read.word("data_type", VECTOR_TYPES, _natural_type(index_name)) or "FLOAT_VECTOR"
    topology = read.word("topology", TOPOLOGIES, None) if data.get("topology") is not None else None
    hardware = read.word("hardware", HARDWARE, None) if data.get("hardware") is not None else None
    version = read.text("milvus_version")
    params = read.params()
    vectors = read.whole("vectors", 0, MAX_VECTORS, None)
    dimension = read.whole("dimension", MIN_DIMENSION, 2**31, None) if data.get("dimension") is not None else None
    metric = data.get("metric")
    if metric is not None and not isinstance(metric, str):
        problems.append(Problem("metric", shown(metric), "is no metric of Milvus", "COSINE"))
        metric = None
    metric = metric.strip().upper() if metric else None
    nonzeros = read.number("nonzeros_per_vector", 0.0, MOST_NONZEROS, None)
    scalar_bytes = read.whole("scalar_bytes_per_row", 0, MAX_SCALAR_BYTES, 0)
    scalar_indexes = read.scalar_indexes()
    segment_bytes = (
        read.whole("segment_bytes", SMALLEST_SEGMENT_BYTES, LARGEST_SEGMENT_BYTES, None)
        if data.get("segment_bytes") is not None
        else None
    )
    replicas = read.whole("replicas", 1, MOST_REPLICAS, 1)
    mmap, compaction = read.flag("mmap"), read.flag("compaction")
    hot_share = read.number("tiered_storage_hot_share", 0.0, 1.0, None)
    if dimension is None and data_type != "SPARSE_FLOAT_VECTOR" and data.get("dimension") is None:
        problems.append(Problem("dimension", "", "is missing; the dimension of a vector is needed", "768"))
    if index_name is None:
        raise InvalidValues(problems)
    on_gpu = hardware == "gpu" or (version is not None and version.endswith("-gpu"))
    metric = metric or default_metric(data_type, index_name)
    place = "lite" if topology == "lite" else "gpu" if on_gpu else "server"
    resolved: Mapping[str, Any] = {}
    becomes = index_name
    if index_name == "AUTOINDEX":
        becomes, resolved = resolve_autoindex(data_type, place)
    findings = check_field(
        VectorFieldFacts(
            subject="",
            # What AUTOINDEX becomes on a GPU takes less than AUTOINDEX says: no COSINE before 2.6.21.
            index_type=becomes if place == "gpu" and not params else index_name,
            data_type=data_type,
            metric=metric,
            dimension=dimension,
            params=params,
            topology=topology,
            gpu_image=on_gpu if hardware is not None else None,
            milvus_version=version,
            rows=vectors,
        )
    )
    if findings:
        problems += [as_problem(finding, data) for finding in findings if finding.level == "error"]
    if problems or vectors is None:
        raise InvalidValues(problems)
    if index_name == "AUTOINDEX" and place != "lite":
        params = {}  # it chooses its own; the finding has said so
    if place == "lite":
        resolved = {**LITE_DEFAULTS, **resolved}
    index = INDEXES[becomes]
    if index.size is None:
        reason = "has no size that can be said: it depends on faiss_index_name"
        raise InvalidValues([Problem("index", index_name, reason, "name the index type it makes, such as IVF_PQ")])
    if data_type == "SPARSE_FLOAT_VECTOR" and nonzeros is None:
        nonzeros = ASSUMED_NONZEROS
        findings.append(_assumed_nonzeros())
    return EstimateRequest(
        index=index,
        params=completed(index, params, resolved),
        vectors=vectors,
        dimension=dimension or 0,
        data_type=data_type,
        metric=metric,
        topology=topology,
        nonzeros_per_vector=nonzeros or 0.0,
        scalar_bytes_per_row=scalar_bytes or 0,
        scalar_indexes=scalar_indexes,
        segment_bytes=segment_bytes,
        replicas=replicas or 1,
        mmap=mmap,
        hot_share=hot_share,
        compaction=compaction,
        findings=findings,
    )


def completed(index: IndexType, params: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
    """The build parameters of an index, typed: those said, else those of ``resolved``, else Milvus's defaults.

    ``params`` have passed the rule ``index-pair``.
    """
    complete: dict[str, Any] = {}
    for parameter in index.parameters:
        if parameter.search:
            continue
        name = parameter.name
        if name in params:
            complete[name] = _typed(parameter.kind, params[name])
        else:
            complete[name] = resolved.get(name, parameter.default)
    return complete


def _typed(kind: str, value: Any) -> Any:
    if kind == "int":
        return value if type(value) is int else int(float(value))
    if kind == "float":
        return float(value)
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return str(value).upper() if kind == "choice" else str(value)


def _natural_type(index_name: str | None) -> str:
    """The vector type of an index that takes only one, where none is said."""
    index = INDEXES.get(index_name) if index_name else None
    return next(iter(index.data_types)) if index and len(index.data_types) == 1 else "FLOAT_VECTOR"


def as_problem(finding: Finding, data: Mapping[str, Any]) -> Problem:
    """A rule's error in the request's own keys."""
    path = finding.subject.lstrip(".").replace("index_params", "params")
    value: Any = data
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    near = finding.fix
    for words in ("nearest that works: ", "nearest: ", "write "):
        near = near.removeprefix(words)
    return Problem(path, "" if value is None else shown(value), finding.message, near)


def _assumed_nonzeros() -> Finding:
    return Finding(
        "index-pair",
        "advice",
        "nonzeros_per_vector",
        f"not said, and taken as {ASSUMED_NONZEROS:.0f}; a sparse index grows in proportion to it",
        "count the values that are not zero in a sample of the vectors",
        "",
    )


def _unknown_key(key: object) -> Problem:
    near = nearest_word(key, KEYS) if isinstance(key, str) else None
    return Problem(key_in_path(key), "", "is no key of a request", near or ", ".join(sorted(KEYS)))
