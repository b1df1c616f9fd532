"""What breaks during `pulumi up`: the message names the cause, what is made stays, and the next `up` converges."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changed_environment import condition, holds, killed_once, role_of, start_up, words
from control_plane import ControlPlane, NodeShape, Object
from kubernetes_environment import STORAGE_CLASS, Place, kubernetes_environment
from planned_nodes import planned_nodes
from pulumi_milvus.manifests.outside import etcd_endpoints
from pulumi_milvus.planning.values_file import values_of

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
ARTICLES = {"name": "articles", "vectors": 1_000_000, "dimension": 768}
STORE = "s3.us-east-1.amazonaws.com:443"
READY_TIMEOUT_SECONDS = 15
MISSING_CLASS = "fast-ssd"
# What `pulumi up` prints once everything is declared and it waits until Milvus is ready.
WAITS = "milvus:index:Readiness milvus-readiness creating"


def values(ready_timeout_seconds: int = 0, **kubernetes: Any) -> dict[str, Any]:
    return {
        "milvus:createCollections": False,
        "milvus:readyTimeoutSeconds": ready_timeout_seconds,
        "milvus:workload": {"collections": [ARTICLES], "topology": "distributed", "availability": "pod"},
        "milvus:kubernetes": {"operator": "existing", "object_store": S3, **kubernetes},
    }


def fails(place: Place, *arguments: str) -> str:
    """`up` fails, and what it says in one line."""
    done = place.up(*arguments, check=False)
    assert done.returncode != 0, done.stdout + done.stderr
    return words(done)


@pytest.mark.timeout(1200)
def test_what_keeps_milvus_from_being_ready_is_named(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    """One cause after the other, each mended: volume, etcd, store, nodes; the last `up` finds everything ready."""
    declared = values(READY_TIMEOUT_SECONDS, etcd={"storage_class": MISSING_CLASS})
    settings = values_of({"config": declared}).settings.kubernetes
    assert settings is not None
    api = control_plane.api
    with kubernetes_environment(
        control_plane, engine, tmp_path, declared, less={"query-node": 2}, answering=False
    ) as place:
        said = fails(place)
        holds(said, "StatefulSet milvus/milvus-etcd is not ready after ")
        holds(said, f'storageclass.storage.k8s.io "{MISSING_CLASS}" not found')
        assert api.get("Milvus", "milvus", "milvus") is None, "Milvus is made after what it needs"

        api.apply(STORAGE_CLASS | {"metadata": {"name": MISSING_CLASS}})
        endpoints = etcd_endpoints(place.plan, settings)
        place.operator.declare_unreachable(*endpoints)
        said = fails(place)
        holds(said, "Milvus milvus/milvus is not ready after ")
        holds(said, "- Etcd: ")
        assert "- Storage: " not in said
        assert api.list("apps/Deployment", "milvus") == [], "the operator makes nothing while etcd does not answer"

        place.operator.declare_unreachable(STORE)
        said = fails(place)
        holds(said, "- Storage: ", f"(declared: {STORE})")
        assert "- Etcd: " not in said
        assert api.list("apps/Deployment", "milvus") == [], "nor while the object store does not answer"

        place.operator.declare_unreachable()
        said = fails(place)
        assert "- Etcd: " not in said
        assert "- Storage: " not in said
        holds(said, "- querynode is at 0 of 2: 0 of 2 pods are available; pod milvus-milvus-querynode-0-")
        holds(said, "not scheduled: 0/5 nodes are available: ")
        holds(said, "didn't match Pod's node affinity/selector")
        assert "- proxy" not in said, "what is ready is not told as a cause"
        holds(said, "mend the cause and run `pulumi up`", "milvus:readyTimeoutSeconds")

        gone = a_pool_goes_meanwhile(place)
        missing = [shape for shape in planned_nodes(place.plan) if shape.name.startswith("query-node")]
        assert len(missing) == 2
        control_plane.nodes([*missing, *gone])
        place.up()
        assert place.pending() == []
        place.up("--expect-no-changes")

        a_store_is_lost_later(place)


def a_pool_goes_meanwhile(place: Place) -> list[NodeShape]:
    """While `up` waits its nodes are deleted, with the pods on them: told beside what was missing before.

    The nodes' shapes, for who brings them back.
    """
    api = place.plane.api
    gone = [shape for shape in planned_nodes(place.plan) if shape.name.startswith("general")]
    names = {shape.name for shape in gone}
    on_them = [pod for pod in place.pods() if pod["spec"].get("nodeName") in names]
    assert {role_of(pod) for pod in on_them} == {"mixcoord", "proxy", "streamingnode"}
    process = start_up(place)
    assert process.stdout is not None
    said = "".join(itertools.takewhile(lambda line: WAITS not in line, process.stdout))
    assert process.poll() is None, said
    for name in names:
        api.delete("Node", name)
    for pod in on_them:
        # As the collector of pods does, which looks once in 20 s and waits 40 s for the node to come back.
        api.delete("Pod", pod["metadata"]["name"], place.namespace, grace_seconds=0)
    rest, errors = process.communicate(timeout=120)
    assert process.returncode != 0
    said = " ".join((rest + errors).split())
    holds(said, "- querynode is at 0 of 2: ")
    for role in ("mixcoord", "proxy", "streamingnode"):
        holds(said, f"- {role} is at 0 of 2: 0 of 2 pods are available; pod milvus-milvus-{role}-")
    holds(said, "not scheduled: 0/3 nodes are available: ", "didn't match Pod's node affinity/selector")
    assert "- datanode" not in said, "its nodes are still there"
    return gone


def a_store_is_lost_later(place: Place) -> None:
    """After all was well: a refresh sees it, waits, and says which part it is; then it is there again."""
    place.operator.declare_unreachable(STORE)
    place.plane.api.wait_until(
        "the operator sees it", lambda: condition(milvus(place), "StorageReady")["status"] == "False"
    )
    said = fails(place, "--refresh")
    holds(said, "Milvus milvus/milvus is not ready after ")
    holds(said, "- Storage: ", f"(declared: {STORE})")
    for role in ("proxy", "querynode"):
        assert f"- {role}" not in said, "pods run on, and are no cause"
    assert fails(place).count(f"(declared: {STORE})") > 0, "known from then on, without a refresh too"
    place.operator.declare_unreachable()
    place.up()
    assert condition(milvus(place), "StorageReady")["status"] == "True"
    place.up("--refresh", "--expect-no-changes")


def milvus(place: Place) -> Object:
    """The Milvus as the API server has it."""
    found = place.plane.api.get("Milvus", "milvus", place.namespace)
    assert found is not None
    return found


@pytest.mark.timeout(900)
def test_whatever_dies_the_next_up_converges(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    """The engine at three moments, then the API server under the wait until Milvus is ready."""
    api = control_plane.api

    def is_there(kind: str, name: str) -> Callable[[], object]:
        return lambda: api.get(kind, name, "milvus")

    with kubernetes_environment(control_plane, engine, tmp_path, values(), answering=False) as place:
        for kind, name in (
            ("ServiceAccount", "milvus-milvus"),
            ("apps/StatefulSet", "milvus-etcd"),
            ("Milvus", "milvus"),
        ):
            killed_once(place, is_there(kind, name))

        process = start_up(place)
        assert process.stdout is not None
        # Pods may run since an earlier, killed `up`: what counts is that this one waits for them.
        before = list(itertools.takewhile(lambda line: WAITS not in line, process.stdout))
        assert process.poll() is None, before
        control_plane.kill("kube-apiserver")
        time.sleep(5)
        control_plane.restart("kube-apiserver")
        said, errors = process.communicate(timeout=300)
        assert process.returncode == 0, said + errors
        place.up("--expect-no-changes")
        assert place.pending() == []
        milvus = api.get("Milvus", "milvus", "milvus")
        assert milvus is not None
        assert milvus["status"]["status"] == "Healthy"
