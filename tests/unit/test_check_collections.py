"""Collections that a program declares are judged without a workload, and say what their Milvus stores."""

from __future__ import annotations

import json
from typing import Any

import pytest
from check_cases.case import Objects
from check_cases.on_aws import PREFIX, UNKNOWN, export, in_kubernetes, preview
from check_cases.right_systems import diskann, hnsw
from pydantic.alias_generators import to_camel

from pulumi_milvus.collection_args import collection_args
from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.reading import read_workload


def collection(kind: str = "HNSW", rows: float | None = 10_000_000, /, **field: Any) -> dict[str, Any]:
    """The state of a collection of one vector field, as the provider's check leaves it."""
    inputs: dict[str, Any] = {
        "__defaults": [],
        "collectionName": "articles",
        "fields": [
            {"name": "id", "dataType": "INT64", "isPrimary": True},
            {
                "name": "vector",
                "dataType": "FLOAT_VECTOR",
                "dimension": 768.0,
                "index": {"indexType": kind, "metricType": "COSINE", "params": {}},
                **field,
            },
        ],
    }
    if rows is not None:
        inputs["expectedRows"] = rows
    return state(inputs)


def state(inputs: dict[str, Any]) -> dict[str, Any]:
    kind = "milvus:index:Collection"
    return {"type": kind, "urn": f"{PREFIX}{kind}::articles", "inputs": inputs}


def found(files: Objects) -> list[Finding]:
    """All findings on one file, without a workload."""
    inspection = inspect([("preview.json", json.dumps(files[0]).encode())])
    assert not inspection.problems
    assert inspection.has_milvus
    return all_findings(inspection)


def levels(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.level) for finding in findings if finding.level != "advice"}


@pytest.mark.parametrize("shape", [preview, export])
@pytest.mark.parametrize(
    ("objects", "stored", "expected"),
    [
        (hnsw(), collection(), set()),
        (hnsw(), collection("HNSW", 100_000_000), {("memory-index-fits", "error")}),
        (hnsw(), collection("DISKANN"), {("diskann-needs-nvme", "error"), ("diskann-disk-enabled", "error")}),
        (diskann(), collection("DISKANN", 50_000_000), set()),
        (diskann("r6i.4xlarge"), collection("DISKANN", 50_000_000), {("diskann-needs-nvme", "error")}),
        (
            diskann(),
            collection("DISKANN", 500_000_000.0),
            {("diskann-disk-size", "error"), ("memory-index-fits", "error")},
        ),
    ],
)
def test_a_collection_says_what_its_milvus_stores(
    shape: Any, objects: Objects, stored: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert levels(found(shape([stored, *in_kubernetes(objects)]))) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (collection(), set()),
        (
            collection(index={"indexType": "HNSW", "metricType": "COSINE", "params": {"M": 1_000_000.0}}),
            {("index-pair", "error")},
        ),
        (collection(index={"indexType": "HNSW", "metricType": "JACCARD"}), {("index-pair", "error")}),
        (collection("BIN_FLAT"), {("index-pair", "error")}),
        (collection("DISKANN", endpoint="x"), set()),
    ],
)
def test_a_collection_alone_is_judged(stored: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    findings = found(preview([stored]))
    assert levels(findings) == expected
    assert all(finding.subject.startswith("milvus:index:Collection articles.fields[1]") for finding in findings)


@pytest.mark.parametrize(("index", "expected"), [("HNSW", set()), ("DISKANN", {("lite-limits", "error")})])
def test_a_collection_of_a_lite_file(index: str, expected: set[tuple[str, str]]) -> None:
    stored = collection(index, 1_000)
    stored["inputs"]["endpoint"] = ".data/milvus.db"
    assert levels(found(export([stored]))) == expected


def test_what_is_not_known_yet_is_no_pass() -> None:
    stored = collection("DISKANN", dimension=UNKNOWN)
    said = found(preview([stored, *in_kubernetes(diskann("r6i.4xlarge"))]))
    assert levels(said) == set()
    about = [finding for finding in said if finding.subject == "milvus:index:Collection articles"]
    assert [finding.message == "fields[1].dimension not known yet, so this is not judged" for finding in about] == [
        True
    ]
    assert any(finding.rule == "diskann-needs-nvme" and finding.level == "advice" for finding in said)


def test_a_number_of_rows_that_nobody_says_is_asked_for() -> None:
    said = found(preview([collection("HNSW", None), *in_kubernetes(hnsw())]))
    assert levels(said) == set()
    assert [finding.rule for finding in said if "how many rows" in finding.message] == ["memory-index-fits"]


def test_the_workload_is_the_same_as_was_declared() -> None:
    fields = [
        {"name": "dense", "dimension": 768, "index": "HNSW", "index_params": {"M": 16, "efConstruction": 200}},
        {"name": "words", "data_type": "SPARSE_FLOAT_VECTOR", "index": "SPARSE_INVERTED_INDEX", "metric": "BM25"},
    ]
    brand = {"field": "brand", "type": "INVERTED", "data_type": "VARCHAR"}
    plain = {"name": "articles", "vectors": 5_000_000, "vector_fields": fields, "scalar_indexes": [brand], "shards": 2}
    declared = read_workload({"collections": [plain], "production": True})
    args = collection_args(declared.collections[0], production=True, disposable=False, gap_allowed=False)
    inputs = json.loads(json.dumps(_camel(args)))
    inspection = inspect([("preview.json", json.dumps(preview([state(inputs), *in_kubernetes(hnsw())])[0]).encode())])
    stored = inspection.milvuses[0].workload
    assert stored is not None
    assert stored.production
    assert stored.collections[0].vectors == 5_000_000
    assert stored.collections[0].shards == 2
    assert stored.collections[0].scalar_indexes == declared.collections[0].scalar_indexes
    for field, said in zip(stored.collections[0].fields, declared.collections[0].fields, strict=True):
        assert (field.name, field.index, field.data_type) == (said.name, said.index, said.data_type)
        assert field.resolved_metric == said.resolved_metric
        assert field.index_params == said.index_params


def _camel(value: Any) -> Any:
    """Keys as Pulumi writes them; parameters of an index keep Milvus's own names."""
    if isinstance(value, dict):
        return {to_camel(key): item if key == "params" else _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value
