"""Whether a kind of node is of the kind that a group asks for, sizes aside, and the words where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.pod_group import PodGroup


def _usable(node: InstanceType, _group: PodGroup) -> bool:
    return not node.excluded_because


def _architecture(node: InstanceType, group: PodGroup) -> bool:
    return node.architecture in group.architectures


def _simd(node: InstanceType, group: PodGroup) -> bool:
    return not group.simd_one_of or node.simd is None or not node.simd.isdisjoint(group.simd_one_of)


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


def _zones(node: InstanceType, group: PodGroup) -> bool:
    return node.zones is None or len(node.zones) >= group.zones


# In the order in which a reason is looked for: the test, and the reason where it fails.
CHECKS: Final[tuple[tuple[Callable[[InstanceType, PodGroup], bool], Callable[[InstanceType, PodGroup], str]], ...]] = (
    (_usable, lambda node, _group: node.excluded_because),
    (_architecture, lambda node, group: f"{node.architecture}, and {group.role} runs on {_words(group.architectures)}"),
    (_simd, lambda _node, group: f"its CPU has none of {_words(group.simd_one_of)}"),
    (_nvme, lambda _node, _group: "no local NVMe"),
    (_gpu, lambda _node, _group: "no GPU"),
    (
        _compute_capability,
        lambda node, group: (
            f"compute capability {node.gpu_compute_capability}, and {_words(group.compute_capabilities)} is asked"
        ),
    ),
    (
        _gpu_memory,
        lambda node, group: (
            f"a GPU has {gibibytes(node.gpu_memory_bytes_each)}, and {gibibytes(group.gpu_memory_bytes)} is asked"
        ),
    ),
    (_zones, lambda node, group: f"offered in {len(node.zones or ())} zones, and {group.zones} are asked"),
)


def is_of_kind(node: InstanceType, group: PodGroup) -> bool:
    """Whether the group may stand on such a node, if it is large enough."""
    for test, _ in CHECKS:  # noqa: SIM110 - asked for every type and group, and all() is twice as slow
        if not test(node, group):
            return False
    return True


def why_not(node: InstanceType, group: PodGroup) -> str:
    """Why the group may not stand on such a node, or an empty text."""
    return next((words(node, group) for test, words in CHECKS if not test(node, group)), "")


def gibibytes(amount: int) -> str:
    """Bytes as a person reads them: ``22.4 GiB``."""
    return f"{amount / GIBIBYTE:,.1f} GiB"


def _words(items: tuple[str, ...]) -> str:
    return " or ".join(items)
