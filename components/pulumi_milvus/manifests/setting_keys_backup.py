"""The keys of a backup."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.kubernetes_readers import Schedule
from pulumi_milvus.manifests.setting_keys_outside import ANNOTATIONS, OBJECT_NAME
from pulumi_milvus.manifests.setting_shapes import Key, Plain, Table
from pulumi_milvus.manifests.setting_values import Backup
from pulumi_milvus.manifests.store_readers import Bucket, StorePath
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, Text, Whole


def _backup(read: dict[str, Any], path: str, problems: list[Problem]) -> Backup | None:
    found: list[Problem] = []
    if "instead" in read and read.get("enabled", True):
        reason = "says what is done where no backup is made here, and one is"
        found.append(Problem(f"{path}.instead", shown(read["instead"]), reason, "enabled: false, or leave it out"))
    if "credentials_secret" in read and "service_account_annotations" in read:
        reason = "keys and an identity together: the keys would not be used"
        found.append(Problem(f"{path}.credentials_secret", shown(read["credentials_secret"]), reason, "one of them"))
    problems.extend(found)
    return None if found else Backup(**read)


BACKUP: Final = Table(
    {
        "enabled": Key(Plain(Flag()), "false: no backup; true if left out."),
        "schedule": Key(Plain(Schedule()), "When, as cron writes it, UTC; daily at three if left out."),
        "bucket": Key(Plain(Bucket()), "Bucket of the backups, in the same store; Milvus's own if left out."),
        "root_path": Key(Plain(StorePath()), "Folder in that bucket; milvus_backups/namespace/name if left out."),
        "retention_days": Key(Plain(Whole(1, 3_650)), "How long backups are kept; 7 days if left out."),
        "service_account_annotations": Key(
            ANNOTATIONS, "Annotations that bind the backup's own identity; those of object_store if left out."
        ),
        "credentials_secret": Key(
            OBJECT_NAME, "Secret with accesskey and secretkey of its own; that of object_store if left out."
        ),
        "instead": Key(
            Plain(Text(200)), "With enabled: false in production: what else brings the data back, in a few words."
        ),
    },
    _backup,
    "{schedule: '0 3 * * *'}",
)
