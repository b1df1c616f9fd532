"""Waiting: what is ready must stay so, a cluster may be away for a while, and giving up names every part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fake_cluster import FakeCluster
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.readiness.handler import ReadinessHandler, judge
from pulumi_milvus.resources.readiness.in_force import config_gaps, declared_gaps, same_quantity
from pulumi_milvus.resources.readiness.observed import Observed
from pulumi_milvus.resources.readiness.parts import Part, Verdict
from pulumi_milvus.resources.readiness.rollout import explanation
from pulumi_milvus.resources.readiness.spec import ReadinessSpec
from pulumi_milvus.resources.readiness.waiting import Pace, wait
from pulumi_milvus.resources.wire import UNKNOWN
from resource_driver import Place

READY = Verdict((Part("proxy", "", 1, 1),), "vec.search:19530", "Healthy")
UNREADY = Verdict((Part("proxy", "0 of 1 pods are available", 0, 1), Part("Storage", "SecretNotExist")))
PACE = Pace(poll_seconds=0.01, settle_seconds=0.1, tell_seconds=60)


class Looks:
    """Verdicts, or errors, one a look; the last one stays."""

    def __init__(self, *seen: Verdict | Exception) -> None:
        self._rest: Iterator[Verdict | Exception] = iter(seen)
        self._last: Verdict | Exception = UNREADY
        self.count = 0

    def __call__(self) -> Verdict:
        self.count += 1
        self._last = next(self._rest, self._last)
        if isinstance(self._last, Exception):
            raise self._last
        return self._last


def waited(
    look: Callable[[], Verdict], seconds: float = 5, ending: threading.Event | None = None
) -> tuple[Any, list[str]]:
    lines: list[str] = []
    return wait(look, "Milvus search/vec", seconds, lines.append, ending or threading.Event(), PACE), lines


def test_what_is_ready_must_stay_so() -> None:
    looks = Looks(READY, READY, UNREADY, READY)
    verdict, lines = waited(looks)
    assert verdict is READY
    assert looks.count > 10
    assert [line.partition(" s: ")[2] for line in lines] == [
        "proxy 1/1; ready",
        "proxy 0/1; proxy: 0 of 1 pods are available",
        "proxy 1/1; ready",
    ]


def test_a_cluster_may_be_away_for_a_while() -> None:
    verdict, lines = waited(Looks(ClusterError("no answer"), ClusterError("no answer"), READY))
    assert verdict is READY
    assert "no answer" in lines[0]
    with pytest.raises(ClusterError, match="may not"):
        waited(Looks(ClusterError("may not", 403)))


def test_giving_up_names_every_part() -> None:
    with pytest.raises(ResourceError) as failed:
        waited(Looks(UNREADY), seconds=0.1)
    said = str(failed.value)
    assert "  - proxy is at 0 of 1: 0 of 1 pods are available\n  - Storage: SecretNotExist\n" in said
    assert "timed out" not in said
    with pytest.raises(ResourceError, match="could not be seen for 0 s: no answer"):
        waited(Looks(ClusterError("no answer")), seconds=0.1)


def test_an_interrupt_ends_it() -> None:
    ending = threading.Event()
    ending.set()
    with pytest.raises(ResourceError, match="interrupted while Milvus search/vec was not ready: proxy 0/1"):
        waited(Looks(UNREADY), ending=ending)


def test_inputs_are_judged_all_at_once() -> None:
    scene = Place("a.db").scene("urn:pulumi:dev::test::milvus:index:Readiness::r")
    wrong = {"namespace": "search", "kind": "Deployment", "port": 0, "nam": "vec"}
    checked = ReadinessHandler().check(scene, {}, wrong)
    assert {problem.path: problem.reason for problem in checked.problems} == {
        "name": "it is missing",
        "kind": "'Deployment': not known; known are Milvus, StatefulSet",
        "port": "0: input should be greater than or equal to 1",
        "nam": "unknown key; did you mean name?",
    }


def test_only_what_is_waited_for_waits_again() -> None:
    scene = Place("a.db").scene("urn:pulumi:dev::test::milvus:index:Readiness::r")
    inputs = {"namespace": "search", "name": "vec", "kind": "Milvus", "port": 19530}
    state = inputs | {"endpoint": "e", "status": "Healthy", "readyPods": {}, "wantedPods": {}}
    longer = inputs | {"timeoutSeconds": 60}
    assert ReadinessHandler().update(scene, state, longer, preview=False) == state | {"timeoutSeconds": 60}
    assert ReadinessHandler().diff(state, inputs | {"name": "other"}).replacing >= {"name"}


def test_what_a_refresh_found_unready_is_waited_for() -> None:
    inputs = {"namespace": "search", "name": "vec", "kind": "Milvus", "port": 19530}
    well = inputs | {"endpoint": "e", "status": "Healthy", "readyPods": {"proxy": 2}, "wantedPods": {"proxy": 2}}
    handler = ReadinessHandler()
    assert handler.diff(well, inputs).differences == []
    assert [item.path for item in handler.diff(well | {"status": "Unhealthy"}, inputs).differences] == ["status"]
    assert [item.path for item in handler.diff(well | {"status": "Healthy without Storage"}, inputs).differences] == [
        "status"
    ]
    fewer = well | {"readyPods": {"proxy": 1}}
    assert [item.path for item in handler.diff(fewer, inputs).differences] == ["readyPods.proxy"]
    scene = Place("a.db").scene("urn:pulumi:dev::test::milvus:index:Readiness::r")
    assert handler.update(scene, fewer, inputs, preview=True)["readyPods"] == UNKNOWN


def test_quantities_are_compared_as_amounts() -> None:
    assert same_quantity("1024Mi", "1Gi")
    assert same_quantity("0.5", "500m")
    assert same_quantity(2, "2")
    assert not same_quantity("1Gi", "1G")
    assert not same_quantity("1Gi", None)
    assert not same_quantity("a", "b")


def test_gaps_between_declared_and_live() -> None:
    declared = {
        "mode": "cluster",
        "components": {
            "proxy": {"replicas": 2, "resources": {"limits": {"memory": "1024Mi"}}},
            "indexNode": {"replicas": 0},
        },
        "config": {"mq": {"type": "pulsar"}, "minio": {"address": "a", "useSSL": True}},
        "empty": {},
        "nothing": None,
    }
    live = {
        "mode": "cluster",
        "components": {"proxy": {"replicas": 1, "resources": {"limits": {"memory": "1Gi"}}, "paused": False}},
        "config": {"mq": {"type": "woodpecker"}, "minio": {"useSSL": 1}},
    }
    assert declared_gaps(declared, live) == ["spec.components.proxy.replicas", "spec.config.minio.useSSL"]
    assert declared_gaps({"tolerations": [{"key": "a"}]}, {"tolerations": []}) == ["spec.tolerations"]
    written = {"data": {"user.yaml": "log: {level: info}\nrootCoord: {enableActiveStandby: true}\n"}}
    assert config_gaps({"log": {"level": "info"}, "rootCoord": {"enableActiveStandby": False}}, written) == []
    assert config_gaps({"log": {"level": "debug"}}, written) == ["config.log.level"]
    assert config_gaps({"log": {"level": "debug"}}, None) == ["user.yaml"]


def owned(kind: str, name: str, owner: str, **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "uid": f"uid-{name}", "ownerReferences": [{"uid": f"uid-{owner}"}]}
    return {"kind": kind, "metadata": metadata | more.pop("metadata", {}), **more}


def test_the_newest_refusal_is_told_and_not_a_former_one() -> None:
    def replica_set(name: str, revision: int, reason: str) -> dict[str, Any]:
        failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": reason}
        annotations = {"deployment.kubernetes.io/revision": str(revision)}
        status = {"replicas": 0, "conditions": [failure]}
        return owned(
            "ReplicaSet", name, "d", metadata={"annotations": annotations}, spec={"replicas": 1}, status=status
        )

    deployment = owned("Deployment", "d", "", spec={"replicas": 1}, status={"replicas": 0})
    former, newest = replica_set("d-1", 9, "exceeded quota"), replica_set("d-2", 10, "violates PodSecurity")
    observed = Observed(None, [deployment], [former, newest])
    assert explanation(deployment, observed) == "FailedCreate: violates PodSecurity"


def test_events_and_claims_need_not_be_readable() -> None:
    labels = {"app": "vec"}
    owner: dict[str, Any] = {
        "kind": "StatefulSet",
        "metadata": {"name": "vec", "uid": "uid-vec", "generation": 2},
        "spec": {"replicas": 1, "serviceName": "vec", "selector": {"matchLabels": labels}},
        "status": {"observedGeneration": 2, "updatedReplicas": 1, "replicas": 1, "availableReplicas": 0},
    }
    pod = owned("Pod", "vec-0", "vec", metadata={"labels": labels}, status={"phase": "Pending"})
    cluster = FakeCluster(owner, pod)
    for plural in ("events", "persistentvolumeclaims"):
        cluster.refuse[f"/api/v1/namespaces/search/{plural}"] = 403
    spec = ReadinessSpec(namespace="search", name="vec", kind="StatefulSet")
    first, last = judge(cluster, spec).unready
    assert str(first) == "standalone is at 0 of 1: 0 of 1 pods are available; pod vec-0 phase Pending"
    assert last.name == "Service"
    owner["metadata"]["generation"] = 3
    assert "its newest change has not been looked at yet" in str(judge(cluster, spec).unready[0])
