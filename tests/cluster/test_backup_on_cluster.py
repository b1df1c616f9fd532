"""The backup on a real API server: taken strictly, a run of it is scheduled under restricted, a restore waits."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from control_plane import ApiError, ControlPlane, NodeShape, Object
from manifest_cases import S3, kept_plan, settings_of
from pulumi_milvus.manifests.backup import backup_manifests, restore_job
from pulumi_milvus.manifests.backup_target import BackupTarget, backup_target

SPACE = "milvus"


@pytest.fixture(scope="module")
def target() -> BackupTarget:
    found = backup_target(kept_plan("distributed"), settings_of({"object_store": S3}))
    assert found is not None
    return found


@pytest.fixture
def cron_job(control_plane: ControlPlane, target: BackupTarget) -> Object:
    """The objects of the backup in a namespace that enforces restricted, beside one node; the CronJob as stored."""
    control_plane.namespace(SPACE, {"pod-security.kubernetes.io/enforce": "restricted"})
    control_plane.nodes([NodeShape()])
    stored: Object = {}
    for manifest in backup_manifests(target, ()):
        stored = control_plane.api.apply(dict(manifest.body))
        assert list(_changed(manifest.body, stored, manifest.key)) == []
    assert stored["kind"] == "CronJob"
    return stored


def _changed(ours: Any, stored: Any, path: str) -> Iterator[str]:
    """What the server stored otherwise than it was written."""
    if isinstance(ours, dict) and isinstance(stored, dict):
        for key, value in ours.items():
            yield from _changed(value, stored.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(stored, list) and len(ours) == len(stored):
        for place, (one, other) in enumerate(zip(ours, stored, strict=True)):
            yield from _changed(one, other, f"{path}[{place}]")
    elif ours != stored:
        yield f"{path}: {ours!r} is stored as {stored!r}"


def pods_of(plane: ControlPlane, job: str) -> list[Object]:
    return plane.api.list("Pod", SPACE, f"batch.kubernetes.io/job-name={job}")


def scheduled(pods: list[Object]) -> bool:
    return len(pods) == 1 and bool(pods[0]["spec"].get("nodeName"))


def test_a_run_by_hand_yields_a_pod_that_restricted_lets_in_and_a_node_takes(
    control_plane: ControlPlane, cron_job: Object
) -> None:
    control_plane.kubectl("--namespace", SPACE, "create", "job", "--from=cronjob/milvus-backup", "now")
    look = "the run has a pod on a node"
    (pod,) = control_plane.api.wait_until(look, lambda: pods_of(control_plane, "now"), scheduled, seconds=90)
    assert pod["spec"]["serviceAccountName"] == "milvus-backup"
    assert pod["spec"]["enableServiceLinks"] is False
    assert not [volume for volume in pod["spec"]["volumes"] if "projected" in volume], "no token of the API server"
    loose: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "loose", "namespace": SPACE}}
    loose["spec"] = copy.deepcopy(cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"])
    del loose["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]
    with pytest.raises(ApiError, match="violates PodSecurity"):
        control_plane.api.create(loose)


@pytest.mark.usefixtures("cron_job")
def test_a_misspelt_key_is_refused(control_plane: ControlPlane, target: BackupTarget) -> None:
    body = copy.deepcopy(dict(list(backup_manifests(target, ()))[-1].body))
    body["spec"]["concurrencyPolicie"] = "Forbid"
    with pytest.raises(ApiError, match="concurrencyPolicie"):
        control_plane.api.apply(body)


@pytest.mark.usefixtures("cron_job")
def test_a_restore_waits_until_it_is_let_go(control_plane: ControlPlane, target: BackupTarget) -> None:
    job = restore_job(target, "scheduled_milvus_IN_milvus_20260101030000")
    stored = control_plane.api.create(job)
    assert list(_changed(job, stored, "restore")) == []

    def waits(job: Object) -> bool:
        conditions = job.get("status", {}).get("conditions", [])
        return any(item["type"] == "Suspended" and item["status"] == "True" for item in conditions)

    def look() -> Object:
        found = control_plane.api.get("Job", "milvus-restore", SPACE)
        assert found is not None
        return found

    control_plane.api.wait_until("the restore is seen to wait", look, waits, seconds=90)
    assert pods_of(control_plane, "milvus-restore") == []
    control_plane.api.patch("Job", "milvus-restore", SPACE, {"spec": {"suspend": False}})
    what = "the restore has a pod on a node"
    control_plane.api.wait_until(what, lambda: pods_of(control_plane, "milvus-restore"), scheduled, seconds=90)
