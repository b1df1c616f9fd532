"""Sparse indexes: what they weigh, from the engine's layout by hand, and what must hold for every size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.indexes.codes import SLACK_BYTES
from pulumi_milvus.planning.indexes.families.sparse import HEADER_BYTES, dimensions_in_use
from pulumi_milvus.planning.indexes.model import IndexSize, Segment

MEBIBYTE = 1024**2
INVERTED = INDEXES["SPARSE_INVERTED_INDEX"]
ALGORITHMS = ("DAAT_MAXSCORE", "DAAT_WAND", "TAAT_NAIVE", "BLOCK_MAX_MAXSCORE", "BLOCK_MAX_WAND", "SINDI")


def size(
    rows: int, nonzeros: float, metric: str = "IP", name: str = "SPARSE_INVERTED_INDEX", **params: Any
) -> IndexSize:
    measure = INDEXES[name].size
    assert measure is not None
    return measure(Segment(rows, 0, "SPARSE_FLOAT_VECTOR", metric, params, nonzeros))


def test_inner_product_by_hand() -> None:
    # 1,000 rows of 10 values: 10,000 pairs of a 4-byte row and a float. Every value may be in a dimension of its own:
    # offset 8, number 4, hash 1, length of its list 4, best score 4. Each row's length 4. Header 320.
    by_hand = 10_000 * (4 + 4) + 10_000 * (8 + 4 + 1 + 4 + 4) + 1_000 * 4 + 320
    index = size(1_000, 10)
    assert index.file_bytes == by_hand == 294_320
    # Loaded: the file, a map of the dimensions where the file has no hash, and what the allocator keeps.
    assert index.memory_bytes == by_hand + 10_000 * 40 + MEBIBYTE


def test_bm25_by_hand() -> None:
    # Counts take 2 bytes, and each row has the sum of its counts: 4 in the file, 4 in memory.
    by_hand = 10_000 * (4 + 2) + 10_000 * 21 + 1_000 * 4 + 1_000 * 4 + 320
    index = size(1_000, 10, "BM25")
    assert index.file_bytes == by_hand == 278_320
    assert index.memory_bytes == by_hand + 1_000 * 4 + 10_000 * 40 + MEBIBYTE


def test_sindi_by_hand() -> None:
    # 200,000 rows are 4 windows of 65,535. 20,000,000 values of 2 + 2 bytes; 100 * sqrt(20,000,000) = 447,200
    # dimensions of 18 bytes, and 4 windows of 2 bytes in each.
    dimensions = 447_200
    assert dimensions_in_use(20_000_000) == dimensions
    by_hand = 20_000_000 * 4 + dimensions * 18 + dimensions * 4 * 2 + 320
    index = size(200_000, 100, inverted_index_algo="SINDI")
    assert index.file_bytes == by_hand
    assert index.memory_bytes == by_hand + dimensions * 48 + MEBIBYTE


def test_block_maxima_by_hand() -> None:
    # 10,000 values in as many dimensions: each list is one block of 8 bytes, and 8 a dimension to find it.
    plain, with_blocks = size(1_000, 10), size(1_000, 10, inverted_index_algo="BLOCK_MAX_WAND")
    assert with_blocks.file_bytes - plain.file_bytes == 10_000 * (8 + 8)
    # 1,000,000 * 100 values fill 781,250 blocks of 128; each of 1,000,000 dimensions may begin one more.
    plain, with_blocks = size(1_000_000, 100), size(1_000_000, 100, inverted_index_algo="BLOCK_MAX_MAXSCORE")
    assert with_blocks.file_bytes - plain.file_bytes == (781_250 + 1_000_000) * 8 + 1_000_000 * 8


def test_taat_keeps_no_best_scores() -> None:
    assert size(1_000, 10).file_bytes - size(1_000, 10, inverted_index_algo="TAAT_NAIVE").file_bytes == 10_000 * 4


@pytest.mark.parametrize(
    ("values", "dimensions"),
    [
        (0, 0),
        (1, 1),
        (250_002, 250_002),
        (1_000_000, 250_002),  # 100 * sqrt = 100,000 words: the largest vocabulary is more
        (100_000_000, 1_000_000),  # 100 * sqrt(1e8)
    ],
)
def test_dimensions_in_use(values: int, dimensions: int) -> None:
    assert dimensions_in_use(values) == dimensions


def test_vectors_are_loaded_beside_an_inner_product_index_only() -> None:
    assert not size(1_000, 10, "IP").has_raw_data
    assert size(1_000, 10, "BM25").has_raw_data


def test_it_is_mapped_and_read_as_a_file() -> None:
    index = size(1_000, 10)
    assert index.can_map
    assert index.reserved_bytes is None
    assert index.local_disk_bytes == 0


def test_the_deprecated_name_is_the_same_index() -> None:
    assert size(5_000, 80, name="SPARSE_WAND") == size(5_000, 80, inverted_index_algo="DAAT_WAND")


def test_every_algorithm_is_measured() -> None:
    parameter = INVERTED.parameter("inverted_index_algo")
    assert parameter is not None
    assert parameter.choices == ALGORITHMS


ROWS = st.integers(0, 10**9)
NONZEROS = st.floats(0.01, 10_000)


@pytest.mark.property
@given(ROWS, ROWS, NONZEROS, st.sampled_from(["IP", "BM25"]), st.sampled_from(ALGORITHMS))
def test_more_rows_never_weigh_less(first: int, second: int, nonzeros: float, metric: str, algorithm: str) -> None:
    fewer, more = sorted((first, second))
    small = size(fewer, nonzeros, metric, inverted_index_algo=algorithm)
    large = size(more, nonzeros, metric, inverted_index_algo=algorithm)
    assert small.file_bytes <= large.file_bytes
    assert small.memory_bytes <= large.memory_bytes


@pytest.mark.property
@given(ROWS, NONZEROS, NONZEROS, st.sampled_from(["IP", "BM25"]), st.sampled_from(ALGORITHMS))
def test_more_values_never_weigh_less(rows: int, first: float, second: float, metric: str, algorithm: str) -> None:
    fewer, more = sorted((first, second))
    small = size(rows, fewer, metric, inverted_index_algo=algorithm)
    large = size(rows, more, metric, inverted_index_algo=algorithm)
    assert small.file_bytes <= large.file_bytes
    assert small.memory_bytes <= large.memory_bytes


@pytest.mark.property
@given(ROWS, NONZEROS, st.sampled_from(["IP", "BM25"]), st.sampled_from(ALGORITHMS))
def test_parts_are_whole_bytes_and_hold_every_value(rows: int, nonzeros: float, metric: str, algorithm: str) -> None:
    index = size(rows, nonzeros, metric, inverted_index_algo=algorithm)
    assert all(type(part) is int and part >= 0 for _, part in (*index.file, *index.tables))
    # No layout takes less than 2 bytes for the row and 2 for the value.
    assert index.file_bytes >= 4 * rows * nonzeros
    assert index.memory_bytes >= index.file_bytes


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("metric", ["IP", "BM25"])
def test_no_rows_are_a_header(metric: str, algorithm: str) -> None:
    index = size(0, 100, metric, inverted_index_algo=algorithm)
    assert index.file_bytes == HEADER_BYTES
    assert index.memory_bytes == HEADER_BYTES + SLACK_BYTES
