"""Requests for estimates: defaults, what AUTOINDEX becomes, segments, replicas, mmap, and what is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import read_request
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.problems import InvalidValues

DESIGN_KEYS = (
    "index_bytes",
    "index_memory_bytes",
    "loaded_memory_bytes",
    "load_peak_memory_bytes",
    "build_peak_memory_bytes",
    "growing_memory_bytes",
    "local_disk_bytes",
    "object_store_bytes",
    "gpu_memory_bytes",
    "gpu_build_peak_bytes",
    "lite_memory_bytes",
)
MIB = 1024**2


def answer(index: str, **more: Any) -> dict[str, Any]:
    request = {"index": index, "vectors": 1_000_000, "dimension": 128, **more}
    return estimate(read_request({key: value for key, value in request.items() if value is not None})).to_json()


def sparse(index: str = "SPARSE_INVERTED_INDEX", **more: Any) -> dict[str, Any]:
    return answer(index, dimension=None, **{"data_type": "SPARSE_FLOAT_VECTOR", "nonzeros_per_vector": 100, **more})


# Every index type, and those parameters that change how it is laid out.
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("FLAT", {}),
    ("IVF_FLAT", {"nlist": 1_024}),
    ("IVF_SQ8", {"nlist": 1_024}),
    ("IVF_PQ", {"m": 32}),
    *[("IVF_RABITQ", {"refine": True, "refine_type": kind}) for kind in ("SQ6", "SQ8", "FP16", "BF16", "FP32")],
    ("IVF_RABITQ", {}),
    ("HNSW", {"M": 16}),
    *[("HNSW_SQ", {"sq_type": kind}) for kind in ("SQ4U", "SQ6", "SQ8", "BF16", "FP16")],
    ("HNSW_PQ", {"m": 32}),
    ("HNSW_PRQ", {"m": 4, "nrq": 3}),
    ("SCANN", {"with_raw_data": True}),
    ("SCANN", {"with_raw_data": False}),
    ("DISKANN", {}),
    ("AISAQ", {"inline_pq": 0}),
    ("AISAQ", {"inline_pq": 16, "rearrange": False}),
    ("GPU_BRUTE_FORCE", {}),
    ("GPU_IVF_FLAT", {}),
    ("GPU_IVF_PQ", {"m": 32}),
    ("GPU_CAGRA", {"build_algo": "IVF_PQ"}),
    ("GPU_CAGRA", {"adapt_for_cpu": True}),
    *[("SPARSE_INVERTED_INDEX", {"inverted_index_algo": kind}) for kind in ("DAAT_MAXSCORE", "TAAT_NAIVE", "SINDI")],
    ("BIN_FLAT", {}),
    ("BIN_IVF_FLAT", {"nlist": 64}),
    ("MINHASH_LSH", {"mh_element_bit_width": "32", "mh_lsh_band": 8}),
    ("AUTOINDEX", {}),
]
COMBINATIONS = [
    (name, params, data_type)
    for name, params in VARIANTS
    for data_type in sorted(INDEXES[name].data_types | INDEXES[name].undocumented_data_types)
]


def test_no_index_type_is_left_out() -> None:
    # BRUTE_FORCE and SPARSE_WAND are other names of FLAT and SPARSE_INVERTED_INDEX; FAISS is refused.
    assert {name for name, _ in VARIANTS} == set(INDEXES) - {"BRUTE_FORCE", "SPARSE_WAND", "FAISS"}


@pytest.mark.parametrize(("name", "params", "data_type"), COMBINATIONS)
@pytest.mark.parametrize("more", [{}, {"segment_bytes": 64 * MIB, "replicas": 2}, {"topology": "standalone"}])
def test_every_index_answers_over_every_data_type(
    name: str, params: dict[str, Any], data_type: str, more: dict[str, Any]
) -> None:
    dimension = None if data_type == "SPARSE_FLOAT_VECTOR" else 128
    answered = answer(name, params=params, data_type=data_type, dimension=dimension, **more)
    for key in DESIGN_KEYS:
        assert answered[key] is None or type(answered[key]) is int, key
    assert answered["index_bytes"] > 0
    assert answered["loaded_memory_bytes"] >= answered["index_memory_bytes"]
    assert answered["load_peak_memory_bytes"] >= answered["loaded_memory_bytes"]
    on_disk = answered["index"] in ("DISKANN", "AISAQ", "MINHASH_LSH")
    assert (answered["local_disk_bytes"] > 0) == on_disk
    assert (answered["gpu_memory_bytes"] is not None) == answered["index"].startswith("GPU_")
    assert (answered["gpu_build_peak_bytes"] is not None) == answered["index"].startswith("GPU_")
    for key in ("build_peak_memory_bytes", "growing_memory_bytes", "object_store_bytes"):
        assert answered[key] > 0, key


@pytest.mark.parametrize("name", ["FLAT", "BRUTE_FORCE", "HNSW", "HNSW_SQ", "IVF_FLAT", "IVF_SQ8", "AUTOINDEX"])
def test_lite_answers_for_its_process_alone(name: str) -> None:
    answered = answer(name, topology="lite")
    assert answered["lite_memory_bytes"] > answered["index_memory_bytes"] > 0
    of_servers = set(DESIGN_KEYS) - {"index_bytes", "index_memory_bytes", "lite_memory_bytes"}
    assert all(answered[key] is None for key in of_servers)


@pytest.mark.parametrize(
    ("name", "params", "more", "complete"),
    [
        ("HNSW", {}, {}, {"M": 30, "efConstruction": 360}),
        ("HNSW", {"M": "16"}, {}, {"M": 16, "efConstruction": 360}),
        ("HNSW", {}, {"topology": "lite"}, {"M": 16, "efConstruction": 200}),
        ("IVF_FLAT", {}, {}, {"nlist": 128}),
        ("IVF_PQ", {"m": 16}, {}, {"nlist": 128, "m": 16, "nbits": 8, "refine": False, "refine_type": None}),
        ("IVF_RABITQ", {"refine": "True"}, {}, {"nlist": 128, "refine": True, "refine_type": None, "rbq_bits": 1}),
        ("HNSW_SQ", {"sq_type": "fp16"}, {}, {"M": 30, "sq_type": "FP16", "refine": False}),
        ("HNSW_PQ", {}, {}, {"m": 32, "nbits": 8}),
        ("HNSW_PRQ", {}, {}, {"m": 2, "nbits": 8, "nrq": 2}),
        ("SCANN", {}, {}, {"nlist": 128, "with_raw_data": True, "sub_dim": 2}),
        ("DISKANN", {}, {}, {"max_degree": 56, "pq_code_budget_gb_ratio": 0.125, "search_cache_budget_gb_ratio": 0.1}),
        ("AISAQ", {}, {}, {"max_degree": 56, "inline_pq": -1, "disk_pq_code_budget_gb_ratio": 0.25}),
        ("GPU_CAGRA", {}, {}, {"intermediate_graph_degree": 128, "graph_degree": 64, "adapt_for_cpu": False}),
        ("GPU_IVF_PQ", {}, {}, {"nlist": 128, "m": 0, "nbits": 8}),
    ],
)
def test_what_is_not_said_has_the_default_of_milvus(
    name: str, params: dict[str, Any], more: dict[str, Any], complete: dict[str, Any]
) -> None:
    found = answer(name, params=params, **more)["params"]
    assert {key: found[key] for key in complete} == complete


@pytest.mark.parametrize(
    ("index", "metric"),
    [
        ("HNSW", "COSINE"),
        ("BIN_FLAT", "HAMMING"),
        ("MINHASH_LSH", "MHJACCARD"),
        ("SPARSE_INVERTED_INDEX", "IP"),
    ],
)
def test_an_index_that_takes_one_type_has_it_and_its_metric_by_default(index: str, metric: str) -> None:
    assert answer(index, dimension=None if metric == "IP" else 128)["metric"] == metric


@pytest.mark.parametrize(
    ("more", "index", "params"),
    [
        ({"topology": "lite"}, "HNSW", {"M": 16, "efConstruction": 200}),
        ({"topology": "standalone"}, "HNSW", {"M": 18, "efConstruction": 240}),
        ({}, "HNSW", {"M": 18, "efConstruction": 240}),
        ({"hardware": "gpu"}, "GPU_CAGRA", {"intermediate_graph_degree": 64, "graph_degree": 32}),
        ({"milvus_version": "v2.6.24-gpu"}, "GPU_CAGRA", {"intermediate_graph_degree": 64, "graph_degree": 32}),
        ({"hardware": "gpu", "data_type": "INT8_VECTOR"}, "HNSW", {"M": 18}),
        ({"data_type": "BINARY_VECTOR"}, "BIN_IVF_FLAT", {"nlist": 1_024}),
        ({"data_type": "SPARSE_FLOAT_VECTOR", "dimension": None}, "SPARSE_INVERTED_INDEX", {}),
    ],
)
def test_autoindex_is_what_it_becomes(more: dict[str, Any], index: str, params: dict[str, Any]) -> None:
    automatic = answer("AUTOINDEX", **more)
    assert automatic["index"] == index
    assert {key: automatic["params"][key] for key in params} == params
    named = answer(index, params=params, **more)
    assert [named[key] for key in DESIGN_KEYS] == [automatic[key] for key in DESIGN_KEYS]


def test_one_segment_where_no_size_is_said() -> None:
    assert answer("HNSW")["segments"] == 1
    assert answer("HNSW", vectors=0)["segments"] == 0
    # 512 bytes of vector, 100 of scalars and the key of 8.
    assert answer("HNSW", segment_bytes=620_000 * 100, scalar_bytes_per_row=100)["segments"] == 10
    assert answer("HNSW", segment_bytes=620_000 * 100 - 1, scalar_bytes_per_row=100)["segments"] == 11


def test_each_segment_has_its_own_centroids_and_tables() -> None:
    request: dict[str, Any] = {"params": {"nlist": 1_024, "m": 32}, "metric": "L2"}
    whole, cut = answer("IVF_PQ", **request), answer("IVF_PQ", **request, segment_bytes=520 * 100_000)
    assert cut["segments"] == 10
    assert cut["index_bytes"] == whole["index_bytes"]  # one index that holds everything, whatever the segments
    centroids, codebooks, distances = 1_024 * (4 * 128 + 8), 4 * 256 * 128, 4 * 1_024 * 32 * 256
    more = cut["index_memory_bytes"] - whole["index_memory_bytes"]
    # What else repeats is the allocator's slack, which is about 1 MiB.
    assert 0 <= more - 9 * (centroids + codebooks + distances) <= 9 * 1.3 * MIB
    # Without L2 the table of distances is not made.
    cosine = answer("IVF_PQ", **request | {"metric": "COSINE"})
    assert whole["index_memory_bytes"] - cosine["index_memory_bytes"] == distances


def test_a_table_above_two_gib_is_not_made() -> None:
    at_most = answer("IVF_PQ", params={"nlist": 16_384, "m": 128}, metric="L2")
    above = answer("IVF_PQ", params={"nlist": 16_385, "m": 128}, metric="L2")
    one_more_list = 4 * 128 + 8 + 256
    assert at_most["index_memory_bytes"] - above["index_memory_bytes"] == 2 * 1024 * MIB - one_more_list


def test_a_segment_is_built_and_loaded_alone() -> None:
    whole, cut = answer("HNSW"), answer("HNSW", segment_bytes=520 * 50_000)
    assert cut["build_peak_memory_bytes"] < whole["build_peak_memory_bytes"] / 3
    assert cut["loaded_memory_bytes"] < cut["load_peak_memory_bytes"] < whole["load_peak_memory_bytes"]


@pytest.mark.parametrize("rows", [0, 99_999, 100_000, 199_999, 400_000, 999_999])
@pytest.mark.parametrize("index", ["HNSW", "IVF_PQ", "SCANN", "DISKANN", "GPU_CAGRA", "GPU_IVF_FLAT"])
def test_one_more_row_never_needs_less_nor_much_more(index: str, rows: int) -> None:
    request: dict[str, Any] = {"segment_bytes": 520 * 100_000, "params": {"m": 32} if index == "IVF_PQ" else {}}
    before, after = answer(index, vectors=rows, **request), answer(index, vectors=rows + 1, **request)
    for key in DESIGN_KEYS:
        if before[key] is not None:
            assert before[key] <= after[key], key
            if rows >= 400_000:  # a fifth segment is loaded when there is room, not beside four others
                assert after[key] <= 1.01 * before[key] + 16 * MIB, key


def test_replicas_multiply_what_query_nodes_hold() -> None:
    one, three = answer("GPU_IVF_FLAT", mmap=True), answer("GPU_IVF_FLAT", mmap=True, replicas=3)
    for key in ("loaded_memory_bytes", "load_peak_memory_bytes", "growing_memory_bytes", "gpu_memory_bytes"):
        assert three[key] == 3 * one[key] > 0, key
    for key in ("index_bytes", "build_peak_memory_bytes", "object_store_bytes", "gpu_build_peak_bytes"):
        assert three[key] == one[key], key
    assert answer("DISKANN", replicas=2)["local_disk_bytes"] == 2 * answer("DISKANN")["local_disk_bytes"]


def test_mmap_puts_the_index_on_the_disk() -> None:
    plain, mapped = answer("HNSW", scalar_bytes_per_row=100), answer("HNSW", scalar_bytes_per_row=100, mmap=True)
    assert mapped["index_memory_bytes"] == 0
    assert mapped["local_disk_bytes"] >= plain["index_bytes"] + 100 * 1_000_000
    assert mapped["loaded_memory_bytes"] < plain["loaded_memory_bytes"] - plain["index_memory_bytes"]
    assert mapped["findings"] == []


@pytest.mark.parametrize("index", ["DISKANN", "AISAQ", "GPU_CAGRA", "MINHASH_LSH"])
def test_what_cannot_be_mapped_is_said_and_loaded_as_ever(index: str) -> None:
    plain, mapped = answer(index), answer(index, mmap=True)
    assert mapped["index_memory_bytes"] == plain["index_memory_bytes"]
    assert mapped["gpu_memory_bytes"] == plain["gpu_memory_bytes"]
    assert [finding["subject"] for finding in mapped["findings"] if finding not in plain["findings"]] == ["mmap"]


def test_tiered_storage_keeps_a_share_in_memory_and_all_of_it_on_disk() -> None:
    plain, quarter = answer("HNSW"), answer("HNSW", tiered_storage_hot_share=0.25)
    assert quarter["index_memory_bytes"] == round(plain["index_memory_bytes"] / 4)
    assert quarter["local_disk_bytes"] == plain["index_bytes"]
    assert plain["local_disk_bytes"] == 0
    assert answer("HNSW", tiered_storage_hot_share=1)["loaded_memory_bytes"] == plain["loaded_memory_bytes"]
    assert answer("HNSW", tiered_storage_hot_share=0)["index_memory_bytes"] == 0


def test_a_compaction_stores_twice_for_a_time() -> None:
    plain, merging = answer("HNSW"), answer("HNSW", compaction=True)
    assert merging.pop("object_store_bytes") == 2 * plain.pop("object_store_bytes")
    assert merging == plain


def test_types_that_are_smaller_weigh_less_where_the_index_keeps_them() -> None:
    for index in ("HNSW", "DISKANN", "GPU_CAGRA"):
        full, half = answer(index, metric="L2"), answer(index, metric="L2", data_type="FLOAT16_VECTOR")
        assert half["index_bytes"] < full["index_bytes"]
    # FLAT and the inverted files keep float32 whatever the type.
    for index in ("FLAT", "IVF_FLAT", "IVF_SQ8", "SCANN"):
        full, half = answer(index, metric="L2"), answer(index, metric="L2", data_type="FLOAT16_VECTOR")
        assert half["index_bytes"] == full["index_bytes"]
        assert half["object_store_bytes"] < full["object_store_bytes"]


def test_sparse_vectors_grow_with_their_values() -> None:
    assumed = sparse(nonzeros_per_vector=None)
    assert [finding["subject"] for finding in assumed["findings"]] == ["nonzeros_per_vector"]
    assert assumed["index_bytes"] == sparse(nonzeros_per_vector=150)["index_bytes"]
    assert sparse(nonzeros_per_vector=50)["index_bytes"] < sparse()["index_bytes"]
    assert sparse("SPARSE_WAND")["index_bytes"] == sparse(params={"inverted_index_algo": "DAAT_WAND"})["index_bytes"]
    # 1,000,000 rows of 100 values: a row's number and a float for each; BM25 keeps counts of 2 bytes.
    assert sparse()["index_bytes"] > 8 * 100_000_000
    assert 6 * 100_000_000 < sparse(metric="BM25")["index_bytes"] < sparse()["index_bytes"]


BASE: dict[str, Any] = {"index": "HNSW", "vectors": 1_000_000, "dimension": 128}


@pytest.mark.parametrize(
    ("change", "field", "reason", "nearest"),
    [
        ({"index": "HNWS"}, "index", "is none of", "HNSW"),
        ({"index": None}, "index", "is missing", "HNSW"),
        ({"index": "FAISS", "params": {"faiss_index_name": "PQ8"}}, "index", "faiss_index_name", "IVF_PQ"),
        ({"index": "IVF_PQ", "params": {"m": 33}}, "params.m", "does not divide the dimension 128", "32"),
        ({"index": "IVF_PQ"}, "params", "needs m", "32"),
        ({"index": "HNSW_PQ", "dimension": 100}, "params", "does not divide the dimension 100", "25"),
        ({"index": "SCANN", "dimension": 127}, "params", "does not divide the dimension 127", "1"),
        ({"index": "IVF_FLAT", "vectors": 100, "params": {"nlist": 101}}, "params.nlist", "there are 100 rows", "2"),
        ({"index": "IVF_FLAT", "data_type": "INT8_VECTOR"}, "index", "does not take INT8_VECTOR", "HNSW"),
        ({"index": "DISKANN", "data_type": "INT8_VECTOR"}, "index", "does not take INT8_VECTOR", "HNSW"),
        ({"index": "GPU_CAGRA", "milvus_version": "2.6.20"}, "metric", "refused before Milvus 2.6.21", "IP"),
        ({"index": "GPU_CAGRA", "topology": "standalone", "hardware": "memory"}, "index", "GPU image", "hardware gpu"),
        ({"index": "BIN_FLAT", "dimension": 130}, "dimension", "multiple of 8", "128"),
        ({"index": "SPARSE_INVERTED_INDEX"}, "dimension", "no dimension", "remove"),
        ({"index": "AISAQ", "milvus_version": "2.6.3", "topology": "distributed"}, "index", "2.6.4", "2.6.4"),
        ({"index": "BRUTE_FORCE", "topology": "standalone"}, "index", "Milvus Lite only", "FLAT"),
        ({"index": "SCANN", "topology": "lite"}, "index", "Milvus Lite has no SCANN", "IVF_FLAT"),
        ({"data_type": "FLOAT16_VECTOR", "topology": "lite"}, "data_type", "Milvus Lite has no", "FLOAT_VECTOR"),
        ({"params": {"M": 1}}, "params.M", "2 to 2048", "2"),
        ({"params": {"M": 2_049}}, "params.M", "2 to 2048", "2048"),
        ({"params": {"M": 10**400}}, "params.M", "not a whole number", "30"),
        ({"params": {"M": float("nan")}}, "params.M", "not a whole number", "30"),
        ({"params": {"m": 16}}, "params.m", "would ignore it", "M"),
        ({"params": [16]}, "params", "is no object of parameters", "M"),
        ({"dimension": 32_769}, "dimension", "2 to 32768", "32768"),
        ({"dimension": None}, "dimension", "is missing", "768"),
        ({"vectors": -1}, "vectors", "is no whole number from 0", "0"),
        ({"vectors": 1.5}, "vectors", "is no whole number", "2"),
        ({"vectors": 1e300}, "vectors", "is no whole number", "10000000000000"),
        ({"metric": "COSIN"}, "metric", "is no metric of Milvus", "COSINE"),
        ({"metric": "HAMMING"}, "metric", "does not take metric HAMMING", "COSINE"),
        ({"metric": 7}, "metric", "is no metric", "COSINE"),
        ({"data_type": "FLOAT"}, "data_type", "is none of", "FLOAT_VECTOR"),
        ({"topology": "standalon"}, "topology", "is none of", "standalone"),
        ({"hardware": "GPUS"}, "hardware", "is none of", "gpu"),
        ({"milvus_version": 2.6}, "milvus_version", "is no version", "2.6"),
        ({"replicas": 0}, "replicas", "from 1 to", "1"),
        ({"segment_bytes": 1}, "segment_bytes", "from 1,048,576", "1048576"),
        ({"scalar_bytes_per_row": -5}, "scalar_bytes_per_row", "from 0 to", "0"),
        ({"nonzeros_per_vector": -1}, "nonzeros_per_vector", "is no number from 0", "0"),
        ({"tiered_storage_hot_share": 1.5}, "tiered_storage_hot_share", "from 0 to 1", "1"),
        ({"mmap": "yes"}, "mmap", "neither true nor false", "false"),
        ({"compaction": 1}, "compaction", "neither true nor false", "false"),
        ({"dimensions": 128}, "dimensions", "is no key of a request", "dimension"),
        ({"vector": 5}, "vector", "is no key of a request", "vectors"),
        ({"scalar_indexes": "INVERTED"}, "scalar_indexes", "is no list", "INVERTED"),
    ],
)
def test_what_cannot_be_answered_names_field_reason_and_nearest(
    change: dict[str, Any], field: str, reason: str, nearest: str
) -> None:
    request = {key: value for key, value in {**BASE, **change}.items() if value is not None}
    with pytest.raises(InvalidValues) as refused:
        read_request(request)
    problems = [problem.to_json() for problem in refused.value.problems]
    assert [problem["field"] for problem in problems] == [field]
    assert reason in str(problems[0]["error"])
    assert nearest in str(problems[0]["nearest"])


HUGE = pytest.param(10**400, id="huge")  # a double ends at 1.8e308


@pytest.mark.parametrize("value", ["1000", True, [1], {}, float("nan"), float("inf"), HUGE])
@pytest.mark.parametrize("key", ["vectors", "dimension", "replicas", "nonzeros_per_vector", "segment_bytes"])
def test_no_number_is_refused_and_named(key: str, value: object) -> None:
    with pytest.raises(InvalidValues) as refused:
        read_request({**BASE, key: value})
    assert key in {problem.path for problem in refused.value.problems}
    assert all(problem.reason for problem in refused.value.problems)


@pytest.mark.parametrize("data", [None, [], "HNSW", 5, float("nan"), True])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(InvalidValues, match="is no request") as refused:
        read_request(data)
    assert "HNSW" in refused.value.problems[0].nearest


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(InvalidValues) as refused:
        read_request({"index": "HNSW", "vector": 5, "dimension": 1, "params": {"M": 1}, "replicas": 0})
    paths = {problem.path for problem in refused.value.problems}
    assert paths == {"vector", "vectors", "dimension", "params.M", "replicas"}


def test_words_may_be_written_in_any_case() -> None:
    assert answer("hnsw", data_type="float16_vector") == answer("HNSW", data_type="FLOAT16_VECTOR")


def test_a_whole_number_may_be_written_as_a_float() -> None:
    assert answer("HNSW", vectors=1e6, dimension=128.0) == answer("HNSW")
