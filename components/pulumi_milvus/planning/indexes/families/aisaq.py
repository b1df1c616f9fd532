"""AISAQ: DISKANN with its codes on the disk as well, for vectors in numbers that no memory holds."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.families.diskann import CODE_BUDGET, MAX_DEGREE, SEARCH_LIST
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/aisaq.md; Knowhere d7cfd888, src/index/diskann/diskann_aisaq.cc"
)

INDEXES: Final = (
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
            CODE_BUDGET,
            Parameter("disk_pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.25),
            Parameter("num_entry_points", "int", 0, 1_000, default=100),
            Parameter("rearrange", "bool"),
            SEARCH_LIST,
        ),
        since=(2, 6, 4),
    ),
)
