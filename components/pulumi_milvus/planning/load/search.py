"""Queries a second, recall and p99 -> CPU cores, each figure with its uncertainty and its whole sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pulumi_milvus.planning import milvus_limits
from pulumi_milvus.planning.data_types import raw_bytes_per_row
from pulumi_milvus.planning.load import cores, filters, latency, search_cost, slowdown
from pulumi_milvus.planning.load.cores import ReplicaAdvice, replica_advice
from pulumi_milvus.planning.load.disk_reads import DEFAULT_DEGREE, DiskReads, disk_reads
from pulumi_milvus.planning.load.ingest import cores_while_writing
from pulumi_milvus.planning.load.kinds import search_kind
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.reach import Reach, reach_of
from pulumi_milvus.planning.load.search_terms import Sum, search_terms
from pulumi_milvus.planning.load.segment_work import segment_work
from pulumi_milvus.planning.load.work import Question, SearchParameter, SegmentWork


@dataclass(frozen=True, slots=True)
class Machines:
    """The query nodes that hold one copy of the data.

    ``node_vcpus``: of each; they slow each other down. ``whole_cores``: a vCPU is a core of its own.
    """

    node_vcpus: float = 16.0
    nodes_per_copy: int = 1
    whole_cores: bool = False


ONE_NODE: Final = Machines()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLoad:
    """What a search load on one vector field needs.

    ``cores`` are vCPUs of a standalone; in a cluster ``query_node_cores`` and ``proxy_cores`` take their place.
    ``expected_recall`` is None where nobody measured it. ``reads`` is None unless the index lies on disk.
    ``measured``: whether this index over this data type was measured at all; ``reasons`` says why not, and what else a
    reader should know. ``terms`` are the whole sum in order.
    """

    index: str
    core_ms_per_query: Range
    parameter: SearchParameter | None
    unloaded_p99_ms: Range
    p99_ms: Range
    latency_class: str
    utilisation: float
    cores: Range
    query_node_cores: Range
    proxy_cores: Range
    reads: DiskReads | None
    expected_recall: Range | None
    reach: Reach
    measured: bool
    reasons: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def reachable(self) -> bool:
        """Whether the recall target and the p99 budget can be had; ``reach`` says what can be had instead."""
        return self.reach.reachable

    def replicas(self, cores_per_copy: float, at_least: int = 1, proxies_grow: bool = False) -> ReplicaAdvice:
        """In-memory replicas of a cluster whose query nodes for one copy have ``cores_per_copy`` vCPUs."""
        return replica_advice(self.query_node_cores, cores_per_copy, at_least, proxies_grow)


def search_load(
    index: str,
    params: Mapping[str, object],
    rows: int,
    dimension: int | None,
    data_type: str,
    segments_visited: float,
    queries_per_second: float,
    recall_target: float,
    latency_p99_ms: float | None = None,
    *,
    top_k: int = 10,
    machines: Machines = ONE_NODE,
    inserts_per_second: float = 0.0,
    passing_share: float | None = None,
    cached_share: float = 0.0,
    nonzeros_per_vector: float | None = None,
    gpu_image: bool = False,
) -> SearchLoad:
    """The load of one vector field. Raises ``InvalidValues`` with every bad value.

    ``params``: of the index, and of the search where the caller fixes ``ef``, ``nprobe`` or ``search_list``; without
    them the recall target chooses. ``rows``: all rows that a query searches, in ``segments_visited`` segments (the
    function of that name says how many). ``passing_share``: of the rows that a filter lets pass. ``cached_share``: of
    DISKANN's nodes held in memory. ``dimension`` is None for sparse vectors.
    """
    kind = search_kind(index, data_type, params, gpu_image)
    given = Given()
    segments = given.number("segments_visited", segments_visited, 1, 1e9)
    question = Question(
        rows=given.number("rows", rows, 0, 1e15) / segments,
        segments=segments,
        dimension=_dimension(given, dimension, data_type),
        data_type=data_type,
        recall=given.number("recall_target", recall_target, 0, 1),
        top_k=int(given.number("top_k", top_k, 1, 16_384)),
        nonzeros_per_vector=None
        if nonzeros_per_vector is None
        else given.number("nonzeros_per_vector", nonzeros_per_vector, 0, 1e9),
    )
    qps = given.number("queries_per_second", queries_per_second, 0, 1e9)
    budget = None if latency_p99_ms is None else given.number("latency_p99_ms", latency_p99_ms, 0.001, 1e9)
    inserts = given.number("inserts_per_second", inserts_per_second, 0, 1e12)
    passing = 1.0 if passing_share is None else given.number("passing_share", passing_share, 0, 1)
    cached = given.number("cached_share", cached_share, 0, 1)
    machines = Machines(
        given.number("machines.node_vcpus", machines.node_vcpus, 1, 4096),
        int(given.number("machines.nodes_per_copy", machines.nodes_per_copy, 1, 1e6)),
        machines.whole_cores,
    )
    work = segment_work(kind, question, given)
    degree = given.parameter(kind.params, "max_degree", DEFAULT_DEGREE, 512) if kind.kind == "disk" else 0
    given.refuse()

    slower = slowdown.vcpu_slowdown(machines.node_vcpus, machines.whole_cores).expected
    factor = filters.filter_factor(passing)
    core_ms = search_cost.query_core_ms(work.core_ms, segments, slower, question.top_k).times(factor)
    unloaded = _unloaded_p99_ms(work, segments, machines)
    answer = latency.answer(unloaded, budget)

    def at_recall(recall: float) -> Range:
        return _unloaded_p99_ms(segment_work(kind, replace(question, recall=recall), Given()), segments, machines)

    def with_writes(quiet: Range) -> Range:
        low, middle, high = (
            cores_while_writing(each, inserts, question.dimension)
            for each in (quiet.lowest, quiet.expected, quiet.highest)
        )
        return Range(low, middle, high)

    on_query_nodes = cores.cores_for(qps, cores.query_node_core_ms(core_ms), answer.utilisation)
    needed = with_writes(cores.cores_for(qps, core_ms, answer.utilisation))
    done = Sum(
        slower, machines.whole_cores, factor, core_ms, qps, answer.utilisation, budget is not None, inserts, needed
    )
    return SearchLoad(
        index=kind.index,
        core_ms_per_query=core_ms,
        parameter=work.parameter,
        unloaded_p99_ms=unloaded,
        p99_ms=answer.p99_ms,
        latency_class=answer.latency_class,
        utilisation=answer.utilisation,
        cores=needed,
        query_node_cores=with_writes(on_query_nodes),
        proxy_cores=cores.cores_for(qps, cores.PROXY_CORE_MS, answer.utilisation),
        reads=_reads(work, question, qps, degree, cached) if kind.kind == "disk" else None,
        expected_recall=work.recall,
        reach=reach_of(work, question.recall, unloaded, budget, at_recall),
        measured=not (kind.doubt or work.doubt),
        reasons=tuple(reason for reason in (kind.doubt, work.doubt, *work.notes) if reason),
        terms=search_terms(question, work, done),
    )


def _dimension(given: Given, dimension: int | None, data_type: str) -> int:
    if data_type == "SPARSE_FLOAT_VECTOR":
        return 0
    high = milvus_limits.MAX_BINARY_DIMENSION if data_type == "BINARY_VECTOR" else milvus_limits.MAX_DIMENSION
    return int(given.number("dimension", dimension, 1, high))


def _unloaded_p99_ms(work: SegmentWork, segments: float, machines: Machines) -> Range:
    segment_ms = work.core_ms if work.wall_ms is None else work.wall_ms
    return latency.unloaded_p99_ms(
        segment_ms, segments, machines.node_vcpus, machines.nodes_per_copy, machines.whole_cores
    )


def _reads(work: SegmentWork, question: Question, qps: float, degree: int, cached_share: float) -> DiskReads:
    vector_bytes = raw_bytes_per_row(question.data_type, question.dimension)
    return disk_reads(work.effort, question.segments, qps, vector_bytes, degree, cached_share)
