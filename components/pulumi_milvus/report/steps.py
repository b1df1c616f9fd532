"""The steps of a preview, one for each resource: what happens to it, and what it was and will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.inspection.shapes import mapping, mappings, sequence, text

# Pulumi 3.259, pkg/resource/deploy/step.go: its operations, as one word for what happens to a resource.
_OPERATIONS: Final[Mapping[str, str]] = {
    "create": "create",
    "import": "import",
    "import-replacement": "replace",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "read-replacement": "replace",
    "delete": "delete",
    "discard": "delete",
    "read-discard": "delete",
}
# In the order of a reader's worries.
ORDER: Final = ("delete", "replace", "update", "import", "create")
WORDS: Final[Mapping[str, str]] = {
    "delete": "deleted",
    "replace": "replaced",
    "update": "changed",
    "import": "imported",
    "create": "created",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one resource. ``old`` and ``new`` are inputs; ``forced_by``: properties that force a replacement.

    ``kept``: it is only forgotten by the stack, and stays where it is. ``custom``: no component.
    """

    operation: str
    urn: str
    type: str
    name: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    forced_by: tuple[str, ...] = ()
    kept: bool = False
    custom: bool = True


def steps_of(document: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps that do something, each resource once: the worst first, then by type and name."""
    found: dict[str, Step] = {}
    for item in mappings(document.get("steps")):
        operation, urn = _OPERATIONS.get(str(item.get("op"))), text(item.get("urn"))
        old, new = mapping(item.get("oldState")), mapping(item.get("newState"))
        if operation is None or urn is None:
            continue
        if operation == "delete" and old.get("delete"):
            continue  # the copy that an earlier replacement left behind
        step = Step(
            operation,
            urn,
            text(new.get("type")) or text(old.get("type")) or "",
            urn.rsplit("::", 1)[-1],
            mapping(old.get("inputs")),
            mapping(new.get("inputs")),
            tuple(str(reason) for reason in sequence(item.get("replaceReasons"))),
            old.get("retainOnDelete") is True,
            (new or old).get("custom") is True,
        )
        found[urn] = _together(found.get(urn), step)
    return tuple(sorted(found.values(), key=lambda step: (ORDER.index(step.operation), step.type, step.name, step.urn)))


def _together(first: Step | None, second: Step) -> Step:
    """A replacement comes in up to three steps: what each of them knows."""
    if first is None:
        return second
    operation = first.operation if first.operation == second.operation else "replace"
    return Step(
        operation,
        first.urn,
        first.type or second.type,
        first.name,
        first.old or second.old,
        second.new or first.new,
        first.forced_by or second.forced_by,
        first.kept or second.kept,
        first.custom or second.custom,
    )


def counted(steps: tuple[Step, ...]) -> str:
    """How many of what: ``1 deleted, 2 changed``."""
    counts = [(sum(step.operation == operation for step in steps), WORDS[operation]) for operation in ORDER]
    return ", ".join(f"{count} {word}" for count, word in counts if count)
