"""The objects on a real API server: taken strictly, stored as they are written, and pods that pass Pod Security."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.standins.operator.crd import milvus_crd

from control_plane import ApiError, ControlPlane, Object
from manifest_cases import GOLDEN, kept_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest

_FORMS = {"standalone_self_contained", "distributed_in_cluster_store"}


def made(case: str) -> tuple[Manifest, ...]:
    stack, declared = GOLDEN[case]
    return deployment_manifests(kept_plan(stack), settings_of(declared))


def test_every_object_is_taken_and_stored_as_it_is_written(control_plane: ControlPlane) -> None:
    """What the server would store differently would be a difference at every `pulumi up`."""
    control_plane.api.apply(milvus_crd())
    for case in GOLDEN:
        for manifest in made(case):
            stored = control_plane.api.apply(dict(manifest.body), dry_run=manifest.kind != "Namespace")
            assert _changed(manifest.body, stored, f"{case}: {manifest.key}") == []


def _changed(ours: Any, stored: Any, path: str) -> list[str]:
    if isinstance(ours, dict) and isinstance(stored, dict):
        return [change for key, value in ours.items() for change in _changed(value, stored.get(key), f"{path}.{key}")]
    if isinstance(ours, list) and isinstance(stored, list) and len(ours) == len(stored):
        pairs = enumerate(zip(ours, stored, strict=True))
        return [change for place, (one, other) in pairs for change in _changed(one, other, f"{path}[{place}]")]
    return [] if ours == stored else [f"{path}: {ours!r} is stored as {stored!r}"]


@pytest.mark.parametrize("case", sorted(_FORMS))
def test_pods_of_our_own_pass_the_level_restricted(control_plane: ControlPlane, case: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    api = control_plane.api
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": labels}})
    pods = [_pod(manifest) for manifest in made(case) if manifest.kind == "StatefulSet"]
    assert pods
    for pod in pods:
        api.create(_account(pod))
        api.create(pod)
        loose = copy.deepcopy(pod)
        loose["metadata"]["name"] += "-loose"
        del loose["spec"]["containers"][0]["securityContext"]["capabilities"]
        with pytest.raises(ApiError, match="violates PodSecurity"):
            api.create(loose)


def _pod(manifest: Manifest) -> Object:
    """The pod of a StatefulSet, its claims as folders."""
    spec = copy.deepcopy(manifest.body["spec"])
    pod = spec["template"]["spec"]
    claims = [{"name": claim["metadata"]["name"], "emptyDir": {}} for claim in spec["volumeClaimTemplates"]]
    pod["volumes"] = pod.get("volumes", []) + claims
    metadata = {"name": manifest.name, "namespace": "strict", "labels": spec["template"]["metadata"]["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}


def _account(pod: Object) -> Object:
    metadata = {"name": pod["spec"]["serviceAccountName"], "namespace": "strict"}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
