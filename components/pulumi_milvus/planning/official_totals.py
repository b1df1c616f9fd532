"""What the official sizing tool says of a whole workload: its figures for each vector field, added up.

The tool's form has one vector field, no growth and no AUTOINDEX. So each field is filled in on its own, with the rows
at the horizon and the index that AUTOINDEX will be; pods and stores are the tool's for the sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, FieldIndex
from pulumi_milvus.planning.official.capacity import (
    LOADING_FACTOR,
    OFFLOADED_SCALARS_DIVISOR,
    SEGMENTS_HELD,
    Capacity,
)
from pulumi_milvus.planning.official.comparison import OfficialMemory, official_memory
from pulumi_milvus.planning.official.dependencies import Dependencies, dependencies_of
from pulumi_milvus.planning.official.form import SEGMENT_SIZES_MIB
from pulumi_milvus.planning.official.mode import Mode, modes_of
from pulumi_milvus.planning.official.nodes import distributed_nodes, standalone_node
from pulumi_milvus.planning.official.numbers import MIB
from pulumi_milvus.planning.official.pods import Pods
from pulumi_milvus.planning.official.reading import read_form
from pulumi_milvus.planning.problems import InvalidValues

TOOL_VERSION: Final = "2.6.x"
# Both of the tool's queues that a plan is compared with: ours, and the tool's default.
OUR_QUEUE: Final = "woodpecker"
DEFAULT_QUEUE: Final = "pulsar"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialTotals:
    """The tool's sums, bytes, and the pods that it would run for them.

    ``index_bytes``: indexes alone, before the 15 %. ``held_bytes``: the segments that it adds. ``scalar_bytes``: scalar
    data in memory. ``known`` and ``unknown``: the fields that it knows, and those that it does not, as paths.
    ``automatic_mode``: what its form would choose by itself.
    """

    raw_data_bytes: int
    loading_memory_bytes: int
    local_disk_bytes: int
    index_bytes: int
    held_bytes: int
    scalar_bytes: int
    mode: Mode
    automatic_mode: Mode
    results_hidden: bool
    pods: Mapping[str, Pods]
    dependencies: Dependencies
    default_dependencies: Dependencies
    known: Mapping[str, str]
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field as filled in, with the tool's answer."""

    index: str
    scalar_bytes_in_memory: float
    held_bytes: float
    answer: OfficialMemory


def official_totals(sizes: tuple[CollectionSize, ...], topology: str) -> OfficialTotals | None:
    """The tool's sums for collections of those sizes; None where it knows none of their fields.

    ``topology``: standalone or distributed is asked of the form, for anything else it chooses by itself.
    """
    fields: dict[str, _Field] = {}
    unknown: dict[str, str] = {}
    for size in sizes:
        scalars = size.collection.scalar_bytes_per_row
        for field in size.fields:
            path = f"{size.collection.name}.{field.field.name}"
            filled = _filled(size, field, scalars)
            if filled is None:
                unknown[path] = f"{field.index.name} over {field.field.data_type}"
            else:
                fields[path] = filled
                scalars = 0  # of a row with several vectors the scalar data counts once
    if not fields:
        return None
    raw = sum([field.answer.raw_data_bytes for field in fields.values()])
    loading = sum([field.answer.loading_memory_bytes for field in fields.values()])
    disk = sum([field.answer.local_disk_bytes for field in fields.values()])
    largest = max(fields.values(), key=lambda field: field.answer.raw_data_bytes)
    request = topology if topology in ("standalone", "distributed") else "auto"
    form = {"vectors_million": 1, "dimension": 1, "index_type": largest.index, "mode_request": request}
    modes = modes_of(read_form(form), raw)
    pods: Mapping[str, Pods] = {"standalone": standalone_node(loading)}
    if modes.effective == "distributed":
        pods = distributed_nodes(loading, TOOL_VERSION)
    capacity = Capacity(raw, loading, disk)
    held = round(sum([field.held_bytes for field in fields.values()]))
    scalar_bytes = round(sum([field.scalar_bytes_in_memory for field in fields.values()]))
    return OfficialTotals(
        raw_data_bytes=raw,
        loading_memory_bytes=loading,
        local_disk_bytes=disk,
        index_bytes=round((loading - scalar_bytes) / LOADING_FACTOR) - held,
        held_bytes=held,
        scalar_bytes=scalar_bytes,
        mode=modes.effective,
        automatic_mode=modes.automatic,
        results_hidden=modes.results_hidden,
        pods=pods,
        dependencies=dependencies_of(capacity, modes.effective, OUR_QUEUE),
        default_dependencies=dependencies_of(capacity, modes.effective, DEFAULT_QUEUE),
        known={path: field.index for path, field in fields.items()},
        unknown=unknown,
    )


def _filled(size: CollectionSize, field: FieldIndex, scalar_bytes_per_row: int) -> _Field | None:
    mapped = size.collection.mmap
    segment_mib = min(SEGMENT_SIZES_MIB, key=lambda mib: abs(mib * MIB - size.segment_bytes))
    if not field.dimension:
        return None
    try:
        answer = official_memory(
            size.rows,
            field.dimension,
            field.index.name,
            field.params,
            data_type=field.field.data_type,
            scalar_bytes_per_row=scalar_bytes_per_row,
            scalars_on_disk=mapped,
            segment_size_mib=segment_mib,
            tool_version=TOOL_VERSION,
        )
    except InvalidValues:
        return None
    if answer is None:
        return None
    scalars = size.rows * scalar_bytes_per_row
    return _Field(
        index=field.index.name,
        scalar_bytes_in_memory=scalars / OFFLOADED_SCALARS_DIVISOR if mapped else scalars,
        held_bytes=0.0 if field.index.name == "DISKANN" else SEGMENTS_HELD * segment_mib * MIB,
        answer=answer,
    )
