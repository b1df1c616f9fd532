"""Rule lite-limits, held to the Milvus Lite that is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_milvus.planning.indexes import INDEXES, SCALAR_INDEXES
from pulumi_milvus.rules import EnvironmentFacts, ScalarIndexFacts, VectorFieldFacts, check_field, lite_limits


def facts(index_type: str = "HNSW", **given_facts: Any) -> VectorFieldFacts:
    values: dict[str, Any] = {"subject": "articles", "dimension": 128, "topology": "lite"}
    return VectorFieldFacts(index_type=index_type, **(values | given_facts))


def test_the_tables_are_those_of_the_installed_milvus_lite() -> None:
    from milvus_lite.index.factory import KNOWN_VECTOR_INDEX_TYPES
    from milvus_lite.index.scalar import capabilities
    from milvus_lite.schema.types import DataType

    refused_although_known = {"IVF_PQ"}  # "reserved for a future phase"
    assert KNOWN_VECTOR_INDEX_TYPES - refused_although_known == lite_limits.DENSE_INDEXES | lite_limits.SPARSE_INDEXES
    assert {kind.name for kind in DataType if kind.name.endswith("_VECTOR")} == lite_limits.DATA_TYPES
    assert lite_limits.SCALAR_INDEX_TYPES == capabilities.IMPLEMENTED_SCALAR_INDEX_TYPES
    assert {kind.name for kind in capabilities.SUPPORTED_SCALAR_INDEX_DTYPES} == lite_limits.SCALAR_TYPES


def test_the_catalogue_says_the_same_as_the_rule() -> None:
    runs_on_lite = {name for name, index in INDEXES.items() if "lite" in index.runs_on}
    assert runs_on_lite == lite_limits.DENSE_INDEXES | lite_limits.SPARSE_INDEXES
    assert {name for name, row in SCALAR_INDEXES.items() if "lite" in row.runs_on} == lite_limits.SCALAR_INDEX_TYPES


@pytest.mark.parametrize(
    ("field", "path", "near"),
    [
        (facts("DISKANN"), "articles.index", "HNSW"),
        (facts("GPU_CAGRA", metric="L2"), "articles.index", "HNSW"),
        (facts("IVF_PQ", params={"m": 32}), "articles.index", "IVF_SQ8"),
        (facts("HNSW_PQ"), "articles.index", "HNSW_SQ"),
        (facts("SCANN"), "articles.index", "IVF_FLAT"),
        (facts(data_type="FLOAT16_VECTOR"), "articles.data_type", "FLOAT_VECTOR"),
        (facts("BIN_FLAT", data_type="BINARY_VECTOR"), "articles.data_type", "FLOAT_VECTOR"),
        (
            facts("AUTOINDEX", data_type="SPARSE_FLOAT_VECTOR", dimension=None),
            "articles.index",
            "SPARSE_INVERTED_INDEX",
        ),
        (facts("AUTOINDEX", params={"M": 1}), "articles.index_params.M", "2"),
        (facts("IVF_FLAT", params={"nlist": 0}), "articles.index_params.nlist", "1"),
    ],
)
def test_what_lite_lacks_is_an_error_before_anything_is_created(field: VectorFieldFacts, path: str, near: str) -> None:
    errors = [finding for finding in check_field(field) if finding.level == "error"]
    assert [finding.subject for finding in errors] == [path]
    assert near in errors[0].fix


def test_the_lazy_check_is_named() -> None:
    (finding,) = check_field(facts("DISKANN"))
    assert "accepted and then fail at the first flush" in finding.message


@pytest.mark.parametrize("name", sorted(lite_limits.DENSE_INDEXES))
def test_every_index_of_lite_passes(name: str) -> None:
    assert check_field(facts(name, metric="COSINE")) == []


@pytest.mark.parametrize("params", [{"sq_type": "SQ4U"}, {"refine": True}])
def test_parameters_that_lite_ignores_are_warnings(params: dict[str, object]) -> None:
    assert [finding.level for finding in check_field(facts("HNSW_SQ", params=params))] == ["warning"]


def test_a_server_is_not_judged_by_lites_limits() -> None:
    assert check_field(facts("DISKANN", topology="distributed")) == []
    assert lite_limits.check(EnvironmentFacts(topology="standalone", production=True)) == []


@pytest.mark.parametrize(("index_type", "data_type"), [("BITMAP", "INT64"), ("INVERTED", "JSON"), ("STL_SORT", None)])
def test_scalar_indexes_of_lite(index_type: str, data_type: str | None) -> None:
    asked = ScalarIndexFacts(subject="f", index_type=index_type, data_type=data_type, topology="lite")
    assert [finding.level for finding in lite_limits.check_scalar_index(asked)] == ["error"]


@pytest.mark.parametrize(
    ("environment", "subject", "level"),
    [
        (EnvironmentFacts(topology="lite", production=True), "production", "error"),
        (EnvironmentFacts(topology="lite", availability="zone"), "availability", "error"),
        (EnvironmentFacts(topology="lite", replicas=2), "replicas", "error"),
        (EnvironmentFacts(topology="lite", shards=2), "shards", "warning"),
        (EnvironmentFacts(topology="lite", rows=300_001), "collections", "warning"),
        (EnvironmentFacts(topology="lite", rows=1_000_001), "collections", "error"),
    ],
)
def test_what_an_environment_asks_of_lite(environment: EnvironmentFacts, subject: str, level: str) -> None:
    assert [(finding.subject, finding.level) for finding in lite_limits.check(environment)] == [(subject, level)]


def test_a_small_environment_passes() -> None:
    assert lite_limits.check(EnvironmentFacts(topology="lite", rows=300_000, shards=1, replicas=1)) == []


def test_lite_takes_a_bm25_k1_above_zero_only() -> None:
    facts = VectorFieldFacts(
        subject="words",
        index_type="SPARSE_INVERTED_INDEX",
        data_type="SPARSE_FLOAT_VECTOR",
        metric="BM25",
        params={"bm25_k1": 0},
        topology="lite",
    )
    assert [finding.subject for finding in lite_limits.check_field(facts)] == ["words.index_params.bm25_k1"]
    assert lite_limits.check_field(replace(facts, params={"bm25_k1": 0.01})) == []
