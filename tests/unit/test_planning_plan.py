"""The plan: topology with its reason, the design's keys, and no invented numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.indexes import INDEX_NAMES
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

KEYS = [
    "topology", "hardware", "milvus_version", "wal", "collections", "roles", "node_pools", "dependencies",
    "object_store_bytes", "cost", "decisions", "alternatives", "findings", "outgrown",
]  # fmt: skip


def plan(collection: dict[str, Any] | None = None, **keys: Any) -> Plan:
    articles = {"name": "articles", "vectors": 10_000, "dimension": 384} | (collection or {})
    return make_plan(read_workload({"collections": [articles], **keys}))


@pytest.mark.parametrize(
    ("collection", "keys", "topology", "hardware"),
    [
        ({}, {}, "lite", "memory"),
        ({"vectors": 300_001}, {}, "standalone", "memory"),
        ({"growth_vectors_per_month": 100_000}, {}, "standalone", "memory"),
        ({"growth_vectors_per_month": 100_000}, {"horizon_months": 1}, "lite", "memory"),
        ({"index": "DISKANN"}, {}, "standalone", "nvme"),
        ({"index": "GPU_CAGRA"}, {}, "standalone", "gpu"),
        ({"index": "IVF_PQ", "index_params": {"m": 48}}, {}, "standalone", "memory"),
        ({"data_type": "FLOAT16_VECTOR"}, {}, "standalone", "memory"),
        ({}, {"production": True}, "standalone", "memory"),
        ({}, {"latency_p99_ms": 1}, "standalone", "memory"),
        ({}, {"queries_per_second": 5_000}, "standalone", "memory"),
        ({}, {"availability": "pod"}, "distributed", "memory"),
        ({}, {"availability": "zone"}, "distributed", "memory"),
        ({}, {"replicas": 2}, "distributed", "memory"),
        ({"vectors": 100_000_001}, {}, "distributed", "memory"),
        ({"vectors": 10**9, "index": "AISAQ"}, {}, "distributed", "nvme"),
        ({"vectors": 10**9}, {"topology": "lite"}, "lite", "memory"),
        ({}, {"topology": "managed"}, "managed", "memory"),
        ({}, {"topology": "distributed"}, "distributed", "memory"),
    ],
)
def test_topology_and_hardware(collection: dict[str, Any], keys: dict[str, Any], topology: str, hardware: str) -> None:
    made = plan(collection, **keys)
    assert (made.topology, made.hardware) == (topology, hardware)
    decided = {decision.what: decision for decision in made.decisions}
    assert decided["topology"].choice == topology
    assert decided["hardware"].choice == hardware


def test_the_json_has_the_designs_keys() -> None:
    data = plan({"growth_vectors_per_month": 20_000}).to_json()
    assert list(data) == KEYS
    assert set(data["roles"]["lite"]) == {
        "pods", "cpu_cores", "memory_bytes", "local_disk_bytes", "gpus", "node_pool", "loaded_bytes_per_pod",
        "peak_bytes_per_pod",
    }  # fmt: skip
    assert set(data["cost"]) == {
        "usd_per_month", "cheapest_usd_per_month", "items", "unpriced", "prices_as_of", "region",
    }  # fmt: skip
    assert set(data["decisions"][0]) == {"what", "choice", "because", "source"}
    assert data["outgrown"][0]["month"] == 15
    assert json.loads(json.dumps(data)) == data


def test_a_finding_has_the_designs_keys() -> None:
    data = plan({"index": "DISKANN"}, topology="lite").to_json()
    assert set(data["findings"][0]) == {"rule", "level", "subject", "message", "fix"}


def test_what_cannot_be_is_not_sized_and_the_plan_says_so() -> None:
    made = plan({"vectors": 10**9, "index": "IVF_PQ", "index_params": {"m": 7}}, topology="distributed")
    assert made.has_errors
    assert not made.roles
    assert made.cost.usd_per_month is None
    assert any(decision.what == "roles" and decision.choice == "not sized" for decision in made.decisions)


def test_an_explicit_lite_is_honoured_and_judged() -> None:
    made = plan({"vectors": 2_000_000, "index": "DISKANN", "shards": 2}, topology="lite", production=True)
    assert made.has_errors
    assert {finding.subject for finding in made.findings if finding.level == "error"} == {
        "collections[0].index",
        "production",
        "collections",
    }
    assert [finding.subject for finding in made.findings if finding.level == "warning"] == ["collections[0].shards"]


def test_a_sparse_autoindex_on_lite_is_the_sparse_index() -> None:
    fields = [{"name": "dense", "dimension": 8}, {"name": "sparse", "data_type": "SPARSE_FLOAT_VECTOR"}]
    workload = {"collections": [{"name": "a", "vectors": 1, "vector_fields": fields}], "topology": "lite"}
    made = make_plan(read_workload(workload))
    assert not made.findings
    assert any("not measured" in decision.source for decision in made.decisions)


def test_every_decision_explains_itself() -> None:
    for made in (plan(), plan({"index": "DISKANN"}), plan(availability="zone")):
        for decision in made.decisions:
            assert decision.what
            assert decision.choice
            assert decision.because
            assert decision.source


def test_a_plan_is_frozen() -> None:
    made = plan()
    with pytest.raises(AttributeError):
        made.topology = "standalone"  # type: ignore[misc]
    with pytest.raises(TypeError):
        made.roles["lite"] = made.roles["lite"]  # type: ignore[index]


_collections = st.fixed_dictionaries(
    {"vectors": st.integers(0, 10**10), "dimension": st.integers(2, 32_768)},
    optional={
        "growth_vectors_per_month": st.integers(0, 10**8),
        "index": st.sampled_from(INDEX_NAMES),
        "metric": st.sampled_from(["COSINE", "L2", "IP", "BM25", "HAMMING"]),
        "index_params": st.dictionaries(
            st.sampled_from(["M", "nlist", "m"]), st.integers(-9, 10**9) | st.text(max_size=3)
        ),
        "scalar_bytes_per_row": st.integers(0, 10**5),
        "shards": st.integers(1, 16),
    },
)


@pytest.mark.property(2_000)
@given(
    collections=st.lists(_collections, min_size=1, max_size=3),
    keys=st.fixed_dictionaries(
        {},
        optional={
            "topology": st.sampled_from([None, "lite", "standalone", "distributed", "managed"]),
            "production": st.booleans(),
            "availability": st.sampled_from(["none", "pod", "zone"]),
            "replicas": st.none() | st.integers(1, 5),
            "latency_p99_ms": st.floats(0.1, 1e4),
            "queries_per_second": st.floats(0, 1e5),
            "horizon_months": st.integers(0, 120),
        },
    ),
)
def test_every_workload_gets_a_plan(collections: list[dict[str, Any]], keys: dict[str, Any]) -> None:
    named = [{"name": f"c{number}", **collection} for number, collection in enumerate(collections)]
    made = make_plan(read_workload({"collections": named, **keys}))
    assert list(json.loads(json.dumps(made.to_json()))) == KEYS
    turned = make_plan(read_workload({"collections": named[::-1], **keys}))
    assert turned.topology == made.topology
    assert {name: role.memory_bytes for name, role in turned.roles.items()} == {
        name: role.memory_bytes for name, role in made.roles.items()
    }
