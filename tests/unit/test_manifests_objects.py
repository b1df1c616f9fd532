"""What every object must be, for all plans and settings that tests know: valid, restricted, sized as planned."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from tests.standins.operator.crd import milvus_crd

from kubernetes_schemas import wrong_fields
from manifest_cases import CLONE, GOLDEN, VARIANTS, made_variant, real_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import COMPONENTS
from pulumi_milvus.manifests.secrets import needed_secrets

CRD = Path(os.environ.get("PULUMI_MILVUS_OPERATOR_CRD", CLONE.parent / "shared" / "data" / "milvus-operator-crd.yaml"))


@functools.cache
def made(case: str) -> tuple[Manifest, ...]:
    """The objects of a case for the plan made now."""
    stack, declared = GOLDEN[case]
    return deployment_manifests(real_plan(stack), settings_of(declared))


@pytest.fixture(params=GOLDEN)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["of the stand-in", "of the operator"])
def milvus_schema(request: pytest.FixtureRequest) -> jsonschema.Draft202012Validator:
    """The definition that tests have, which is held equal to the operator's own; and that one, where it is at hand."""
    if request.param == "of the stand-in":
        definition = milvus_crd()
    elif CRD.exists():
        definition = next(iter(yaml.safe_load_all(CRD.read_text(encoding="utf-8"))))
    else:
        pytest.skip("no definition of the operator's own here: PULUMI_MILVUS_OPERATOR_CRD names one")
    version = next(item for item in definition["spec"]["versions"] if item["name"] == "v1beta1")
    schema = _strict(version["schema"]["openAPIV3Schema"])
    # It says nothing of metadata, which the API server knows itself.
    schema["properties"]["metadata"] = {"type": "object"}
    return jsonschema.Draft202012Validator(schema)


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a CRD as JSON Schema that refuses unknown fields where the CRD does not keep them."""
    found = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes") and key != "nullable"}
    if schema.get("x-kubernetes-int-or-string"):
        found = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    if schema.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    if "properties" in schema:
        found["properties"] = {key: _strict(value) for key, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            found["additionalProperties"] = False
    if isinstance(schema.get("items"), dict):
        found["items"] = _strict(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        found["additionalProperties"] = _strict(schema["additionalProperties"])
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_milvus_resource_has_only_fields_of_the_crd(variant: str, milvus_schema: jsonschema.Validator) -> None:
    manifests, _ = made_variant(variant)
    body = next(manifest.body for manifest in manifests if manifest.kind == "Milvus")
    assert [f"{error.json_path}: {error.message}" for error in milvus_schema.iter_errors(body)] == []
    broken = json.loads(json.dumps(body))
    broken["spec"]["components"]["replica"] = 1
    assert list(milvus_schema.iter_errors(broken)), "an unknown field would be dropped without a word"


def test_other_objects_have_only_fields_that_kubernetes_knows(case: str) -> None:
    for manifest in made(case):
        if manifest.kind != "Milvus":
            assert wrong_fields(manifest.body) == []


def test_an_unknown_field_is_seen() -> None:
    assert wrong_fields({"kind": "Service", "spec": {"typ": "ClusterIP"}}) == [
        "Service.spec.typ: unknown to V1ServiceSpec"
    ]


def test_nothing_is_empty_or_null_and_all_is_json(case: str) -> None:
    for manifest in made(case):
        assert json.loads(json.dumps(manifest.body)) == dict(manifest.body)
        assert list(_empty(manifest.body, manifest.key)) == []


def _empty(value: Any, path: str) -> Iterator[str]:
    if value is None or value in ({}, []):
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _empty(item, f"{path}.{key}")


def test_keys_and_names_are_unique_and_what_must_come_first_does(case: str) -> None:
    manifests = made(case)
    keys = [manifest.key for manifest in manifests]
    assert len(keys) == len(set(keys))
    assert len({(manifest.kind, manifest.name) for manifest in manifests}) == len(manifests)
    for place, manifest in enumerate(manifests):
        assert set(manifest.after) <= set(keys[:place]), manifest.key
        assert manifest.kind in ("Namespace", "PriorityClass") or manifest.body["metadata"]["namespace"]


def test_the_same_plan_gives_the_same_objects(case: str) -> None:
    stack, declared = GOLDEN[case]
    assert deployment_manifests(real_plan(stack), settings_of(declared)) == made(case)


def test_what_holds_data_says_so(case: str) -> None:
    for manifest in made(case):
        assert manifest.holds_data == (manifest.kind in ("Namespace", "StatefulSet", "Milvus")), manifest.key


def stateful_sets(case: str) -> list[dict[str, Any]]:
    return [dict(manifest.body) for manifest in made(case) if manifest.kind == "StatefulSet"]


def test_our_own_pods_pass_the_level_restricted(case: str) -> None:
    """Kubernetes docs, Pod Security Standards: every control of the level restricted."""
    for body in stateful_sets(case):
        pod = body["spec"]["template"]["spec"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        allowed = {"configMap", "emptyDir", "secret", "persistentVolumeClaim", "projected", "csi", "downwardAPI"}
        assert all(set(volume) - {"name"} <= allowed for volume in pod.get("volumes", []))
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert "privileged" not in security
            assert all("hostPort" not in port for port in container["ports"])


def test_volumes_of_our_own_pods_stay_and_etcd_has_room_for_twice_its_quota(case: str) -> None:
    for body in stateful_sets(case):
        kept = {"whenDeleted": "Retain", "whenScaled": "Retain"}
        assert body["spec"]["persistentVolumeClaimRetentionPolicy"] == kept
        container = body["spec"]["template"]["spec"]["containers"][0]
        quota = next((flag for flag in container.get("args", []) if flag.startswith("--quota-backend-bytes=")), None)
        if quota is not None:
            claim = body["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
            assert int(claim.removesuffix("Gi")) * 2**30 > 2 * int(quota.split("=")[1])


def test_every_pod_has_the_sizes_of_the_plan(case: str) -> None:
    stack, _ = GOLDEN[case]
    plan = real_plan(stack)
    resource = next((manifest for manifest in made(case) if manifest.kind == "Milvus"), None)
    if resource is None:
        amounts = stateful_sets(case)[0]["spec"]["template"]["spec"]["containers"][0]["resources"]
        etcd = next(item for item in plan.dependencies if item["name"] == "etcd")
        assert _bytes(amounts["limits"]["memory"]) == plan.roles["standalone"].memory_bytes + etcd.get(
            "memory_bytes", 0
        )
        assert amounts["requests"] == amounts["limits"]
        return
    components = resource.body["spec"]["components"]
    for name, role in plan.roles.items():
        component = components[COMPONENTS[name].key]
        assert component["replicas"] in (role.pods, -1)
        assert component["resources"]["requests"] == component["resources"]["limits"]
        limits = component["resources"]["limits"]
        assert _bytes(limits["memory"]) == role.memory_bytes
        assert limits["cpu"] == str(role.cpu_cores)
        assert int(limits.get("nvidia.com/gpu", 0)) == role.gpus
        disk = _bytes(limits.get("ephemeral-storage", "0Mi"))
        assert role.local_disk_bytes - 2**20 < disk <= role.local_disk_bytes or disk == role.local_disk_bytes == 0


def _bytes(quantity: str) -> int:
    return int(quantity[:-2]) * {"Mi": 2**20, "Gi": 2**30, "Ti": 2**40}[quantity[-2:]]


def test_a_role_with_several_pods_has_a_budget_and_is_spread(case: str) -> None:
    manifests = made(case)
    budgets = {
        manifest.body["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]
        for manifest in manifests
        if manifest.kind == "PodDisruptionBudget"
    }
    stack, declared = GOLDEN[case]
    plan = real_plan(stack)
    several = {COMPONENTS[name].label for name, role in plan.roles.items() if role.pods > 1}
    made_here = settings_of(declared).etcd.kind == "in_cluster"
    several |= {"etcd"} if made_here and plan.topology == "distributed" else set()
    assert several <= budgets
    for manifest in manifests:
        if manifest.kind == "Milvus" and plan.workload.availability == "zone":
            for name, role in plan.roles.items():
                wanted = {"kubernetes.io/hostname", "topology.kubernetes.io/zone"} if role.pods > 1 else set()
                constraints = manifest.body["spec"]["components"][COMPONENTS[name].key]["topologySpreadConstraints"]
                assert {item["topologyKey"] for item in constraints} == wanted
                assert all(item["whenUnsatisfiable"] == "DoNotSchedule" for item in constraints)


def test_every_secret_that_is_named_is_listed(case: str) -> None:
    stack, declared = GOLDEN[case]
    settings = settings_of(declared)
    listed = {secret.name: secret for secret in needed_secrets(real_plan(stack), settings)}
    named = {name for manifest in made(case) for name in _secrets(manifest.body)}
    assert named == set(listed)
    assert all(
        secret.generated == (name in (f"{settings.name}-root", f"{settings.name}-minio"))
        for name, secret in listed.items()
    )


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "secretKeyRef" in value:
            yield value["secretKeyRef"]["name"]
        if "secretName" in value:
            yield value["secretName"]
        if isinstance(value.get("secretRef"), str):
            yield value["secretRef"]
        yield from (item["name"] for item in value.get("imagePullSecrets", []))
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _secrets(item)
