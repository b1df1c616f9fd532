"""The component Backup, against Pulumi's mocks: what it registers, and what it refuses before it does."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
import yaml

from kubernetes_schemas import wrong_fields
from pulumi_milvus.kubernetes.backup import BACKUP_NAME, backup_target_of

ARGS: dict[str, Any] = {
    "namespace": "search",
    "name": "vec",
    "address": "vec-milvus.search.svc:19530",
    "object_store": {"kind": "s3", "bucket": "vectors", "region": "eu-central-1", "root_path": "files"},
    "password_secret": "vec-root",
}
MADE = {
    "ServiceAccount": "backup-service-account-backup",
    "ConfigMap": "backup-backup-config",
    "NetworkPolicy": "backup-network-policy-backup",
    "CronJob": "backup-backup",
}


class Registered(pulumi.runtime.Mocks):
    """Remembers every resource by its name."""

    def __init__(self) -> None:
        self.resources: dict[str, tuple[str, dict[str, Any]]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources[args.name] = (args.typ, args.inputs)
        made = {"password": "p" * 40, "token": "root:" + "p" * 40, "endpoint": "milvus-milvus.milvus.svc:19530"}
        return args.name, {**made, **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"nothing is to be looked up, yet {args.token} is")


@pytest.fixture
def registered() -> Registered:
    mocks = Registered()
    pulumi.runtime.set_mocks(mocks, preview=False)
    return mocks


def build(args: dict[str, Any]) -> dict[str, str]:
    """Make the component, and give its outputs."""
    from pulumi_milvus import Backup

    found: dict[str, str] = {}

    @pulumi.runtime.test
    def made() -> pulumi.Output[Any]:
        backup = Backup("backup", args)  # type: ignore[arg-type]
        outputs = (backup.cron_job, backup.location, backup.restore_job)
        names = ("cron_job", "location", "restore_job")
        return pulumi.Output.all(*outputs).apply(lambda values: found.update(zip(names, values, strict=True)))

    made()
    return found


def test_it_makes_what_a_milvus_of_this_package_makes_for_itself(registered: Registered) -> None:
    outputs = build(ARGS)
    kinds = {kind.rpartition(":")[2]: name for name, (kind, _) in registered.resources.items()}
    assert MADE.items() <= kinds.items()
    config = yaml.safe_load(registered.resources[MADE["ConfigMap"]][1]["data"]["backup.yaml"])
    assert config["milvus"] == {"address": "vec-milvus.search.svc", "port": 19530, "user": "root", "tlsMode": 0}
    assert (config["minio"]["bucketName"], config["minio"]["rootPath"]) == ("vectors", "files")
    assert config["backup"]["gcPause"] == {"enable": True, "address": "http://vec-milvus.search.svc:9091"}
    assert outputs["cron_job"] == "search/vec-backup"
    assert outputs["location"] == "vectors/milvus_backups/search/vec"
    job = yaml.safe_load(outputs["restore_job"])
    assert wrong_fields(job) == []
    assert BACKUP_NAME in job["spec"]["template"]["spec"]["containers"][0]["command"]


def test_a_milvus_makes_its_own_once_and_after_itself(registered: Registered) -> None:
    from pulumi_milvus import Milvus

    store = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
    workload = {
        "collections": [{"name": "articles", "vectors": 2_000_000, "dimension": 768}],
        "topology": "distributed",
        "production": True,
    }

    @pulumi.runtime.test
    def made() -> pulumi.Output[Any]:
        args: Any = {"workload": workload, "kubernetes": {"object_store": store}}
        return Milvus("milvus", args).collections.apply(len)

    made()
    kinds = [kind for kind, _ in registered.resources.values()]
    assert kinds.count("kubernetes:batch/v1:CronJob") == 1
    assert "milvus:index:Backup" not in kinds
    names = list(registered.resources)
    assert names.index("milvus-milvus") < names.index("milvus-backup")


def test_what_is_set_is_taken() -> None:
    more = {
        "schedule": "0 1 * * *",
        "bucket": "backups",
        "root_path": "vec",
        "retention_days": 30,
        "credentials_secret": "keys",
        "management_address": "vec-proxy.search.svc",
        "password_key": "root",
        "registry": "registry.example.com/mirror",
    }
    target = backup_target_of(ARGS | more)
    assert (target.bucket, target.root_path, target.keys_secret) == ("backups", "vec", "keys")
    assert (target.backup.schedule, target.backup.retention_days) == ("0 1 * * *", 30)
    assert target.management == "http://vec-proxy.search.svc:9091"
    assert target.password_key == "root"


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"address": "http://milvus:19530", "schedule": "daily"}, {"address", "schedule"}),
        ({"object_store": {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}}, {"object_store"}),
        ({"object_store": "in_cluster"}, {"object_store.kind"}),
        ({"root_path": "files/backup"}, {"root_path"}),
        (dict.fromkeys(ARGS), set(ARGS)),
    ],
)
def test_every_mistake_is_told_before_anything_is_registered(
    registered: Registered, changed: dict[str, Any], paths: set[str]
) -> None:
    with pytest.raises(pulumi.InputPropertiesError) as told:
        build(ARGS | changed)
    assert {problem["property_path"] for problem in told.value.errors or ()} == paths
    assert not registered.resources


def test_the_package_describes_it() -> None:
    from pulumi_milvus.provider.package_schema import package_schema

    described = json.loads(package_schema())["resources"]["milvus:index:Backup"]
    assert set(described["requiredInputs"]) == {"namespace", "name", "address", "objectStore", "passwordSecret"}
    assert {"cronJob", "location", "restoreJob"} <= set(described["properties"])
