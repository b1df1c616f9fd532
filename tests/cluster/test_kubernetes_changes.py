"""Edits of a running environment: what the preview says, and what the cluster has afterwards.

An environment takes a while to come up, so that one of each kind goes through all of its changes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changed_environment import (
    accept_the_plan,
    as_it_stands,
    holds,
    image_of,
    refused,
    role_of,
    serving_deployment,
    start_up,
    watched,
    words,
)
from control_plane import ControlPlane
from kubernetes_environment import Place, kubernetes_environment
from planned_nodes import planned_nodes
from pulumi_milvus.planning.written_plan import plan_file

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
SMALL, LARGE, MANY = 1_000_000, 5_000_000, 10_000_000
OLD, NEW = "2.6.24", "3.0.2"
SOON_SECONDS = 120.0
# Recorded of Milvus Operator a6dcc6386f, 2.6 to 3.0: image-26-to-30.
ORDER = ["mixcoord", "streamingnode", "querynode", "datanode", "proxy"]


def values(vectors: int, *, version: str = OLD, topology: str = "distributed", **kubernetes: Any) -> dict[str, Any]:
    collection = {"name": "articles", "vectors": vectors, "dimension": 768}
    return {
        "milvus:createCollections": False,
        "milvus:workload": {
            "collections": [collection],
            "topology": topology,
            "availability": "pod" if topology == "distributed" else "none",
            "milvus_version": version,
        },
        "milvus:kubernetes": {"operator": "existing", "object_store": S3, **kubernetes},
    }


@pytest.mark.timeout(1200)
def test_a_cluster_is_changed(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    """Refusals, a roll that needs room, more pods, fewer pods."""
    larger = values(LARGE)
    with kubernetes_environment(control_plane, engine, tmp_path, larger, answering=False) as place:
        steady = {shape.name for shape in planned_nodes(place.plan)}
        spare = [shape for shape in planned_nodes(place.plan, most=True) if shape.name not in steady]
        place.write(values(SMALL))
        place.up()
        names_log_and_topology_stay(place)
        more_memory_needs_room(place, spare)
        more_pods_and_fewer(place)
        never_below_what_is_declared(place)


def names_log_and_topology_stay(place: Place) -> None:
    """What leads Milvus to its data is not edited: refused in preview with what to do, and by `up` itself."""
    before = as_it_stands(place)
    kafka = {"kind": "kafka", "addresses": ["kafka.kafka:9092"]}
    another = values(SMALL, name="search", wal=kafka)
    place.write(another)
    said = refused(place)
    holds(said, "kubernetes.wal.kind: 'kafka': the plan was made for woodpecker, since the workload names no log")
    another["milvus:workload"]["wal"] = "kafka"
    place.write(another)
    said = refused(place)
    holds(said, "milvus would become search: another Milvus, empty, without 1 collection with 1,000,000 vectors")
    holds(said, "aliases=[pulumi.Alias(name=<its former name>)]")
    holds(said, "woodpecker would become kafka, and what was inserted and not flushed is in woodpecker alone")
    holds(said, "online switch")
    place.write(values(SMALL, namespace="search"))
    said = refused(place)
    holds(said, "milvus would become search: another Milvus, empty")
    holds(said, "keep namespace: milvus, or make a second environment beside this one")
    place.write(values(SMALL, tls={"secret": "vec-tls"}) | {"milvus:passwordRotation": 2})
    said = refused(place)
    holds(said, "1 became 2 while the Milvus that runs without TLS is declared with it", "passwordRotation: 1 and")
    place.write(values(SMALL, topology="standalone"))
    said = refused(place, command="up")
    holds(said, "distributed would become standalone, and Milvus converts neither into the other")
    assert as_it_stands(place) == before
    assert place.plane.api.get("Namespace", "search") is None


def more_memory_needs_room(place: Place, spare: list[Any]) -> None:
    """Query nodes of another size are all up before the old ones go, which takes the plan's max_nodes."""
    place.write(values(LARGE))
    said = words(place.preview())
    holds(said, '~ memory: "13Gi" => "28Gi"')
    assert "replicas: 2 =>" not in said
    process = start_up(place)
    pending = place.plane.api.wait_until(
        "the new query nodes find no room on the steady count of nodes",
        lambda: [pod for pod in place.pods() if unschedulable(pod)],
        lambda pods: len(pods) == 2,
        seconds=SOON_SECONDS,
    )
    assert {role_of(pod) for pod in pending} == {"querynode"}
    old = [pod for pod in place.pods() if role_of(pod) == "querynode" and pod["status"]["phase"] == "Running"]
    assert len(old) == 2, "the old ones serve until the new ones are there"
    assert process.poll() is None, "`up` waits meanwhile"
    place.plane.nodes(spare)
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, said + errors
    runs(place)


def more_pods_and_fewer(place: Place) -> None:
    place.write(values(MANY))
    holds(words(place.preview()), "~ replicas: 2 => 3")
    place.up()
    assert serving_deployment(place, "querynode")["spec"]["replicas"] == 3
    runs(place)
    place.write(values(LARGE))
    holds(words(place.preview()), "~ replicas: 3 => 2")
    place.up()
    assert serving_deployment(place, "querynode")["spec"]["replicas"] == 2
    runs(place)


def never_below_what_is_declared(place: Place) -> None:
    """An accepted plan that holds less than what is declared, edited or outgrown: refused, and nothing shrinks."""
    before, file = as_it_stands(place), plan_file(place.pulumi.directory / "stacks", place.stack)
    accept_the_plan(place)
    accepted = file.read_text()
    edited = json.loads(accepted)
    edited["roles"]["query_node"]["pods"] = 1
    file.write_text(json.dumps(edited))
    said = refused(place)
    holds(said, "the accepted plan is outgrown", "test.json has 1 pods, and 5,000,000 vectors as declared now need 2")
    holds(said, "Pulumi.test.yaml shows what changes and writes it")
    edited["roles"]["query_node"] = json.loads(accepted)["roles"]["query_node"]
    edited["roles"]["query_node"]["memory_bytes"] //= 2
    file.write_text(json.dumps(edited))
    holds(refused(place, command="up"), "the accepted plan is outgrown", "query_node")
    file.write_text(accepted)
    place.write(values(MANY))
    holds(refused(place), "the accepted plan is outgrown", "10,000,000 vectors as declared now need")
    assert as_it_stands(place) == before
    assert len([pod for pod in place.pods() if role_of(pod) == "querynode"]) == 2


@pytest.mark.timeout(900)
def test_another_release(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    """The operator rolls role by role, with room for it on the plan's max_nodes; the way back is refused."""
    with kubernetes_environment(control_plane, engine, tmp_path, values(LARGE), most=True, answering=False) as place:
        place.up()
        is_upgraded(place)


def is_upgraded(place: Place) -> None:
    place.write(values(LARGE, version=NEW))
    said = words(place.preview())
    holds(said, f"milvusVersion: {OLD} -> {NEW}: its guide was tried from 2.6.20")
    holds(said, "take a backup first")
    holds(said, f'~ image : "milvusdb/milvus:v{OLD}" => "milvusdb/milvus:v{NEW}"')
    with watched(place) as seen:
        place.up()
    assert seen.roles_in_order(f"milvusdb/milvus:v{NEW}") == ORDER
    assert seen.unschedulable == set(), "the plan's max_nodes have room for the roll"
    assert seen.fewest_ready["querynode"] >= 2
    assert {image_of(serving_deployment(place, role)) for role in ORDER} == {f"milvusdb/milvus:v{NEW}"}
    runs(place)
    before = as_it_stands(place)
    place.write(values(LARGE))
    holds(refused(place), f"{NEW} -> {OLD}: the release notes promise a way back until")
    assert as_it_stands(place) == before


def runs(place: Place) -> None:
    """Milvus is healthy in the API server's own words, with as many pods as the plan says, and nothing is left over."""
    resource = place.plane.api.get("Milvus", "milvus", place.namespace)
    assert resource is not None
    assert resource["status"]["status"] == "Healthy"
    assert place.pending() == []
    pods = [role_of(pod) for pod in place.pods()]
    assert pods.count("querynode") == place.plan.roles["query_node"].pods
    assert pods.count("proxy") == place.plan.roles["proxy"].pods


def unschedulable(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions") or []
    return any(item["type"] == "PodScheduled" and item.get("reason") == "Unschedulable" for item in conditions)


@pytest.mark.timeout(900)
def test_a_standalone_is_changed(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    """An index, in place; another topology and more than the accepted plan holds are refused."""
    alone = standalone({"index": "HNSW", "index_params": {"M": 16, "efConstruction": 200}})
    with kubernetes_environment(control_plane, engine, tmp_path, alone) as place:
        place.up()
        assert place.pulumi.outputs(place.stack)["collections"] == ["articles"]
        place.write(standalone({"index": "IVF_FLAT", "index_params": {"nlist": 1024}}))
        said = words(place.preview())
        holds(said, '"HNSW" => "IVF_FLAT"')
        assert "(replace)" not in said, "the pod and its volume have other sizes, and are edited where they can be"
        held = as_it_stands(place)["apps/StatefulSet", "milvus-standalone"]
        place.up()
        kept = as_it_stands(place)["apps/StatefulSet", "milvus-standalone"]
        assert (kept[0] == held[0], kept[1] > held[1]) == (True, True)
        found = [one for one in place.pulumi.resources(place.stack) if one["type"] == "milvus:index:Collection"]
        assert [field["index"]["indexType"] for field in found[0]["outputs"]["fields"] if "index" in field] == [
            "IVF_FLAT"
        ]

        before = as_it_stands(place)
        accept_the_plan(place)
        place.write(standalone({"index": "IVF_FLAT", "vectors": 40_000_000}))
        holds(refused(place), "the accepted plan is outgrown")
        plan_file(place.pulumi.directory / "stacks", place.stack).unlink()
        place.write(values(SMALL))
        said = refused(place)
        holds(
            said,
            "standalone would become distributed, and Milvus converts neither into the other",
            "keep topology: standalone here, and make a second environment beside this one",
            "restore a backup into it or copy the rows, switch the clients",
        )
        assert as_it_stands(place) == before


def standalone(collection: dict[str, Any]) -> dict[str, Any]:
    """The self-contained form, whose collections a Milvus Lite of this machine holds."""
    return {
        "milvus:workload": {
            "collections": [{"name": "articles", "vectors": SMALL, "dimension": 768, **collection}],
            "topology": "standalone",
            "object_store": "local",
        },
        "milvus:kubernetes": {"operator": "existing"},
    }
