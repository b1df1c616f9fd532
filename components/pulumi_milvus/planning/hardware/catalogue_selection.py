"""Some types of a catalogue, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES, InstanceType
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the types must have; nothing said: all of them."""

    families: tuple[str, ...] = ()
    architecture: str | None = None
    nvme: bool = False
    gpu: bool = False
    usable: bool = False
    least_memory_gib: int = 0


def selected(types: Iterable[InstanceType], wanted: Wanted) -> list[InstanceType]:
    """The types that have it, in their order. Raises ``InvalidValues`` for a family or architecture that is unknown."""
    known = list(types)
    families = sorted({node.family for node in known})
    problems = [
        Problem("--family", shown(name), "no type of the catalogue is of it", nearest_word(name, families, 0.0) or "")
        for name in wanted.families
        if name not in families
    ]
    if wanted.architecture is not None and wanted.architecture not in ARCHITECTURES:
        near = nearest_word(wanted.architecture, ARCHITECTURES, 0.0) or ARCHITECTURES[0]
        problems.append(Problem("--architecture", shown(wanted.architecture), "no architecture of the catalogue", near))
    if problems:
        raise InvalidValues(problems)
    return [node for node in known if _has(node, wanted)]


def _has(node: InstanceType, wanted: Wanted) -> bool:
    return (
        (not wanted.families or node.family in wanted.families)
        and wanted.architecture in (None, node.architecture)
        and (not wanted.nvme or node.local_nvme_bytes > 0)
        and (not wanted.gpu or node.gpus > 0)
        and not (wanted.usable and node.excluded_because)
        and node.memory_bytes >= wanted.least_memory_gib * GIBIBYTE
    )
