"""A planned figure with the whole sum behind it, so that a reader can ask why it has that size."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_milvus.planning.load.ranges import Term

__all__ = ["Figure", "Term"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as planned, the terms in its unit that lead to it, and the words that connect both.

    ``steps``: where the first term comes from, in other units, each from those before it.
    """

    value: float
    unit: str
    terms: tuple[Term, ...]
    because: str
    steps: tuple[Term, ...] = ()


def bytes_term(name: str, value_bytes: float, source: str) -> Term:
    """A term in bytes."""
    return Term(name, value_bytes, "bytes", source)
