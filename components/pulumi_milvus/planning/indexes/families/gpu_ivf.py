"""GPU_BRUTE_FORCE, GPU_IVF_FLAT and GPU_IVF_PQ: cuVS indexes that live in GPU memory.

Measured with cuVS 26.10 on one H100: bytes that the allocator handed out, without the CUDA context (about 0.5 GB) and
without the data set that is being built from.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.codes import HEADER_BYTES, NLIST, NPROBE, lists_of
from pulumi_milvus.planning.indexes.model import (
    DENSE_METRICS,
    GPU_ONLY,
    IndexSize,
    IndexType,
    Measure,
    Parameter,
    Segment,
    Terms,
)

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/gpu-index-overview.md; Knowhere d7cfd888, src/index/gpu_cuvs/*_config.h; "
    "cuVS 26.02, cpp/include/cuvs/neighbors/ivf_flat.hpp and ivf_pq.hpp"
)
# Knowhere registers COSINE for GPU indexes; servers before 2.6.21 refuse it (Milvus release notes 2.6.21; thread
# milvus-io/milvus#36605). The rule gpu-metric judges by the version.
COSINE_SINCE: Final = (2, 6, 21)
GPU_TYPES: Final = frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR", "INT8_VECTOR"})

ID_BYTES: Final = 8
# A list's room grows as powers of two up to this many rows, then in steps of it (cuVS, list_spec: align_max).
LIST_STEP_ROWS: Final = 1024
# Room over rows in lists shorter than that: between 1 and 2, by their sizes. Measured 1.28 to 1.46; 1.386 is the mean
# of powers of two over sizes spread evenly on a logarithmic scale.
MOST_LIST_ROOM: Final = 1.5
MEAN_LIST_ROOM: Final = 1.386
# Building takes 1 % beyond the index itself. Measured, IVF_FLAT: 0.2 to 1.0 %.
BUILD_SHARE: Final = 0.012
# Half of the rows are drawn for training (kmeans_trainset_fraction 0.5), as float32; clustering them needs 28 to 42 MB
# and up to 3 % of the data set beside.
TRAINING_SHARE: Final = 0.5
TRAINING_WORKSPACE_SHARE: Final = 0.03
TRAINING_WORKSPACE_BYTES: Final = 32_000_000


def row_bytes_on_gpu(segment: Segment) -> int:
    """cuVS keeps float32, float16 and int8 in their own type."""
    return segment.raw_bytes_per_row


def room_rows(rows: int, lists: int, list_room: float, step_share: float) -> int:
    """Rows for which lists keep room: ``list_room`` times the rows while lists are short, then part of a step each."""
    return round(min(rows * list_room, rows + step_share * LIST_STEP_ROWS * lists))


def gpu_brute_force_size(segment: Segment) -> IndexSize:
    """The vectors and a 4-byte norm each. The pool for searches comes on top (gpu.initMemSize, gpu.maxMemSize)."""
    vectors = segment.rows * row_bytes_on_gpu(segment)
    parts: Terms = (("vectors", vectors), ("norms", 4 * segment.rows))
    return IndexSize(
        file=(("vectors", vectors), ("header", HEADER_BYTES)),
        memory=(),
        can_map=False,
        gpu_memory=parts,
        gpu_build=parts,
        reserved_bytes=vectors,
    )


def gpu_ivf_flat_size(segment: Segment) -> IndexSize:
    """Lists with room to grow: measured 1.04 to 1.50 x the vectors, planned at the upper end.

    Knowhere leaves ``conservative_memory_allocation`` off, so lists keep that room.
    """
    lists, row = lists_of(segment), row_bytes_on_gpu(segment)
    held = room_rows(segment.rows, lists, MOST_LIST_ROOM, step_share=1.0)
    centroids = lists * (4 * segment.dimension + 4 + 16)
    parts: Terms = (("lists with their room", held * (row + ID_BYTES)), ("centroids", centroids))
    total = sum([size for _, size in parts])
    return IndexSize(
        file=(
            ("vectors", segment.rows * row),
            ("ids", segment.rows * ID_BYTES),
            ("centroids", centroids),
            ("header", HEADER_BYTES),
        ),
        memory=(),
        can_map=False,
        gpu_memory=parts,
        gpu_build=(*parts, ("workspace", round(total * BUILD_SHARE))),
    )


def gpu_ivf_pq_size(segment: Segment) -> IndexSize:
    """Codes in groups of 16 bytes, ids, and the centroids twice (as they are and rotated).

    Measured: the model is 3 to 13 % above. Building draws half of the rows as float32: 0.53 to 0.79 x the vectors.
    """
    rows, dimension = segment.rows, segment.dimension
    lists, nbits = lists_of(segment), int(segment.params["nbits"])
    parts_per_vector = int(segment.params["m"]) or chosen_parts(dimension)
    part_length = -(-dimension // parts_per_vector)
    rotated = parts_per_vector * part_length
    code = 16 * -(-parts_per_vector * nbits // 128)
    held = room_rows(rows, lists, MEAN_LIST_ROOM, step_share=0.5)
    centroids = 4 * lists * (8 * -(-(dimension + 1) // 8) + rotated) + 4 * rotated * dimension
    codebooks = 4 * 2**nbits * rotated
    index: Terms = (
        ("lists with their room", held * (code + ID_BYTES)),
        ("centroids and rotation", centroids if rows else 0),
        ("codebooks", codebooks if rows else 0),
    )
    raw = 4 * dimension * rows
    training: Terms = (
        ("training rows", round(TRAINING_SHARE * raw)),
        ("training workspace", TRAINING_WORKSPACE_BYTES + round(TRAINING_WORKSPACE_SHARE * raw)),
    )
    return IndexSize(
        file=(
            ("codes", rows * code),
            ("ids", rows * ID_BYTES),
            ("centroids and rotation", centroids),
            ("codebooks", codebooks),
            ("header", HEADER_BYTES),
        ),
        memory=(),
        has_raw_data=False,
        can_map=False,
        gpu_memory=index,
        gpu_build=max(training, index, key=lambda terms: sum([size for _, size in terms])),
    )


def chosen_parts(dimension: int) -> int:
    """The m that cuVS takes where none is said: half of the dimension from 128 on, rounded down to steps of 32."""
    wanted = dimension // 2 if dimension >= 128 else dimension
    return wanted // 32 * 32 or 1 << (max(1, wanted).bit_length() - 1)


def gpu_index(name: str, size: Measure, *parameters: Parameter, data_types: frozenset[str] = GPU_TYPES) -> IndexType:
    """One GPU index type."""
    return IndexType(
        name,
        "gpu",
        data_types,
        DENSE_METRICS,
        GPU_ONLY,
        SOURCE,
        parameters,
        undocumented_data_types=frozenset({"BINARY_VECTOR"}) if name == "GPU_CAGRA" else frozenset(),
        size=size,
    )


INDEXES: Final = (
    gpu_index("GPU_BRUTE_FORCE", gpu_brute_force_size, data_types=frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR"})),
    gpu_index("GPU_IVF_FLAT", gpu_ivf_flat_size, NLIST, NPROBE),
    gpu_index(
        "GPU_IVF_PQ",
        gpu_ivf_pq_size,
        NLIST,
        Parameter("m", "int", 0, 65_536, default=0, divides=True),  # 0: the engine chooses
        # The documentation says 1..24; the engine takes 4..8 (src/index/gpu_cuvs/gpu_cuvs_ivf_pq_config.h).
        Parameter("nbits", "int", 4, 8, default=8),
        NPROBE,
    ),
)
