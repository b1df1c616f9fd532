"""The scheduled backup of a Milvus: a CronJob with its account, configuration and policy; and the Job of a restore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.backup_config import LOG_MB, SCRATCH, backup_config
from pulumi_milvus.manifests.backup_script import BACKUP_SCRIPT, name_prefix
from pulumi_milvus.manifests.backup_target import BackupTarget
from pulumi_milvus.manifests.images import BACKUP_IMAGE, image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import BACKUP, labels, metadata, selector
from pulumi_milvus.manifests.pods import CONTAINER_SECURITY, USER_ID, pod_security
from pulumi_milvus.manifests.quantities import GIB, MIB, cores, size
from pulumi_milvus.manifests.surroundings import service_account

_CONFIG_PATH: Final = "/etc/milvus-backup"
_CONFIG_FILE: Final = f"{_CONFIG_PATH}/backup.yaml"
_SCRIPT: Final = "backup.sh"
# Where the image keeps its program (v0.5.16, Dockerfile), before the folders of its Alpine.
_PATH: Final = "/app:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# All of these are our choice. The store copies by itself (milvus-backup copies through its own memory only between two
# stores), so that the pod holds metadata and 128 requests at a time.
_MEMORY_BYTES: Final = 1 * GIB
_CPU_CORES: Final = 0.5
# Two log files of LOG_MB at most (lumberjack), and as much again.
_SCRATCH_BYTES: Final = 4 * LOG_MB * MIB
# A run that is late by more is left to the next one; one that takes longer than half a day hangs.
_LATE_SECONDS: Final = 3_600
_LONGEST_SECONDS: Final = 12 * 3_600
_RETRIES: Final = 1
_HISTORY: Final = 3


def backup_manifests(target: BackupTarget, after: tuple[str, ...]) -> Iterator[Manifest]:
    """The objects of a backup, in creation order; none of them holds data: backups outlive them in their bucket."""
    settings = target.settings
    yield service_account(settings, BACKUP, target.identity, after)
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(target),
        "data": {"backup.yaml": backup_config(target), _SCRIPT: BACKUP_SCRIPT},
    }
    yield Manifest(key="backup-config", body=config, after=after)
    if settings.network_policies:
        # No rule at all: nobody connects to a backup.
        policy = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": _metadata(target),
            "spec": {
                "podSelector": {"matchLabels": selector(settings, BACKUP, BACKUP)},
                "policyTypes": ["Ingress"],
            },
        }
        yield Manifest(key="network-policy-backup", body=policy, after=after)
    body = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(target),
        "spec": {
            "schedule": target.backup.schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": _LATE_SECONDS,
            "successfulJobsHistoryLimit": _HISTORY,
            "failedJobsHistoryLimit": _HISTORY,
            "suspend": False,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": _RETRIES,
                    "activeDeadlineSeconds": _LONGEST_SECONDS,
                    "template": _pod(target, ["/bin/sh", f"{_CONFIG_PATH}/{_SCRIPT}"]),
                }
            },
        },
    }
    needs = ("service-account-backup", "backup-config")
    yield Manifest(key="backup", body=body, after=(*after, *needs))


def restore_job(target: BackupTarget, backup_name: str) -> dict[str, Any]:
    """A Job that restores ``backup_name`` into new collections, whose names end with ``_restored``, and their indexes.

    It waits (``suspend``) until a person has read it and lets it go; nothing that is there is dropped.
    """
    arguments = ["restore", "--name", backup_name, "--suffix", "_restored", "--rebuild_index"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": _metadata(target) | {"name": f"{target.settings.name}-restore"},
        "spec": {
            "suspend": True,
            # A second try would find the collections of the first.
            "backoffLimit": 0,
            "template": _pod(target, ["milvus-backup", "--config", _CONFIG_FILE, *arguments]),
        },
    }


def _metadata(target: BackupTarget) -> dict[str, Any]:
    return metadata(target.settings, f"{target.settings.name}-{BACKUP}", BACKUP, BACKUP)


def _pod(target: BackupTarget, command: list[str]) -> dict[str, Any]:
    settings = target.settings
    amounts = {"cpu": cores(_CPU_CORES), "memory": size(_MEMORY_BYTES)}
    pod_labels = labels(settings, BACKUP, BACKUP)
    if "azure.workload.identity/client-id" in target.identity:
        pod_labels["azure.workload.identity/use"] = "true"
    container = {
        "name": BACKUP,
        "image": image(BACKUP_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "command": command,
        "workingDir": SCRATCH,
        "env": _environment(target),
        "resources": {"requests": dict(amounts), "limits": dict(amounts)},
        "securityContext": {**CONTAINER_SECURITY, "readOnlyRootFilesystem": True},
        "volumeMounts": [
            {"name": "config", "mountPath": _CONFIG_PATH, "readOnly": True},
            {"name": "scratch", "mountPath": SCRATCH},
        ],
    }
    spec: dict[str, Any] = {
        "restartPolicy": "Never",
        "serviceAccountName": f"{settings.name}-{BACKUP}",
        "automountServiceAccountToken": False,
        # A Service called milvus or minio would set MILVUS_PORT or MINIO_PORT, which go before the configuration.
        "enableServiceLinks": False,
        "securityContext": pod_security(USER_ID),
        "containers": [container],
        "volumes": [
            {"name": "config", "configMap": {"name": f"{settings.name}-{BACKUP}", "defaultMode": 0o444}},
            {"name": "scratch", "emptyDir": {"sizeLimit": size(_SCRATCH_BYTES)}},
        ],
    }
    if settings.pull_secrets:
        spec["imagePullSecrets"] = pull_secrets(settings)
    return {"metadata": {"labels": pod_labels}, "spec": spec}


def _environment(target: BackupTarget) -> list[dict[str, Any]]:
    """Secrets in milvus-backup's own variables (v0.5.16, internal/cfg/cfg.go), and what the script reads."""
    secrets = {"MILVUS_PASSWORD": (target.password_secret, target.password_key)}
    if target.keys_secret is not None:
        # The backup's store takes them from Milvus's: one pair of keys reaches both buckets.
        secrets["MINIO_ACCESS_KEY"] = (target.keys_secret, "accesskey")
        secrets["MINIO_SECRET_KEY"] = (target.keys_secret, "secretkey")
    plain = {
        "PATH": _PATH,
        "CONFIG_FILE": _CONFIG_FILE,
        "NAME_PREFIX": name_prefix(target.settings),
        "KEEP_DAYS": str(target.backup.retention_days),
    }
    return [
        *({"name": name, "value": value} for name, value in plain.items()),
        *(
            {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
            for name, (secret, key) in secrets.items()
        ),
    ]
