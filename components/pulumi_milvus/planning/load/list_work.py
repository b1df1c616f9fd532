"""One search in one segment by FLAT or by inverted lists."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.load import list_cost, list_recall
from pulumi_milvus.planning.load.kinds import SearchKind
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range, Term
from pulumi_milvus.planning.load.search_cost import KNOWN_SPREAD
from pulumi_milvus.planning.load.work import Question, SearchParameter, SegmentWork, says_true

NLIST_SOURCE: Final = "Milvus 3.0 docs, userGuide/indexes/floating-vector/ivf-flat.md: nlist defaults to 128"
DEFAULT_NLIST: Final = 128
MAX_NLIST: Final = 65_536
# sub_dim of SCANN: Knowhere d7cfd888, src/index/ivf/ivf_config.h.
DEFAULT_SUB_DIMENSION: Final = 2
# IVF_PQ has no default m; the measured runs had a sub-quantiser for each 4 dimensions.
DIMENSIONS_PER_SUB_QUANTISER: Final = 4
# IVF_RABITQ's codes of one bit are an eighth of SQ8's; between a quarter of IVF_SQ8's time and IVF_FLAT's. Assumed.
RABITQ_LOWEST: Final = 1 / 4


def flat_work(question: Question) -> SegmentWork:
    """Every row is compared; recall is 1."""
    plain = list_cost.flat_core_ms(question.rows, question.dimension)
    terms = (
        Term("rows compared in a segment", question.rows, "rows", "FLAT compares every row"),
        Term("time of a dimension", list_cost.FLAT_NANOSECONDS_PER_DIMENSION, "ns", list_cost.SOURCE),
        Term("factor of the server", list_cost.SERVER_FACTOR_FLAT, "times", list_cost.SERVER_SOURCE),
    )
    core_ms = Range.around(plain * list_cost.SERVER_FACTOR_FLAT, KNOWN_SPREAD)
    return SegmentWork(core_ms, None, Range.exactly(1.0), terms)


def list_work(kind: SearchKind, question: Question, given: Given) -> SegmentWork:
    """nprobe lists are read, as given or for the recall target."""
    params, rows = kind.params, question.rows
    declared = given.parameter(params, "nlist", DEFAULT_NLIST, MAX_NLIST)
    nlist = list_recall.lists_built(declared, rows)
    sq8 = kind.index == "IVF_SQ8" and not says_true(params.get("refine"))
    if params.get("nprobe") is not None:
        nprobe = given.parameter(params, "nprobe", DEFAULT_NLIST, MAX_NLIST)
        scanned = list_cost.rows_in_probes(min(nprobe, nlist), rows, nlist)
        parameter = SearchParameter("nprobe", nprobe, 1.0, "as given")
    else:
        scanned = list_recall.rows_for(question.recall, rows, nlist, sq8)
        nprobe = list_recall.probes_for(scanned, rows, nlist)
        parameter = SearchParameter("nprobe", nprobe, list_recall.SPREAD, list_recall.SOURCE)
    terms = (
        Term("lists in a segment", nlist, "lists", "as declared" if "nlist" in params else NLIST_SOURCE),
        Term("lists read (nprobe)", nprobe, "lists", parameter.source),
        Term("rows scanned in a segment", scanned, "rows", list_recall.SOURCE),
        Term("factor of the server", list_cost.SERVER_FACTOR_LISTS, "times", list_cost.SERVER_SOURCE),
    )
    recall_known = kind.index not in ("IVF_PQ", "IVF_RABITQ")
    return SegmentWork(
        _core_ms(kind, question, given, nlist, scanned, KNOWN_SPREAD if parameter.spread == 1.0 else parameter.spread),
        parameter,
        list_recall.recall_of(scanned, rows, nlist, sq8) if recall_known else None,
        terms,
        highest_recall=list_recall.HIGHEST_RECALL if sq8 else 1.0,
        notes=_notes(question, nlist, declared),
    )


def _core_ms(kind: SearchKind, question: Question, given: Given, nlist: float, scanned: float, spread: float) -> Range:
    dimension = question.dimension
    codes = 0.0
    if kind.index == "IVF_PQ":
        codes = given.parameter(kind.params, "m", max(1, dimension // DIMENSIONS_PER_SUB_QUANTISER), 65_536)
    elif kind.index == "SCANN":
        codes = dimension / given.parameter(kind.params, "sub_dim", DEFAULT_SUB_DIMENSION, 32_768)

    def core_ms(index: str) -> float:
        return list_cost.SERVER_FACTOR_LISTS * list_cost.list_core_ms(index, dimension, nlist, scanned, codes)

    if kind.index != "IVF_RABITQ":
        return Range.around(core_ms(kind.index), spread)
    middle = core_ms("IVF_SQ8")
    return Range(middle * RABITQ_LOWEST / spread, middle, core_ms("IVF_FLAT") * spread)


def _notes(question: Question, nlist: float, declared: int) -> tuple[str, ...]:
    advised = list_recall.advised_nlist(question.rows)
    notes = ["the cost of inverted lists differs up to 50 times between data sets"]
    if question.top_k > 10:
        notes.append(f"recall of inverted lists was measured at k=10, not at k={question.top_k}")
    if nlist == declared and 2 * declared <= advised:
        notes.append(f"nlist {declared} makes each list long; take {advised}: {list_recall.NLIST_RULE_SOURCE}")
    return tuple(notes)
