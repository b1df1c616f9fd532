"""Broken values files: whatever is wrong, there is a list of problems with places, and never a traceback."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import Values, read_values_text, values_of

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
    "availability": "zone",
    "horizon_months": 12,
    "production": True,
    "replicas": None,
    "node_shapes": [{"name": "big", "memory_bytes": 64_000_000_000}],
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
        parent[key] = chance.choice(GARBAGE)


def check_problems(problems: Sequence[Problem]) -> None:
    """At least one problem, each with a place and a reason, in one printable line."""
    assert problems
    for problem in problems:
        assert problem.path
        assert problem.reason
        text = str(problem)
        assert "\n" not in text
        assert len(text) < 1_000
        text.encode()
        json.dumps(problem.to_json())


def judged(read: Any, *given_values: Any) -> Values | None:
    """The values, or None where problems were reported properly; anything else fails the test."""
    try:
        values = read(*given_values)
    except InvalidValues as error:
        check_problems(error.problems)
        return None
    assert isinstance(values, Values)
    return values


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32), changes=st.integers(min_value=1, max_value=6))
def test_broken_data(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    data = copy.deepcopy(chance.choice([BARE, VALUES]))
    for _ in range(changes):
        mutate(data, chance)
    judged(values_of, data)


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32), changes=st.integers(min_value=1, max_value=8))
def test_broken_text(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    whole = chance.choice([BARE, VALUES])
    text = yaml.safe_dump(whole, sort_keys=False) if chance.random() < 0.8 else json.dumps(whole, indent=1)
    for _ in range(changes):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 1, 2, 10, 60]))
        text = text[:start] + chance.choice([*SCRAPS, text[end : end + 30]]) + text[end:]
    judged(read_values_text, text)


@pytest.mark.property
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    judged(read_values_text, data)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*BARE, *BARE["collections"][0], "config", 1, None]), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.property
@given(_anything)
def test_any_data(data: Any) -> None:
    judged(values_of, data)


@pytest.mark.parametrize("data", [BARE, VALUES])
def test_what_the_mutations_start_from_is_right(data: dict[str, Any]) -> None:
    assert judged(values_of, data) is not None
    assert judged(read_values_text, yaml.safe_dump(data)) is not None
