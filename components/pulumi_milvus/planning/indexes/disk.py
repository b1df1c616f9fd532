"""Graphs on local NVMe: DISKANN and AISAQ."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/diskann.md and aisaq.md; Knowhere d7cfd888, src/index/diskann"
)
MAX_DEGREE: Final = Parameter("max_degree", "int", 1, 512, default=56)
SEARCH_LIST: Final = Parameter("search_list", "int", 1, search=True)

INDEXES: Final = (
    IndexType(
        "DISKANN",
        "disk",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            MAX_DEGREE,
            Parameter("search_list_size", "int", 1, default=100),
            Parameter("pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.125, above_minimum=True),
            Parameter("search_cache_budget_gb_ratio", "float", 0, 0.3, default=0.10),
            SEARCH_LIST,
            Parameter("beam_width_ratio", "float", 1, default=4, search=True),
        ),
    ),
    IndexType(
        "AISAQ",
        "disk",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            MAX_DEGREE,
            Parameter("search_list_size", "int", 1, 512, default=100),
            Parameter("inline_pq", "int", -1, 512, default=-1),
            Parameter("pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.125, above_minimum=True),
            Parameter("disk_pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.25),
            Parameter("num_entry_points", "int", 0, 1_000, default=100),
            Parameter("rearrange", "bool"),
            SEARCH_LIST,
        ),
        since=(2, 6, 4),
    ),
)
