"""From HNSW to DISKANN: other nodes beside the old ones, and no role is without its pods at any moment.

Milvus Lite has no DISKANN, so the collections' part (copy, alias) is shown by tests/engine/test_copy_lite.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from changed_environment import Seen, as_it_stands, holds, is_ready, role_of, serving_deployment, watched, words
from control_plane import ApiError, ControlPlane, NodeShape, Object
from kubernetes_environment import Place, kubernetes_environment
from planned_nodes import planned_nodes, pool_of
from pulumi_milvus.manifests.names import NODE_POOL_LABEL
from pulumi_milvus.planning.plan import Plan

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
VECTORS = 5_000_000
LOCAL_STORAGE = "LOCAL_STORAGE_SIZE"


def values(*collections: tuple[str, str]) -> dict[str, Any]:
    return {
        "milvus:createCollections": False,
        "milvus:workload": {
            "collections": [
                {"name": name, "vectors": VECTORS, "dimension": 768, "index": index} for name, index in collections
            ],
            "topology": "distributed",
            "availability": "pod",
            "queries_per_second": 200,
        },
        "milvus:kubernetes": {"operator": "existing", "object_store": S3},
    }


HNSW, DISKANN = ("articles", "HNSW"), ("articles_v2", "DISKANN")


@pytest.mark.timeout(1200)
def test_a_collection_moves_from_memory_to_local_disks(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    """Second collection, switch, first one dropped: the steps of docs/changes.md."""
    with kubernetes_environment(control_plane, engine, tmp_path, values(HNSW), most=True, answering=False) as place:
        place.up()
        assert LOCAL_STORAGE not in variables(place, "querynode")
        volumes = claims(place)

        said = moves(place, values(HNSW, DISKANN), "second")
        holds(said, "LOCAL_STORAGE_SIZE", '~ milvus.io/node-pool: "data-node-etcd" => "etcd"')
        assert LOCAL_STORAGE in variables(place, "querynode")
        assert claims(place) == volumes, "etcd's volumes are the same ones, in the zones where they were"

        moves(place, values(DISKANN), "third")
        assert claims(place) == volumes

        before = as_it_stands(place)
        place.up()
        assert as_it_stands(place) == before


def moves(place: Place, wanted: dict[str, Any], generation: str) -> str:
    """New nodes for pools that are new or of another type, the old ones closed; `up`; the old ones drained and gone.

    Gives the words of the preview.
    """
    earlier, ready = place.plan, ready_pods(place)
    place.write(wanted)
    types, former_types = types_of(place.plan), types_of(earlier)
    fresh = {name for name, type_name in types.items() if former_types.get(name) != type_name}
    assert "query-node" in fresh, "another index, another type of node"
    closed = [
        node["metadata"]["name"]
        for node in place.plane.api.list("Node")
        if pool_of(node) in fresh or pool_of(node) not in types
    ]
    for name in closed:
        place.plane.api.patch("Node", name, None, {"spec": {"unschedulable": True}})
    place.plane.nodes(wanted_nodes(place, fresh, generation))
    said = words(place.preview())
    with watched(place) as seen:
        place.up()
        for name in closed:
            drain(place, name)
    keeps_capacity(place.plan, seen, ready)
    assert place.pending() == []
    for pod in place.pods():
        node = place.plane.api.get("Node", pod["spec"]["nodeName"])
        assert node is not None
        assert node["metadata"]["labels"]["node.kubernetes.io/instance-type"] == types[pool_of(node)]
    return said


def wanted_nodes(place: Place, fresh: set[str], generation: str) -> Iterator[NodeShape]:
    """A fresh pool begins with its steady count, since the old nodes serve on; others have what an update needs."""
    open_nodes = [one for one in place.plane.api.list("Node") if not one["spec"].get("unschedulable")]
    there = Counter(pool_of(node) for node in open_nodes)
    for most in (False, True):
        for shape in planned_nodes(place.plan, most=most):
            pool, number = shape.labels[NODE_POOL_LABEL], int(shape.name.rpartition("-")[2])
            if (pool not in fresh) == most and number >= there[pool]:
                yield replace(shape, name=f"{generation}-{shape.name}")


def types_of(plan: Plan) -> dict[str, str]:
    return {pool["name"]: pool["instance_type"] for pool in plan.node_pools}


def ready_pods(place: Place) -> Counter[str]:
    return Counter(role_of(pod) for pod in place.pods())


def keeps_capacity(plan: Plan, seen: Seen, before: Counter[str]) -> None:
    """Query nodes are never fewer than planned; of everything else, etcd's quorum too, at most one pod is away."""
    assert seen.unschedulable == set()
    assert seen.fewest_ready["querynode"] >= min(before["querynode"], plan.roles["query_node"].pods)
    assert set(before) == {"etcd", "mixcoord", "streamingnode", "querynode", "datanode", "proxy"}
    for role, count in before.items():
        assert seen.fewest_ready[role] >= count - 1, (role, seen.fewest_ready)


def drain(place: Place, node: str) -> None:
    """As `kubectl drain` does it: asks for evictions, which disruption budgets allow or not; then the node goes."""
    api = place.plane.api

    def left() -> list[Object]:
        found = [pod for pod in place.pods() if pod["spec"].get("nodeName") == node]
        for pod in found:
            evict(place, pod["metadata"]["name"])
        return found

    api.wait_until(f"{node} is empty", left, lambda pods: not pods, seconds=120)
    api.wait_until("Milvus is whole before the next node", lambda: whole(place), seconds=120)
    api.delete("Node", node)


def evict(place: Place, pod: str) -> None:
    thing = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": place.namespace},
    }
    path = f"/api/v1/namespaces/{place.namespace}/pods/{pod}/eviction"
    try:
        place.plane.api.request("POST", path, body=thing)
    except ApiError as error:
        # 429: the budget of its role has none to spare now. 404: gone meanwhile.
        if error.status not in (404, 429):
            raise


def whole(place: Place) -> bool:
    resource = place.plane.api.get("Milvus", "milvus", place.namespace)
    return (
        resource is not None
        and resource["status"]["status"] == "Healthy"
        and all(is_ready(pod) for pod in place.pods())
    )


def variables(place: Place, role: str) -> set[str]:
    container = serving_deployment(place, role)["spec"]["template"]["spec"]["containers"][0]
    return {one["name"] for one in container["env"]}


def claims(place: Place) -> dict[str, str]:
    """Of each volume claim its identity."""
    found = place.plane.api.list("PersistentVolumeClaim", place.namespace)
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}
