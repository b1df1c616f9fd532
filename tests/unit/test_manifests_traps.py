"""No trap of Milvus or its operator is in what is generated; each check is seen to notice its trap."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.standins.operator.defaults import with_defaults
from tests.standins.operator.manifests import settled
from tests.standins.operator.surroundings import Surroundings

from manifest_cases import VARIANTS, made_variant
from manifest_trap import Trap, with_trap
from manifest_traps import TRAPS
from pulumi_milvus.planning.plan import Plan

SECRETS = {"accesskey": "AKIA-in-clear", "secretkey": "secret-in-clear"}


def _resource(variant: str) -> tuple[dict[str, Any], Plan]:
    manifests, plan = made_variant(variant)
    return dict(next(manifest.body for manifest in manifests if manifest.kind == "Milvus")), plan


@pytest.fixture(params=VARIANTS, scope="module")
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def resource(variant: str) -> tuple[dict[str, Any], Plan]:
    return _resource(variant)


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_the_resource_is_free_of(trap: Trap, resource: tuple[dict[str, Any], Plan]) -> None:
    body, plan = resource
    assert trap.free(body, plan), f"{trap.what} ({trap.source})"
    assert not trap.free(with_trap(trap, body), plan), "the check does not notice its own trap"


def _settled(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    secrets = dict.fromkeys(("keys", "milvus-minio"), SECRETS)
    answer = settled(body, Surroundings(secrets=secrets))
    assert (answer.refused, answer.unsupported, answer.errors) == (None, None, [])
    return answer.objects


def test_the_operator_makes_all_of_it(resource: tuple[dict[str, Any], Plan]) -> None:
    """Pods of each role with their sizes, volumes and mounts, as the stand-in of the operator makes them."""
    body, plan = resource
    pods = {item["metadata"]["name"]: item for item in _settled(body) if item["kind"] == "Deployment"}
    for role, label in (("query_node", "querynode-0"), ("data_node", "datanode"), ("standalone", "standalone")):
        if role not in plan.roles or body["spec"]["components"].get("queryNode", {}).get("groups"):
            continue
        made = pods[f"{body['metadata']['name']}-milvus-{label}"]["spec"]["template"]["spec"]
        container = made["containers"][0]
        paths = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        if plan.roles[role].local_disk_bytes:
            assert paths["/var/lib/milvus/data"] == "local-disk"
            assert next(item for item in made["volumes"] if item["name"] == "local-disk")["emptyDir"]["sizeLimit"]
        assert {mount["name"] for mount in container["volumeMounts"]} <= {item["name"] for item in made["volumes"]}
        names = [item["name"] for item in container["env"]]
        assert len(names) == len(set(names))


def test_no_key_of_the_store_stands_in_clear(resource: tuple[dict[str, Any], Plan]) -> None:
    """The operator copies the keys of its secretRef into a ConfigMap, and lays our config over them."""
    body, _ = resource
    maps = [item for item in _settled(body) if item["kind"] == "ConfigMap"]
    assert maps
    assert not any(value in json.dumps(maps) for value in SECRETS.values())
    minio = yaml.safe_load(maps[0]["data"]["user.yaml"])["minio"]
    assert minio["bucketName"] == body["spec"]["config"]["minio"]["bucketName"]


def test_without_our_words_the_keys_would_stand_in_clear() -> None:
    body, _ = _resource("distributed_everything")
    open_body = json.loads(json.dumps(body))
    del open_body["spec"]["config"]["minio"]["accessKeyID"]
    assert SECRETS["accesskey"] in json.dumps([item for item in _settled(open_body) if item["kind"] == "ConfigMap"])


def test_what_the_operator_writes_back_changes_nothing_of_ours(resource: tuple[dict[str, Any], Plan]) -> None:
    body, _ = resource
    stored = with_defaults(body)
    assert _changed(body["spec"], stored["spec"], "spec") == []


def _changed(ours: Any, stored: Any, path: str) -> list[str]:
    if isinstance(ours, dict) and isinstance(stored, dict):
        return [change for key, value in ours.items() for change in _changed(value, stored.get(key), f"{path}.{key}")]
    return [] if ours == stored else [f"{path}: {ours!r} is stored as {stored!r}"]


def test_the_operator_may_ask_etcd_and_store_whether_they_live(variant: str) -> None:
    """It creates nothing until both answer, and a policy that keeps it out would be forever."""
    manifests, _ = made_variant(variant)
    keys = {manifest.key for manifest in manifests}
    for name in {"etcd", "minio"} & keys:
        policy = next(manifest for manifest in manifests if manifest.key == f"network-policy-{name}")
        spaces = [
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for rule in policy.body["spec"]["ingress"]
            for peer in rule["from"]
            if "namespaceSelector" in peer
        ]
        assert "milvus-operator" in spaces


def test_no_service_sets_milvus_by_its_variables(variant: str) -> None:
    """A Service called minio or etcd gives every pod MINIO_PORT or ETCD_PORT, which Milvus reads as its own."""
    manifests, _ = made_variant(variant)
    assert not {manifest.name for manifest in manifests if manifest.kind == "Service"} & {"minio", "etcd", "milvus"}
