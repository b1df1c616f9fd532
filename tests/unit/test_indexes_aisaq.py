"""AISAQ: its graph in whole sectors by hand, codes beside the nodes, and what must hold for every size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.indexes.families.aisaq import codes_beside_node
from pulumi_milvus.planning.indexes.families.diskann import graph_file_bytes
from pulumi_milvus.planning.indexes.model import IndexSize, Segment

AISAQ = INDEXES["AISAQ"]
DEFAULTS = {each.name: each.default for each in AISAQ.parameters if not each.search}


def size(
    rows: int, dimension: int = 768, data_type: str = "FLOAT_VECTOR", metric: str = "L2", **params: Any
) -> IndexSize:
    assert AISAQ.size is not None
    return AISAQ.size(Segment(rows, dimension, data_type, metric, DEFAULTS | params))


def part(terms: Any, name: str) -> int:
    return int(dict(terms)[name])


def test_ten_million_by_hand() -> None:
    # The disk code is a quarter of 3072 bytes; 57 numbers of links: 768 + 228 = 996 bytes, 4 to a sector.
    graph = 4096 * (1 + 2_500_000)
    # Codes of an eighth, 384 bytes, 10 to a page, and where each code went.
    codes, order = 4096 * (1 + 1_000_000), 4 * 10_000_000
    # 100,000 sample queries as they are, 100 entry points, and two quantisers of 256 floats and 12 bytes a dimension.
    others = 100_000 * 3_072 + 100 * 4 + 2 * 1_036 * 768
    index = size(10_000_000)
    assert index.file_bytes == graph + codes + order + others
    assert index.local_disk_bytes == graph == 10_240_004_096
    # In memory: the order, entry points with their codes, both quantisers twice, and 16 threads' buffers.
    threads = 16 * (192 * 1024 + 4 * 256 * 384)
    assert index.memory_bytes == order + 100 * (4 + 384) + 2 * 2_056 * 768 + threads


def test_float16_by_hand() -> None:
    # 1536 bytes: a disk code of 384, node 384 + 228 = 612, 6 to a sector; codes of 192, 21 to a page.
    index = size(600_000, data_type="FLOAT16_VECTOR")
    assert index.local_disk_bytes == 4096 * (1 + 100_000)
    assert part(index.file, "PQ codes") == 4096 * (1 + 28_572)


def test_without_a_disk_code_the_vector_is_in_the_node() -> None:
    # 3072 + 228 = 3300 bytes: one to a sector.
    index = size(1_000, disk_pq_code_budget_gb_ratio=0)
    assert index.local_disk_bytes == 4096 * (1 + 1_000)
    assert part(index.file, "pivots") == 1_036 * 768


def test_inner_product_stores_one_dimension_more_and_gives_no_vector_back() -> None:
    # 967 floats are 3868 bytes, with 228 of links exactly a sector; one float more takes two.
    assert size(1_000, 967, disk_pq_code_budget_gb_ratio=0).local_disk_bytes == 4096 * 1_001
    index = size(1_000, 967, metric="IP", disk_pq_code_budget_gb_ratio=0)
    assert index.local_disk_bytes == 4096 * 2_001
    assert not index.has_raw_data
    assert size(1_000).has_raw_data


def test_cosine_keeps_lengths_in_the_file_and_in_memory() -> None:
    plain, cosine = size(100_000), size(100_000, metric="COSINE")
    assert cosine.file_bytes - plain.file_bytes == 400_000
    assert cosine.memory_bytes - plain.memory_bytes == 400_000


@pytest.mark.parametrize(
    ("inline_pq", "codes"),
    [
        (-1, 0),  # none
        (0, 0),  # 4 nodes of 996 leave 112 bytes: no room for 4 codes of 384
        (5, 8),  # 996 + 5 * 384 = 2916, one to a sector: the 1180 bytes left hold 3 more
        (56, 56),
        (500, 56),  # never more than there are neighbours
    ],
)
def test_codes_beside_a_node(inline_pq: int, codes: int) -> None:
    assert codes_beside_node(inline_pq, 56, 996, 384) == codes


def test_codes_fill_what_a_sector_leaves() -> None:
    # 64 + 68 = 132 bytes: 31 to a sector leave 4 bytes. 16-byte codes, 2 in each node: 164 bytes, 24 to a sector leave
    # 160, which is no code for all 24. Half a sector and a bit: 2100 bytes leave 1996, 124 codes but 16 neighbours.
    assert codes_beside_node(0, 16, 132, 16) == 0
    assert codes_beside_node(2, 16, 132, 16) == 2
    assert codes_beside_node(0, 16, 2100, 16) == 16


@pytest.mark.parametrize("dimension", [2, 96, 128, 384, 768, 1536, 32_768])
@pytest.mark.parametrize("disk_ratio", [0.0, 0.25])
def test_none_and_what_fits_make_the_same_graph(dimension: int, disk_ratio: float) -> None:
    """The documentation and the engine disagree which of -1 and 0 is which; the graph is as large either way."""
    none = size(10_000, dimension, inline_pq=-1, disk_pq_code_budget_gb_ratio=disk_ratio)
    fits = size(10_000, dimension, inline_pq=0, disk_pq_code_budget_gb_ratio=disk_ratio)
    assert none.local_disk_bytes == fits.local_disk_bytes


def test_with_all_codes_in_the_nodes_nothing_is_rearranged() -> None:
    # 996 + 56 * 384 = 22,500 bytes: 6 sectors a node.
    index = size(1_000, inline_pq=56, pq_cache_size=10_000)
    assert index.local_disk_bytes == 4096 * (1 + 6 * 1_000)
    assert part(index.file, "order of the PQ codes") == part(index.memory, "order of the PQ codes") == 0
    assert part(index.file, "PQ codes") == 8 + 1_000 * 384
    assert part(index.memory, "cached PQ codes") == 0
    assert part(size(1_000, pq_cache_size=10_000).memory, "cached PQ codes") == 10_000


def test_cached_nodes_by_hand() -> None:
    # 1 % of 100,000 * 3072 bytes, each node counted as 1.2 * 996: 2570. A cached node is its bytes and 700 of tables.
    index = size(100_000, search_cache_budget_gb_ratio=0.01)
    assert part(index.memory, "cached nodes") == 2_570 * (996 + 700)
    # Never more than a third of the rows.
    assert part(size(100_000, search_cache_budget_gb_ratio=0.3).memory, "cached nodes") == 33_333 * (996 + 700)


ROWS = st.integers(0, 10**9)
DIMENSIONS = st.integers(2, 32_768)
TYPES = st.sampled_from(["FLOAT_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR"])
METRICS = st.sampled_from(["L2", "IP", "COSINE"])
PARAMS = st.fixed_dictionaries(
    {
        "max_degree": st.integers(1, 512),
        "inline_pq": st.integers(-1, 512),
        "pq_code_budget_gb_ratio": st.floats(0.001, 0.25),
        "disk_pq_code_budget_gb_ratio": st.floats(0, 0.25),
        "num_entry_points": st.integers(0, 1_000),
        "rearrange": st.booleans(),
        "pq_cache_size": st.integers(0, 1024**3),
        "search_cache_budget_gb_ratio": st.floats(0, 0.3),
    }
)


@pytest.mark.property
@given(ROWS, DIMENSIONS, TYPES, METRICS, PARAMS)
def test_parts_are_whole_bytes_and_the_loader_s_share_holds(
    rows: int, dimension: int, data_type: str, metric: str, params: dict[str, Any]
) -> None:
    index = size(rows, dimension, data_type, metric, **params)
    assert index.memory is not None
    assert all(type(each) is int and each >= 0 for _, each in (*index.file, *index.memory))
    # StaticEstimateLoadResource in diskann_aisaq.cc: a 1024th of the file, rounded up.
    assert index.reserved_bytes is not None
    assert 1024 * (index.reserved_bytes - 1) < index.file_bytes <= 1024 * index.reserved_bytes
    assert index.local_disk_bytes % 4096 == 0
    assert index.local_disk_bytes <= index.file_bytes
    assert not index.can_map


@pytest.mark.property
@given(ROWS, ROWS, DIMENSIONS, TYPES, METRICS, PARAMS)
def test_more_rows_never_weigh_less(
    first: int, second: int, dimension: int, data_type: str, metric: str, params: dict[str, Any]
) -> None:
    fewer, more = sorted((first, second))
    small, large = (size(rows, dimension, data_type, metric, **params) for rows in (fewer, more))
    assert small.file_bytes <= large.file_bytes
    assert small.memory_bytes <= large.memory_bytes
    assert small.local_disk_bytes <= large.local_disk_bytes


@pytest.mark.property
@given(st.integers(1, 10**9), DIMENSIONS, DIMENSIONS, TYPES, METRICS, st.sampled_from([0.0, 0.25]))
def test_more_dimensions_never_weigh_less(
    rows: int, first: int, second: int, data_type: str, metric: str, disk_ratio: float
) -> None:
    smaller, larger = sorted((first, second))
    small, large = (
        size(rows, dimension, data_type, metric, disk_pq_code_budget_gb_ratio=disk_ratio)
        for dimension in (smaller, larger)
    )
    assert small.file_bytes <= large.file_bytes
    assert small.memory_bytes <= large.memory_bytes


@pytest.mark.property
@given(st.integers(-1, 600), st.integers(1, 512), st.integers(1, 200_000), st.integers(1, 512))
def test_codes_beside_a_node_never_cost_a_sector_that_was_not_asked_for(
    inline_pq: int, degree: int, node_bytes: int, code_bytes: int
) -> None:
    codes = codes_beside_node(inline_pq, degree, node_bytes, code_bytes)
    asked = max(0, min(inline_pq, degree))
    assert asked <= codes <= degree
    for rows in (1, 7, 10_000):
        with_codes = graph_file_bytes(rows, node_bytes + codes * code_bytes)
        assert with_codes == graph_file_bytes(rows, node_bytes + asked * code_bytes)


@pytest.mark.property
@given(DIMENSIONS, METRICS, PARAMS)
def test_no_rows_weigh_nothing(dimension: int, metric: str, params: dict[str, Any]) -> None:
    index = size(0, dimension, metric=metric, **params)
    assert index.file_bytes == index.memory_bytes == index.local_disk_bytes == index.reserved_bytes == 0
