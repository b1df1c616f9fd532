"""MINHASH_LSH: blocks of hashes by hand, what the loader sets aside, and what must hold for every size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.indexes.model import IndexSize, Segment

MEBIBYTE = 1024**2
MINHASH = INDEXES["MINHASH_LSH"]
DEFAULTS = {each.name: each.default for each in MINHASH.parameters if not each.search}


def size(rows: int, dimension: int = 8192, **params: Any) -> IndexSize:
    assert MINHASH.size is not None
    return MINHASH.size(Segment(rows, dimension, "BINARY_VECTOR", "MHJACCARD", DEFAULTS | params))


def test_defaults_are_the_engine_s() -> None:
    assert DEFAULTS == {
        "mh_element_bit_width": "8",
        "mh_lsh_band": 1,
        "mh_lsh_code_in_mem": True,
        "with_raw_data": False,
        "mh_lsh_bloom_false_positive_prob": 0.01,
    }


def test_bands_and_vectors_by_hand() -> None:
    # 1,000,000 signatures of 128 elements of 64 bits = 1024 bytes, 4 to a block: 250,000 blocks. Each of 32 bands has
    # 3907 blocks of 256 hashes, and 24 + 24 * 3907 bytes about them: 23 blocks. One block of header.
    blocks = 1 + 250_000 + 32 * (3_907 + 23)
    index = size(1_000_000, mh_element_bit_width="64", mh_lsh_band=32, with_raw_data=True)
    assert index.file_bytes == 4096 * blocks == 1_539_117_056
    # Bloom filters at 1 %: 9.585 bits a row and band.
    filters = 32 * 1_198_133
    assert index.memory_bytes == 32 * 3_907 * 4096 + 32 * 3_907 * 24 + filters + MEBIBYTE


def test_without_vectors_by_hand() -> None:
    # 1,000 rows, one band: 4 blocks of hashes, one about them, one of header.
    index = size(1_000)
    assert index.file_bytes == 4096 * (1 + 4 + 1)
    assert not index.has_raw_data
    assert size(1_000, with_raw_data=True).has_raw_data


def test_a_block_grows_to_hold_a_long_signature() -> None:
    # 65,536 bits are 8192 bytes: blocks of two pages, one signature or 512 hashes each.
    index = size(1_000, 65_536, with_raw_data=True)
    assert index.file_bytes == 8192 * (1 + 1_000 + 2 + 1)


def test_no_more_bands_than_elements() -> None:
    # 64 bits in elements of 8 are 8 elements.
    assert size(100_000, 64, mh_lsh_band=100) == size(100_000, 64, mh_lsh_band=8)
    assert size(100_000, 64, mh_lsh_band=8).file_bytes > size(100_000, 64, mh_lsh_band=7).file_bytes


@pytest.mark.parametrize("raw", [True, False])
def test_the_loader_sets_the_file_aside_or_nothing(raw: bool) -> None:
    in_memory = size(1_000_000, with_raw_data=raw, mh_lsh_code_in_mem=True)
    assert in_memory.reserved_bytes == in_memory.local_disk_bytes == in_memory.file_bytes
    mapped = size(1_000_000, with_raw_data=raw, mh_lsh_code_in_mem=False)
    assert mapped.reserved_bytes == 0
    assert mapped.local_disk_bytes == mapped.file_bytes == in_memory.file_bytes
    # What stays in memory is less by the hashes: 3907 blocks.
    assert in_memory.memory_bytes - mapped.memory_bytes == 3_907 * 4096


def test_it_cannot_be_mapped_by_milvus() -> None:
    assert not size(1).can_map


def test_fewer_false_positives_take_longer_filters() -> None:
    # -ln(0.001) / ln(2)^2 = 14.38 bits and not 9.585: 4.792 bits more a row.
    difference = size(1_000_000, mh_lsh_bloom_false_positive_prob=0.001).memory_bytes - size(1_000_000).memory_bytes
    assert difference == pytest.approx(4.792 / 8 * 1_000_000, rel=0.001)


ROWS = st.integers(0, 10**9)
DIMENSIONS = st.integers(1, 32_768).map(lambda eighth: 8 * eighth)
PARAMS = st.fixed_dictionaries(
    {
        "mh_element_bit_width": st.sampled_from(["8", "16", "32", "64"]),
        "mh_lsh_band": st.integers(1, 512),
        "mh_lsh_code_in_mem": st.booleans(),
        "with_raw_data": st.booleans(),
        "mh_lsh_bloom_false_positive_prob": st.floats(0.001, 0.1),
    }
)


@pytest.mark.property
@given(ROWS, ROWS, DIMENSIONS, PARAMS)
def test_more_rows_never_weigh_less(first: int, second: int, dimension: int, params: dict[str, Any]) -> None:
    fewer, more = sorted((first, second))
    small, large = size(fewer, dimension, **params), size(more, dimension, **params)
    assert small.file_bytes <= large.file_bytes
    assert small.memory_bytes <= large.memory_bytes
    assert small.reserved_bytes is not None
    assert large.reserved_bytes is not None
    assert small.reserved_bytes <= large.reserved_bytes


@pytest.mark.property
@given(ROWS, DIMENSIONS, PARAMS)
def test_parts_are_whole_bytes_and_the_file_whole_pages(rows: int, dimension: int, params: dict[str, Any]) -> None:
    index = size(rows, dimension, **params)
    assert index.memory is not None
    assert all(type(part) is int and part >= 0 for _, part in (*index.file, *index.memory))
    assert index.file_bytes % 4096 == 0
    raw = dimension // 8 if params["with_raw_data"] else 0
    assert index.file_bytes >= rows * (16 + raw)


@pytest.mark.property
@given(PARAMS)
def test_no_rows_weigh_nothing(params: dict[str, Any]) -> None:
    index = size(0, **params)
    assert index.file_bytes == index.local_disk_bytes == index.reserved_bytes == 0
    assert index.memory_bytes == MEBIBYTE  # what the allocator keeps
