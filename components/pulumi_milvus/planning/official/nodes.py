"""The pods of Milvus itself, by loading memory alone; the tool asks for neither queries nor writes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.official.numbers import GIB
from pulumi_milvus.planning.official.pods import Pods


@dataclass(frozen=True, slots=True)
class _Bracket:
    """Pods for loading memory below ``below_gib``. The worker is 2.6.x's data node and 2.5.x's index node."""

    below_gib: float
    query_node: Pods
    coordination: Pods  # proxy and mixcoord alike
    worker: Pods
    data_node_25: Pods


_SMALL: Final = Pods(1, 4, 1)
_MEDIUM: Final = Pods(2, 8, 1)
_LARGE: Final = Pods(8, 32, 1)

# clusterNodesConfigCalculator and its table of fixed sizes; for 2.5.x FIXED_QUERY_NODE_CONFIG of sizingV250.ts.
_FIXED: Final = (
    _Bracket(8, Pods(2, 8, 1), _SMALL, Pods(2, 8, 1), _MEDIUM),
    _Bracket(16, Pods(4, 16, 1), _MEDIUM, Pods(4, 16, 1), _MEDIUM),
    _Bracket(32, Pods(4, 16, 2), _MEDIUM, Pods(4, 16, 2), _MEDIUM),
    _Bracket(48, Pods(4, 16, 3), _MEDIUM, Pods(4, 16, 2), _MEDIUM),
    _Bracket(64, Pods(4, 16, 4), _MEDIUM, Pods(4, 16, 2), _MEDIUM),
    _Bracket(80, Pods(4, 16, 5), _MEDIUM, Pods(4, 16, 4), _MEDIUM),
    _Bracket(96, Pods(4, 16, 6), _MEDIUM, Pods(4, 16, 4), _MEDIUM),
)
_LARGE_WORKER: Final = Pods(8, 16, 8)
# From 96 GiB on: loading memory below this -> memory of one query node, GiB; as many of them as hold it.
_LARGE_QUERY_NODE_GIB: Final = ((512, 32), (2048, 64), (math.inf, 128))
_GIB_PER_CORE: Final = 4


def standalone_node(loading_memory_bytes: float) -> Pods:
    """The one pod of standalone: 8, 16 or a multiple of 32 GiB."""
    memory_gib = loading_memory_bytes / GIB
    size_gib = 8 if memory_gib <= 8 else 16 if memory_gib <= 16 else math.ceil(memory_gib / 32) * 32
    return Pods(size_gib // _GIB_PER_CORE, size_gib, 1)


def distributed_nodes(loading_memory_bytes: float, tool_version: str) -> Mapping[str, Pods]:
    """The pods of a cluster by role; 2.6.x has ``streaming_node`` where 2.5.x has ``index_node``."""
    bracket = _bracket(loading_memory_bytes / GIB)
    nodes = {
        "query_node": bracket.query_node,
        "proxy": bracket.coordination,
        "mix_coord": bracket.coordination,
        "data_node": bracket.worker,
    }
    if tool_version == "2.5.x":
        return {**nodes, "data_node": bracket.data_node_25, "index_node": bracket.worker}
    return {**nodes, "streaming_node": _streaming_node(bracket.query_node.cpu_cores)}


def _bracket(memory_gib: float) -> _Bracket:
    for bracket in _FIXED:
        if memory_gib < bracket.below_gib:
            return bracket
    pod_gib = next(size_gib for below_gib, size_gib in _LARGE_QUERY_NODE_GIB if memory_gib < below_gib)
    query_node = Pods(pod_gib // _GIB_PER_CORE, pod_gib, math.ceil(memory_gib / pod_gib))
    return _Bracket(math.inf, query_node, _LARGE, _LARGE_WORKER, _LARGE)


def _streaming_node(query_cpu_cores: float) -> Pods:
    """Two cores of streaming for every 16 cores of query nodes (streamNodeConfigCalculator)."""
    units = math.ceil(query_cpu_cores / 16)
    if units <= 1:
        return Pods(2, 8, 1)
    if units == 2:
        return Pods(4, 16, 1)
    if units <= 4:
        return Pods(4, 16, 2)
    return Pods(8, 32, 2 if units <= 8 else math.ceil(2 * units / 8))
