"""One search in one segment, for every kind of index."""

from __future__ import annotations

import math

from pulumi_milvus.planning.load import bounds, disk_reads, gpu_advice
from pulumi_milvus.planning.load.graph_work import graph_work
from pulumi_milvus.planning.load.kinds import SearchKind
from pulumi_milvus.planning.load.list_work import flat_work, list_work
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.search_cost import KNOWN_SPREAD
from pulumi_milvus.planning.load.work import Question, SearchParameter, SegmentWork

# AISAQ also reads its codes from disk: at most twice DISKANN's figures. Assumed.
_NOT_MEASURED_HIGHEST = 2.0


def segment_work(kind: SearchKind, question: Question, given: Given) -> SegmentWork:
    """The work in one segment. Bad parameters are noted in ``given``, which the caller refuses afterwards."""
    if kind.kind == "flat":
        return flat_work(question)
    if kind.kind == "lists":
        return list_work(kind, question, given)
    if kind.kind == "graph":
        return graph_work(kind, question, given)
    if kind.kind == "disk":
        return _disk_work(kind, question, given)
    if kind.kind == "gpu":
        return _gpu_work(kind, question)
    return _bounded_work(question)


def _disk_work(kind: SearchKind, question: Question, given: Given) -> SegmentWork:
    rows, top_k = question.rows, question.top_k
    if kind.params.get("search_list") is not None:
        size = float(max(top_k, given.parameter(kind.params, "search_list", top_k)))
        parameter, spread = SearchParameter("search_list", int(size), 1.0, "as given"), KNOWN_SPREAD
    else:
        size = disk_reads.search_list_for(question.recall, rows, top_k)
        parameter = SearchParameter("search_list", math.ceil(size - 1e-9), disk_reads.SPREAD, disk_reads.SOURCE)
        spread = disk_reads.SPREAD
    core_ms, wall_ms = Range.around(disk_reads.disk_core_ms(size), spread), disk_reads.disk_wall_ms(size)
    if kind.index == "AISAQ":
        core_ms, wall_ms = (
            Range(known.lowest, known.expected, known.highest * _NOT_MEASURED_HIGHEST) for known in (core_ms, wall_ms)
        )
    terms = (
        Term("search_list in a segment", size, "candidates", parameter.source),
        Term("time of one search alone in a segment", wall_ms.expected, "ms", disk_reads.SOURCE),
    )
    return SegmentWork(
        core_ms,
        parameter,
        disk_reads.recall_of(size, rows, top_k),
        terms,
        highest_recall=disk_reads.HIGHEST_RECALL,
        wall_ms=wall_ms,
        effort=size,
        notes=("the disk bounds it, not the CPU: its reads a second are what has to be there",),
    )


def _gpu_work(kind: SearchKind, question: Question) -> SegmentWork:
    alone = gpu_advice.gpu_queries_per_second(kind.index, 1.0, question.rows, question.dimension, kind.params)
    terms = (Term("queries a second of one GPU, one at a time", alone.expected, "1/s", gpu_advice.SOURCE),)
    wall_ms = Range(1000 / alone.highest, 1000 / alone.expected, 1000 / alone.lowest)
    notes = ("the CPU is that of the server around the GPU",)
    return SegmentWork(Range.exactly(0.0), None, None, terms, wall_ms=wall_ms, notes=notes)


def _bounded_work(question: Question) -> SegmentWork:
    highest, source = bounds.every_row_core_ms(
        question.rows, question.dimension, question.data_type, question.nonzeros_per_vector
    )
    terms = (Term("a search of every row of a segment, at most", highest, "core-ms", source),)
    notes = ("expected is the middle between the server alone and a search of every row, not a measurement",)
    return SegmentWork(bounds.between(highest), None, None, terms, notes=notes)
