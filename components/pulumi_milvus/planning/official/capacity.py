"""How many bytes the tool computes: raw data, loading memory, local disk.

Each product keeps the tool's order of factors: floats round, and at the edge of a bracket a rounding decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.official.form import REFINE_BITS, Form
from pulumi_milvus.planning.official.numbers import MIB, MILLION

# memoryAndDiskCalculator: loading takes 15 % more than the index and two segments; scalars have no such factor.
LOADING_FACTOR: Final = 1.15
SEGMENTS_HELD: Final = 2
# What stays in memory of scalar fields that are offloaded to disk.
OFFLOADED_SCALARS_DIVISOR: Final = 10
AISAQ_MEMORY_BYTES: Final = 16 * MIB
# PQ_CODE_BUDGET_GB_RATIO: bytes of each inlined PQ code for each byte of the vectors.
INLINE_PQ_SHARE: Final = 0.125
BITS_PER_DIMENSION: Final = 32.0  # the tool knows float vectors only


@dataclass(frozen=True, slots=True)
class Capacity:
    """The tool's three sizes, bytes, with whatever fraction its floats have."""

    raw_data_bytes: float
    loading_memory_bytes: float
    local_disk_bytes: float


def capacity_of(form: Form) -> Capacity:
    """Raw data, loading memory and local disk of all vectors and scalar fields together."""
    index_memory, index_disk = _index(form)
    scalars = form.vectors_million * form.scalar_avg_bytes_per_row * MILLION
    offloaded = form.scalar_offload_to_disk
    # Disk indexes of the DISKANN kind are the only ones without room for segments.
    held = 0.0 if form.index_type == "DISKANN" else form.segment_size_mib * MIB * SEGMENTS_HELD
    loading = (index_memory + held) * LOADING_FACTOR
    return Capacity(
        raw_data_bytes=raw_data_bytes(form.vectors_million, form.dimension) + scalars,
        loading_memory_bytes=loading + (scalars / OFFLOADED_SCALARS_DIVISOR if offloaded else scalars),
        local_disk_bytes=(scalars if offloaded else 0.0) + index_disk,
    )


def raw_data_bytes(vectors_million: float, dimension: float) -> float:
    """Bytes of float vectors."""
    return vectors_million * dimension * MILLION * BITS_PER_DIMENSION / 8


def _index(form: Form) -> tuple[float, float]:
    """Memory and local disk of the index, bytes."""
    dimension = form.dimension
    vectors = form.vectors_million * dimension * BITS_PER_DIMENSION / 8 * MILLION
    centroids = form.ivf_nlist * (dimension * BITS_PER_DIMENSION / 8)
    match form.index_type:
        case "IVF_FLAT":
            return vectors + centroids, 0.0
        case "IVF_SQ8":
            return vectors / 4 + centroids, 0.0
        case "IVF_RABITQ":
            return vectors * (1 / 32 + REFINE_BITS[form.rabitq_refine_type] / 32) + centroids, 0.0
        case "SCANN":
            return (9 / 8 if form.scann_with_raw_data else 1 / 8) * vectors, 0.0
        case "HNSW":
            return (1 + 2 * form.hnsw_m / dimension) * vectors, 0.0
        case "DISKANN":
            return vectors / 4, (1 + form.graph_max_degree / dimension) * vectors
        case "AISAQ":
            codes = form.aisaq_inline_pq * INLINE_PQ_SHARE
            return AISAQ_MEMORY_BYTES, vectors * (1 + codes + form.graph_max_degree / dimension)
        case _:  # FLAT
            return vectors, 0.0
