"""What stands beside Milvus: its own paths, quota and compaction, no keys that everybody knows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from manifest_cases import GOLDEN, S3, kept_plan, settings_of
from pulumi_milvus.manifests.agreement import settings_against_plan
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.images import MINIO_IMAGE
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

STORE = {"object_store": S3}


def made(stack: str, declared: dict[str, Any]) -> dict[str, Manifest]:
    return {manifest.key: manifest for manifest in deployment_manifests(kept_plan(stack), settings_of(declared))}


def config(stack: str, declared: dict[str, Any]) -> dict[str, Any]:
    return dict(made(stack, declared)["milvus"].body["spec"]["config"])


def flags(manifest: Manifest) -> dict[str, str]:
    arguments = manifest.body["spec"]["template"]["spec"]["containers"][0]["args"]
    return dict(item.removeprefix("--").split("=", 1) for item in arguments if "=" in item)


def test_two_instances_share_no_path_in_bucket_etcd_or_topics() -> None:
    """milvus-io/milvus#7905, #38637: they would read each other's data."""
    places = [{"namespace": "a", "name": "b"}, {"namespace": "a-b"}, {"namespace": "b", "name": "a"}]
    found = [config("distributed", STORE | place) for place in places]
    for path in (("minio", "rootPath"), ("etcd", "rootPath"), ("msgChannel", "chanNamePrefix")):
        assert len({json.dumps(item[path[0]][path[1]]) for item in found}) == len(places)


def test_paths_can_be_said() -> None:
    declared = {"object_store": S3 | {"root_path": "old/path"}, "etcd": {"root_path": "old"}}
    found = config("distributed", declared)
    assert (found["minio"]["rootPath"], found["etcd"]["rootPath"]) == ("old/path", "old")


def test_every_cloud_has_its_endpoint_and_provider() -> None:
    stores = {
        "aws": S3,
        "azure": {"kind": "azure", "bucket": "vectors", "storage_account": "account"},
        "gcp": {"kind": "gcs", "bucket": "vectors"},
    }
    endpoints = {}
    for provider, store in stores.items():
        spec = made("distributed", {"object_store": store})["milvus"].body["spec"]
        assert spec["config"]["minio"]["cloudProvider"] == provider
        assert spec["config"]["minio"]["useIAM"] is True
        endpoints[provider] = spec["dependencies"]["storage"]["endpoint"]
    assert endpoints == {
        "aws": "s3.us-east-1.amazonaws.com:443",
        "azure": "core.windows.net:443",
        "gcp": "storage.googleapis.com:443",
    }
    azure = config("distributed", {"object_store": stores["azure"]})
    assert azure["minio"]["accessKeyID"] == "account", "the operator takes the account's name from there"


def test_the_identity_is_an_annotation_of_milvuss_account() -> None:
    account = made("distributed", STORE)["service-account-milvus"].body
    assert account["metadata"]["annotations"] == S3["service_account_annotations"]
    assert account["automountServiceAccountToken"] is False
    assert (
        account["metadata"]["name"]
        == made("distributed", STORE)["milvus"].body["spec"]["components"]["serviceAccountName"]
    )


def test_etcd_has_its_quota_compaction_and_members_that_find_each_other() -> None:
    found = flags(made("distributed", STORE | {"etcd": {"storage_class": "gp3"}})["etcd"])
    planned = next(item for item in kept_plan("distributed").dependencies if item["name"] == "etcd")
    assert found["quota-backend-bytes"] == str(planned["quota_bytes"])
    assert (found["auto-compaction-mode"], found["auto-compaction-retention"]) == ("revision", "1000")
    members = found["initial-cluster"].split(",")
    assert len(members) == planned["pods"] == 3
    assert all(".milvus-etcd-headless.milvus.svc:2380" in member for member in members)
    body = made("distributed", STORE | {"etcd": {"storage_class": "gp3"}})["etcd"].body
    assert body["spec"]["volumeClaimTemplates"][0]["spec"]["storageClassName"] == "gp3"
    endpoints = made("distributed", STORE)["milvus"].body["spec"]["dependencies"]["etcd"]["endpoints"]
    assert [endpoint.split(".")[0] for endpoint in endpoints] == ["milvus-etcd-0", "milvus-etcd-1", "milvus-etcd-2"]


def test_an_etcd_that_is_there_is_only_named() -> None:
    objects = made("distributed", STORE | {"etcd": {"kind": "external", "endpoints": ["etcd.example.com"]}})
    assert not any("etcd" in key for key in objects)
    etcd = objects["milvus"].body["spec"]["dependencies"]["etcd"]
    assert etcd == {"external": True, "endpoints": ["etcd.example.com:2379"]}


def test_the_embedded_etcd_listens_to_itself_alone_with_quota_and_compaction() -> None:
    data = made("standalone", {})["config"].body["data"]
    assert yaml.safe_load(data["embedEtcd.yaml"]) == {
        "listen-client-urls": "http://127.0.0.1:2379",
        "advertise-client-urls": "http://127.0.0.1:2379",
        "quota-backend-bytes": 4 * 2**30,
        "auto-compaction-mode": "revision",
        "auto-compaction-retention": "1000",
    }


def test_nothing_is_mounted_over_the_files_of_a_self_contained_milvus() -> None:
    """With local storage its files stand under localStorage.path: a folder that is lost there would lose them."""
    pod = made("standalone", {})["milvus"].body["spec"]["template"]["spec"]
    paths = {mount["mountPath"]: mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    assert paths["/var/lib/milvus"] == "data"
    assert not any(path.startswith("/var/lib/milvus/") for path in paths)


def test_a_changed_configuration_replaces_the_pod() -> None:
    def checksum(declared: dict[str, Any]) -> str:
        template = made("standalone", declared)["milvus"].body["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum({}) != checksum({"tls": "cert"})
    assert checksum({}) == checksum({"clients": [{"namespace": "search"}]})


def test_minio_has_conditional_writes_and_keys_of_its_own() -> None:
    released = re.search(r"RELEASE\.(\d{4})-(\d{2})-(\d{2})T", MINIO_IMAGE)
    assert released
    assert date(*map(int, released.groups())) >= date(2024, 12, 1)
    objects = made("trial", {})
    environment = objects["minio"].body["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {item["name"] for item in environment if "valueFrom" in item} == {"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"}
    drives = objects["minio"].body["spec"]["template"]["spec"]["containers"][0]["args"][1]
    assert drives == "http://milvus-minio-{0...3}.milvus-minio-headless.milvus.svc:9000/data"
    assert objects["disruption-budget-minio"].body["spec"]["maxUnavailable"] == 1


def test_no_default_credentials_anywhere() -> None:
    for stack, declared in GOLDEN.values():
        text = json.dumps([dict(manifest.body) for manifest in made(stack, declared).values()])
        assert "minioadmin" not in text
        assert '"Milvus"' not in text.replace('"kind": "Milvus"', "")


def test_the_volume_of_a_self_contained_milvus_is_the_planned_one() -> None:
    collection = {"name": "articles", "vectors": 2_000_000, "dimension": 768, "index": "HNSW", "mmap": True}
    plan = make_plan(read_workload({"collections": [collection], "object_store": "local"}))
    planned_bytes = next(item["volume_bytes"] for item in plan.dependencies if item["name"] == "object store")
    spec = next(
        item.body["spec"] for item in deployment_manifests(plan, ClusterSettings()) if item.kind == "StatefulSet"
    )
    (claim,) = spec["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == f"{planned_bytes // 2**30}Gi"
    (container,) = spec["template"]["spec"]["containers"]
    assert {"name": "LOCAL_STORAGE_SIZE", "value": str(planned_bytes // 2**30)} in container["env"]
    # A plan of an earlier release counted the disk beside the volume.
    earlier = [{key: value for key, value in item.items() if key != "local_disk_bytes"} for item in plan.dependencies]
    (problem,) = settings_against_plan(replace(plan, dependencies=tuple(earlier)), ClusterSettings())
    assert problem.path == "dependencies.object store.local_disk_bytes"
    assert problem.nearest == "pulumi-milvus plan --update FILE"
