"""What one search in one segment is asked, and what it answers: plain values that every kind of index shares."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_milvus.planning.load.ranges import Range, Term


@dataclass(frozen=True, slots=True)
class Question:
    """What a search asks of one segment of ``rows`` rows, of ``segments``; the dimension is 0 for sparse vectors."""

    rows: float
    segments: float
    dimension: int
    data_type: str
    recall: float
    top_k: int
    nonzeros_per_vector: float | None = None


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """The parameter of a search request that sets its effort: ``ef``, ``nprobe`` or ``search_list``.

    ``spread``: the right value may lie x/÷ this; 1 where the caller gave the value.
    """

    name: str
    value: int
    spread: float
    source: str


@dataclass(frozen=True, slots=True)
class SegmentWork:
    """One search in one segment.

    ``core_ms``: its CPU on a quiet core. ``wall_ms``: its time alone, where that is not its CPU (disk, GPU).
    ``recall``: over all segments, None where nobody knows. ``highest_recall``: what it can reach at all.
    ``effort``: the parameter before it was rounded, where the disk reads by it. ``doubt``: why the figures are not a
    measurement, empty where they are. ``notes``: what a reader should know.
    """

    core_ms: Range
    parameter: SearchParameter | None
    recall: Range | None
    terms: tuple[Term, ...]
    highest_recall: float = 1.0
    wall_ms: Range | None = None
    effort: float = 0.0
    doubt: str = ""
    notes: tuple[str, ...] = ()


def says_true(value: object) -> bool:
    """Whether a parameter switches something on; Milvus also takes it as text."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")
