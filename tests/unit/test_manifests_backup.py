"""The objects of a backup: what they may do, where its parts come from, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from kubernetes_schemas import wrong_fields
from manifest_cases import CLONE, EVERYTHING, S3, kept_plan, settings_of
from pulumi_milvus.manifests.agreement import settings_against_plan
from pulumi_milvus.manifests.backup import restore_job
from pulumi_milvus.manifests.backup_target import BackupTarget, backup_target
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.notes import notes
from pulumi_milvus.manifests.secrets import needed_secrets
from pulumi_milvus.manifests.settings import read_cluster_settings
from pulumi_milvus.planning.problems import Problem

STORE: dict[str, Any] = {"object_store": S3}


def made(declared: dict[str, Any], stack: str = "distributed") -> dict[str, Manifest]:
    return {manifest.key: manifest for manifest in deployment_manifests(kept_plan(stack), settings_of(declared))}


def target(declared: dict[str, Any], stack: str = "distributed") -> BackupTarget:
    found = backup_target(kept_plan(stack), settings_of(declared))
    assert found is not None
    return found


def container(manifests: dict[str, Manifest]) -> dict[str, Any]:
    spec = manifests["backup"].body["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return dict(spec["containers"][0])


def config(manifests: dict[str, Manifest]) -> dict[str, Any]:
    return dict(yaml.safe_load(manifests["backup-config"].body["data"]["backup.yaml"]))


def secrets_of(manifests: dict[str, Manifest]) -> dict[str, str]:
    found = [item for item in container(manifests)["env"] if "valueFrom" in item]
    return {item["name"]: item["valueFrom"]["secretKeyRef"]["name"] for item in found}


def test_it_reads_the_bucket_and_folder_that_milvus_writes() -> None:
    for declared in (STORE, {"object_store": S3 | {"root_path": "files", "endpoint": "store.example.com:9000"}}):
        manifests = made(declared)
        milvus = manifests["milvus"].body["spec"]
        minio = config(manifests)["minio"]
        assert (minio["bucketName"], minio["rootPath"]) == (
            milvus["config"]["minio"]["bucketName"],
            milvus["config"]["minio"]["rootPath"],
        )
        assert f"{minio['address']}:{minio['port']}" == milvus["dependencies"]["storage"]["endpoint"]
        assert minio["backupBucketName"] == "vectors"
        assert minio["backupRootPath"] == "milvus_backups/milvus/milvus"


def test_bucket_folder_schedule_and_time_are_as_they_are_set() -> None:
    declared = {"bucket": "backups", "root_path": "nightly", "schedule": "15 2 * * *", "retention_days": 30}
    manifests = made(STORE | {"backup": declared})
    minio = config(manifests)["minio"]
    assert (minio["backupBucketName"], minio["backupRootPath"]) == ("backups", "nightly")
    assert (minio["bucketName"], minio["rootPath"]) == ("vectors", "milvus/milvus")
    assert manifests["backup"].body["spec"]["schedule"] == "15 2 * * *"
    assert {"name": "KEEP_DAYS", "value": "30"} in container(manifests)["env"]


def test_no_secret_stands_in_the_configuration() -> None:
    keys = {"object_store": S3 | {"credentials_secret": "keys", "service_account_annotations": None}}
    manifests = made(keys)
    text = manifests["backup-config"].body["data"]["backup.yaml"]
    assert not re.search("password|accessKey|secret", text, re.IGNORECASE)
    assert config(manifests)["minio"]["useIAM"] is False
    assert secrets_of(manifests) == {
        "MILVUS_PASSWORD": "milvus-root",
        "MINIO_ACCESS_KEY": "keys",
        "MINIO_SECRET_KEY": "keys",
    }


def test_its_identity_is_its_own_or_the_stores() -> None:
    role = "eks.amazonaws.com/role-arn"
    store_role = made(STORE)["service-account-backup"].body["metadata"]["annotations"]
    assert store_role == S3["service_account_annotations"]
    own = made(STORE | {"backup": {"service_account_annotations": {role: "arn:aws:iam::111122223333:role/backup"}}})
    account = own["service-account-backup"].body
    assert account["metadata"]["annotations"] == {role: "arn:aws:iam::111122223333:role/backup"}
    assert account["automountServiceAccountToken"] is False
    assert account["metadata"]["name"] != own["service-account-milvus"].body["metadata"]["name"]
    assert config(own)["minio"]["useIAM"] is True
    assert secrets_of(own) == {"MILVUS_PASSWORD": "milvus-root"}


def test_keys_of_its_own_are_named_and_must_be_there() -> None:
    settings = settings_of(STORE | {"backup": {"credentials_secret": "backup-keys"}})
    manifests = made(STORE | {"backup": {"credentials_secret": "backup-keys"}})
    assert secrets_of(manifests)["MINIO_SECRET_KEY"] == "backup-keys"
    assert "annotations" not in manifests["service-account-backup"].body["metadata"]
    needed = {secret.name: secret for secret in needed_secrets(kept_plan("distributed"), settings)}
    assert needed["backup-keys"].keys == ("accesskey", "secretkey")
    assert not needed["backup-keys"].generated


def test_azure_has_the_accounts_name_and_the_label_of_its_identity() -> None:
    store = {
        "kind": "azure",
        "bucket": "vectors",
        "storage_account": "account",
        "service_account_annotations": {"azure.workload.identity/client-id": "11111111-2222"},
    }
    manifests = made({"object_store": store})
    minio = config(manifests)["minio"]
    assert (minio["storageType"], minio["accessKeyID"], minio["backupAccessKeyID"]) == ("azure", "account", "account")
    template = manifests["backup"].body["spec"]["jobTemplate"]["spec"]["template"]
    assert template["metadata"]["labels"]["azure.workload.identity/use"] == "true"


def test_a_minio_in_the_cluster_lets_it_in() -> None:
    manifests = made({"object_store": "in_cluster", "backup": {}}, "trial")
    minio = config(manifests)["minio"]
    assert (minio["storageType"], minio["address"], minio["useSSL"]) == ("minio", "milvus-minio.milvus.svc", False)
    assert secrets_of(manifests)["MINIO_ACCESS_KEY"] == "milvus-minio"
    own = {"app.kubernetes.io/name": "backup", "app.kubernetes.io/instance": "milvus"}
    for key, ports in (("milvus", [19530, 9091]), ("minio", [9000])):
        rules = manifests[f"network-policy-{key}"].body["spec"]["ingress"]
        (rule,) = [rule for rule in rules if {"podSelector": {"matchLabels": own}} in rule["from"]]
        assert [port["port"] for port in rule["ports"]] == ports
    policy = manifests["network-policy-backup"].body["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    assert "ingress" not in policy, "nobody connects to a backup"
    selected = policy["podSelector"]["matchLabels"].items()
    labels = manifests["backup"].body["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    assert selected <= labels.items()
    assert not any("backup" in str(made(declared)["network-policy-milvus"].body) for declared in (OFF, EVERYTHING))


OFF: dict[str, Any] = STORE | {"backup": {"enabled": False}}


def test_none_is_made_that_could_not_work_and_it_is_said() -> None:
    for declared, stack in ((OFF, "distributed"), (EVERYTHING, "distributed"), ({}, "standalone")):
        assert not [key for key in made(declared, stack) if "backup" in key]
    assert "VolumeSnapshot" in "\n".join(notes(kept_plan("standalone"), settings_of({})))
    for declared, words in ((EVERYTHING, "REST is on port 8080"), (OFF, "production is true")):
        assert words in "\n".join(notes(kept_plan("distributed"), settings_of(declared)))
    instead = STORE | {"backup": {"enabled": False, "instead": "copies in another region"}}
    assert "copies in another region" in "\n".join(notes(kept_plan("distributed"), settings_of(instead)))


@pytest.mark.parametrize(
    ("declared", "path", "words"),
    [
        (STORE | {"backup": {"root_path": "milvus/milvus"}}, "backup.root_path", "neither may be inside"),
        (STORE | {"backup": {"root_path": "milvus/milvus/backup"}}, "backup.root_path", "neither may be inside"),
        (STORE | {"backup": {"root_path": "milvus"}}, "backup.root_path", "neither may be inside"),
        (EVERYTHING | {"backup": {"enabled": True}}, "backup", "REST is on port 8080"),
    ],
)
def test_what_cannot_go_is_refused(declared: dict[str, Any], path: str, words: str) -> None:
    problems = settings_against_plan(kept_plan("distributed"), settings_of(declared), "kubernetes")
    assert [problem.path for problem in problems] == [f"kubernetes.{path}"]
    assert words in problems[0].reason
    assert problems[0].nearest


def test_folders_beside_each_other_and_in_other_buckets_go() -> None:
    for backup in ({"root_path": "milvus/milvus-backup"}, {"root_path": "milvus/milvus", "bucket": "backups"}):
        declared = settings_of(STORE | {"backup": backup})
        assert settings_against_plan(kept_plan("distributed"), declared) == []


@pytest.mark.parametrize(
    ("backup", "path"),
    [
        ({"instead": "snapshots"}, "backup.instead"),
        (
            {"credentials_secret": "keys", "service_account_annotations": {"example.com/role": "x"}},
            "backup.credentials_secret",
        ),
    ],
)
def test_keys_that_do_not_go_together_are_refused(backup: dict[str, Any], path: str) -> None:
    problems: list[Problem] = []
    read_cluster_settings(STORE | {"backup": backup}, "kubernetes", problems)
    assert [problem.path for problem in problems] == [f"kubernetes.{path}"]


def test_the_page_has_the_job_of_a_restore_as_it_is_made() -> None:
    job = restore_job(target(STORE), "NAME_OF_THE_BACKUP")
    assert wrong_fields(job) == []
    assert job["spec"]["suspend"] is True
    assert job["spec"]["template"]["spec"]["containers"][0]["command"][0] == "milvus-backup"
    page = (CLONE / "docs" / "backup.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"((?:^    .*\n|^\n)*^    kind: Job\n(?:^    .*\n)+)", page, re.MULTILINE)
    assert yaml.safe_load(block) == job
