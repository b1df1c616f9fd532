"""The whole sum behind a search load, term by term, for a caller to print."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_milvus.planning.load import cores, filters, ingest, latency, search_cost, segments, slowdown
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.work import Question, SegmentWork


@dataclass(frozen=True, slots=True)
class Sum:
    """The figures of a sum that are not in the work of a segment."""

    slowdown: float
    whole_cores: bool
    filter_factor: float
    core_ms: Range
    queries_per_second: float
    utilisation: float
    budgeted: bool
    inserts_per_second: float
    cores: Range


def search_terms(question: Question, work: SegmentWork, done: Sum) -> tuple[Term, ...]:
    """From rows to cores, in the order of the sum."""
    result = "the terms above"
    before = [
        Term("segments visited", question.segments, "segments", segments.SOURCE),
        Term("rows of a segment", question.rows, "rows", "rows / segments"),
        *work.terms,
        Term("search in a segment, quiet core", work.core_ms.expected, "core-ms", result),
        Term(
            "slowdown of a loaded vCPU",
            done.slowdown,
            "times",
            slowdown.WHOLE_CORE_SOURCE if done.whole_cores else slowdown.SOURCE,
        ),
        Term(
            "server's work for a segment beyond the first", search_cost.SEGMENT_CORE_MS, "core-ms", search_cost.SOURCE
        ),
        Term(
            "server's work for a request",
            search_cost.overhead_core_ms(question.top_k).expected,
            "core-ms",
            search_cost.SOURCE,
        ),
    ]
    if done.filter_factor != 1.0:
        before.append(Term("factor of the filter", done.filter_factor, "times", filters.SOURCE))
    after = [
        Term("one query", done.core_ms.expected, "core-ms", result),
        Term("queries a second", done.queries_per_second, "1/s", "the workload"),
        Term(
            "cores busy to",
            done.utilisation,
            "share",
            latency.LOAD_SOURCE if done.budgeted else "the safe default without a p99 budget",
        ),
    ]
    if done.inserts_per_second:
        after.append(Term("rows written a second", done.inserts_per_second, "1/s", ingest.WRITING_SOURCE))
    after.append(Term("cores", done.cores.expected, "vCPU", result))
    after.append(
        Term("of a query, in a cluster's proxies", cores.PROXY_CORE_MS.expected, "core-ms", cores.PROXY_SOURCE)
    )
    return (*before, *after)
