"""Ready means that nothing moves any more: held against the stand-in operator, whose rolls are the recorded ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.standins.operator.scene import NAMESPACE, Scene

from operator_reader import OperatorReader
from pulumi_milvus.resources.readiness.handler import judge
from pulumi_milvus.resources.readiness.parts import Verdict
from pulumi_milvus.resources.readiness.spec import ReadinessSpec
from pulumi_milvus.resources.readiness.waiting import Pace

OLD, NEW = "milvusdb/milvus:v2.6.11", "milvusdb/milvus:v3.0.0"
POLL_SECONDS, SETTLE_SECONDS = int(Pace().poll_seconds), int(Pace().settle_seconds)
SPEC = ReadinessSpec(namespace=NAMESPACE, name="vec")
KEYS = {"accesskey": "a", "secretkey": "s"}
GOLDEN = Path(__file__).parent / "golden" / "manifests"


def resource(mode: str = "cluster", **components: Any) -> dict[str, Any]:
    return {
        "mode": mode,
        "components": {"image": OLD, **components},
        "dependencies": {
            "etcd": {"external": True, "endpoints": ["etcd.example:2379"]},
            "storage": {"external": True, "type": "S3", "endpoint": "s3.example:443", "secretRef": "s3-cred"},
            "msgStreamType": "woodpecker",
        },
        "config": {"minio": {"bucketName": "vectors"}, "log": {"level": "info"}},
    }


def looked(scene: Scene, spec: ReadinessSpec = SPEC) -> Verdict:
    return judge(OperatorReader(scene), spec)


def run_until_ready(scene: Scene, spec: ReadinessSpec = SPEC, seconds: int = 1500) -> int:
    """Let time pass until a look has been ready for as long as a wait asks; the seconds that took."""
    ready_since: int | None = None
    for passed in range(0, seconds, POLL_SECONDS):
        if not looked(scene, spec).is_ready:
            ready_since = None
        elif ready_since is None:
            ready_since = passed
        elif passed - ready_since >= SETTLE_SECONDS:
            return passed
        scene.tick(POLL_SECONDS)
    raise AssertionError(f"not ready in {seconds} s: {looked(scene, spec).progress}")


def picture(scene: Scene) -> list[Any]:
    """All that moves while something is rolled out."""
    found = copy.deepcopy(scene.api.list("Deployment", NAMESPACE))
    return [(one["metadata"]["name"], one["spec"], one["status"]) for one in found]


def assert_at_rest(scene: Scene) -> None:
    """Nothing may move for longer than the operator's rarest look, and the status stays as it is."""
    before = picture(scene)
    for passed in range(0, 720, 15):
        scene.tick(15)
        assert picture(scene) == before, f"something moved {passed} s after it was called ready"
        assert looked(scene).is_ready


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.add_milvus(resource(queryNode={"replicas": 2, "resources": {"limits": {"memory": "8Gi"}}}))
    assert run_until_ready(made) > 30
    return made


CHANGES: dict[str, dict[str, Any]] = {
    "image": {"components": {"image": NEW}},
    "memory": {"components": {"queryNode": {"resources": {"limits": {"memory": "16384Mi"}}}}},
    "more query nodes": {"components": {"queryNode": {"replicas": 4}}},
    "fewer query nodes": {"components": {"queryNode": {"replicas": 1}}},
    "variable": {"components": {"dataNode": {"env": [{"name": "A", "value": "b"}]}}},
    "nodes": {"components": {"nodeSelector": {"pool": "milvus"}}},
    "volume": {"components": {"queryNode": {"volumes": [{"name": "nvme", "emptyDir": {}}]}}},
    "configuration": {"config": {"log": {"level": "debug"}}},
    "configuration with restart": {"components": {"updateConfigMapOnly": False}, "config": {"log": {"level": "warn"}}},
    "two coordinators": {"components": {"mixCoord": {"replicas": 2}}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_not_ready_before_everything_rests(scene: Scene, change: dict[str, Any]) -> None:
    scene.api.patch_spec("vec", change)
    assert not looked(scene).is_ready, "the operator has not even looked at it"
    run_until_ready(scene)
    assert_at_rest(scene)


def test_standalone_to_cluster() -> None:
    made = Scene()
    made.add_milvus(resource("standalone"))
    run_until_ready(made)
    assert [part.name for part in looked(made).parts if part.wanted is not None] == ["standalone"]
    made.api.patch_spec("vec", {"mode": "cluster"})
    assert not looked(made).is_ready
    run_until_ready(made)
    assert_at_rest(made)


def test_groups_are_counted_each() -> None:
    groups = [{"name": "hot", "replicas": 2}, {"name": "cold", "replicas": 1}]
    made = Scene()
    made.add_milvus(resource(queryNode={"groups": groups}))
    run_until_ready(made)
    counts = {part.name: (part.ready, part.wanted) for part in looked(made).parts if part.wanted is not None}
    assert counts["querynode/hot"] == (2, 2)
    assert counts["querynode/cold"] == (1, 1)
    assert "querynode" not in counts


def test_an_autoscaled_role_is_as_its_autoscaler_says() -> None:
    made = Scene()
    made.add_milvus(resource(queryNode={"replicas": -1}))
    run_until_ready(made)
    assert_at_rest(made)


def test_stopped_is_ready_without_pods() -> None:
    made = Scene()
    made.add_milvus(resource("standalone", standalone={"replicas": 0}))
    run_until_ready(made)
    assert looked(made).status == "Stopped"
    assert [part for part in looked(made).parts if part.wanted] == []


def test_what_is_declared_must_be_what_lives(scene: Scene) -> None:
    declared = resource(queryNode={"replicas": 2, "resources": {"limits": {"memory": "8192Mi"}}})
    assert looked(scene, SPEC.model_copy(update={"spec": declared})).is_ready
    declared["components"]["queryNode"]["replicas"] = 3
    (missing,) = looked(scene, SPEC.model_copy(update={"spec": declared})).unready
    assert str(missing) == "declared spec: the resource does not have it: spec.components.queryNode.replicas"


def test_a_dependency_that_is_away_is_named_first() -> None:
    made = Scene(unreachable={"etcd.example:2379"})
    made.add_milvus(resource())
    for _ in range(60):
        made.tick()
    verdict = looked(made)
    assert verdict.unready[0].name == "Etcd"
    assert "mixcoord is at 0 of 1: the operator has not made its Deployment yet" in [str(p) for p in verdict.unready]
    made.unreachable.clear()
    run_until_ready(made)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.yaml")))
def test_what_our_own_manifests_declare_becomes_ready(name: str) -> None:
    documents = list(yaml.safe_load_all((GOLDEN / f"{name}.yaml").read_text()))
    found = [one for one in documents if one and one["kind"] == "Milvus"]
    if not found:
        return  # self-contained: no operator takes part
    made = Scene()
    made.add_milvus(found[0]["spec"], name="vec")
    secret = found[0]["spec"]["dependencies"]["storage"].get("secretRef")
    if secret:
        made.add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret}, "stringData": KEYS})
    run_until_ready(made, SPEC.model_copy(update={"spec": found[0]["spec"]}))
