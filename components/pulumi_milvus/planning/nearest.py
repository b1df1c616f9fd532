"""The nearest thing that works: a misspelt word leads to the word that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest_word(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word closest to ``word``, whatever its case and dashes, or None where nothing is near.

    ``cutoff`` is difflib's similarity between 0 and 1; 0.6 is difflib's own default.
    """
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(_fold(candidate), candidate)
    wanted = _fold(word[:200])
    if wanted in folded:
        return folded[wanted]
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=cutoff)
    if close:
        return folded[close[0]]
    # "vectors_count" means "vectors", "dim" means "dimension": a whole word that one is the beginning of.
    starts = [name for name in folded if len(wanted) >= 3 and (name.startswith(wanted) or wanted.startswith(name))]
    return folded[min(starts, key=len)] if starts else None


def _fold(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
