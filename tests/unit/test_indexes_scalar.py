"""Scalar columns and scalar indexes: by hand from the layouts, beside measured files, and what always holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes.scalar import SCALAR_INDEXES, ScalarSize, scalar_index_size
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.scalar_data import scalar_data_size

MILLION = 1_000_000
PAIRS = sorted((index.name, data_type) for index in SCALAR_INDEXES for data_type in index.data_types)


def ordered(size: ScalarSize) -> bool:
    return (
        0 <= size.lowest_memory_bytes <= size.memory_bytes <= size.highest_memory_bytes
        and size.memory_bytes <= size.load_peak_memory_bytes
    )


def figures(size: ScalarSize) -> dict[str, int]:
    names = (
        "memory_bytes",
        "load_peak_memory_bytes",
        "lowest_memory_bytes",
        "highest_memory_bytes",
        "reserved_memory_bytes",
        "object_store_bytes",
        "local_disk_bytes",
    )
    return {name: getattr(size, name) for name in names}


# Columns.


def test_columns_by_hand() -> None:
    # 512 bytes a row are taken as 8 columns of 64: an offset of 4 in each, and 8 bits for which of them have a value.
    size = scalar_data_size(MILLION, 512)
    assert size.memory_bytes == MILLION * (512 + 8 * 4 + 1)
    assert size.lowest_memory_bytes == MILLION * 512
    assert size.load_peak_memory_bytes == 2 * size.memory_bytes
    # The loader counts VARCHAR and JSON twice.
    assert size.reserved_memory_bytes == 2 * MILLION * 512
    assert size.object_store_bytes == MILLION * (512 + 8 * 4)
    # 32 columns of 16 bytes, counted twice, an offset and a length of 4 in each.
    assert size.highest_memory_bytes == MILLION * (2 * 512 + 32 * 8 + 4)


def test_columns_of_fixed_length_have_no_offsets() -> None:
    size = scalar_data_size(1_000, 24, variable_columns=0)
    assert size.memory_bytes == 1_000 * (24 + 1)
    assert size.object_store_bytes == 1_000 * 24


def test_a_collection_has_64_fields_at_most() -> None:
    assert scalar_data_size(1_000, 65_536, variable_columns=500) == scalar_data_size(1_000, 65_536, variable_columns=64)


@pytest.mark.parametrize(("rows", "bytes_per_row"), [(0, 512), (1_000, 0), (0, 0)])
def test_no_columns_weigh_nothing(rows: int, bytes_per_row: int) -> None:
    assert set(figures(scalar_data_size(rows, bytes_per_row)).values()) == {0}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rows": -1, "bytes_per_row": 8}, "rows"),
        ({"rows": True, "bytes_per_row": 8}, "rows"),
        ({"rows": "many", "bytes_per_row": 8}, "rows"),
        ({"rows": 1, "bytes_per_row": float("nan")}, "bytes_per_row"),
        ({"rows": 1, "bytes_per_row": float("inf")}, "bytes_per_row"),
        ({"rows": 10**400, "bytes_per_row": 0.5}, "rows"),
        ({"rows": 1, "bytes_per_row": 1e308}, "bytes_per_row"),
        ({"rows": 1, "bytes_per_row": 8, "variable_columns": -2}, "variable_columns"),
    ],
)
def test_columns_in_unusable_numbers_are_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValues) as refusal:
        scalar_data_size(**values)
    assert [problem.path for problem in refusal.value.problems] == [field]


ROWS = st.integers(0, 10**10)
BYTES = st.floats(0, 10**6) | st.integers(0, 10**6)


@pytest.mark.property
@given(ROWS, ROWS, BYTES, BYTES, st.none() | st.integers(0, 64))
def test_more_columns_never_weigh_less(
    first_rows: int, second_rows: int, first: float, second: float, columns: int | None
) -> None:
    small = scalar_data_size(min(first_rows, second_rows), min(first, second), columns)
    large = scalar_data_size(max(first_rows, second_rows), max(first, second), columns)
    assert ordered(small)
    assert ordered(large)
    assert all(type(value) is int for value in figures(large).values())
    assert all(value <= figures(large)[name] for name, value in figures(small).items())


# Indexes by hand.


def test_inverted_by_hand() -> None:
    # Each row an entry of 4 and 5 bytes beside it, each different number 22 in the dictionary.
    assert scalar_index_size("INVERTED", 1_000, "INT64").memory_bytes == 1_000 * (4 + 5 + 22)
    assert scalar_index_size("INVERTED", 1_000, "INT64", distinct_values=10).memory_bytes == 1_000 * 9 + 10 * 22
    # A different text takes its length and 8; not said, 64 bytes.
    assert scalar_index_size("INVERTED", 1_000, "VARCHAR").memory_bytes == 1_000 * (9 + 64 + 8)
    # 16 elements in each array, unless said.
    assert scalar_index_size("INVERTED", 1_000, "ARRAY", 8).memory_bytes == 1_000 * (16 * 4 + 5 + 16 * 16)
    assert scalar_index_size("INVERTED", 1_000, "ARRAY", 8, values_per_row=2).memory_bytes == 1_000 * (8 + 5 + 2 * 16)


def test_inverted_is_on_the_disk_and_in_memory() -> None:
    size = scalar_index_size("INVERTED", 1_000, "INT64")
    assert size.local_disk_bytes == size.object_store_bytes == size.memory_bytes
    assert not size.has_raw_data


def test_ngram_by_hand() -> None:
    # 10 letters have 9 grams of two and 8 of three.
    assert scalar_index_size("NGRAM", 1_000, "VARCHAR", 10).memory_bytes == 1_000 * (17 * 2.5 + 5)
    # 10 of one, 9 of two.
    one_and_two = scalar_index_size("NGRAM", 1_000, "VARCHAR", 10, min_gram=1, max_gram=2)
    assert one_and_two.memory_bytes == 1_000 * (19 * 2.5 + 5)
    # Two letters have no gram of three.
    assert scalar_index_size("NGRAM", 1_000, "VARCHAR", 2, min_gram=3).memory_bytes == 1_000 * 5


def test_bitmap_by_hand() -> None:
    # 100 values of one bit a row, and the bits of the rows that have a value; 128 and the number itself a value.
    size = scalar_index_size("BITMAP", MILLION, "INT64", distinct_values=100)
    assert size.memory_bytes == 101 * 125_000 + 100 * (128 + 8)
    # In the file 2 bytes a row, and for each value 16 containers with 8 bytes of header, a key of 16 and the number.
    assert size.object_store_bytes == 2 * MILLION + 100 * 16 * 8 + 100 * (16 + 8) + 125_000
    assert size.reserved_memory_bytes == 2 * size.object_store_bytes
    # A bool is true, false or none: its containers are bits, 8192 bytes for 65,536 rows.
    assert scalar_index_size("BITMAP", 65_536, "BOOL", distinct_values=2).object_store_bytes == (
        2 * (8_192 + 8) + 2 * (16 + 1) + 8_192
    )


def test_bitmap_beyond_500_values_is_compressed_and_never_planned_below() -> None:
    at_500 = scalar_index_size("BITMAP", MILLION, "INT64", distinct_values=500)
    at_501 = scalar_index_size("BITMAP", MILLION, "INT64", distinct_values=501)
    assert at_500.memory_bytes == 501 * 125_000 + 500 * 136
    # One more makes lists of rows, but a segment may hold one value less than the field.
    assert at_501.memory_bytes == at_500.memory_bytes
    assert at_501.lowest_memory_bytes == 2 * MILLION + 125_000
    # 100,000 values of 10 rows each: a container for each row, in effect.
    many = scalar_index_size("BITMAP", MILLION, "INT64", distinct_values=100_000)
    assert many.memory_bytes == 2 * MILLION + 72 * MILLION + 100_000 * 136 + 125_000
    assert scalar_index_size("BITMAP", MILLION, "INT64") == at_500


def test_sort_by_hand() -> None:
    # The value and its row take 16 bytes, the way back 4, and a bit.
    size = scalar_index_size("STL_SORT", 1_000, "INT64")
    assert size.memory_bytes == size.object_store_bytes == 1_000 * 20 + 125
    assert size.reserved_memory_bytes == 2 * size.object_store_bytes
    assert size.has_raw_data
    # Short numbers may take 8 with their row, in some versions.
    assert scalar_index_size("STL_SORT", 1_000, "INT8").lowest_memory_bytes == 1_000 * 12 + 125
    # Different texts of 64 bytes: a string of 32, a list of 40, and 16 for each allocation, of which the text is one.
    texts = scalar_index_size("STL_SORT", 1_000, "VARCHAR")
    assert texts.memory_bytes == 1_000 * (32 + 40 + 16 + 64 + 1 + 16 + 8) + 125
    assert texts.object_store_bytes == 1_000 * (64 + 16 + 8) + 125
    # A text of 15 letters is inside its string.
    assert scalar_index_size("STL_SORT", 1_000, "VARCHAR", 15).memory_bytes == 1_000 * (32 + 40 + 16 + 8) + 125


def test_trie_by_hand() -> None:
    # A text of 64 letters and 4 in the tree, a node of 80 and a list of 32, and 8 + 16 a row.
    size = scalar_index_size("TRIE", 1_000, "VARCHAR")
    assert size.memory_bytes == 1_000 * (68 + 112 + 24)
    assert size.object_store_bytes == 1_000 * (68 + 8 + 4 + 4)
    assert size.has_raw_data
    # Texts that repeat are there once.
    assert scalar_index_size("TRIE", 1_000, "VARCHAR", 64, 10).memory_bytes == 10 * (68 + 112) + 1_000 * 24


def test_rtree_by_hand() -> None:
    # Four doubles and the row are 40 bytes, with the nodes above 48; twice that in memory.
    size = scalar_index_size("RTREE", 1_000, "GEOMETRY")
    assert (size.lowest_memory_bytes, size.object_store_bytes, size.memory_bytes) == (40_000, 48_000, 96_000)


# Beside files that were written and measured: tantivy 0.27.0 with Milvus's options, marisa-trie 1.4.1, pyroaring 1.2.0.


@pytest.mark.parametrize(
    ("rows", "data_type", "value_bytes", "measured"),
    [
        (200_000, "INT64", None, 4_577_890),
        (1_000_000, "INT64", None, 27_679_213),
        (200_000, "VARCHAR", 128, 28_513_058),
    ],
)
def test_inverted_beside_measured_files(rows: int, data_type: str, value_bytes: int | None, measured: int) -> None:
    size = scalar_index_size("INVERTED", rows, data_type, value_bytes)
    assert measured <= size.object_store_bytes <= 2 * measured
    assert size.lowest_memory_bytes <= measured


@pytest.mark.parametrize(
    ("value_bytes", "grams", "measured"),
    [(16, (2, 3), 2_679_902), (64, (2, 3), 9_040_374), (64, (1, 4), 26_322_137)],
)
def test_ngram_beside_measured_files(value_bytes: int, grams: tuple[int, int], measured: int) -> None:
    size = scalar_index_size("NGRAM", 50_000, "VARCHAR", value_bytes, min_gram=grams[0], max_gram=grams[1])
    assert measured <= size.object_store_bytes <= 1.8 * measured
    assert size.lowest_memory_bytes <= measured


@pytest.mark.parametrize(
    ("distinct", "bytes_per_row"),
    [(100, 2.01), (1_000, 2.14), (100_000, 8.70)],
)
def test_bitmap_beside_measured_bitmaps(distinct: int, bytes_per_row: float) -> None:
    size = scalar_index_size("BITMAP", MILLION, "INT64", distinct_values=distinct)
    # Milvus writes beside each bitmap its key and length, and a bit a row.
    bitmaps = size.object_store_bytes - MILLION // 8 - distinct * 8
    assert 0.99 * bytes_per_row * MILLION <= bitmaps <= 1.5 * bytes_per_row * MILLION


@pytest.mark.parametrize(("length", "bytes_per_text"), [(8, 8.0), (32, 35.3), (128, 131.56)])
def test_trie_beside_measured_trees(length: int, bytes_per_text: float) -> None:
    tree = scalar_index_size("TRIE", 10_000, "VARCHAR", length).object_store_bytes - 10_000 * (8 + 4 + 4)
    assert bytes_per_text * 10_000 <= tree <= 1.6 * bytes_per_text * 10_000


# AUTOINDEX.


@pytest.mark.parametrize(
    ("data_type", "distinct", "same_as"),
    [
        ("BOOL", None, ("BITMAP", 3)),
        ("INT32", 99, ("BITMAP", 99)),
        ("VARCHAR", 2, ("BITMAP", 2)),
        ("FLOAT", 2, ("INVERTED", 2)),
        ("DOUBLE", None, ("INVERTED", None)),
        ("JSON", 2, ("INVERTED", 2)),
        ("GEOMETRY", None, ("RTREE", None)),
    ],
)
def test_what_autoindex_becomes(data_type: str, distinct: int | None, same_as: tuple[str, int | None]) -> None:
    ours = scalar_index_size("AUTOINDEX", 10_000, data_type, distinct_values=distinct)
    other = scalar_index_size(same_as[0], 10_000, data_type, distinct_values=same_as[1])
    assert figures(ours) == figures(other)


@pytest.mark.parametrize(("data_type", "many"), [("INT64", "STL_SORT"), ("VARCHAR", "INVERTED"), ("ARRAY", "INVERTED")])
def test_autoindex_of_many_values_is_the_larger_of_both(data_type: str, many: str) -> None:
    for distinct in (100, 5_000, None):
        ours = scalar_index_size("AUTOINDEX", 10_000, data_type, distinct_values=distinct)
        larger = scalar_index_size(many, 10_000, data_type, distinct_values=distinct)
        bits = scalar_index_size("BITMAP", 10_000, data_type, distinct_values=99)
        assert ours.memory_bytes == max(larger.memory_bytes, bits.memory_bytes)
        assert ours.lowest_memory_bytes == min(larger.lowest_memory_bytes, bits.lowest_memory_bytes)


# Refusals.


@pytest.mark.parametrize(
    ("call", "field", "nearest"),
    [
        (("INVERTEDD", 1, "INT64"), "type", "INVERTED"),
        (("BITMAPS", 1, "INT64"), "type", "BITMAP"),
        ((None, 1, "INT64"), "type", "AUTOINDEX"),
        (("TRIE", 1, "INT64"), "data_type", "VARCHAR"),
        (("RTREE", 1, "VARCHAR"), "data_type", "GEOMETRY"),
        (("BITMAP", 1, "INT65"), "data_type", "INT64"),
        (("BITMAP", 1, ["INT64"]), "data_type", "INT64"),
        (("BITMAP", -1, "INT64"), "rows", "0"),
        (("BITMAP", 10**400, "INT64"), "rows", str(2**63 - 1)),
        (("BITMAP", 1, "INT64", None, -5), "distinct_values", "0"),
        (("TRIE", 1, "VARCHAR", float("nan")), "value_bytes", "0"),
        (("NGRAM", 1, "VARCHAR", 8, None, None, 4, 2), "max_gram", "4"),
    ],
)
def test_what_cannot_be_sized_is_refused(call: tuple[Any, ...], field: str, nearest: str) -> None:
    with pytest.raises(InvalidValues) as refusal:
        scalar_index_size(*call)
    [problem] = refusal.value.problems
    assert (problem.path, problem.nearest) == (field, nearest)


def test_every_unusable_number_is_said_at_once() -> None:
    with pytest.raises(InvalidValues) as refusal:
        scalar_index_size("BITMAP", -1, "INT64", distinct_values=-1)
    assert [problem.path for problem in refusal.value.problems] == ["rows", "distinct_values"]


def test_the_name_is_read_in_any_case() -> None:
    assert scalar_index_size("bitmap", 10, "INT8") == scalar_index_size("BITMAP", 10, "INT8")


# What always holds.

VALUE_BYTES = st.none() | st.integers(0, 65_535)
DISTINCT = st.none() | st.integers(0, 10**10)
PER_ROW = st.none() | st.floats(0, 4_096)


@pytest.mark.property
@given(st.sampled_from(PAIRS), ROWS, ROWS, VALUE_BYTES, DISTINCT, PER_ROW)
def test_more_rows_never_weigh_less(
    pair: tuple[str, str], first: int, second: int, value_bytes: int | None, distinct: int | None, per_row: float | None
) -> None:
    kind, data_type = pair
    small = scalar_index_size(kind, min(first, second), data_type, value_bytes, distinct, per_row)
    large = scalar_index_size(kind, max(first, second), data_type, value_bytes, distinct, per_row)
    assert ordered(small)
    assert ordered(large)
    assert all(type(value) is int and value >= 0 for value in figures(small).values())
    assert all(value <= figures(large)[name] for name, value in figures(small).items())
    assert large.source
    assert "not measured on a server" in large.certainty


@pytest.mark.property
@given(st.sampled_from(PAIRS), ROWS, st.integers(0, 65_535), st.integers(0, 65_535), DISTINCT)
def test_longer_values_never_weigh_less(
    pair: tuple[str, str], rows: int, first: int, second: int, distinct: int | None
) -> None:
    kind, data_type = pair
    small = scalar_index_size(kind, rows, data_type, min(first, second), distinct)
    large = scalar_index_size(kind, rows, data_type, max(first, second), distinct)
    assert all(value <= figures(large)[name] for name, value in figures(small).items())


# AUTOINDEX is another index from 100 different values on, whose lower end may lie lower.
ONE_INDEX = [pair for pair in PAIRS if pair[0] != "AUTOINDEX"]
DIFFERENT = st.integers(0, 10**10) | st.integers(0, 1_000)


@pytest.mark.property
@given(st.sampled_from(ONE_INDEX), ROWS, DIFFERENT, DIFFERENT)
def test_more_different_values_never_weigh_less(pair: tuple[str, str], rows: int, first: int, second: int) -> None:
    kind, data_type = pair
    small = scalar_index_size(kind, rows, data_type, distinct_values=min(first, second))
    large = scalar_index_size(kind, rows, data_type, distinct_values=max(first, second))
    assert all(value <= figures(large)[name] for name, value in figures(small).items())


@pytest.mark.parametrize(("kind", "data_type"), PAIRS)
def test_no_rows_weigh_nothing(kind: str, data_type: str) -> None:
    assert set(figures(scalar_index_size(kind, 0, data_type)).values()) == {0}
