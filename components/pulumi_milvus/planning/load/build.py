"""CPU of building an index: per row, and for a stream of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load import graph_cost, list_recall
from pulumi_milvus.planning.load.graph_work import DEFAULT_M, MAX_M
from pulumi_milvus.planning.load.kinds import SearchKind, search_kind
from pulumi_milvus.planning.load.list_work import DEFAULT_NLIST, MAX_NLIST
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.slowdown import vcpu_slowdown

SOURCE: Final = "measured: faiss-cpu 1.15.1 and Milvus 2.3.5, 100k..1M rows, 128..768 dimensions, 2 vCPU AMD EPYC Zen 4"

# A row is put into a graph by a search with ef = efConstruction, and 1.2 times its time. SOURCE.
GRAPH_FACTOR: Final = 1.2
DEFAULT_EF_CONSTRUCTION: Final = 360
# x/÷ 1.4; 1.75 from M=30 on, where the rule is too high. SOURCE.
GRAPH_SPREAD: Final = 1.4
LARGE_M_SPREAD: Final = 1.75
_LARGE_M: Final = 24
# k-means: 2 * d * nlist * (iterations * min(rows, 256 nlist) + rows) operations, 30e9 a second and core. Predicted 46
# and 137 CPU-seconds, measured 46 and 116 in Milvus (200k x 128, 100k x 768, nlist 1024); 25 iterations in Knowhere.
KMEANS_ITERATIONS: Final = 25
KMEANS_ROWS_PER_LIST: Final = 256
KMEANS_OPERATIONS_PER_CORE_SECOND: Final = 30e9
# Training sub-quantisers comes on top: IVF_PQ took 2.7..3.1 times IVF_FLAT, SCANN 1.0..1.6 times. SOURCE.
LIST_FACTORS: Final = {"IVF_PQ": 2.9, "SCANN": 1.2}
LIST_SPREAD: Final = 1.5
# DISKANN: 498 CPU-seconds to link 1M x 128, R=56, L=100 (one run), and 35 to train its codes, once a segment. SOURCE:
# diskannpy 0.7.0. Other dimensions as a graph's time of a distance, other R and L in proportion: assumed.
DISK_LINK_CORE_SECONDS_PER_ROW: Final = 498e-6
DISK_TRAIN_CORE_SECONDS: Final = 35.0
DISK_DEGREE, DISK_LIST, DISK_DIMENSION = 56, 100, 128
DISK_SPREAD: Final = 2.0
# Every row is built once sealed, and again when its segment is merged. Source: Milvus docs, compaction.
BUILDS_OF_A_ROW: Final = 2.0
# Unknown: no less than nothing, no more than a graph with the default parameters.
_UNKNOWN: Final = "not measured: at most as a graph in memory"


@dataclass(frozen=True, slots=True)
class BuildCost:
    """CPU to build an index over some rows once, on quiet cores.

    ``measured``: whether this index was measured; ``reason`` says why not.
    """

    core_seconds: Range
    measured: bool
    reason: str
    terms: tuple[Term, ...]


def build_cost(
    index: str,
    params: Mapping[str, object],
    rows: int,
    dimension: int | None,
    data_type: str = "FLOAT_VECTOR",
    segments: float = 1.0,
) -> BuildCost:
    """CPU-seconds to build ``rows`` rows in ``segments`` segments, once. Raises ``InvalidValues``."""
    kind = search_kind(index, data_type, params)
    given = Given()
    count = given.number("rows", rows, 0, 1e15)
    pieces = given.number("segments", segments, 1, 1e9)
    # A sparse vector has no dimension; its build is unknown whatever it is.
    width = int(given.number("dimension", 1 if dimension is None else dimension, 1, 262_144))
    cost = _cost(kind, given, count, pieces, width)
    given.refuse()
    return cost


def build_cores(
    rows_per_second: float, cost_of_rows: BuildCost, rows: int, node_vcpus: float = 8.0, whole_cores: bool = False
) -> Range:
    """vCPUs that keep up with a stream of rows: each is built about twice, on vCPUs that are busy.

    ``cost_of_rows``: of building ``rows`` rows, in segments as large as they will be. Raises ``InvalidValues``.
    """
    given = Given()
    stream = given.number("rows_per_second", rows_per_second, 0, 1e12)
    count = given.number("rows", rows, 1, 1e15)
    vcpus = given.number("node_vcpus", node_vcpus, 1, 4096)
    given.refuse()
    slower = vcpu_slowdown(vcpus, whole_cores).expected
    return cost_of_rows.core_seconds.times(stream / count * BUILDS_OF_A_ROW * slower)


def _cost(kind: SearchKind, given: Given, rows: float, segments: float, dimension: int) -> BuildCost:
    each = rows / segments
    if kind.kind == "flat" or kind.index in ("BIN_FLAT",):
        return BuildCost(Range.exactly(0.0), True, "", (Term("index", 0, "core-s", "FLAT has none to build"),))
    if kind.kind == "lists":
        return _lists(kind, given, each, segments, dimension)
    if kind.kind == "disk":
        return _disk(kind, given, rows, segments, dimension)
    graph = _graph(kind, given, rows, each, dimension)
    if kind.kind == "graph" and kind.index in ("HNSW", "HNSW_SQ") and not kind.doubt:
        return graph
    if kind.kind == "graph":
        return BuildCost(graph.core_seconds, False, kind.doubt, graph.terms)
    low = Range(0.0, graph.core_seconds.expected / 2, graph.core_seconds.highest)
    return BuildCost(low, False, _UNKNOWN, graph.terms)


def _graph(kind: SearchKind, given: Given, rows: float, each: float, dimension: int) -> BuildCost:
    m = given.parameter(kind.params, "M", DEFAULT_M, MAX_M)
    width = given.parameter(kind.params, "efConstruction", DEFAULT_EF_CONSTRUCTION)
    code = "SQ8" if kind.index == "HNSW_SQ" and str(kind.params.get("sq_type", "SQ8")).upper() == "SQ8" else "FP32"
    computed = graph_cost.distances(width, m, 1, each)
    # The growth with rows is that of searches in a large graph, which the rule for builds was not fitted with.
    nanoseconds = graph_cost.nanoseconds_per_distance(code, dimension, graph_cost.GROWTH_FROM_ROWS)
    seconds = rows * GRAPH_FACTOR * computed * nanoseconds / 1e9
    terms = (
        Term("distances of a row", computed, "distances", graph_cost.SOURCE),
        Term("time of a distance", nanoseconds, "ns", graph_cost.SOURCE),
        Term("factor of building", GRAPH_FACTOR, "times", SOURCE),
    )
    spread = LARGE_M_SPREAD if m >= _LARGE_M else GRAPH_SPREAD
    return BuildCost(Range.around(seconds, spread), True, "", terms)


def _lists(kind: SearchKind, given: Given, each: float, segments: float, dimension: int) -> BuildCost:
    nlist = list_recall.lists_built(given.parameter(kind.params, "nlist", DEFAULT_NLIST, MAX_NLIST), each)
    trained = min(each, KMEANS_ROWS_PER_LIST * nlist)
    operations = 2 * dimension * nlist * (KMEANS_ITERATIONS * trained + each)
    factor = LIST_FACTORS.get(kind.index, 1.0)
    seconds = segments * operations / KMEANS_OPERATIONS_PER_CORE_SECOND * factor
    terms = (
        Term("lists in a segment", nlist, "lists", "as declared, at most rows / 39"),
        Term("rows trained with in a segment", trained, "rows", SOURCE),
        Term("factor of the codes", factor, "times", SOURCE),
    )
    return BuildCost(Range.around(seconds, LIST_SPREAD), kind.index != "IVF_RABITQ", kind.doubt, terms)


def _disk(kind: SearchKind, given: Given, rows: float, segments: float, dimension: int) -> BuildCost:
    degree = given.parameter(kind.params, "max_degree", DISK_DEGREE, 512)
    width = given.parameter(kind.params, "search_list_size", DISK_LIST)
    slower = graph_cost.nanoseconds_per_distance("FP32", dimension, 0)
    slower /= graph_cost.nanoseconds_per_distance("FP32", DISK_DIMENSION, 0)
    link = rows * DISK_LINK_CORE_SECONDS_PER_ROW * slower * degree / DISK_DEGREE * width / DISK_LIST
    train = DISK_TRAIN_CORE_SECONDS * segments if rows else 0.0
    terms = (
        Term("linking", link, "core-s", SOURCE),
        Term("training of the codes", train, "core-s", SOURCE),
    )
    reason = kind.doubt or "one run at 128 dimensions"
    return BuildCost(Range.around(link + train, DISK_SPREAD), not kind.doubt, reason, terms)
