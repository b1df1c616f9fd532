"""Our estimate beside the official sizing tool's figures, and why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.estimates.request import EstimateRequest
from pulumi_milvus.planning.official.comparison import OfficialMemory, official_memory
from pulumi_milvus.planning.problems import InvalidValues

SOURCE: Final = "milvus.io/tools/sizing, milvus-io/milvus.io f57ab62 (2026-08-21), src/utils/sizingTool.ts"
SEGMENT_SIZES_MIB: Final = (512, 1024, 2048)

_ALWAYS: Final = (
    "the tool multiplies by 1.15 and adds two segments once for the whole cluster; we count each row's key, timestamp "
    "and row id (100 bytes) and the second copy of what is being loaded"
)
_BY_INDEX: Final[Mapping[str, str]] = {
    "HNSW": "it leaves out 16 bytes a row of the graph",
    "IVF_FLAT": "it counts centroids once, not for each segment, and no ids (8 bytes a row)",
    "IVF_SQ8": "it counts centroids once, not for each segment, and no ids (8 bytes a row)",
    "IVF_RABITQ": "it leaves out factors and ids, 16 bytes a row, which is most of a code below 256 dimensions",
    "SCANN": "its default keeps no raw data, where Milvus's does; its codes are twice as large as Milvus's, which "
    "have 4 bits for 2 dimensions",
    "DISKANN": "it takes a quarter of the vectors; the loader reserves a quarter of the file, padded to sectors",
    "AISAQ": "it takes 16 MiB whatever the size; the loader reserves a 1024th of the file",
}
_DISK: Final = "it adds vectors and links; the file has whole sectors of 4096 bytes"
_UNKNOWN: Final = "the tool does not know {what}"


def official_figures(request: EstimateRequest) -> OfficialMemory | None:
    """What the tool says of the request; None where it does not know the index, the data type or the numbers."""
    size_mib = (request.segment_bytes or 1024 * 1024**2) // 1024**2
    try:
        return official_memory(
            request.vectors,
            request.dimension,
            request.index.name,
            request.params,
            data_type=request.data_type,
            scalar_bytes_per_row=request.scalar_bytes_per_row,
            scalars_on_disk=request.mmap,
            segment_size_mib=min(SEGMENT_SIZES_MIB, key=lambda size: abs(size - size_mib)),
        )
    except InvalidValues:
        return None


def compare_with_official(request: EstimateRequest, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Figures side by side: each with the tool's bytes, ours, their ratio, and why they differ."""
    official = official_figures(request)
    if official is None:
        what = f"{request.index.name} over {request.data_type}, or numbers of this size"
        figures = [_figure("memory", None, answer["load_peak_memory_bytes"], _UNKNOWN.format(what=what))]
    else:
        because = f"{_ALWAYS}; {_BY_INDEX[request.index.name]}" if request.index.name in _BY_INDEX else _ALWAYS
        figures = [
            _figure("loaded memory", official.loading_memory_bytes, answer["loaded_memory_bytes"], because),
            _figure(
                "memory while loading",
                official.loading_memory_bytes,
                answer["load_peak_memory_bytes"],
                "the tool has one figure for both",
            ),
        ]
        if official.local_disk_bytes or answer["local_disk_bytes"]:
            figures.append(_figure("local disk", official.local_disk_bytes, answer["local_disk_bytes"], _DISK))
    return {"source": SOURCE, "figures": figures}


def _figure(name: str, official_bytes: int | None, our_bytes: int | None, because: str) -> dict[str, Any]:
    ratio = round(our_bytes / official_bytes, 3) if official_bytes and our_bytes is not None else None
    return {"figure": name, "official": official_bytes, "ours": our_bytes, "ratio": ratio, "because": because}
