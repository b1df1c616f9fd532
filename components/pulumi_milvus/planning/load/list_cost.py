"""CPU of one search in one segment without a graph: FLAT, and inverted lists (IVF_FLAT, IVF_SQ8, IVF_PQ, SCANN)."""

from __future__ import annotations

from typing import Final

SOURCE: Final = (
    "measured: faiss-cpu 1.15.1, float32, 100k..1M rows, 128..768 dimensions, AMD EPYC Zen 4, 2 vCPU, 2026-11-22"
)
SERVER_SOURCE: Final = "measured: Milvus 2.3.5 standalone, 8 clients, against faiss-cpu 1.15.1 on the same 2 vCPU"

# FLAT: nanoseconds a row and dimension; bound by memory, about 20 GB/s a core. SOURCE, 0.18..0.20 in 8 runs.
FLAT_NANOSECONDS_PER_DIMENSION: Final = 0.19
# Comparing the query with the nlist centroids: nanoseconds a centroid and dimension. SOURCE.
COARSE_NANOSECONDS_PER_DIMENSION: Final = 0.07
# Rows scanned: (fixed, for each dimension) nanoseconds a row. SOURCE.
ROW_NANOSECONDS: Final = {"IVF_FLAT": (5.0, 0.20), "IVF_SQ8": (5.0, 0.12)}
# IVF_PQ: 1.7 ns a sub-quantiser of 8 bits (0.43 d at m = d/4). SCANN: 2..3 ns a row, and 0.016 d at m = d/2. SOURCE.
PQ_NANOSECONDS_PER_CODE: Final = 1.72
SCANN_NANOSECONDS_PER_ROW: Final = 2.5
SCANN_NANOSECONDS_PER_CODE: Final = 0.032
# Tables of the query and the ranking again of the best candidates, once a search. SOURCE.
TABLES_NANOSECONDS: Final = 10_000.0
# Long lists are hit more often than short ones: 1.0..1.5 times the average list; 2.5 in the most skewed set. SOURCE.
LONG_LIST_FACTOR: Final = 1.2
# What Knowhere's search costs against faiss, without the slowdown of 2 busy vCPU (1.15): FLAT 1.45, IVF_SQ8 1.5 at 768
# dimensions to 2.6 at 128. SERVER_SOURCE. The other list indexes were not measured in a server and take IVF_SQ8's.
SERVER_FACTOR_FLAT: Final = 1.25
SERVER_FACTOR_LISTS: Final = 1.75


def flat_core_ms(rows: float, dimension: int) -> float:
    """Core-ms to compare a query with every row of one segment, faiss on a quiet core."""
    return rows * dimension * FLAT_NANOSECONDS_PER_DIMENSION / 1e6


def rows_in_probes(nprobe: float, rows: float, nlist: float) -> float:
    """Rows that ``nprobe`` of ``nlist`` lists hold; never more than all."""
    return min(rows, LONG_LIST_FACTOR * nprobe * rows / nlist)


def list_core_ms(index: str, dimension: int, nlist: float, rows_scanned: float, sub_quantisers: float = 0.0) -> float:
    """Core-ms of one search in one segment, faiss on a quiet core; within x/÷ 1.2 of what was measured (1 sd).

    ``sub_quantisers``: m of IVF_PQ, dimension / sub_dim of SCANN.
    """
    coarse = nlist * dimension * COARSE_NANOSECONDS_PER_DIMENSION
    if index == "IVF_PQ":
        scan = TABLES_NANOSECONDS + rows_scanned * PQ_NANOSECONDS_PER_CODE * sub_quantisers
    elif index == "SCANN":
        per_row = SCANN_NANOSECONDS_PER_ROW + SCANN_NANOSECONDS_PER_CODE * sub_quantisers
        scan = TABLES_NANOSECONDS + rows_scanned * per_row
    else:
        fixed, per_dimension = ROW_NANOSECONDS[index]
        scan = rows_scanned * (fixed + per_dimension * dimension)
    return (coarse + scan) / 1e6
