"""Each condition of readiness for itself: a Milvus that is ready, and one thing about it that is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.standins.operator.scene import NAMESPACE, Scene

from operator_reader import OperatorReader
from pulumi_milvus.resources.readiness.milvus_resource import judge_milvus
from pulumi_milvus.resources.readiness.observed import Observed, observe
from pulumi_milvus.resources.readiness.parts import Verdict
from pulumi_milvus.resources.readiness.spec import ReadinessSpec

SPEC = ReadinessSpec(namespace=NAMESPACE, name="vec")
Change = Callable[[Observed], None]


@pytest.fixture(scope="module")
def ready() -> Observed:
    """A cluster at rest, whose query nodes have been rolled into their second slot."""
    scene = Scene()
    scene.add_milvus(
        {
            "mode": "cluster",
            "components": {
                "image": "milvusdb/milvus:v2.6.11",
                "updateConfigMapOnly": False,
                "queryNode": {"replicas": 2, "resources": {"limits": {"memory": "8Gi"}}},
            },
            "dependencies": {
                "etcd": {"external": True, "endpoints": ["etcd.example:2379"]},
                "storage": {"external": True, "type": "S3", "endpoint": "s3.example:443", "secretRef": "s3-cred"},
                "msgStreamType": "woodpecker",
            },
            "config": {"log": {"level": "info"}},
        }
    )
    scene.run_until(lambda: verdict(observe(OperatorReader(scene), SPEC)).is_ready)
    scene.api.patch_spec("vec", {"components": {"queryNode": {"resources": {"limits": {"memory": "9Gi"}}}}})
    scene.tick(300)
    scene.run_until(lambda: verdict(observe(OperatorReader(scene), SPEC)).is_ready)
    return observe(OperatorReader(scene), SPEC)


def verdict(observed: Observed) -> Verdict:
    return judge_milvus(observed, SPEC)


def deployment(observed: Observed, name: str) -> dict[str, Any]:
    return next(one for one in observed.deployments if one["metadata"]["name"] == f"vec-milvus-{name}")


def resource(observed: Observed) -> dict[str, Any]:
    assert observed.resource is not None
    return observed.resource


def condition(observed: Observed, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in resource(observed)["status"]["conditions"] if one["type"] == kind)
    return found


def set_status(name: str, **status: int) -> Change:
    return lambda observed: deployment(observed, name)["status"].update(status)


def unseen(observed: Observed) -> None:
    deployment(observed, "proxy")["metadata"]["generation"] += 1


def rolling(observed: Observed) -> None:
    resource(observed)["metadata"].setdefault("labels", {})["milvus.io/querynode-rolling-id"] = "2"


def other_checksum(observed: Observed) -> None:
    deployment(observed, "proxy")["spec"]["template"]["metadata"]["annotations"]["checksum/config"] = "other"


def other_image(observed: Observed) -> None:
    deployment(observed, "datanode")["spec"]["template"]["spec"]["containers"][0]["image"] = "dummy"


def former_slot_is_current(observed: Observed) -> None:
    resource(observed)["metadata"]["annotations"]["milvus.io/querynode-current-group-id"] = "0"


def no_proxy(observed: Observed) -> None:
    observed.deployments.remove(deployment(observed, "proxy"))


def unhealthy(observed: Observed) -> None:
    resource(observed)["status"]["status"] = "Unhealthy"
    condition(observed, "MilvusReady").update(status="False", reason="MilvusComponentNotHealthy", message="[proxy] no")


def not_updated(observed: Observed) -> None:
    condition(observed, "MilvusUpdated").update(status="False", reason="MilvusComponentsUpdating", message="m")


def storage_gone(observed: Observed) -> None:
    condition(observed, "StorageReady").update(status="False", reason="SecretNotExist", message="Secret not exist")


def deleting(observed: Observed) -> None:
    resource(observed)["metadata"]["deletionTimestamp"] = "now"


def not_looked_at(observed: Observed) -> None:
    resource(observed)["status"] = {}


def old_configuration(observed: Observed) -> None:
    resource(observed)["spec"]["config"]["log"]["level"] = "debug"


CHANGES: dict[str, tuple[Change, str]] = {
    "unseen": (unseen, "proxy is at 1 of 1: its newest change has not been looked at yet"),
    "not updated pods": (
        set_status("datanode", updatedReplicas=0),
        "datanode is at 1 of 1: 0 of 1 pods are of the newest version",
    ),
    "older pods": (
        set_status("mixcoord", replicas=2),
        "mixcoord is at 1 of 1: 1 pods of an older version are still there",
    ),
    "not available": (
        set_status("querynode-1", availableReplicas=1),
        "querynode is at 1 of 2: 1 of 2 pods are available",
    ),
    "former slot": (
        set_status("querynode-0", replicas=1),
        "querynode is at 2 of 2: 1 pods of its former version are still there",
    ),
    "rolling": (rolling, "querynode is at 2 of 2: the operator is still rolling it"),
    "current slot": (former_slot_is_current, "the operator has not rolled out limits.memory 8Gi instead of 9Gi"),
    "image": (other_image, "the operator has not rolled out image dummy instead of milvusdb/milvus:v2.6.11"),
    "checksum": (other_checksum, "configuration: not every role has been restarted with the newest one"),
    "configuration": (old_configuration, "configuration: the operator has not written config.log.level yet"),
    "no deployment": (no_proxy, "proxy is at 0 of 1: the operator has not made its Deployment yet"),
    "unhealthy": (unhealthy, "its status is Unhealthy; MilvusComponentNotHealthy: [proxy] no"),
    "updating": (not_updated, "it is still being updated: MilvusComponentsUpdating: m"),
    "dependency": (storage_gone, "Storage: SecretNotExist: Secret not exist"),
    "deleting": (deleting, "it is being deleted"),
    "not looked at": (not_looked_at, "the operator has not looked at it yet"),
}


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_one_thing_that_is_not_ready(ready: Observed, change: Change, words: str) -> None:
    assert verdict(ready).is_ready
    changed = copy.deepcopy(ready)
    change(changed)
    assert words in "\n".join(str(part) for part in verdict(changed).unready)


def test_a_service_without_pods(ready: Observed) -> None:
    assert str(verdict(replace(ready, service_problem="it has none")).unready[0]) == "Service: it has none"


def test_updates_are_not_waited_for_where_the_operator_never_tells(ready: Observed) -> None:
    """Recorded: cluster-component-image stays MilvusUpdated False for good."""
    changed = copy.deepcopy(ready)
    not_updated(changed)
    resource(changed)["spec"]["components"]["proxy"]["image"] = "milvusdb/milvus:v2.6.11"
    assert verdict(changed).is_ready
