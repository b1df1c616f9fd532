"""Every figure of a plan is explained by terms that add up to it; the few that are not say why they need none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import call
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.plan_figures import explanations_of
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.values_file import read_values
from pulumi_milvus.planning.written_plan import written_plan_of
from pulumi_milvus.planning.written_plan_reader import read_written_plan

STACKS = Path(__file__).parents[2] / "stacks"
HNSW: dict[str, Any] = {"name": "articles", "vectors": 20_000_000, "dimension": 768, "index": "HNSW"}
DISKANN: dict[str, Any] = {"name": "pages", "vectors": 300_000_000, "dimension": 512, "index": "DISKANN"}
# Not shipped as environments: data on volumes, several fields, scalar indexes, partitions, a cluster that is there.
WORKLOADS: dict[str, dict[str, Any]] = {
    "mapped": {"collections": [HNSW | {"mmap": True, "scalar_bytes_per_row": 300}], "availability": "pod"},
    "mapped, one pod": {"collections": [HNSW | {"mmap": True, "vectors": 2_000_000}], "topology": "standalone"},
    "vectors beside": {"collections": [HNSW | {"index": "IVF_SQ8"}], "availability": "zone", "inserts_per_second": 900},
    "one pod, NVMe": {"collections": [DISKANN | {"vectors": 3_000_000}], "topology": "standalone"},
    "queries": {"collections": [HNSW], "availability": "pod", "queries_per_second": 900, "latency_p99_ms": 40},
    "copies": {"collections": [HNSW], "availability": "zone", "replicas": 3},
    "several": {
        "collections": [
            HNSW | {"partitions": 64, "shards": 2, "growth_vectors_per_month": 300_000},
            {
                "name": "many",
                "vectors": 5_000_000,
                "scalar_bytes_per_row": 100,
                "scalar_indexes": [{"field": "brand", "type": "BITMAP"}, {"field": "price", "type": "STL_SORT"}],
                "vector_fields": [
                    {"name": "dense", "dimension": 768, "index": "IVF_FLAT"},
                    {"name": "words", "data_type": "SPARSE_FLOAT_VECTOR", "index": "SPARSE_INVERTED_INDEX"},
                ],
            },
            {"name": "empty", "vectors": 0, "dimension": 8},
        ],
        "topology": "distributed",
    },
    "self-contained": {"collections": [HNSW | {"vectors": 3_000_000}], "object_store": "local"},
    "self-contained, mapped": {
        "collections": [HNSW | {"vectors": 3_000_000, "mmap": True}],
        "object_store": "local",
    },
    "stores in the cluster": {
        "collections": [HNSW],
        "availability": "zone",
        "object_store": "in_cluster",
        "wal": "woodpecker-service",
        "milvus_version": "3.0.1",
    },
    "a cluster that is there": {
        "collections": [DISKANN],
        "availability": "pod",
        "node_shapes": [
            {"name": "general", "count": 9, "cpu_cores": 16, "memory_gib": 64},
            {"name": "nvme", "count": 12, "cpu_cores": 32, "memory_gib": 256, "local_nvme_bytes": 4 * 10**12},
        ],
    },
}
PLANS = ("lite", "standalone", "distributed", "nvme", "gpu", *WORKLOADS)

# Numbers of a plan that need no explanation, and why.
NEED_NONE = {
    r"collections\[\d+\]\.(vectors|shards|partitions|scalar_bytes_per_row)": "as declared",
    r"collections\[\d+\]\.scalar_indexes\[\d+\]\..+": "as declared",
    r"collections\[\d+\]\.vector_fields\[\d+\]\..+": "as declared, or the model's",
    r"collections\[\d+\]\.resolved_indexes\[\d+\]\.params\..+": "as declared, or Milvus's defaults",
    r"node_pools\[\d+\]\.(zones|pods_per_node\..+)": "the layout of the nodes, which node_pools.NAME.nodes tells",
    r"cost\.items\[\d+\]\.quantity": "stands in the term of the item",
    r"alternatives\[\d+\]\..+": "not planned; each has its own because",
    r"outgrown\[\d+\]\..+": "not planned yet; each says what then",
}
# Where pods or nodes are whole, or get all of a node, more is planned than the terms add up to, and one term says so.
WHOLE = re.compile(r"roles\.\w+\.(memory_bytes|cpu_cores)|roles\.query_node\.local_disk_bytes")


def plan_of(name: str) -> Plan:
    if name in WORKLOADS:
        return make_plan(read_workload(WORKLOADS[name]))
    return make_plan(read_values(STACKS / f"Pulumi.{name}.yaml").workload)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from leaves(part, f"{path}[{place}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


@pytest.mark.parametrize("name", PLANS)
def test_every_number_is_explained_or_needs_no_explanation(name: str) -> None:
    made = plan_of(name)
    assert made.roles, made.findings
    known = explanations_of(made)
    for path, value in leaves(json.loads(json.dumps(made.to_json()))):
        if any(re.fullmatch(pattern, path) for pattern in NEED_NONE):
            continue
        explained = known[path]
        assert explained.figure is not None, path
        assert explained.figure.value == value, path
        assert explained.figure.because, path


@pytest.mark.parametrize("name", PLANS)
def test_terms_add_up_to_their_figure(name: str) -> None:
    for path, explained in explanations_of(plan_of(name)).items():
        figure = explained.figure
        if figure is None:
            assert explained.because
            continue
        if not explained.terms:
            assert figure.value == 0, path
            continue
        close = {"bytes": 1.0, "USD a month": 0.006}.get(figure.unit, 1e-6)
        assert explained.sum == pytest.approx(figure.value, abs=close, rel=1e-12), path
        assert {term.unit for term in explained.terms} == {figure.unit}, path
        assert all(term.name and term.source for term in (*explained.terms, *figure.steps)), path
        if not WHOLE.fullmatch(path):
            assert explained.terms == figure.terms, f"{path}: {explained.terms[-1]}"


@pytest.mark.parametrize("name", PLANS)
def test_a_size_of_a_pod_covers_what_it_was_planned_for(name: str) -> None:
    """What is planned beyond the terms is never less than nothing: only a limit of the loader is below them."""
    for path, explained in explanations_of(plan_of(name)).items():
        if WHOLE.fullmatch(path) and explained.figure is not None:
            assert all(term.value >= 0 for term in explained.terms), path


def test_places_and_names_are_both_understood() -> None:
    known = explanations_of(plan_of("several"))
    assert known["collections[1].loaded_bytes"] == known["collections.many.loaded_bytes"]
    assert known["dependencies[0].memory_bytes"].path == "dependencies.etcd.memory_bytes"
    for path in ("collections[9].loaded_bytes", "collections[1].loaded", "node_pools[0]", "roles.query_node"):
        assert path not in known


def test_cores_for_queries_are_told_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin, path = json.dumps(WORKLOADS["queries"]), "roles.query_node.cpu_cores"
    data = json.loads(call(monkeypatch, "plan", "--explain", path, "--json", "-", stdin=stdin).out)
    steps = {step["name"]: step for step in data["steps"]}
    assert steps["queries a second"]["value"] == 900
    assert len({step["unit"] for step in data["steps"]}) > 3
    assert data["sum"] == pytest.approx(data["value"])
    page = call(monkeypatch, "plan", "--explain", path, "-", stdin=stdin).out
    assert "one query" in page
    assert "what is planned beyond" in " ".join(page.split())


@pytest.mark.parametrize("path", ["roles.streaming_node.pods", "dependencies.etcd.memory_bytes", "object_store_bytes"])
def test_each_kind_of_figure_has_a_page(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    page = call(monkeypatch, "plan", "--explain", path, "-", stdin=json.dumps(WORKLOADS["copies"]))
    assert page.status == 0
    assert page.out.startswith(f"{path}: ")
    assert "Sum, as planned: " in page.out


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("roles.query_node", "roles.query_node."),
        ("roles.data_node.disk_bytes", "roles.data_node.local_disk_bytes"),
        ("pods", ".pods"),
        ("local_disk", "local_disk_bytes"),
        ("objectstore", "object_store_bytes"),
        ("dependencies.etcd.memory", "dependencies.etcd.memory_bytes"),
    ],
)
def test_the_nearest_is_what_a_reader_would_try_next(monkeypatch: pytest.MonkeyPatch, path: str, nearest: str) -> None:
    done = call(monkeypatch, "plan", "--explain", path, "--json", "-", stdin=json.dumps(WORKLOADS["copies"]))
    assert done.status == 2
    assert nearest in json.loads(done.out)["nearest"]


def test_a_plan_from_a_file_explains_what_it_has() -> None:
    made = plan_of("distributed")
    kept = read_written_plan(written_plan_of(made, "1.0.0").to_text().encode()).plan
    known = explanations_of(kept)
    assert known["cost.usd_per_month"].sum == pytest.approx(made.cost.usd_per_month, abs=0.006)
    assert set(known) <= set(explanations_of(made))


def test_an_unknown_path_has_a_nearest_also_among_thousands(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [HNSW | {"name": f"tenant_{place}", "vectors": 1_000} for place in range(2_000)]
    stdin = json.dumps({"collections": many, "topology": "distributed"})
    done = call(monkeypatch, "plan", "--explain", "roles.data_nodes.disk", "--json", "-", stdin=stdin)
    assert done.status == 2
    assert json.loads(done.out)["nearest"].startswith("roles.data_node.")
    assert done.err.count("\n") < 400
    assert "more, for each collection the same" in done.err
