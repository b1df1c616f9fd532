"""Query nodes in a cluster that is already there: pods as large as they need to be, and not as large as a node."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.capacity.query_nodes import LOAD_LIMIT, fullest
from pulumi_milvus.planning.capacity.query_pool import (
    MEMORY_PER_CORE_BYTES,
    QueryChoice,
    QueryDemand,
    QueryNode,
    query_choice,
    query_choices,
)
from pulumi_milvus.planning.capacity.rounding import GIB, whole_gib
from pulumi_milvus.planning.load.cores import EFFICIENCY_WITH_MORE_PROXIES

# Each shape is tried with its whole node, and with more and smaller pods: what the other roles leave decides.
_PARTS: Final = (1, 2, 3, 4)


def right_sized(demand: QueryDemand, nodes: Sequence[QueryNode]) -> list[QueryChoice]:
    """Choices with pods as large as needed, those that take least memory in all first."""
    found = {
        (choice.node.name, choice.pods, choice.memory_bytes): choice
        for node in nodes
        for choice in _choices(demand, node)
    }
    return sorted(found.values(), key=lambda choice: (choice.pods * choice.memory_bytes, choice.pods, choice.node.name))


def _choices(demand: QueryDemand, node: QueryNode) -> Iterator[QueryChoice]:
    for parts in _PARTS:
        part = replace(
            node,
            cpu_cores=max(1, node.cpu_cores // parts),
            memory_bytes=node.memory_bytes // parts // GIB * GIB,
            disk_bytes=node.disk_bytes // parts,
            # A pod has one GPU; the others of its node are left to others.
            pods_per_node=1,
        )
        if part.memory_bytes <= 0 or (parts > 1 and demand.needs_gpu):
            continue
        if parts == 1:
            chosen = query_choices(demand, [part])
        else:
            choice = query_choice(demand, part)
            chosen = [choice] if choice is not None else []
        yield from (_shrunk(demand, choice) for choice in chosen)


def _shrunk(demand: QueryDemand, choice: QueryChoice) -> QueryChoice:
    """The same pods with what they need of memory and cores."""
    pods = choice.copies.answering
    each = demand.cores / pods / (EFFICIENCY_WITH_MORE_PROXIES if pods > 1 else 1)
    cores = min(choice.cpu_cores, max(1, math.ceil(each)))
    held = fullest(demand.data, demand.segment, choice.holding)
    beside = max(0, demand.segment.admitted_bytes - demand.segment.resident_bytes)
    at_rest = max(held.resident_bytes + beside, held.reserved_bytes) / LOAD_LIMIT
    memory_bytes = min(choice.memory_bytes, whole_gib(max(at_rest, held.lowest_peak_bytes)))
    cores = min(choice.cpu_cores, max(cores, math.ceil(memory_bytes / MEMORY_PER_CORE_BYTES)))
    return replace(choice, cpu_cores=cores, memory_bytes=memory_bytes)
