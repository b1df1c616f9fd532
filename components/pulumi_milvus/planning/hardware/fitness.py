"""Whether a kind of node is of the kind that a group asks for, sizes aside, and the words where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.pod_group import PodGroup


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a group asks of a kind of node.

    ``why_not`` says what is wrong where ``passes`` is false. ``offers`` gives what such a node has instead: any of it,
    asked for under the name ``asked_as``, would work.
    """

    passes: Callable[[InstanceType, PodGroup], bool]
    why_not: Callable[[InstanceType, PodGroup], str]
    asked_as: str
    offers: Callable[[InstanceType], Iterable[str]]


def gibibytes(amount: int) -> str:
    """Bytes as a person reads them: ``22.4 GiB``."""
    return f"{amount / GIBIBYTE:,.1f} GiB"


def _usable(node: InstanceType, _group: PodGroup) -> bool:
    return not node.excluded_because


def _nvme(node: InstanceType, group: PodGroup) -> bool:
    return not group.needs_nvme or node.local_nvme_bytes > 0


def _gpu(node: InstanceType, group: PodGroup) -> bool:
    return not group.gpus or node.gpus > 0


def _compute_capability(node: InstanceType, group: PodGroup) -> bool:
    return (
        not group.gpus
        or not group.compute_capabilities
        or node.gpu_compute_capability is None
        or node.gpu_compute_capability in group.compute_capabilities
    )


def _gpu_memory(node: InstanceType, group: PodGroup) -> bool:
    return not group.gpus or node.gpu_memory_bytes_each >= group.gpu_memory_bytes


def _architecture(node: InstanceType, group: PodGroup) -> bool:
    return node.architecture in group.architectures


def _simd(node: InstanceType, group: PodGroup) -> bool:
    return not group.simd_one_of or node.simd is None or not node.simd.isdisjoint(group.simd_one_of)


def _zones(node: InstanceType, group: PodGroup) -> bool:
    return node.zones is None or len(node.zones) >= group.zones


# In the order in which a reason is looked for: what is scarcest first.
CHECKS: Final = (
    Check(_usable, lambda node, _group: node.excluded_because, "", lambda _node: ()),
    Check(_nvme, lambda _node, _group: "no local NVMe", "", lambda _node: ()),
    Check(_gpu, lambda _node, _group: "no GPU", "", lambda _node: ()),
    Check(
        _compute_capability,
        lambda node, group: (
            f"compute capability {node.gpu_compute_capability}, and {_words(group.compute_capabilities)} is asked"
        ),
        "compute_capabilities",
        lambda node: [node.gpu_compute_capability or "any"],
    ),
    Check(
        _gpu_memory,
        lambda node, group: (
            f"a GPU has {gibibytes(node.gpu_memory_bytes_each)}, and {gibibytes(group.gpu_memory_bytes)} is asked"
        ),
        "gpu_memory_bytes",
        lambda node: [f"{node.gpu_memory_bytes_each:_} at most"],
    ),
    Check(
        _architecture,
        lambda node, group: f"{node.architecture}, and {group.role} runs on {_words(group.architectures)}",
        "architectures",
        lambda node: [node.architecture],
    ),
    Check(
        _simd,
        lambda _node, group: f"its CPU has no {_words(group.simd_one_of)}",
        "simd_one_of",
        lambda node: node.simd or (),
    ),
    Check(
        _zones,
        lambda node, group: f"offered in {len(node.zones or ())} zones, and {group.zones} are asked",
        "zones",
        lambda node: [f"{len(node.zones or ())} at most"],
    ),
)


def is_of_kind(node: InstanceType, group: PodGroup) -> bool:
    """Whether the group may stand on such a node, if it is large enough."""
    for check in CHECKS:  # noqa: SIM110 - asked for every type and group, and all() is twice as slow
        if not check.passes(node, group):
            return False
    return True


def why_not(node: InstanceType, group: PodGroup) -> str:
    """Why the group may not stand on such a node, or an empty text."""
    return next((check.why_not(node, group) for check in CHECKS if not check.passes(node, group)), "")


def _words(items: tuple[str, ...]) -> str:
    return " or ".join(items)
