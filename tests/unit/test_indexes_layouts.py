"""Layouts of HNSW, IVF, SCANN and DISKANN by hand, as Knowhere d7cfd888 writes and loads them, and in general."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.indexes.families.diskann import graph_file_bytes, pq_code_bytes
from pulumi_milvus.planning.indexes.model import IndexSize, Segment
from pulumi_milvus.rules import Finding, VectorFieldFacts, check_field

MIB = 1024**2
REFINED = ("IVF_SQ8", "IVF_PQ", "IVF_RABITQ", "HNSW_SQ", "HNSW_PQ", "HNSW_PRQ")
HNSW_CODES = ("HNSW_SQ", "HNSW_PQ", "HNSW_PRQ")
HALF = ("FLOAT16_VECTOR", "BFLOAT16_VECTOR")


def segment(
    index: str, rows: int, dimension: int = 768, data_type: str = "FLOAT_VECTOR", metric: str = "L2", **params: Any
) -> Segment:
    defaults: dict[str, Any] = {each.name: each.default for each in INDEXES[index].parameters if not each.search}
    if index == "IVF_PQ":
        defaults["m"] = 8
    return Segment(rows, dimension, data_type, metric, defaults | params)


def size(index: str, rows: int, dimension: int = 768, **more: Any) -> IndexSize:
    measure = INDEXES[index].size
    assert measure is not None
    return measure(segment(index, rows, dimension, **more))


def part(terms: Any, name: str) -> int:
    return int(dict(terms)[name])


class TestRefine:
    """A second copy of the vectors, which ranks candidates again."""

    @pytest.mark.parametrize("index", REFINED)
    def test_no_copy_without_both_words(self, index: str) -> None:
        plain = size(index, 10_000)
        assert size(index, 10_000, refine=True) == plain
        assert size(index, 10_000, refine_type="SQ8") == plain
        assert size(index, 10_000, refine=False, refine_type="SQ8") == plain

    @pytest.mark.parametrize("index", REFINED)
    @pytest.mark.parametrize(
        ("kind", "copy_bytes"),
        [
            ("SQ6", 10_000 * 576 + 8 * 768),  # 6 bits a dimension, and two floats a dimension for their ranges
            ("SQ8", 10_000 * 768 + 8 * 768),
            ("FP16", 10_000 * 1_536),
            ("BF16", 10_000 * 1_536),
            ("FP32", 10_000 * 3_072),
        ],
    )
    def test_a_copy_is_in_the_file_and_in_memory(self, index: str, kind: str, copy_bytes: int) -> None:
        plain, refined = size(index, 10_000), size(index, 10_000, refine=True, refine_type=kind)
        assert refined.file_bytes - plain.file_bytes == copy_bytes
        assert refined.memory_bytes - plain.memory_bytes == copy_bytes

    @pytest.mark.parametrize("index", HNSW_CODES)
    @pytest.mark.parametrize(
        ("data_type", "kind", "given_back"),
        [
            ("FLOAT_VECTOR", "FP32", True),
            ("FLOAT_VECTOR", "FP16", False),
            ("FLOAT_VECTOR", "SQ8", False),
            ("FLOAT_VECTOR", None, False),
            ("FLOAT16_VECTOR", "FP16", True),
            ("FLOAT16_VECTOR", "SQ8", False),
            ("BFLOAT16_VECTOR", "BF16", True),
            ("BFLOAT16_VECTOR", "SQ6", False),
            ("INT8_VECTOR", "SQ8", False),
        ],
    )
    def test_hnsw_gives_vectors_back_from_a_copy_without_loss(
        self, index: str, data_type: str, kind: str | None, given_back: bool
    ) -> None:
        asked: dict[str, Any] = {"data_type": data_type, "refine_type": kind}
        assert size(index, 1_000, refine=True, **asked).has_raw_data == given_back
        assert not size(index, 1_000, refine=False, **asked).has_raw_data

    @pytest.mark.parametrize("index", ["IVF_SQ8", "IVF_PQ", "IVF_RABITQ"])
    @pytest.mark.parametrize("kind", ["FP16", "FP32"])
    @pytest.mark.parametrize("data_type", ["FLOAT_VECTOR", "FLOAT16_VECTOR"])
    def test_the_inverted_files_of_codes_never_do(self, index: str, kind: str, data_type: str) -> None:
        assert not size(index, 1_000, data_type=data_type, refine=True, refine_type=kind).has_raw_data

    @pytest.mark.parametrize("data_type", ["FLOAT_VECTOR", *HALF, "INT8_VECTOR"])
    @pytest.mark.parametrize("code", ["SQ4U", "SQ6", "SQ8", "BF16", "FP16"])
    def test_a_code_of_the_vectors_own_type_is_without_loss(self, code: str, data_type: str) -> None:
        lossless = (code, data_type) in {("FP16", "FLOAT16_VECTOR"), ("BF16", "BFLOAT16_VECTOR")}
        assert size("HNSW_SQ", 1_000, data_type=data_type, sq_type=code).has_raw_data == lossless


def findings(index: str, data_type: str = "FLOAT_VECTOR", **more: Any) -> list[Finding]:
    params = {"m": 8} | more if index == "IVF_PQ" else more
    topology = params.pop("topology", "standalone")
    return check_field(
        VectorFieldFacts(
            subject="articles",
            index_type=index,
            data_type=data_type,
            dimension=128,
            params=params,
            topology=topology,
        )
    )


class TestRefineRule:
    """Rule index-pair on refine and refine_type."""

    @pytest.mark.parametrize("index", REFINED)
    @pytest.mark.parametrize("said", [True, "true", "True"])
    def test_refine_alone_is_a_warning(self, index: str, said: object) -> None:
        (found,) = findings(index, refine=said)
        assert (found.level, found.subject) == ("warning", "articles.index_params.refine")
        assert "has no effect" in found.message
        assert "refine_type" in found.fix

    @pytest.mark.parametrize("index", HNSW_CODES)
    def test_the_type_to_name_is_one_that_works(self, index: str) -> None:
        for data_type, kind in (("FLOAT16_VECTOR", "FP16"), ("BFLOAT16_VECTOR", "BF16"), ("INT8_VECTOR", "SQ8")):
            (found,) = findings(index, data_type, refine=True)
            assert found.fix.endswith(kind)
            assert findings(index, data_type, refine=True, refine_type=kind) == []

    @pytest.mark.parametrize("index", HNSW_CODES)
    @pytest.mark.parametrize(
        ("data_type", "kind", "near"),
        [
            ("FLOAT16_VECTOR", "FP32", "FP16"),
            ("FLOAT16_VECTOR", "bf16", "FP16"),
            ("BFLOAT16_VECTOR", "fp32", "BF16"),
            ("BFLOAT16_VECTOR", "FP16", "BF16"),
        ],
    )
    def test_hnsw_refuses_other_full_types_over_half_precision(
        self, index: str, data_type: str, kind: str, near: str
    ) -> None:
        (found,) = findings(index, data_type, refine="true", refine_type=kind)
        assert (found.level, found.subject) == ("error", "articles.index_params.refine_type")
        assert data_type in found.message
        assert found.fix == f"nearest that works: {near}"
        # Without refine the type is not looked at.
        assert findings(index, data_type, refine=False, refine_type=kind) == []
        assert findings(index, data_type, refine_type=kind) == []

    @pytest.mark.parametrize("index", REFINED)
    @pytest.mark.parametrize("kind", ["SQ6", "SQ8", "FP16", "BF16", "FP32"])
    def test_other_pairs_pass(self, index: str, kind: str) -> None:
        assert findings(index, refine=True, refine_type=kind) == []
        if index.startswith("IVF"):  # vectors of half precision are float32 there
            for data_type in HALF:
                assert findings(index, data_type, refine=True, refine_type=kind) == []

    def test_what_is_no_type_is_said_once(self) -> None:
        (found,) = findings("HNSW_SQ", "FLOAT16_VECTOR", refine=True, refine_type="SQ9")
        assert found.level == "error"
        (found,) = findings("HNSW_SQ", refine="yes")
        assert "not true or false" in found.message

    def test_milvus_lite_has_a_warning_of_its_own(self) -> None:
        (found,) = findings("HNSW_SQ", refine=True, topology="lite")
        assert found.rule == "lite-limits"

    def test_an_index_without_refine_is_left_alone(self) -> None:
        assert not any("no effect" in found.message for found in findings("HNSW", refine=True))


class TestHnsw:
    """Tables that no file shows, and lengths."""

    def test_pq_has_its_table_for_l2_and_ip_only(self) -> None:
        # 96 parts, 256 * 256 distances of 4 bytes each: 25 MB.
        table = 4 * 96 * 256 * 256
        for metric, expected in (("L2", table), ("IP", table), ("COSINE", 0)):
            index = size("HNSW_PQ", 20_000, metric=metric, m=96)
            assert index.memory_bytes - index.file_bytes == expected + MIB, metric

    def test_prq_by_hand(self) -> None:
        # 4 parts, 3 rounds, 256 code words. A code is 12 bytes and for L2 a length of 4; codebooks are there twice.
        index = size("HNSW_PRQ", 1_000, m=4, nrq=3, nbits=8)
        assert part(index.file, "codes") == 1_000 * 16
        assert part(index.file, "codebooks") == 2 * 3 * 256 * 768 * 4
        # Each part: round 2 with round 1, round 3 with rounds 1 and 2, 256 * 256 floats each; and 3 * 256 lengths.
        assert part(index.tables, "products of code words") == 4 * (1 + 2) * 256 * 256 * 4
        assert part(index.tables, "lengths of code words") == 4 * 3 * 256 * 4
        assert part(size("HNSW_PRQ", 1_000, metric="IP", m=4, nrq=3).file, "codes") == 1_000 * 12
        # One round has nothing to be multiplied with.
        assert part(size("HNSW_PRQ", 1_000, nrq=1).tables, "products of code words") == 0

    @pytest.mark.parametrize(
        ("code", "metric", "lengths"),
        [
            ("SQ4U", "L2", 0),
            ("SQ4U", "IP", 4_000),
            ("SQ4U", "COSINE", 4_000),
            ("SQ8", "L2", 0),
            ("SQ8", "IP", 0),
            ("SQ8", "COSINE", 4_000),
            ("FP16", "IP", 0),
        ],
    )
    def test_lengths_beside_scalar_codes(self, code: str, metric: str, lengths: int) -> None:
        assert part(size("HNSW_SQ", 1_000, metric=metric, sq_type=code).file, "norms") == lengths


class TestInvertedFiles:
    """What loading adds to inverted files, and SCANN's parts."""

    @pytest.mark.parametrize(("index", "per_row"), [("IVF_FLAT", 8), ("IVF_SQ8", 8), ("IVF_PQ", 8), ("IVF_RABITQ", 8)])
    def test_loading_notes_where_each_row_stands(self, index: str, per_row: int) -> None:
        few, many = (size(index, rows, 96) for rows in (10_000, 30_000))
        assert many.memory_bytes - few.memory_bytes == many.file_bytes - few.file_bytes + per_row * 20_000

    def test_scann_does_not(self) -> None:
        few, many = (size("SCANN", rows, 96, nlist=16) for rows in (10_000, 30_000))
        assert many.memory_bytes - few.memory_bytes == many.file_bytes - few.file_bytes

    def test_rabitq_keeps_its_rotation_in_memory(self) -> None:
        assert part(size("IVF_RABITQ", 1_000, 768).tables, "rotation") == 4 * 768 * 768
        assert part(size("IVF_RABITQ", 0, 768).tables, "rotation") == 0

    def test_scann_counts_a_last_part_that_is_smaller(self) -> None:
        # 10 dimensions in parts of 4 are 3 parts of 4 bits, two to a byte.
        assert part(size("SCANN", 1_000, 10, sub_dim=4).file, "codes") == 1_000 * 2
        assert part(size("SCANN", 1_000, 8, sub_dim=4).file, "codes") == 1_000


class TestDiskann:
    """Graph, codes, lengths, sample queries; codes, cached nodes and buffers in memory."""

    def test_ten_million_by_hand(self) -> None:
        index = size("DISKANN", 10_000_000, metric="COSINE")
        # 3072 + 4 * 57 = 3300 bytes: one node to a sector, and a sector for the header.
        graph = 4096 * 10_000_001
        codes, lengths = 10_000_000 * 384, 10_000_000 * 4
        samples, pivots = 100_000 * 3_072, 768 * (4 * 256 + 12)
        assert index.local_disk_bytes == graph
        assert index.file_bytes == graph + codes + lengths + samples + pivots
        assert index.reserved_bytes == -(-index.file_bytes // 4)
        # A tenth of the vectors, each node counted as 1.2 of its bytes: 775,757 nodes, or 831,168 with one link each.
        budget = 10_000_000 * 3_072 // 12
        assert part(index.memory, "cached nodes") == budget + 700 * int(budget / (3_072 + 8))
        assert part(index.memory, "lengths") == lengths
        assert part(index.memory, "pivots") == 768 * (2 * 4 * 256 + 8)
        assert part(index.memory, "buffers of the search threads") == 16 * (192 * 1024 + 1024 * 384)
        assert index.has_raw_data

    def test_cached_nodes_are_never_more_than_a_third(self) -> None:
        # 0.3 of 512 bytes a row would be 0.48 nodes of 1.2 * 264 bytes for each row.
        index = size("DISKANN", 30_000, 128, data_type="FLOAT16_VECTOR", max_degree=1, search_cache_budget_gb_ratio=0.3)
        assert part(index.memory, "cached nodes") == 10_000 * (256 + 8 + 700)
        none = size("DISKANN", 30_000, 128, search_cache_budget_gb_ratio=0)
        assert part(none.memory, "cached nodes") == 0

    def test_half_precision_halves_the_codes(self) -> None:
        # 1536 + 228 = 1764 bytes: two to a sector.
        index = size("DISKANN", 10_001, data_type="FLOAT16_VECTOR")
        assert index.local_disk_bytes == 4096 * (1 + 5_001)
        assert part(index.file, "PQ codes") == 10_001 * 192
        assert part(index.file, "sample queries") == 1_001 * 1_536  # a tenth, rounded up

    def test_ip_stores_one_dimension_more_and_gives_no_vector_back(self) -> None:
        # 967 floats are 3868 bytes, with 228 of links exactly a sector; one float more takes two.
        plain, ip = size("DISKANN", 1_000, 967), size("DISKANN", 1_000, 967, metric="IP")
        assert plain.local_disk_bytes == 4096 * 1_001
        assert ip.local_disk_bytes == 4096 * 2_001
        assert part(ip.file, "sample queries") == part(plain.file, "sample queries") == 100 * 3_868
        assert part(ip.file, "pivots") - part(plain.file, "pivots") == 1_036
        assert part(ip.file, "PQ codes") == part(plain.file, "PQ codes")
        assert not ip.has_raw_data
        # 2 bytes in half precision: 1934 + 228 is above half a sector either way, 1820 + 228 just is not.
        assert size("DISKANN", 1_000, 910, data_type="FLOAT16_VECTOR").local_disk_bytes == 4096 * 501
        half = size("DISKANN", 1_000, 910, data_type="FLOAT16_VECTOR", metric="IP")
        assert half.local_disk_bytes == 4096 * 1_001

    def test_codes_end_at_512_bytes_and_begin_at_one(self) -> None:
        assert pq_code_bytes(segment("DISKANN", 1, 32_768), 0.25) == 512
        assert pq_code_bytes(segment("DISKANN", 1, 128), 0.001) == 1
        assert pq_code_bytes(segment("DISKANN", 1, 128), 0.25) == 128

    def test_no_rows_weigh_nothing(self) -> None:
        index = size("DISKANN", 0)
        assert index.file_bytes == index.memory_bytes == index.local_disk_bytes == index.reserved_bytes == 0
        assert not index.can_map


ROWS = st.integers(0, 10**10)
DIMENSIONS = st.integers(2, 32_768)
TYPES = st.sampled_from(["FLOAT_VECTOR", *HALF])
METRICS = st.sampled_from(["L2", "IP", "COSINE"])
DISKANN_PARAMS = st.fixed_dictionaries(
    {
        "max_degree": st.integers(1, 512),
        "pq_code_budget_gb_ratio": st.floats(0.001, 0.25),
        "search_cache_budget_gb_ratio": st.floats(0, 0.3),
    }
)


def assert_not_less(small: IndexSize, large: IndexSize) -> None:
    for name in ("file_bytes", "memory_bytes", "local_disk_bytes", "reserved_bytes"):
        assert (getattr(small, name) or 0) <= (getattr(large, name) or 0), name


@pytest.mark.property
@given(ROWS, DIMENSIONS, TYPES, METRICS, DISKANN_PARAMS)
def test_diskann_parts_are_whole_and_the_loader_s_quarter_holds(
    rows: int, dimension: int, data_type: str, metric: str, params: dict[str, Any]
) -> None:
    index = size("DISKANN", rows, dimension, data_type=data_type, metric=metric, **params)
    assert index.memory is not None
    assert index.reserved_bytes is not None
    assert all(type(each) is int and each >= 0 for _, each in (*index.file, *index.memory))
    assert 4 * (index.reserved_bytes - 1) < index.file_bytes <= 4 * index.reserved_bytes
    number_bytes = 4 if data_type == "FLOAT_VECTOR" else 2
    node = number_bytes * (dimension + (metric == "IP")) + 4 + 4 * params["max_degree"]
    assert index.local_disk_bytes == graph_file_bytes(rows, node)


@pytest.mark.property
@given(
    st.tuples(ROWS, ROWS),
    st.tuples(DIMENSIONS, DIMENSIONS),
    TYPES,
    METRICS,
    st.tuples(DISKANN_PARAMS, DISKANN_PARAMS),
)
def test_diskann_never_needs_less_for_more(
    rows: tuple[int, int],
    dimensions: tuple[int, int],
    data_type: str,
    metric: str,
    params: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    lower = {name: min(each[name] for each in params) for name in params[0]}
    higher = {name: max(each[name] for each in params) for name in params[0]}
    small = size("DISKANN", min(rows), min(dimensions), data_type=data_type, metric=metric, **lower)
    large = size("DISKANN", max(rows), max(dimensions), data_type=data_type, metric=metric, **higher)
    assert_not_less(small, large)


# The parameters of which more makes an index larger. Not SCANN's sub_dim (fewer parts), nor what crosses the 2 GiB at
# which IVF_PQ's table is no longer made.
GROWING: dict[str, dict[str, st.SearchStrategy[int]]] = {
    "HNSW": {"M": st.integers(2, 2_048)},
    "HNSW_SQ": {"M": st.integers(2, 2_048)},
    "HNSW_PQ": {"M": st.integers(2, 2_048), "m": st.integers(1, 512), "nbits": st.integers(1, 24)},
    "HNSW_PRQ": {"m": st.integers(1, 512), "nbits": st.integers(1, 24), "nrq": st.integers(1, 16)},
    "IVF_FLAT": {"nlist": st.integers(1, 65_536)},
    "IVF_SQ8": {"nlist": st.integers(1, 65_536)},
    "IVF_PQ": {"m": st.integers(1, 64), "nlist": st.integers(1, 1_024), "nbits": st.integers(1, 12)},
    "IVF_RABITQ": {"nlist": st.integers(1, 65_536), "rbq_bits": st.integers(1, 9)},
    "SCANN": {"nlist": st.integers(1, 65_536)},
}


@pytest.mark.property
@given(st.data(), st.sampled_from(sorted(GROWING)), METRICS, st.sampled_from([None, "SQ6", "SQ8", "FP32"]))
def test_more_rows_dimensions_and_larger_parameters_never_need_less(
    data: st.DataObject, index: str, metric: str, kind: str | None
) -> None:
    rows = data.draw(st.tuples(ROWS, ROWS))
    dimensions = data.draw(st.tuples(DIMENSIONS, DIMENSIONS))
    grown = {name: data.draw(st.tuples(values, values), label=name) for name, values in GROWING[index].items()}
    more = {"metric": metric} | ({"refine": kind is not None, "refine_type": kind} if index in REFINED else {})
    small = size(index, min(rows), min(dimensions), **more, **{name: min(pair) for name, pair in grown.items()})
    large = size(index, max(rows), max(dimensions), **more, **{name: max(pair) for name, pair in grown.items()})
    assert_not_less(small, large)


def test_every_refined_index_is_known_to_the_rule() -> None:
    refined = {name for name, index in INDEXES.items() if index.parameter("refine_type")}
    assert refined == set(REFINED)
    assert {name for name in refined if INDEXES[name].family == "graph"} == set(HNSW_CODES)
