"""The bill of a preview: total, what changes, what has no price."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.cost_items import CostItem
from pulumi_milvus.planning.preview_cost.documents import Document
from pulumi_milvus.planning.preview_cost.lines import Context, Lines
from pulumi_milvus.planning.preview_cost.pricers import pricer_of
from pulumi_milvus.planning.preview_cost.resource import NotKnown, Resource, Stack


@dataclass(frozen=True, slots=True)
class StackBill:
    """What the resources of one state cost, by URN; only those that cost something or have no price."""

    lines: Mapping[str, Lines]

    @property
    def items(self) -> tuple[CostItem, ...]:
        """All items with a price."""
        return tuple(item for lines in self.lines.values() for item in lines.items if item.usd_per_month is not None)

    @property
    def usd_per_month(self) -> float:
        """The sum of what is priced."""
        return math.fsum(item.usd_per_month or 0.0 for item in self.items)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """What has no price, in words, each once."""
        unknown = [
            f"{item.name}: no price is known"
            for lines in self.lines.values()
            for item in lines.items
            if item.usd_per_month is None
        ]
        return tuple(dict.fromkeys([*unknown, *(words for lines in self.lines.values() for words in lines.unpriced)]))

    def usd_of(self, urn: str) -> float:
        """What one resource costs a month, as far as it is priced."""
        lines = self.lines.get(urn, Lines())
        return math.fsum(item.usd_per_month or 0.0 for item in lines.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCost:
    """The bill after `up`, and before it where that is known."""

    after: StackBill
    before: StackBill | None
    catalogue: Catalogue
    complete: bool

    @property
    def change_usd_per_month(self) -> float | None:
        """What `up` adds to the bill; None where nothing says what is deployed."""
        return None if self.before is None else self.after.usd_per_month - self.before.usd_per_month

    def changes(self) -> dict[str, tuple[float, float]]:
        """By URN: USD before and after, of the resources whose cost changes by a cent or more."""
        if self.before is None:
            return {}
        urns = dict.fromkeys([*self.before.lines, *self.after.lines])
        pairs = {urn: (self.before.usd_of(urn), self.after.usd_of(urn)) for urn in urns}
        return {urn: pair for urn, pair in pairs.items() if abs(pair[0] - pair[1]) >= 0.005}

    def to_json(self) -> dict[str, Any]:
        """USD to the cent. Without the unchanged resources the totals are null: nobody knows them."""
        before, change = self.before, self.change_usd_per_month
        return {
            "usd_per_month": round(self.after.usd_per_month, 2) if self.complete else None,
            "before_usd_per_month": round(before.usd_per_month, 2) if before and self.complete else None,
            "change_usd_per_month": None if change is None else round(change, 2),
            "complete": self.complete,
            "region": self.catalogue.region,
            "prices_as_of": self.catalogue.prices_as_of,
            "source": self.catalogue.source,
            "items": [item.to_json() for item in self.after.items],
            "unpriced": list(self.after.unpriced),
            "changes": [
                {"urn": urn, "before_usd_per_month": round(old, 2), "usd_per_month": round(new, 2)}
                for urn, (old, new) in self.changes().items()
            ],
        }


def preview_cost(document: Document, catalogue: Catalogue, before: Stack | None = None) -> PreviewCost:
    """What a preview or a stack costs at a catalogue's prices.

    ``before``: what is deployed, where another file says it.
    """
    deployed = document.before if before is None else before
    return PreviewCost(
        after=stack_bill(document.after, catalogue),
        before=None if deployed is None else stack_bill(deployed, catalogue),
        catalogue=catalogue,
        complete=document.complete,
    )


def stack_bill(stack: Stack, catalogue: Catalogue) -> StackBill:
    """What the resources of a state cost."""
    context = Context(catalogue, stack)
    lines = {resource.urn: _lines(resource, context) for resource in stack}
    return StackBill({urn: line for urn, line in lines.items() if line != Lines()})


def main_region(stack: Stack) -> str | None:
    """The region of most resources of AWS; None where none says one."""
    said = Counter(
        region for resource in stack if resource.type.startswith("aws:") and (region := stack.region_of(resource))
    )
    return said.most_common(1)[0][0] if said else None


def _lines(resource: Resource, context: Context) -> Lines:
    try:
        lines = pricer_of(resource)(resource, context)
    except NotKnown as error:
        return Lines(unpriced=(f"{resource.name} ({resource.type}): {error} is not known before up",))
    region = context.stack.region_of(resource) if resource.type.startswith("aws:") else None
    if lines.items and region is not None and region != context.catalogue.region:
        words = f"{resource.name}: is in {region}, and the prices are those of {context.catalogue.region}"
        return Lines(unpriced=(words, *lines.unpriced))
    return lines
