"""What a pricer gives: lines of the bill, and what of a resource has no price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.cost_items import CostItem
from pulumi_milvus.planning.preview_cost.resource import Resource, Stack


@dataclass(frozen=True, slots=True)
class Lines:
    """Items with a price, and words for what has none: paid by use, or not known."""

    items: tuple[CostItem, ...] = ()
    unpriced: tuple[str, ...] = ()

    def __add__(self, other: Lines) -> Lines:
        return Lines(self.items + other.items, self.unpriced + other.unpriced)


NOTHING = Lines()


@dataclass(frozen=True, slots=True)
class Context:
    """Where prices come from, and the other resources of the stack."""

    catalogue: Catalogue
    stack: Stack = field(repr=False)


Pricer = Callable[[Resource, Context], Lines]
