"""Rule index-pair: what cannot go together is refused with the reason and the nearest thing that works."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEXES, SCALAR_INDEXES, resolve_autoindex
from pulumi_milvus.rules import ScalarIndexFacts, VectorFieldFacts, check_field, index_pair
from pulumi_milvus.rules.index_pair import check


def facts(index_type: str = "HNSW", **given_facts: Any) -> VectorFieldFacts:
    values: dict[str, Any] = {"subject": "articles", "dimension": 128, "topology": "standalone"}
    return VectorFieldFacts(index_type=index_type, **(values | given_facts))


def binary(index_type: str, **given_facts: Any) -> VectorFieldFacts:
    return facts(index_type, data_type="BINARY_VECTOR", **given_facts)


def sparse(**given_facts: Any) -> VectorFieldFacts:
    return facts("SPARSE_INVERTED_INDEX", data_type="SPARSE_FLOAT_VECTOR", **given_facts)


BUDGET = "pq_code_budget_gb_ratio"


@pytest.mark.parametrize(
    ("field", "path", "reason", "fix"),
    [
        (facts("HNWS"), "articles.index", "no index type", "HNSW"),
        (facts(data_type="FLOAT"), "articles.data_type", "no vector type", "FLOAT_VECTOR"),
        (facts("DISKANN", data_type="INT8_VECTOR"), "articles.index", "does not take INT8_VECTOR", "HNSW"),
        (facts("FLAT", data_type="BINARY_VECTOR"), "articles.index", "does not take BINARY_VECTOR", "BIN_IVF_FLAT"),
        (facts(metric="HAMMING"), "articles.metric", "does not take metric HAMMING", "COSINE"),
        (facts(metric="COSIN"), "articles.metric", "no metric", "COSINE"),
        (binary("MINHASH_LSH", metric="HAMMING"), "articles.metric", "MHJACCARD", "MHJACCARD"),
        (facts(dimension=40_000), "articles.dimension", "2 to 32768", "32768"),
        (facts(dimension=1), "articles.dimension", "2 to 32768", "2"),
        (binary("BIN_FLAT", dimension=130), "articles.dimension", "multiple of 8", "128"),
        (sparse(), "articles.dimension", "no dimension", "remove"),
        (facts(params={"M": 1}), "articles.index_params.M", "2 to 2048", "2"),
        (facts(params={"M": 4_096}), "articles.index_params.M", "2 to 2048", "2048"),
        (facts(params={"M": 2.5}), "articles.index_params.M", "whole number", "30"),
        (facts(params={"M": True}), "articles.index_params.M", "whole number", "30"),
        (facts(params={"m": 16}), "articles.index_params.m", "would ignore it", "write M"),
        (facts(params={"ef_construction": 9}), "articles.index_params.ef_construction", "ignore", "efConstruction"),
        (facts("IVF_FLAT", params={"nlist": 0}), "articles.index_params.nlist", "1 to 65536", "1"),
        (facts("IVF_PQ"), "articles.index_params", "needs m", "32"),
        (facts("IVF_PQ", params={"m": 33}), "articles.index_params.m", "does not divide", "32"),
        (facts("HNSW_PQ", dimension=100), "articles.index_params", "by default", "25"),
        (facts("SCANN", dimension=101), "articles.index_params", "does not divide", "1"),
        (facts("HNSW_SQ", params={"sq_type": "SQ5"}), "articles.index_params.sq_type", "SQ4U, SQ6", "SQ"),
        (facts("IVF_RABITQ", milvus_version="v2.5.27"), "articles.index", "from Milvus 2.6", "2.6"),
        (facts("AISAQ", milvus_version="2.6.3"), "articles.index", "from Milvus 2.6.4", "2.6.4"),
        (facts("GPU_CAGRA", metric="L2", gpu_image=False), "articles.index", "GPU image", "HNSW"),
        (facts("DISKANN", params={BUDGET: 0}), f"articles.index_params.{BUDGET}", "0.25", "0.125"),
        (facts("BRUTE_FORCE"), "articles.index", "Milvus Lite only", "FLAT"),
        (sparse(dimension=None, metric="BM25", function_output=False), "articles.metric", "BM25 function", "IP"),
    ],
)
def test_impossible_pairs_are_errors(field: VectorFieldFacts, path: str, reason: str, fix: str) -> None:
    errors = [finding for finding in check(field) if finding.level == "error"]
    assert [finding.subject for finding in errors] == [path]
    assert reason in errors[0].message
    assert fix in errors[0].fix
    assert errors[0].rule == "index-pair"
    assert errors[0].source


@pytest.mark.parametrize(
    ("field", "level"),
    [
        (facts(data_type="BINARY_VECTOR", metric="HAMMING"), "warning"),
        (facts(params={"colour": 3}), "warning"),
        (facts(params={"ef": 3}), "warning"),
        (facts("AUTOINDEX", params={"M": 3}), "warning"),
    ],
)
def test_what_is_doubtful_is_no_error(field: VectorFieldFacts, level: str) -> None:
    assert {finding.level for finding in check(field)} == {level}


@pytest.mark.parametrize("name", sorted(INDEXES))
def test_every_index_has_a_combination_that_passes(name: str) -> None:
    index = INDEXES[name]
    data_type = sorted(index.data_types)[-1] if "FLOAT_VECTOR" not in index.data_types else "FLOAT_VECTOR"
    metric = "IP" if "IP" in index.metrics else sorted(index.metrics)[0]
    params = {p.name: 32 if p.kind == "int" else "Flat" for p in index.parameters if p.required}
    topology = "lite" if index.runs_on == {"lite"} else "standalone"
    dimension = None if data_type == "SPARSE_FLOAT_VECTOR" else 128
    field = facts(name, data_type=data_type, metric=metric, params=params, topology=topology, dimension=dimension)
    assert check(field) == []


@pytest.mark.parametrize("name", sorted(INDEXES))
def test_the_defaults_of_every_parameter_lie_in_its_range(name: str) -> None:
    for parameter in INDEXES[name].parameters:
        if isinstance(parameter.default, int | float) and not isinstance(parameter.default, bool):
            assert parameter.minimum is None or parameter.minimum <= parameter.default
            assert parameter.maximum is None or parameter.default <= parameter.maximum
        if parameter.kind == "choice":
            assert parameter.default is None or parameter.default in parameter.choices


@pytest.mark.parametrize("place", ["lite", "server", "gpu"])
@pytest.mark.parametrize("data_type", ["FLOAT_VECTOR", "INT8_VECTOR", "BINARY_VECTOR", "SPARSE_FLOAT_VECTOR"])
def test_autoindex_resolves_to_an_index_that_takes_the_type(data_type: str, place: str) -> None:
    name, params = resolve_autoindex(data_type, place)
    assert data_type in INDEXES[name].data_types
    assert all(INDEXES[name].parameter(key) is not None for key in params)


@pytest.mark.parametrize(
    ("index_type", "data_type", "reason", "near"),
    [
        ("INVERTD", "VARCHAR", "no scalar index", "INVERTED"),
        ("BITMAP", "DOUBLE", "does not take", "INVERTED"),
        ("INVERTED", "GEOMETRY", "does not take", "RTREE"),
    ],
)
def test_scalar_indexes(index_type: str, data_type: str, reason: str, near: str) -> None:
    found = index_pair.check_scalar_index(
        ScalarIndexFacts(
            subject="c.scalar_indexes[0]", index_type=index_type, data_type=data_type, topology="standalone"
        )
    )
    assert [finding.level for finding in found] == ["error"]
    assert reason in found[0].message
    assert near in found[0].fix


def test_milvus_spells_trie_in_two_ways() -> None:
    assert "TRIE" in SCALAR_INDEXES
    assert index_pair.check_scalar_index(ScalarIndexFacts(subject="f", index_type="Trie", data_type="VARCHAR")) == []


_values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers()))


@given(
    index_type=st.sampled_from(sorted(INDEXES)) | st.text(max_size=12),
    data_type=st.sampled_from(["FLOAT_VECTOR", "BINARY_VECTOR", "SPARSE_FLOAT_VECTOR", "INT8_VECTOR", "x"]),
    metric=st.none() | st.sampled_from(["COSINE", "L2", "BM25", "MHJACCARD", ""]),
    dimension=st.none() | st.integers(),
    params=st.dictionaries(
        st.sampled_from(["M", "m", "nlist", "nbits", "sq_type", "refine", "x"]), _values, max_size=4
    ),
    topology=st.sampled_from([None, "lite", "standalone", "distributed"]),
    version=st.none() | st.text(max_size=8) | st.just("2.6.24"),
)
def test_the_rules_never_raise(
    index_type: str,
    data_type: str,
    metric: str | None,
    dimension: int | None,
    params: dict[str, object],
    topology: str | None,
    version: str | None,
) -> None:
    field = VectorFieldFacts(
        subject="c",
        index_type=index_type,
        data_type=data_type,
        metric=metric,
        dimension=dimension,
        params=params,
        topology=topology,
        milvus_version=version,
    )
    for finding in check_field(field):
        assert finding.message
        assert finding.fix
        assert "\n" not in str(finding)
