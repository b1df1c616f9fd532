"""The component `milvus:index:Backup`: scheduled backups of a Milvus that others made."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from pulumi_milvus.arguments import as_input_errors
from pulumi_milvus.kubernetes.access import cluster_wiring
from pulumi_milvus.kubernetes.backup_args import MilvusBackupArgs
from pulumi_milvus.kubernetes.objects import create_object
from pulumi_milvus.manifests.backup import backup_manifests, restore_job
from pulumi_milvus.manifests.backup_target import BackupTarget, folder_problems
from pulumi_milvus.manifests.kubernetes_readers import Address, KubernetesName
from pulumi_milvus.manifests.names import METRICS_PORT, MILVUS_PORT
from pulumi_milvus.manifests.setting_shapes import Plain
from pulumi_milvus.manifests.settings import read_cluster_settings
from pulumi_milvus.manifests.yaml_documents import yaml_document
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.planning.readers import Text

# What the settings of a cluster read in the same words, at the top and within `backup`.
_SETTINGS: Final = ("namespace", "name", "object_store", "registry", "pull_secrets")
_BACKUP: Final = (
    "schedule",
    "bucket",
    "root_path",
    "retention_days",
    "service_account_annotations",
    "credentials_secret",
)
_NEEDED: Final = {
    "namespace": "milvus",
    "name": "milvus",
    "address": "milvus.milvus.svc:19530",
    "object_store": "{kind: s3, bucket: vectors, region: us-east-1, root_path: files}",
    "password_secret": "milvus-root",
}
# What a person replaces in the Job of a restore.
BACKUP_NAME: Final = "NAME_OF_THE_BACKUP"


class Backup(pulumi.ComponentResource):
    """Scheduled backups of a Milvus that others made, by milvus-backup; Milvus and its kin make the same themselves.

    Backups stay in their bucket when the component goes.
    """

    cron_job: pulumi.Output[str]
    """namespace/name of the CronJob."""
    location: pulumi.Output[str]
    """Where backups stand: bucket/folder."""
    restore_job: pulumi.Output[str]
    """The Job of a restore as YAML, suspended, for `kubectl apply`: say the backup's name in it first."""

    def __init__(self, name: str, args: MilvusBackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        target = backup_target_of(args)
        location = f"{target.bucket}/{target.root_path}"
        super().__init__("milvus:index:Backup", name, {"location": location}, opts)
        import pulumi_kubernetes

        provider = self.get_provider("kubernetes:core/v1:Namespace") or pulumi_kubernetes.Provider(
            f"{name}-kubernetes", opts=pulumi.ResourceOptions(parent=self), **cluster_wiring(args)
        )
        made: dict[str, pulumi.Resource] = {}
        for manifest in backup_manifests(target, ()):
            first = [made[key] for key in manifest.after]
            options = pulumi.ResourceOptions(parent=self, provider=provider, depends_on=first)
            made[manifest.key] = create_object(manifest, f"{name}-{manifest.key}", options)
        outputs = {
            "cron_job": f"{target.settings.namespace}/{target.settings.name}-backup",
            "location": location,
            "restore_job": yaml_document(restore_job(target, BACKUP_NAME)),
        }
        self.cron_job = pulumi.Output.from_input(outputs["cron_job"])
        self.location = pulumi.Output.from_input(location)
        self.restore_job = pulumi.Output.from_input(outputs["restore_job"])
        self.register_outputs(
            {"cronJob": outputs["cron_job"], "location": location, "restoreJob": outputs["restore_job"]}
        )


def backup_target_of(args: Mapping[str, Any]) -> BackupTarget:
    """What the arguments declare. Raises InputPropertiesError with every mistake, before anything is created."""
    problems = [
        Problem(key, "", "is missing", f"{key}: {example}") for key, example in _NEEDED.items() if not args.get(key)
    ]
    declared = {key: args[key] for key in _SETTINGS if args.get(key) is not None}
    within = {key: args[key] for key in _BACKUP if args.get(key) is not None}
    settings = read_cluster_settings(declared | {"backup": within}, "args", problems)
    address = _read(Plain(Address(MILVUS_PORT)), args.get("address"), "address", problems)
    host, _, port = (address or f"milvus:{MILVUS_PORT}").rpartition(":")
    management = f"{host}:{METRICS_PORT}"
    if args.get("management_address"):
        management = _read(Plain(Address(METRICS_PORT)), args["management_address"], "management_address", problems)
    secret = _read(Plain(KubernetesName(253, dots=True)), args.get("password_secret"), "password_secret", problems)
    key = _read(Plain(Text(253)), args.get("password_key") or "password", "password_key", problems)
    store = settings.object_store
    if store is not None and store.kind == "in_cluster":
        reason = "is made with its Milvus, which makes its own backup"
        problems.append(Problem("object_store.kind", "in_cluster", reason, "kind: s3, with endpoint"))
    elif store is not None and store.root_path is None:
        reason = "root_path is missing: what Milvus has as minio.rootPath"
        problems.append(Problem("object_store", "", reason, "root_path: files"))
    found = None
    if store is not None and not problems:
        found = BackupTarget(
            settings=settings,
            store=store,
            host=host,
            port=int(port),
            management=f"http://{management}",
            password_secret=str(secret),
            password_key=str(key),
        )
        problems += folder_problems(found, "root_path")
    if found is None or problems:
        raise as_input_errors([(_path(problem.path), _words(problem)) for problem in problems])
    return found


def _read(shape: Plain, value: object, path: str, problems: list[Problem]) -> Any:
    """The value, or None; one that is missing was told already."""
    return shape.read(value, path, problems) if value else None


def _path(path: str) -> str:
    return path.removeprefix("args.").removeprefix("backup.")


def _words(problem: Problem) -> str:
    shown = f"{problem.value}: " if problem.value else ""
    return f"{shown}{problem.reason}" + (f"; nearest: {problem.nearest}" if problem.nearest else "")
