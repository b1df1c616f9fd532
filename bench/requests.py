"""Requests for estimates as a planner or a spreadsheet would send them: varied, and always the same."""

from __future__ import annotations

import random
from typing import Any, Final

# What users store most comes often. Parameters are those that fit every dimension below.
INDEXES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("HNSW", {}),
    ("HNSW", {"M": 16}),
    ("HNSW_SQ", {"sq_type": "SQ8", "refine": True}),
    ("HNSW_PQ", {"m": 32}),
    ("AUTOINDEX", {}),
    ("IVF_FLAT", {"nlist": 1_024}),
    ("IVF_SQ8", {"nlist": 4_096}),
    ("IVF_PQ", {"nlist": 1_024, "m": 32}),
    ("IVF_RABITQ", {"nlist": 1_024, "refine": True, "refine_type": "SQ8"}),
    ("SCANN", {"nlist": 1_024}),
    ("FLAT", {}),
    ("DISKANN", {}),
    ("AISAQ", {}),
    ("GPU_CAGRA", {}),
    ("GPU_IVF_FLAT", {"nlist": 1_024}),
    ("BIN_IVF_FLAT", {"nlist": 128}),
    ("MINHASH_LSH", {"mh_lsh_band": 8}),
    ("SPARSE_INVERTED_INDEX", {}),
)
DIMENSIONS: Final = (128, 384, 512, 768, 1_024, 1_536, 3_072)
SEGMENT_BYTES: Final = (512 * 2**20, 1_024 * 2**20, 2_048 * 2**20)
# One line in so many cannot be answered.
REFUSED_EVERY: Final = 50


def varied_requests(count: int) -> list[dict[str, Any]]:
    """So many requests; the same ones each time."""
    chance = random.Random(20_000)
    requests: list[dict[str, Any]] = []
    for number in range(count):
        index, params = chance.choice(INDEXES)
        request: dict[str, Any] = {"index": index, "vectors": round(10 ** chance.uniform(4, 10)), "params": params}
        if index == "SPARSE_INVERTED_INDEX":
            request["nonzeros_per_vector"] = chance.randrange(20, 300)
        else:
            request["dimension"] = chance.choice(DIMENSIONS)
        if chance.random() < 0.5:
            request["segment_bytes"] = chance.choice(SEGMENT_BYTES)
        if chance.random() < 0.3:
            request["scalar_bytes_per_row"] = chance.randrange(16, 2_048)
        if chance.random() < 0.2:
            request["replicas"] = chance.randrange(2, 5)
        if number % REFUSED_EVERY == REFUSED_EVERY - 1:
            request["dimension"] = 40_000
        requests.append(request)
    return requests
