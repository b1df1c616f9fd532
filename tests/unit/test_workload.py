"""The workload: what is accepted, what each mistake says, and that all mistakes come at once."""

from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload

ARTICLES: dict[str, Any] = {"name": "articles", "vectors": 10_000, "dimension": 768}

# Every key of the design's example.
FULL: dict[str, Any] = {
    "collections": [
        {
            "name": "articles",
            "vectors": "40_000_000",
            "growth_vectors_per_month": 1e6,
            "embedding_model": "BAAI/bge-base-en-v1.5",
            "data_type": "FLOAT_VECTOR",
            "index": "AUTOINDEX",
            "scalar_bytes_per_row": 512,
            "scalar_indexes": [{"field": "brand", "type": "BITMAP"}],
            "vector_fields": [],
            "partition_key": None,
            "shards": 1,
            "mmap": False,
            "partitions": 1,
        }
    ],
    "queries_per_second": 400,
    "latency_p99_ms": 50,
    "recall_target": 0.95,
    "inserts_per_second": 200,
    "availability": "zone",
    "horizon_months": 12,
    "production": True,
    "replicas": None,
}


def one(**keys: Any) -> dict[str, Any]:
    """A workload of one collection with some keys changed; None as value of ``drop_*`` leaves a key out."""
    collection = copy.deepcopy(ARTICLES) | keys
    for key in [key for key in keys if key.startswith("drop_")]:
        del collection[key]
        collection.pop(key.removeprefix("drop_"), None)
    return {"collections": [collection]}


NUMBER_AS_KEY: dict[Any, Any] = dict(one())
NUMBER_AS_KEY[3] = 4


def problems_of(data: object) -> list[str]:
    with pytest.raises(InvalidValues) as caught:
        read_workload(data)
    return [str(problem) for problem in caught.value.problems]


def test_the_designs_example_is_read() -> None:
    workload = read_workload(FULL)
    articles = workload.collections[0]
    assert articles.vectors == 40_000_000
    assert articles.growth_vectors_per_month == 1_000_000
    assert articles.fields[0].resolved_dimension == 768
    assert articles.fields[0].resolved_metric == "COSINE"
    assert workload.vectors_at_horizon == 52_000_000


def test_everything_but_the_required_keys_has_a_default() -> None:
    workload = read_workload({"collections": [ARTICLES]})
    collection = workload.collections[0]
    assert (collection.growth_vectors_per_month, workload.inserts_per_second, workload.production) == (0, 0, False)
    assert (collection.index, collection.data_type, collection.fields[0].resolved_metric) == (
        "AUTOINDEX",
        "FLOAT_VECTOR",
        "COSINE",
    )
    assert (workload.replicas, workload.topology, workload.availability, collection.shards) == (None, None, "none", 1)


@pytest.mark.parametrize("vectors", [40_000_000, "40_000_000", "40000000", 4e7, "4e7", "40_000_000.0"])
def test_numbers_may_carry_underscores_and_exponents(vectors: object) -> None:
    assert read_workload(one(vectors=vectors)).collections[0].vectors == 40_000_000


def test_models_are_frozen_and_refuse_unknown_keys() -> None:
    workload = read_workload(FULL)
    with pytest.raises(ValidationError):
        workload.production = False  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Collection.model_validate({**ARTICLES, "dimensions": 3})
    with pytest.raises(ValidationError, match="stands above"):
        Workload.model_validate({"collections": [ARTICLES, ARTICLES]})
    with pytest.raises(ValidationError, match="needs dimension or embedding_model"):
        Collection.model_validate({"name": "a", "vectors": 1})


def test_several_vector_fields_stand_in_for_the_collections_keys() -> None:
    data = one(
        drop_dimension=None,
        vector_fields=[
            {"name": "dense", "embedding_model": "bge-m3"},
            {"name": "text", "data_type": "SPARSE_FLOAT_VECTOR", "metric": "BM25", "index": "SPARSE_INVERTED_INDEX"},
        ],
    )
    dense, text = read_workload(data).collections[0].fields
    assert (dense.resolved_dimension, dense.resolved_metric) == (1024, "COSINE")
    assert (text.resolved_dimension, text.resolved_metric) == (None, "BM25")


def test_a_model_may_be_cut_to_a_dimension_that_it_offers() -> None:
    data = one(embedding_model="nomic-ai/nomic-embed-text-v1.5", dimension=256)
    assert read_workload(data).collections[0].fields[0].resolved_dimension == 256


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (one(dimensions=768, drop_dimension=None), "collections[0].dimensions: unknown key, nearest: dimension"),
        (one(dim=768, drop_dimension=None), "collections[0].dim: unknown key, nearest: dimension"),
        (one(production=True), "collections[0].production: unknown key, nearest: production beside collections"),
        ({**one(), "dimension": 3}, "dimension: unknown key, nearest: collections[0].dimension"),
        ({"colections": [ARTICLES]}, "colections: unknown key, nearest: collections"),
        (one(drop_vectors=None), "collections[0]: vectors is missing, nearest: vectors: 10_000"),
        (one(drop_dimension=None), "collections[0]: needs dimension or embedding_model, nearest: dimension: 768"),
        (
            one(vectors=-1),
            "collections[0].vectors: -1: a whole number from 0 to 10_000_000_000_000 is needed, near",
        ),
        (one(vectors="40M"), "nearest: 40_000_000"),
        (one(vectors="40,000,000"), "nearest: 40_000_000"),
        (one(vectors="1.5 million"), "nearest: 1_500_000"),
        (one(vectors=True), "collections[0].vectors: true: a whole number"),
        (one(vectors=float("nan")), "collections[0].vectors: nan: a whole number"),
        (one(vectors=float("inf")), "collections[0].vectors: inf: a whole number"),
        (one(vectors=10.5), "nearest: 10"),
        (one(vectors=10**400), "a whole number of about 400 digits: a whole number from 0"),
        (one(vectors=None), "collections[0].vectors: null: a whole number"),
        (one(dimension=1), "collections[0].dimension: 1: a whole number from 2 to 262_144 is needed, nearest: 2"),
        (one(dimension=40_000), "a whole number from 2 to 32_768 is needed, nearest: 32_768"),
        (one(dimension=130, data_type="BINARY_VECTOR"), "must be a multiple of 8, nearest: 128"),
        (one(data_type="SPARSE_FLOAT_VECTOR"), "a sparse vector has no dimension"),
        (one(data_type="FLOAT"), "nearest: FLOAT_VECTOR"),
        (one(metric="cosine"), "nearest: COSINE"),
        (one(metric="EUCLIDEAN"), "collections[0].metric: 'EUCLIDEAN': one of COSINE, L2"),
        (one(index="HNWS"), "nearest: HNSW"),
        (one(index="diskann"), "nearest: DISKANN"),
        (one(index_params=[1]), "collections[0].index_params: [1]: a mapping of parameter names"),
        (one(index_params={"M": [1]}), "each parameter must be a number"),
        (one(embedding_model="bge-bse-en-v1.5", drop_dimension=None), "nearest: BAAI/bge-base-en-v1.5"),
        (one(embedding_model="bge-m3", dimension=512), "BAAI/bge-m3 gives 1024 dimensions, nearest: 1_024"),
        (one(name="my-articles"), "nearest: my_articles"),
        (one(name="1st"), "nearest: _1st"),
        (one(name=7), "collections[0].name: 7: a name of letters"),
        (one(name="a" * 256), "at most 255 characters"),
        (one(shards=17), "a whole number from 1 to 16 is needed, nearest: 16"),
        (one(shards=None), "collections[0].shards: null: a whole number from 1 to 16 is needed, nearest: 1"),
        (one(partitions=2000), "nearest: 1_024"),
        (one(mmap="yes"), "collections[0].mmap: 'yes': true or false is needed, without quotes, nearest: true"),
        (one(mmap=0), "collections[0].mmap: 0: true or false is needed, without quotes, nearest: false"),
        (one(scalar_indexes={"field": "x"}), "collections[0].scalar_indexes: {'field': 'x'}: a list is needed"),
        (one(scalar_indexes=[{"field": "x", "type": "bitmap"}]), "nearest: BITMAP"),
        (one(scalar_indexes=["x"]), "collections[0].scalar_indexes[0]: 'x': a mapping is needed"),
        (one(scalar_indexes=[{"field": "vector", "type": "INVERTED"}]), "is a vector field"),
        (one(scalar_indexes=[{"field": "x", "type": "INVERTED"}] * 2), "Milvus has one index per field"),
        (one(partition_key="vector"), "is a vector field; a partition key is a scalar field"),
        (one(partition_key="id"), "is the primary key"),
        (
            one(vector_fields=[{"name": "a", "dimension": 8}]),
            "collections[0].dimension: 768: the keys of the vector",
        ),
        (one(drop_dimension=None, vector_fields=[{"name": "id", "dimension": 8}]), "is the name of the primary key"),
        (one(drop_dimension=None, vector_fields=[{"name": "a"}]), "collections[0].vector_fields[0]: needs dimension"),
        (one(scalar_indexes=[{"field": f"f{n}", "type": "INVERTED"} for n in range(63)]), "Milvus takes 64"),
        ({**one(), "production": 1}, "production: 1: true or false is needed, without quotes, nearest: true"),
        ({**one(), "production": "yes"}, "production: 'yes': true or false"),
        ({**one(), "recall_target": 95}, "recall_target: 95: a share above 0 to 1 is needed, nearest: 0.95"),
        ({**one(), "latency_p99_ms": 0}, "latency_p99_ms: 0: a number above 0"),
        ({**one(), "queries_per_second": "many"}, "queries_per_second: 'many': a number from 0"),
        ({**one(), "availability": "zones"}, "nearest: zone"),
        ({**one(), "topology": "light"}, "nearest: lite"),
        ({**one(), "replicas": 0}, "nearest: 1"),
        ({**one(), "horizon_months": 1200}, "nearest: 120"),
        ({**one(), "node_shapes": [1]}, "node_shapes[0]: 1: a mapping is needed"),
        (NUMBER_AS_KEY, "3: every key must be a text"),
        ({"collections": []}, "collections: []: at least one collection is needed"),
        ({"collections": None}, "collections: null: a list is needed"),
        ({"collections": {"articles": ARTICLES}}, "a list is needed"),
        ({"collections": [None]}, "collections[0]: null: a mapping is needed"),
        (
            {"collections": [ARTICLES, ARTICLES]},
            "collections[1].name: 'articles': a collection of that name stands",
        ),
        ({}, "workload: collections is missing"),
        (None, "workload: null: a mapping with the keys of a workload is needed"),
        ([ARTICLES], "a mapping with the keys of a workload is needed"),
        (datetime.date(2024, 1, 1), "a mapping with the keys of a workload is needed"),
    ],
)
def test_each_mistake_names_path_value_reason_and_remedy(data: object, expected: str) -> None:
    (problem,) = problems_of(data)
    assert expected in problem


def test_all_mistakes_come_at_once_across_collections() -> None:
    found = problems_of(
        {
            "collections": [
                {"name": "a-b", "vectors": -1, "dimensions": 3},
                {"name": "x", "vectors": 1, "embedding_model": "bge-m3", "dimension": 3},
                {"name": "x", "vectors": 1},
            ],
            "production": "yes",
            "horizon": 12,
        }
    )
    paths = [problem.partition(": ")[0] for problem in found]
    assert sorted(paths) == sorted(
        [
            "collections[0].name",
            "collections[0].vectors",
            "collections[0].dimensions",
            "collections[1].dimension",
            "collections[2]",
            "collections[2].name",
            "production",
            "horizon",
        ]
    )


def test_no_value_makes_a_traceback() -> None:
    loop: dict[str, Any] = {}
    loop["collections"] = [loop]
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    odd: list[Any] = [loop, {"collections": deep}, one(index_params=loop), one(name="\ud800"), one(name=deep)]
    odd += [{"\ud800": 1}, {("a",): 1}, one(vectors=object())]
    odd += [{**one(), "node_shapes": shapes} for shapes in ([loop], [{"a": deep}])]
    for data in odd:
        for problem in problems_of(data):
            problem.encode()
            assert "\n" not in problem


def test_ten_thousand_collections_are_read_quickly() -> None:
    many = [{**ARTICLES, "name": f"c{number}"} for number in range(10_000)]
    assert len(read_workload({"collections": many}).collections) == 10_000
