"""Laws of estimates: more never needs less, two calls agree, and no request whatever ends in a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.data_types import METRICS, TOPOLOGIES, VECTOR_TYPES
from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import HARDWARE, KEYS, read_request
from pulumi_milvus.planning.indexes import INDEXES, SCALAR_INDEX_NAMES, Parameter
from pulumi_milvus.planning.problems import InvalidValues

# FAISS is refused: its size depends on a factory string.
SIZED = sorted(set(INDEXES) - {"FAISS"})
# What AISAQ moves from memory into the graph's file depends on the dimension, so more dimensions may need less memory.
MOVED = {"inline_pq", "disk_pq_code_budget_gb_ratio", "rearrange"}
HALF_TYPES = {"FLOAT16_VECTOR": "FP16", "BFLOAT16_VECTOR": "BF16"}
WHOLE = ("index_bytes", "growing_memory_bytes", "scalars")
MORE = ("vectors", "dimension", "replicas", "nonzeros_per_vector", "scalar_bytes_per_row")


def answer(request: dict[str, Any]) -> dict[str, Any]:
    return estimate(read_request(request)).to_json()


def quantities(answered: dict[str, Any]) -> dict[str, int | None]:
    """Every figure in bytes, those of the scalar side included."""
    scalars = answered["scalars"] or {}
    own = {key: value for key, value in answered.items() if key.endswith("_bytes")}
    return own | {f"scalars.{key}": value for key, value in scalars.items() if key.endswith("_bytes")}


def values_of(parameter: Parameter, rows: int, data_type: str) -> st.SearchStrategy[Any]:
    """Values that are legal in a dimension that is a multiple of 8, and stay so in a larger one."""
    if parameter.kind == "bool":
        return st.booleans()
    if parameter.name == "refine_type" and data_type in HALF_TYPES:
        return st.sampled_from(["SQ6", "SQ8", HALF_TYPES[data_type]])  # HNSW refuses the others
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.divides:  # not 0: there the engine chooses by the dimension
        return st.sampled_from([1, 2, 4, 8])
    low = parameter.minimum or 0
    high = parameter.maximum if parameter.maximum is not None else low + 4_000
    if parameter.name == "nlist":
        high = min(high, rows)
    if parameter.kind == "int":
        return st.integers(int(low), int(high))
    return st.floats(low, high, exclude_min=parameter.above_minimum)


@st.composite
def legal_requests(draw: st.DrawFn, segments: bool = False) -> dict[str, Any]:
    """A request that is answered, with any parameters that the index takes."""
    index = INDEXES[draw(st.sampled_from(SIZED))]
    data_type = draw(st.sampled_from(sorted(index.data_types | index.undocumented_data_types)))
    rows = draw(st.integers(1, 100) | st.integers(1, 10**6) | st.integers(1, 10**10))
    asked: dict[str, Any] = {"index": index.name, "data_type": data_type, "vectors": rows, "params": {}}
    if data_type == "SPARSE_FLOAT_VECTOR":
        asked["nonzeros_per_vector"] = draw(st.floats(0, 10_000))
    else:
        asked["dimension"] = 8 * draw(st.integers(1, 16) | st.integers(1, 4_000))
    for parameter in index.parameters:
        if parameter.search or (index.name == "AISAQ" and parameter.name in MOVED):
            continue
        if parameter.required or parameter.divides or draw(st.booleans()):
            asked["params"][parameter.name] = draw(values_of(parameter, rows, data_type))
    metrics = [None, *sorted(metric for metric in index.metrics if fits(metric, data_type))]
    asked["metric"] = draw(st.sampled_from(metrics))
    for key, values in OPTIONS.items():
        if draw(st.booleans()):
            asked[key] = draw(values)
    if segments:
        asked["segment_bytes"] = draw(st.integers(2**20, 2**32))
    return asked


def fits(metric: str, data_type: str) -> bool:
    if data_type == "SPARSE_FLOAT_VECTOR":
        return metric in ("IP", "BM25")
    return (metric in ("HAMMING", "JACCARD", "MHJACCARD")) == (data_type == "BINARY_VECTOR") and metric != "BM25"


OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "scalar_bytes_per_row": st.integers(0, 10_000),
    "replicas": st.integers(1, 8),
    "mmap": st.just(True),
    "tiered_storage_hot_share": st.floats(0, 1),
    "compaction": st.just(True),
    "scalar_indexes": st.lists(st.builds(lambda kind: {"type": kind}, st.sampled_from(SCALAR_INDEX_NAMES)), max_size=3),
}


MOST_MORE = {"replicas": 100, "nonzeros_per_vector": 10_000, "scalar_bytes_per_row": 10_000}


def grown(request: dict[str, Any], key: str, more: int) -> dict[str, Any]:
    """The same request with more of one thing; the dimension stays a multiple of 8."""
    if key not in request and key in ("dimension", "nonzeros_per_vector"):
        return request
    step = 8 * min(more, 90) if key == "dimension" else min(more, MOST_MORE.get(key, more))
    start = 1 if key == "replicas" else 0
    return request | {key: request.get(key, start) + step}


def assert_never_less(small: dict[str, Any], large: dict[str, Any]) -> None:
    before, after = quantities(small), quantities(large)
    for key, quantity in before.items():
        later = after.get(key)
        assert (quantity is None) == (later is None), key
        if quantity is not None and later is not None:
            assert quantity <= later, f"{key} falls from {quantity:,} to {later:,}"


@pytest.mark.property
@given(request=legal_requests(), key=st.sampled_from(MORE), more=st.just(1) | st.integers(1, 1_000))
def test_more_never_needs_less(request: dict[str, Any], key: str, more: int) -> None:
    first = answer(request)
    assert first == answer(request), "two calls agree"
    assert_never_less(first, answer(grown(request, key, more)))


@pytest.mark.property
@given(request=legal_requests(segments=True), key=st.sampled_from(MORE), more=st.just(1) | st.integers(1, 10**5))
def test_more_never_needs_less_in_segments_either(request: dict[str, Any], key: str, more: int) -> None:
    small, large = answer(request), answer(grown(request, key, more))
    if key not in ("vectors", "replicas"):
        # Wider rows make segments of fewer rows, and what one of them needs may fall; these do not depend on segments.
        small, large = ({name: answered[name] for name in WHOLE} for answered in (small, large))
    assert_never_less(small, large)


ODD_NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 10**15, 10**400, -(10**400), 1e308, float("nan"), float("inf"), 0.5]),
)
ODD = st.recursive(
    st.none() | st.booleans() | ODD_NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
ROWS = st.integers(0, 10**13) | ODD
NAMES = sorted({parameter.name for index in INDEXES.values() for parameter in index.parameters})
PARAMS = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=5),
    ODD | st.integers(0, 300) | st.sampled_from(["SQ8", "fp16", "IVF_PQ", "true", "16", "8", "1e999", "²"]),
    max_size=4,
)
ANY_REQUEST = st.fixed_dictionaries(
    {"index": st.sampled_from(sorted(INDEXES)) | ODD, "vectors": ROWS},
    optional={
        "dimension": st.integers(1, 4_096) | ODD,
        "data_type": st.sampled_from(VECTOR_TYPES) | ODD,
        "metric": st.sampled_from(METRICS) | ODD,
        "params": PARAMS | ODD,
        "topology": st.sampled_from(TOPOLOGIES) | ODD,
        "hardware": st.sampled_from(HARDWARE) | ODD,
        "milvus_version": st.sampled_from(["2.5.27", "2.6.24-gpu", "v3.0.2", "latest", ""]) | ODD,
        "nonzeros_per_vector": st.floats(0, 300) | ODD,
        "scalar_bytes_per_row": st.integers(0, 4_000) | ODD,
        "scalar_indexes": OPTIONS["scalar_indexes"] | ODD,
        "segment_bytes": st.integers(2**20, 2**40) | ODD,
        "replicas": st.integers(1, 4) | ODD,
        "mmap": st.booleans() | ODD,
        "tiered_storage_hot_share": st.floats(0, 1) | ODD,
        "compaction": st.booleans() | ODD,
        "replica": ODD,
    },
)


def reasons(error: InvalidValues) -> list[dict[str, str | None]]:
    assert error.problems
    assert all(problem.reason for problem in error.problems)
    return [problem.to_json() for problem in error.problems]


def outcome(request: Any) -> str:
    """The answer or the problems as strict JSON; anything else that is raised fails the test."""
    try:
        answered = answer(request)
    except InvalidValues as error:
        return json.dumps(reasons(error), allow_nan=False)
    for key, quantity in quantities(answered).items():
        assert quantity is None or (type(quantity) is int and quantity >= 0), key
    return json.dumps(answered, allow_nan=False)


@pytest.mark.property
@given(request=ANY_REQUEST | ODD | st.dictionaries(st.sampled_from(sorted(KEYS)), ODD, max_size=5))
def test_any_request_is_answered_or_refused_in_words(request: object) -> None:
    assert outcome(request) == outcome(request)
