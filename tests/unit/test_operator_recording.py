"""The stand-in operator equals the real one: all recorded resources, through the command and through the loop.

The recordings are not in this repository; where they are not at hand these tests are skipped and say so. The rules
read off them stand in the other files of this name and run everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.standins.operator.__main__ import answer_line
from tests.standins.operator.documents import Document, section, without_empty
from tests.standins.operator.recordings import (
    RECORDING_VARIABLE,
    TRANSITIONS_VARIABLE,
    comparable,
    lines,
    recorded,
)
from tests.standins.operator.scene import NAMESPACE, Scene

_PATH = recorded(RECORDING_VARIABLE)
# Taken by the API server, and the same in both runs: an endless roll never looks twice the same.
CASES = {
    each["case"]: each
    for each in (lines(_PATH) if _PATH else [])
    if each.get("identical")
    and all(answer["http"] < 400 or name == "strict" for name, answer in each["answer"].items())
}
TAKEN = {name: case for name, case in CASES.items() if case.get("stored")}
_TRANSITIONS = recorded(TRANSITIONS_VARIABLE)
ROLLS = {each["transition"]: each for each in (lines(_TRANSITIONS) if _TRANSITIONS else [])}
# Why the loop in memory cannot show the same: the command and a real API server do.
NOT_IN_MEMORY = {
    "cluster-missing-sa": "a real controller asks for the service account",
    "cluster-default-dependencies": "dependencies as Helm charts are not imitated",
    "wrong-unknown-field": "a real API server drops the unknown fields",
}

needs_recording = pytest.mark.skipif(not CASES, reason=f"no recording of the real operator: set {RECORDING_VARIABLE}")
needs_transitions = pytest.mark.skipif(not ROLLS, reason=f"no recorded transitions: set {TRANSITIONS_VARIABLE}")


def recorded_objects(case: Mapping[str, Any]) -> dict[str, Any]:
    # Claims of pods come from Kubernetes itself.
    own = [each for each in case["objects"] if "<hash>" not in each["name"]]
    return dict(comparable(each) for each in own)


def with_texts_read(manifests: list[Document]) -> dict[str, Any]:
    """The answer's objects; a ConfigMap's texts read as YAML, as the recordings write them."""
    for each in manifests:
        if each["kind"] == "ConfigMap":
            each["data"] = {name: yaml.safe_load(text) for name, text in each["data"].items()}
    return dict(comparable(each) for each in manifests)


@needs_recording
@pytest.mark.parametrize("name", CASES)
def test_the_command_gives_the_recorded_objects(name: str) -> None:
    case = CASES[name]
    answer = answer_line(json.dumps({"resource": case["resource"], "setup": case["setup"]}))
    assert "unsupported" not in answer
    assert with_texts_read(answer.get("objects", [])) == recorded_objects(case)


def played(case: Mapping[str, Any]) -> tuple[Scene, Document]:
    """A recorded resource after some minutes, and what is stored of it."""
    scene = Scene(unreachable={"127.0.0.1:26651"})
    for item in case["setup"]:
        values = {"username": "u", "password": "p", "ca.pem": "c"}
        extra = {"stringData": values} if item["kind"] == "Secret" else {}
        scene.add({"apiVersion": "v1", "kind": item["kind"], "metadata": {"name": item["name"]}, **extra})
    metadata = case["resource"]["metadata"]
    head = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": metadata}
    scene.add({**head, "spec": case["resource"]["spec"]})
    for _ in range(100):
        scene.tick(2)
    found = scene.api.get("Milvus", NAMESPACE, metadata["name"])
    assert found is not None
    return scene, found


def in_this_namespace(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("<namespace>", NAMESPACE))


def seen_status(resource: Mapping[str, Any]) -> Document:
    """A status in the shape of the recordings."""
    status = section(resource, "status")
    conditions = {each["type"]: {**each, "lastTransitionTime": None} for each in status.get("conditions") or []}
    images = {name: each["image"] for name, each in section(status, "componentsDeployStatus").items()}
    groups = {name: sorted(each) for name, each in section(status, "deploymentGroupsDeployStatus").items()}
    copied = ("status", "endpoint", "currentImage", "currentVersion", "rollingModeVersion")
    return {
        **{key: status.get(key) for key in copied},
        "observed": status.get("observedGeneration", 0) == resource["metadata"]["generation"],
        "conditions": conditions,
        "componentImages": images,
        "groups": groups,
    }


@needs_recording
@pytest.mark.parametrize("name", [name for name in TAKEN if name not in NOT_IN_MEMORY])
def test_the_loop_stores_and_tells_what_was_recorded(name: str) -> None:
    case = TAKEN[name]
    scene, resource = played(case)
    wished = in_this_namespace(case["status"])
    wished["conditions"] = {each["type"]: each for each in wished["conditions"]}
    assert without_empty(seen_status(resource)) == without_empty(wished)
    stored = in_this_namespace(case["stored"])
    assert resource["spec"] == stored["spec"]
    metadata = {key: resource["metadata"].get(key) for key in ("labels", "annotations", "finalizers")}
    for key, value in (metadata["annotations"] or {}).items():
        if section(stored, "metadata", "annotations").get(key) == "<hash>":
            assert value
            stored["metadata"]["annotations"][key] = value
    assert without_empty(metadata) == without_empty(stored["metadata"])
    present = [each for kind in ("Deployment", "Service", "Ingress") for each in scene.api.list(kind, NAMESPACE)]
    own = [each for each in present if each["metadata"]["name"] != "minio"]
    expected = {key: value for key, value in recorded_objects(case).items() if key.split("/")[0] in KINDS}
    assert {key: without_checksum(value) for key, value in map(comparable, own)} == expected


KINDS = ("Deployment", "Service", "Ingress")


def without_checksum(body: Document) -> Document:
    annotations = section(body, "template", "metadata", "annotations")
    if annotations.pop("checksum/config", None):
        body["template"]["metadata"]["annotations"] = annotations
    return body


@needs_transitions
@pytest.mark.parametrize("name", [name for name, each in ROLLS.items() if each.get("image_order_same_in_both_runs")])
def test_components_change_in_the_recorded_order(name: str) -> None:
    roll = ROLLS[name]
    scene = Scene()
    scene.add_milvus(roll["resource"]["spec"])
    scene.settle()
    for step in roll["steps"][1:]:
        order: list[list[str]] = []
        before = {each: scene.image(each) for each in endings(scene)}
        scene.api.patch_spec("vec", step["patch"]["spec"])
        for _ in range(600):
            scene.tick()
            now = {each: scene.image(each) for each in endings(scene)}
            changed = sorted(each for each in now if now[each] != before.get(each) and each in before)
            order += [changed] if changed else []
            before = now
            if scene.is_settled and scene.api.now > 70 and not changed:
                break
        expected = [each.removeprefix("image vec-milvus-") for each in roll["order"].get(step["step"], [])]
        # What changes within one look has no order: the recordings sort it by name.
        assert [each for group in order for each in group] == expected


def endings(scene: Scene) -> list[str]:
    return [name.removeprefix("vec-milvus-") for name in scene.names("Deployment")]


@needs_transitions
def test_pods_move_as_recorded_when_limits_change() -> None:
    """querynode-memory: all new pods first, then the old ones go one by one."""
    assert pod_steps("querynode-memory") == [(2, 0), (2, 2), (1, 2), (0, 2)]
    assert recorded_pod_steps("querynode-memory", "limits-16Gi") == pod_steps("querynode-memory")


@needs_transitions
def test_pods_move_as_recorded_when_an_image_changes() -> None:
    """image-26-to-30: one up, one down."""
    assert pod_steps("image-26-to-30") == [(2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]
    assert recorded_pod_steps("image-26-to-30", "image-3.0.0") == pod_steps("image-26-to-30")


def pod_steps(name: str) -> list[tuple[int, int]]:
    """The wished pods of both slots, each time they change."""
    roll = ROLLS[name]
    scene = Scene()
    scene.add_milvus(roll["resource"]["spec"])
    scene.settle()
    scene.api.patch_spec("vec", roll["steps"][1]["patch"]["spec"])
    steps = [(scene.pods("querynode-0") or 0, scene.pods("querynode-1") or 0)]
    for _ in range(450):
        scene.tick()
        now = (scene.pods("querynode-0") or 0, scene.pods("querynode-1") or 0)
        steps += [now] if now != steps[-1] else []
    return steps


def recorded_pod_steps(name: str, step: str) -> list[tuple[int, int]]:
    """The recorder kept what it saw when something changed: totals of the pods that run, and wishes between."""
    steps: list[tuple[int, int]] = []
    for snapshot in ROLLS[name]["snapshots"]:
        both = [snapshot["deployments"].get(f"vec-milvus-querynode-{slot}", {}).get("replicas") for slot in (0, 1)]
        if snapshot["step"] == step and None not in both and [tuple(both)] != steps[-1:]:
            steps.append((both[0], both[1]))
    return steps
