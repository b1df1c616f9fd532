"""What one fills into the tool's form: its choices, its defaults, and the filled form as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# The page for Milvus 2.6.x, and the one called "2.5.x and earlier" (src/pages/tools/sizing.tsx, sizing-v250.tsx).
TOOL_VERSIONS: Final = ("2.6.x", "2.5.x")

# INDEX_TYPE_OPTIONS of src/consts/sizing.ts; the older page lacks the two newest types.
INDEX_TYPES: Final = ("FLAT", "SCANN", "HNSW", "IVF_FLAT", "IVF_SQ8", "IVF_RABITQ", "DISKANN", "AISAQ")

# What the older page lacks, and what it has that comes nearest: key -> value -> nearest.
ONLY_IN_26: Final[Mapping[str, Mapping[str, str]]] = {
    "index_type": {"IVF_RABITQ": "IVF_SQ8", "AISAQ": "DISKANN"},
    "message_queue": {"woodpecker": "pulsar"},
}

# Bits of the copy that refines RABITQ's answers (REFINE_VALUE_TO_N_MAP of src/types/sizing.ts).
REFINE_BITS: Final = {"None": 0, "SQ6": 6, "SQ8": 8, "FP16": 16, "BF16": 16, "SQ32": 32}

SEGMENT_SIZES_MIB: Final = (512, 1024, 2048)  # SEGMENT_SIZE_OPTIONS
MODE_REQUESTS: Final = ("auto", "standalone", "distributed")
MESSAGE_QUEUES: Final = ("pulsar", "kafka", "woodpecker")  # DEPENDENCY_COMPONENTS

# The defaults of the form. Vectors, dimension and index have some too (1 million, 768, FLAT), but here one says them.
DEFAULT_M: Final = 30  # M_RANGE_CONFIG
DEFAULT_NLIST: Final = 128  # N_LIST_RANGE_CONFIG
DEFAULT_DEGREE: Final = 56  # MAX_NODE_DEGREE_RANGE_CONFIG, also of inline_pq
DEFAULTS: Final[Mapping[str, Any]] = {
    "tool_version": "2.6.x",
    "hnsw_m": DEFAULT_M,
    "ivf_nlist": DEFAULT_NLIST,
    "rabitq_refine_type": "None",
    "scann_with_raw_data": False,
    "graph_max_degree": DEFAULT_DEGREE,
    "aisaq_inline_pq": DEFAULT_DEGREE,
    "scalar_fields": False,
    "scalar_avg_bytes_per_row": 0,
    "scalar_offload_to_disk": False,
    "segment_size_mib": 1024,
    "mode_request": "auto",
    "message_queue": "pulsar",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A filled form. Numbers are floats, as in the browser; parameters of other index types are there and not used."""

    tool_version: str
    vectors_million: float
    dimension: float
    index_type: str
    hnsw_m: float
    ivf_nlist: float
    rabitq_refine_type: str
    scann_with_raw_data: bool
    graph_max_degree: float
    aisaq_inline_pq: float
    scalar_fields: bool
    scalar_avg_bytes_per_row: float
    scalar_offload_to_disk: bool
    segment_size_mib: float
    mode_request: str
    message_queue: str
