"""How series look: a colour for each family, dashes and symbols within it; readable on white and on black."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.compare.memory_parts import (
    BUILDING,
    CAUSES,
    FREE,
    GROWING,
    LOADED,
    LOADING,
    OTHER,
    PROCESSES,
    SPARE,
)

# Middle tones: each has a contrast of 3 and more against white and against the dark page (WCAG 2.2, 1.4.11); a test
# holds it. Families of one workload: no more than the first five at once.
FAMILY_COLOURS: Final = {
    "graph": "#2f7fd6",
    "inverted file": "#c9670a",
    "disk": "#2a9461",
    "gpu": "#a05fc4",
    "exact": "#d6457a",
    "binary": "#1b8fa3",
    "sparse": "#9a7346",
}
OTHER_COLOUR: Final = "#808a94"
# The workload as declared: the colour of the text, whatever that is.
DECLARED_COLOUR: Final = "currentColor"
DASHES: Final = ((1, 0), (8, 3), (3, 3), (8, 3, 2, 3), (2, 5))
SYMBOLS: Final = ("circle", "square", "triangle-up", "diamond", "cross")

CAUSE_COLOURS: Final = {
    LOADED: "#2f7fd6",
    LOADING: "#1b8fa3",
    SPARE: "#2a9461",
    BUILDING: "#c9670a",
    GROWING: "#d6457a",
    PROCESSES: "#a05fc4",
    FREE: "#808a94",
    OTHER: "#9a7346",
}
ROLE_COLOURS: Final = {
    "query_node": "#2f7fd6",
    "data_node": "#c9670a",
    "streaming_node": "#d6457a",
    "proxy": "#a05fc4",
    "mix_coord": "#1b8fa3",
    "standalone": "#2a9461",
    "lite": "#9a7346",
}
PAGE_COLOURS: Final = {"light": "#ffffff", "dark": "#14171c"}

assert set(CAUSE_COLOURS) == set(CAUSES)


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is drawn."""

    name: str
    colour: str
    dash: tuple[int, ...]
    symbol: str


def looks_of(series: Iterable[tuple[str, str]], declared: str) -> dict[str, Look]:
    """The look of each series, by name. ``series``: (name, family) in the order in which they are met."""
    members: dict[str, int] = {}
    looks: dict[str, Look] = {}
    for name, family in series:
        if name == declared:
            looks[name] = Look(name, DECLARED_COLOUR, (1, 0), "circle")
            continue
        if name in looks:
            continue
        place = members.get(family, 0)
        members[family] = place + 1
        colour = FAMILY_COLOURS.get(family, OTHER_COLOUR)
        looks[name] = Look(name, colour, DASHES[place % len(DASHES)], SYMBOLS[place % len(SYMBOLS)])
    return looks
