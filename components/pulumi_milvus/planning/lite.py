"""What Milvus Lite needs: memory, disk and time, modelled from its parts and held to measurements by a test.

Milvus Lite is a library inside the client's process, so its memory comes on top of the client's own. Measured with
milvus-lite 3.2.2 and pymilvus 3.0.2 under Python 3.11 on 2 shared cores: float32 vectors of 128 and 384 dimensions,
10,000 to 1,000,000 rows, an INT64 key and no other field (tests/data/measured-lite.jsonl). Every figure is the upper
end of what was measured; the true one is 0 to 25 % lower (28 % for writing 1,000,000 rows). Not measured: sparse
vectors, scalar data, several vector fields, deletes.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.data_types import raw_bytes_per_row
from pulumi_milvus.planning.indexes import INDEXES, Segment

MEASURED: Final = "measured: milvus-lite 3.2.2, pymilvus 3.0.2, 2 shared cores, 128 and 384 dimensions, 10k..1M rows"
LITE_VERSION: Final = "3.2.2"

# VmRSS after importing pymilvus and milvus_lite: 156.3..156.9 MB in 12 runs; an empty open database adds 6.2 MB.
IDLE_BYTES: Final = 157_000_000 + 6_300_000
# The first load and search start threads and caches: 48 MB more at 10,000 rows than the rows themselves explain.
FIRST_LOAD_BYTES: Final = 48_000_000
# Python and Arrow keep 0.95 kB (1M rows) to 1.52 kB (300k rows) a row: a dict from key to row number (engine's
# pk_to_row), sequence numbers, validity masks.
BOOKKEEPING_BYTES_PER_ROW: Final = 1_550
# Reading one segment holds 2.3 further copies of its vectors; a segment has at most 100,000 rows
# (milvus_lite/constants.py, MAX_SEGMENT_ROWS).
SEGMENT_ROWS: Final = 100_000
SEGMENT_COPIES: Final = 2.4
# Writing: the write buffer is flushed at 128 MiB of Arrow data (constants.py, MEMTABLE_MEMORY_LIMIT), and a flush turns
# every value into a Python object (storage/memtable.py, _build_data_table): 24 bytes for a float and 8 for its place in
# a list. Measured: 4.2..4.9 kB a row at 128 dimensions, and 25..30 MB whatever the number of rows.
WRITE_BUFFER_BYTES: Final = 128 * 2**20
PYTHON_BYTES_PER_NUMBER: Final = 32
PYTHON_BYTES_PER_ROW: Final = 800
FLUSH_BYTES: Final = 30_000_000
# Parquet keeps vectors uncompressed; key and sequence number add 13 bytes a row at 1M rows, 74 at 10,000.
PARQUET_BYTES_PER_ROW: Final = 75
# The write-ahead log may grow to this beside the data while rows are inserted (constants.py, WAL_SIZE_LIMIT).
WRITE_AHEAD_LOG_BYTES: Final = 256 * 2**20
# Scalar values are held twice in memory as vectors are (Arrow, and Python objects while flushing): not measured.
SCALAR_COPIES: Final = 2
# All runs had 2 cores; faiss builds on all of them, Python serves on one.
CPU_CORES: Final = 2
# Milvus Lite's own defaults where nothing is said: faiss_hnsw.py, faiss_ivf_flat.py.
DEFAULT_M: Final = 16
DEFAULT_NLIST: Final = 128

# Median of a search, one at a time: rows -> (fastest, slowest index), milliseconds. 10k: IVF_FLAT x 128 and FLAT x 384;
# 50k: HNSW_SQ, and half of FLAT at 100k; 100k: HNSW (70..80) and FLAT; 300k: HNSW and FLAT; 500k: IVF_SQ8 x 128 and
# FLAT x 384 (1.7 s). 1M: twice that of 500k; measured there is FLAT x 128, 1066.
SEARCH_MS: Final = (
    (10_000, 11, 36),
    (50_000, 39, 136),
    (100_000, 70, 272),
    (300_000, 160, 333),
    (500_000, 261, 1_700),
    (1_000_000, 522, 3_400),
)


@dataclass(frozen=True, slots=True)
class LiteSize:
    """What one vector field of one collection needs in Milvus Lite, above the idle process.

    ``loaded_bytes``: memory once loaded and searched. ``transient_bytes``: further memory while one segment is read.
    ``flush_bytes``: further memory while rows are written. ``disk_bytes``: Parquet and index files.
    """

    index_bytes: int
    loaded_bytes: int
    transient_bytes: int
    flush_bytes: int
    disk_bytes: int


def index_bytes(index_type: str, rows: int, dimension: int, params: Mapping[str, object]) -> int:
    """Bytes of an index of Milvus Lite: plain faiss files, one per segment of at most 100,000 rows.

    Source: faiss-cpu 1.15.1, layouts confirmed to 0.01 % by measurement (HNSW) and 0.00 % (IVF_FLAT). HNSW_SQ has 8
    bits whatever ``sq_type`` says. Parameters that cannot be read count as Milvus Lite's defaults, and an index that
    Milvus Lite lacks counts as HNSW, which it would build for AUTOINDEX.
    """
    found = INDEXES.get(index_type)
    measure = found.size if found and "lite" in found.runs_on and "FLOAT_VECTOR" in found.data_types else None
    measure = measure or INDEXES["HNSW"].size
    assert measure is not None
    complete = {
        "M": max(2, _whole(params.get("M"), DEFAULT_M)),
        "nlist": _whole(params.get("nlist"), DEFAULT_NLIST),
        "sq_type": "SQ8",
    }
    full, rest = divmod(rows, SEGMENT_ROWS)
    total = measure(Segment(rest, dimension, "FLOAT_VECTOR", "L2", complete)).file_bytes if rest else 0
    if full:
        total += full * measure(Segment(SEGMENT_ROWS, dimension, "FLOAT_VECTOR", "L2", complete)).file_bytes
    return total


def field_size(
    index_type: str, rows: int, dimension: int, params: Mapping[str, object], scalar_bytes_per_row: int = 0
) -> LiteSize:
    """What one dense vector field needs, bytes above the idle process; the upper end of what was measured."""
    raw = raw_bytes_per_row("FLOAT_VECTOR", dimension)
    index = index_bytes(index_type, rows, dimension, params)
    loaded = rows * (raw + BOOKKEEPING_BYTES_PER_ROW + SCALAR_COPIES * scalar_bytes_per_row) + index
    transient = round(SEGMENT_COPIES * min(rows, SEGMENT_ROWS) * (raw + scalar_bytes_per_row))
    buffered = min(rows, WRITE_BUFFER_BYTES // (raw + scalar_bytes_per_row + 8))
    python = PYTHON_BYTES_PER_NUMBER * dimension + PYTHON_BYTES_PER_ROW + SCALAR_COPIES * scalar_bytes_per_row
    disk = rows * (raw + PARQUET_BYTES_PER_ROW + scalar_bytes_per_row) + index
    return LiteSize(index, loaded, transient, buffered * python, disk)


def search_ms(rows: int) -> tuple[float, float]:
    """Median time of one search over that many rows in one collection, milliseconds: (fastest, slowest index).

    Between the measured numbers of rows by straight lines, beyond them in proportion; with little effort for the
    recall (ef 64, nprobe 10), one search at a time, on a machine shared with others.
    """
    first = SEARCH_MS[0]
    if rows <= first[0]:
        return float(first[1]), float(first[2])
    for (low_rows, low_fast, low_slow), (high_rows, high_fast, high_slow) in itertools.pairwise(SEARCH_MS):
        if rows <= high_rows:
            share = (rows - low_rows) / (high_rows - low_rows)
            return low_fast + share * (high_fast - low_fast), low_slow + share * (high_slow - low_slow)
    last = SEARCH_MS[-1]
    return last[1] * rows / last[0], last[2] * rows / last[0]


def _whole(value: object, default: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return max(1, int(value))
    except (ValueError, OverflowError):
        return default
