"""Values files that are right, and ways to break them: what the property tests start from."""

from __future__ import annotations

import copy
import random
from typing import Any

BARE: dict[str, Any] = {
    "collections": [
        {
            "name": "articles",
            "vectors": 40_000_000,
            "growth_vectors_per_month": 1_000_000,
            "embedding_model": "BAAI/bge-base-en-v1.5",
            "index": "HNSW",
            "index_params": {"M": 16, "efConstruction": 200},
            "scalar_bytes_per_row": 512,
            "scalar_indexes": [{"field": "brand", "type": "BITMAP", "data_type": "VARCHAR"}],
            "partition_key": "tenant",
            "shards": 2,
            "mmap": False,
            "partitions": 16,
        },
        {
            "name": "passages",
            "vectors": 1_000,
            "vector_fields": [
                {"name": "dense", "dimension": 768, "metric": "IP"},
                {"name": "text", "data_type": "SPARSE_FLOAT_VECTOR", "index": "SPARSE_INVERTED_INDEX"},
            ],
        },
    ],
    "queries_per_second": 400,
    "latency_p99_ms": 50,
    "recall_target": 0.95,
    "inserts_per_second": 200,
    "insert_acknowledge_ms": 500,
    "availability": "zone",
    "horizon_months": 12,
    "production": True,
    "replicas": None,
    "node_shapes": [
        {"name": "general", "count": 6, "cpu_cores": 16, "memory_gib": 64.5, "zones": ["a", "b"], "max_pods": None},
        {
            "name": "accelerated",
            "max_count": 2,
            "cpu_cores": 8,
            "memory_bytes": 64_000_000_000,
            "gpus": 1,
            "gpu_memory_bytes": 24_000_000_000,
            "architecture": "x86_64",
        },
    ],
}
VALUES: dict[str, Any] = {
    "config": {
        "milvus:workload": BARE,
        "milvus:uri": ".data/milvus.db",
        "milvus:disposableData": True,
        "milvus:aliases": {"live": "articles"},
        "milvus:acknowledgeSearchGap": ["articles"],
    }
}
GARBAGE: list[Any] = [
    None, True, False, 0, 1, -1, 10**30, -(10**30), 0.5, float("nan"), float("inf"), "", " ", "yes", "40M",
    "40_000_000", "\ud800", "x" * 5_000, [], {}, [[]], [{}], {"a": {}}, [None], {"secure": "x"}, b"x", 3 + 4j,
    object(), {1: 2}, ("a",),
]  # fmt: skip

SCRAPS = [
    "", "", " ", "\t", "\n", ":", "- ", "'", '"', "{", "]", "&a ", "*a", "!!x ", "#", "\x00", "\ud800", "é", "<<: ",
    "? ", "| ", "%", "@", "1e999", "0x_", "~",
]  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values below ``node``."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [found for key in keys for found in [(*path, key), *places(node[key], (*path, key))]]


def mutate(data: Any, chance: random.Random) -> None:
    """Break one thing of ``data`` in place: delete, misspell, retype, repeat, or put garbage somewhere."""
    known = places(data)
    if not known:
        return
    *above, key = chance.choice(known)
    parent = data
    for step in above:
        parent = parent[step]
    action = chance.choice(["delete", "misspell", "garbage", "garbage", "text", "wrap", "double", "insert", "move"])
    value = parent[key]
    if action == "delete":
        del parent[key]
    elif action == "misspell" and isinstance(parent, dict) and isinstance(key, str) and key:
        position = chance.randrange(len(key))
        parent[key[:position] + chance.choice(["", "x", key[position] * 2, "\t", "é"]) + key[position + 1 :]] = (
            parent.pop(key)
        )
    elif action == "text":
        parent[key] = str(value)[:200]
    elif action == "wrap":
        parent[key] = chance.choice([[value], {"value": value}, {key: value}])
    elif action == "double" and isinstance(parent, list):
        parent.append(copy.copy(value))
    elif action == "insert" and isinstance(parent, dict):
        parent[chance.choice([3, None, "", "colour", "a.b", "<<", "dimension", "vectors", True, 1.5, "x" * 300])] = (
            value
        )
    elif action == "move" and isinstance(parent, dict):
        data[str(key)] = value
    else:
        parent[key] = copy.deepcopy(chance.choice(GARBAGE))  # a shared one could come to hold itself
