"""What the tool would say of an index of ours, for tables that compare it with the planner's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.official.capacity import capacity_of
from pulumi_milvus.planning.official.form import INDEX_TYPES, ONLY_IN_26
from pulumi_milvus.planning.official.mode import Mode, modes_of
from pulumi_milvus.planning.official.nodes import distributed_nodes, standalone_node
from pulumi_milvus.planning.official.numbers import MILLION
from pulumi_milvus.planning.official.pods import Pods
from pulumi_milvus.planning.official.reading import MOST, read_form

# Milvus's parameter -> the form's key, for the index types whose size depends on it.
_NUMBERS: Final[Mapping[str, Mapping[str, str]]] = {
    "HNSW": {"M": "hnsw_m"},
    "IVF_FLAT": {"nlist": "ivf_nlist"},
    "IVF_SQ8": {"nlist": "ivf_nlist"},
    "IVF_RABITQ": {"nlist": "ivf_nlist"},
    "DISKANN": {"max_degree": "graph_max_degree"},
    "AISAQ": {"max_degree": "graph_max_degree", "inline_pq": "aisaq_inline_pq"},
}
_LONGEST_NUMBER: Final = 40  # characters
_MOST_VECTORS: Final = MOST * MILLION
# What the form takes when refinement is switched on (indexTypeComponent.tsx).
_FIRST_REFINE_TYPE: Final = "SQ6"
# Milvus's word for the tool's 32-bit refinement; the other types have one name.
_REFINE_TYPES: Final = {"FP32": "SQ32"}


@dataclass(frozen=True, slots=True)
class OfficialMemory:
    """The tool's figures for one vector field, bytes rounded to whole ones, and the pods of Milvus by role.

    ``mode`` is the one that the pods are for. ``local_disk_bytes`` is that of all query nodes together.
    ``results_hidden``: the page shows none of this and refers to sales.
    """

    raw_data_bytes: int
    loading_memory_bytes: int
    local_disk_bytes: int
    mode: Mode
    pods: Mapping[str, Pods]
    results_hidden: bool


def official_memory(
    vectors: int,
    dimension: int,
    index: str,
    params: Mapping[str, object] | None = None,
    *,
    data_type: str = "FLOAT_VECTOR",
    scalar_bytes_per_row: float = 0,
    scalars_on_disk: bool = False,
    segment_size_mib: int = 1024,
    mode: str = "auto",
    tool_version: str = "2.6.x",
) -> OfficialMemory | None:
    """The tool's figures for ``vectors`` rows, or None for what it does not know: its types, float vectors only.

    ``params`` are Milvus's own (M, nlist, max_degree, inline_pq, with_raw_data, refine, refine_type); what is not said
    has the tool's default. ``mode`` is auto, standalone or distributed. Raises ``InvalidValues`` where a number cannot
    be computed.
    """
    not_in_older = ONLY_IN_26["index_type"] if tool_version == "2.5.x" else {}
    if index not in INDEX_TYPES or index in not_in_older or data_type != "FLOAT_VECTOR":
        return None
    form = read_form(
        {
            "tool_version": tool_version,
            "vectors_million": _in_millions(vectors),
            "dimension": dimension,
            "index_type": index,
            "scalar_avg_bytes_per_row": scalar_bytes_per_row,
            "scalar_offload_to_disk": scalars_on_disk,
            "segment_size_mib": segment_size_mib,
            "mode_request": mode,
            **_index_keys(index, params or MappingProxyType({})),
        }
    )
    capacity = capacity_of(form)
    modes = modes_of(form, capacity.raw_data_bytes)
    pods: Mapping[str, Pods] = {"standalone": standalone_node(capacity.loading_memory_bytes)}
    if modes.effective == "distributed":
        pods = distributed_nodes(capacity.loading_memory_bytes, tool_version)
    return OfficialMemory(
        raw_data_bytes=round(capacity.raw_data_bytes),
        loading_memory_bytes=round(capacity.loading_memory_bytes),
        local_disk_bytes=round(capacity.local_disk_bytes),
        mode=modes.effective,
        pods=MappingProxyType(dict(pods)),
        results_hidden=modes.results_hidden,
    )


def _index_keys(index: str, params: Mapping[str, object]) -> dict[str, Any]:
    """The form's keys for Milvus's parameters, which may be texts; None is one that is not said."""
    params = {name: value for name, value in params.items() if value is not None}
    keys = {key: _number(params[name]) for name, key in _NUMBERS.get(index, {}).items() if name in params}
    if index == "SCANN" and "with_raw_data" in params:
        keys["scann_with_raw_data"] = _flag(params["with_raw_data"])
    if index == "IVF_RABITQ" and _flag(params.get("refine", False)) is True:
        kind = str(params.get("refine_type", _FIRST_REFINE_TYPE)).upper()
        keys["rabitq_refine_type"] = _REFINE_TYPES.get(kind, kind)
    return keys


def _in_millions(vectors: float) -> float:
    """The form counts in millions; a number that no float holds stays as it is and is refused by the form."""
    return vectors / MILLION if abs(vectors) <= _MOST_VECTORS else vectors


def _number(value: object) -> object:
    """A number that stands in a text as that number, anything else as it is."""
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _flag(value: object) -> object:
    """The texts true and false as flags, anything else as it is."""
    return {"true": True, "false": False}.get(value.strip().lower(), value) if isinstance(value, str) else value
