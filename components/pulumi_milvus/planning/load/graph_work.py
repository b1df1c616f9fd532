"""One search in one segment by a graph in memory: HNSW and its quantised forms."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.load import graph_cost, graph_recall
from pulumi_milvus.planning.load.kinds import SearchKind
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.search_cost import KNOWN_SPREAD
from pulumi_milvus.planning.load.work import Question, SearchParameter, SegmentWork, says_true

# CPU where only a recall target is known: ef x/÷ 1.8 and the rule x/÷ 1.5 together (in logarithms, as squares add).
TARGET_SPREAD: Final = 2.0
# What an index that was not measured costs at least, against the upper estimate that stands for it. Assumed.
UPPER_ESTIMATE_LOWEST: Final = 1 / 2
M_SOURCE: Final = "Milvus 3.0 docs, userGuide/indexes/floating-vector/hnsw.md: M defaults to 30"
DEFAULT_M: Final = 30
MAX_M: Final = 2_048


def graph_work(kind: SearchKind, question: Question, given: Given) -> SegmentWork:
    """The graph is walked with ef candidates, as given or for the recall target."""
    params, top_k = kind.params, question.top_k
    m = given.parameter(params, "M", DEFAULT_M, MAX_M)
    code, doubt = _code_of(kind)
    refined = says_true(params.get("refine"))
    sq8 = code == "SQ8" and not refined
    shape = graph_recall.GraphShape(question.rows, question.segments, top_k, m, sq8)
    if params.get("ef") is not None:
        ef = float(max(top_k, given.parameter(params, "ef", top_k)))
        parameter, spread = SearchParameter("ef", int(ef), 1.0, "as given"), KNOWN_SPREAD
    else:
        ef = graph_recall.ef_for(question.recall, shape)
        source = graph_recall.SOURCE if top_k <= 10 else graph_recall.SOURCE_AT_K_100
        parameter, spread = SearchParameter("ef", math.ceil(ef - 1e-9), graph_recall.SPREAD, source), TARGET_SPREAD
    again = given.factor(params, "refine_k", 1.0) * top_k if refined else 0.0
    core = graph_cost.graph_core_ms(code, question.dimension, question.rows, m, ef, top_k, again)
    core_ms = Range.around(core, spread)
    if kind.doubt or doubt:
        core_ms = Range(core_ms.lowest * UPPER_ESTIMATE_LOWEST, core_ms.expected, core_ms.highest)
    knows_recall = not doubt and kind.index in ("HNSW", "HNSW_SQ")
    return SegmentWork(
        core_ms,
        parameter,
        graph_recall.recall_of(ef, shape) if knows_recall else None,
        _terms(kind, question, Term("ef in a segment", ef, "candidates", parameter.source), m, code, again),
        highest_recall=graph_recall.HIGHEST_RECALL_SQ8 if sq8 else graph_recall.HIGHEST_RECALL,
        doubt=doubt,
        notes=_notes(question, sq8),
    )


def _code_of(kind: SearchKind) -> tuple[str, str]:
    """The code that stands for a vector in the graph, and why its figures are a guess (empty: it was measured)."""
    if kind.index != "HNSW_SQ":
        return "FP32", ""
    name = str(kind.params.get("sq_type", "SQ8")).upper()
    if name == "SQ8":
        return "SQ8", ""
    if name == "SQ4U":
        return "SQ4U", "the recall of SQ4U depends on refine_k, and was published for one data set only"
    if name == "SQ6":
        return "SQ8", "SQ6 was not measured: the time of SQ8, an upper estimate"
    return "FP32", "this sq_type was not measured: the time of float32, an upper estimate"


def _terms(kind: SearchKind, question: Question, ef: Term, m: int, code: str, again: float) -> tuple[Term, ...]:
    rows = question.rows
    computed = graph_cost.distances(ef.value, m, question.top_k, rows)
    each = graph_cost.nanoseconds_per_distance(code, question.dimension, rows)
    terms = (
        Term("M", m, "links", "as declared, or AUTOINDEX's own" if "M" in kind.params else M_SOURCE),
        ef,
        Term("distances in a segment", computed, "distances", graph_cost.SOURCE),
        Term("time of a distance", each, "ns", graph_cost.PUBLISHED if code == "SQ4U" else graph_cost.SOURCE),
    )
    if again:
        return (*terms, Term("candidates ranked again in a segment", again, "candidates", graph_cost.SOURCE))
    return terms


def _notes(question: Question, sq8: bool) -> tuple[str, ...]:
    notes = []
    if sq8 and question.recall > graph_recall.SURE_RECALL_SQ8:
        notes.append("SQ8 codes without refine end at a recall of 0.987 to 0.995, by data set")
    if question.top_k > 100:
        notes.append(f"k={question.top_k} is further out than was measured (10 and 100)")
    return tuple(notes)
