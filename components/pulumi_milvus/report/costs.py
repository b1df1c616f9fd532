"""The monthly bill before and after: of the stack's own resources at AWS, else of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.inspection.shapes import mapping, mappings
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
from pulumi_milvus.planning.preview_cost.documents import Document
from pulumi_milvus.planning.preview_cost.totals import PreviewCost, preview_cost
from pulumi_milvus.report.systems import System


@dataclass(frozen=True, slots=True)
class Bill:
    """USD a month before and after; None: not known. ``of``: whose bill it is, ``prices``: from when and where.

    ``lines`` are what changes of it: words, USD before and after. ``unpriced``: what no figure counts.
    ``not_known``: why a side is not known, in words.
    """

    of: str
    before: float | None
    after: float | None
    prices: str
    lines: tuple[tuple[str, float, float], ...] = ()
    unpriced: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()

    @property
    def change(self) -> float | None:
        """What `up` adds to the bill."""
        return None if self.before is None or self.after is None else self.after - self.before

    def to_json(self) -> dict[str, Any]:
        """The bill as plain data, USD to the cent."""
        return {
            "of": self.of,
            "before_usd_per_month": _cents(self.before),
            "usd_per_month": _cents(self.after),
            "change_usd_per_month": _cents(self.change),
            "prices": self.prices,
            "changes": [
                {"what": what, "before_usd_per_month": _cents(old), "usd_per_month": _cents(new)}
                for what, old, new in self.lines
            ],
            "unpriced": list(self.unpriced),
            "not_known": list(self.not_known),
        }


def bill_of(
    document: Document,
    catalogue: AwsCatalogue,
    before: Mapping[str, System],
    after: Mapping[str, System],
) -> Bill | None:
    """The bill; None where nothing of the stack costs anything that is known."""
    found = preview_cost(document, catalogue)
    if found.after.lines or (found.before is not None and found.before.lines):
        own = _own(found)
        if own.before or own.after or own.lines:
            return own
    return _planned(before, after, found)


def _own(found: PreviewCost) -> Bill:
    before = None if found.before is None else found.before.usd_per_month
    catalogue = found.catalogue
    change = found.change_usd_per_month
    lines = [(urn.rsplit("::", 1)[-1], old, new) for urn, (old, new) in found.changes().items()]
    if not found.complete and change is not None:
        # Without what stays only the difference is known.
        lines = lines or [("everything that is shown", 0.0, change)]
        before, after = None, None
    else:
        after = found.after.usd_per_month
    return Bill(
        "the resources of this stack",
        before,
        after,
        f"on demand in {catalogue.region}, of {catalogue.prices_as_of or 'a day that is not known'}",
        tuple(sorted(lines)),
        tuple(sorted(found.after.unpriced)),
    )


def _planned(before: Mapping[str, System], after: Mapping[str, System], found: PreviewCost) -> Bill | None:
    """What the plans cost: nodes, volumes and store that another stack, or somebody by hand, provides."""
    sides = [before, after]
    if not any(system.plan or system.roles for side in sides for system in side.values()):
        return None
    was, becomes = (_sum(side) for side in sides)
    if was == 0 and becomes == 0:
        return None
    old, new = _items(before), _items(after)
    lines = [
        (name, old.get(name, 0.0), new.get(name, 0.0))
        for name in sorted(old.keys() | new.keys())
        if abs(old.get(name, 0.0) - new.get(name, 0.0)) >= 0.005
    ]
    plans = [mapping(system.plan.get("cost")) for side in (after, before) for system in side.values() if system.plan]
    cost = next((one for one in plans if one.get("region")), {})
    unpriced = [
        words for one in after.values() for words in _texts(mapping((one.plan or {}).get("cost")).get("unpriced"))
    ]
    return Bill(
        "what the plan needs, whoever provides it" if plans else "the nodes that the pods need, whoever provides them",
        was,
        becomes,
        f"on demand in {cost.get('region')}, of {cost.get('prices_as_of')}" if cost else "",
        tuple(lines) if was is not None and becomes is not None else (),
        tuple(sorted({*unpriced, *found.after.unpriced})),
        tuple(dict.fromkeys([*_reasons(before, "before"), *_reasons(after, "after")])),
    )


def _sum(systems: Mapping[str, System]) -> float | None:
    """All plans together; None where one of them is not the one that runs, or has no price."""
    planned = [system for system in systems.values() if system.plan or system.roles]
    found = [system.usd_per_month for system in planned]
    return None if any(usd is None for usd in found) else sum(usd or 0.0 for usd in found)


def _reasons(systems: Mapping[str, System], when: str) -> Iterator[str]:
    """Why what one side costs is not known."""
    for name, system in systems.items():
        whose = f"{name}, " if name else ""
        if system.usd_per_month is not None or not (system.plan or system.roles):
            continue
        if system.plan is None:
            yield f"{whose}{when}: no component here has a plan, and the nodes of its pods are not in the preview"
        elif not system.as_planned:
            yield f"{whose}{when}: its pods have other sizes than its plan, so that their nodes are not known"
        else:
            yield f"{whose}{when}: its nodes have no price"


def _items(systems: Mapping[str, System]) -> dict[str, float]:
    found: dict[str, float] = {}
    for system in systems.values():
        for item in mappings(mapping((system.plan or {}).get("cost")).get("items")):
            usd = item.get("usd_per_month")
            if isinstance(usd, (int, float)) and not isinstance(usd, bool):
                name = str(item.get("name"))
                found[name] = found.get(name, 0.0) + float(usd)
    return found


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)
