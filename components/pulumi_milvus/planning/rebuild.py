"""For how long search is away while an index is built anew: a range, from measured rates and their conditions.

An index change releases the collection, drops the index, builds the new one and loads again; search answers only
afterwards. The machines differ, so the range is wide on purpose: the slow end is what was measured on two cores shared
with other work, the quick end a machine of one's own with the cores that faiss or Knowhere can use.
"""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.indexes import INDEXES, resolve_autoindex

SOURCE: Final = "measured: milvus-lite 3.2.2 and Milvus 2.3.5 standalone, each on 2 shared cores"

# Timings on the measuring machine were "often 2-3x too slow" since its cores were shared. The quick end, 8 times as
# fast, adds an assumption: a quiet machine with more cores. The slow end allows one and a half times the measured time.
QUICKER: Final = 8.0
SLOWER: Final = 1.5

# Seconds for each million rows x 128 dimensions as measured, by kind of index and place; a graph grows by
# rows x log(rows), everything else in proportion to rows x dimension.
#   Lite graph: HNSW_SQ 50k x 128 23 s (452 s a million) and 10k x 128 7.4 s (740), AUTOINDEX 10k x 128 4.0 s (400).
#   Lite lists: IVF_FLAT and IVF_SQ8 100k x 128 2.7 s (27), IVF_SQ8 500k x 128 3.0 s (6); FLAT 1M x 128 3.2 s.
#   Server graph: HNSW M=16 efConstruction=16 200k x 128 126 s on one core (630; the default efConstruction is 360).
#   Server lists and FLAT: IVF_FLAT, SCANN 200k x 128 and 100k x 768 took single seconds; load 3.7..6.2 s.
_GRAPH_SECONDS: Final = {"lite": 740.0, "server": 630.0}
_LIST_SECONDS: Final = {"lite": 30.0, "server": 60.0}
_FLAT_SECONDS: Final = {"lite": 4.0, "server": 4.0}
# DISKANN builds a graph of degree 56 with lists of 100 and then writes sectors. No server run was measured: an
# assumption, a graph that takes twice as long.
_DISK_FACTOR: Final = 2.0
# Release, drop, load and the first search: 0.1..0.3 s at 10k rows in Lite; a server 3.7..6.2 s.
_AROUND: Final = {"lite": (0.2, 2.0), "server": (4.0, 30.0)}
# cuVS on one H100 built GPU_CAGRA 1M x 128 in 2.2..7.8 s, the quick end of this; an inference GPU such as an A10G or T4
# has a fifth to a tenth of its memory bandwidth. Milvus's own way there was not measured.
_GPU_SECONDS: Final = 60.0


def index_rebuild_seconds(index_type: str, rows: int, dimension: int, topology: str) -> tuple[float, float]:
    """Seconds from releasing a collection to searching it again, as (quick end, slow end).

    ``rows`` and ``dimension`` describe one vector field; ``dimension`` 0 stands for sparse vectors. ``topology`` is
    ``lite`` or any other. Unknown index types count as a graph, the slowest kind. Never raises.
    """
    place = "lite" if topology == "lite" else "server"
    rows, numbers = max(0, rows), max(1, dimension)
    name = index_type.upper()
    if name == "AUTOINDEX":
        data_type = "FLOAT_VECTOR" if dimension else "SPARSE_FLOAT_VECTOR"
        name = resolve_autoindex(data_type, place)[0]
    family = INDEXES[name].family if name in INDEXES else "graph"
    work = rows / 1_000_000 * numbers / 128
    if name in ("FLAT", "BRUTE_FORCE", "BIN_FLAT", "GPU_BRUTE_FORCE"):
        measured = _FLAT_SECONDS[place] * work
    elif family in ("inverted file", "sparse", "binary", "faiss"):
        measured = _LIST_SECONDS[place] * work
    elif family == "gpu":
        measured = _GPU_SECONDS * work
    else:
        # The rates come from 10,000 (Lite) and 200,000 rows (server); a graph's depth grows with the logarithm. In Lite
        # no graph is larger than a segment of 100,000 rows.
        base, largest = (10_000, 100_000) if place == "lite" else (200_000, max(rows, 200_000))
        deeper = max(1.0, math.log(max(2, min(rows, largest))) / math.log(base))
        measured = _GRAPH_SECONDS[place] * work * deeper * (_DISK_FACTOR if family == "disk" else 1.0)
    quick, slow = _AROUND[place]
    return quick + measured / QUICKER, slow + measured * SLOWER + _loading(rows, numbers, place)


def _loading(rows: int, dimension: int, place: str) -> float:
    """Seconds to load again, slow end: 8.5 s for 500k x 384 in Lite (768 MB), 6.2 s for 100k x 768 on a server."""
    megabytes = rows * 4 * dimension / 1e6
    return megabytes / (90 if place == "lite" else 50)
