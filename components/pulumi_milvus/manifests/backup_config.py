"""The configuration of milvus-backup, without secrets: passwords and keys come by environment variables."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.backup_target import BackupTarget
from pulumi_milvus.manifests.names import root_path
from pulumi_milvus.manifests.outside import store_endpoint
from pulumi_milvus.manifests.yaml_documents import yaml_document

# Kinds of stores in its words (milvus-backup v0.5.16, internal/cfg/storage_types.go).
_TYPES: Final = {"s3": "aws", "in_cluster": "minio", "azure": "azure", "gcs": "gcp"}
# The only writable folder of the pod. It always writes a log beside what it prints.
SCRATCH: Final = "/tmp"
LOG_MB: Final = 16


def backup_config(target: BackupTarget) -> str:
    """The file as YAML, in the keys of v0.5.16 (configs/backup.yaml); releases after it read them too."""
    return yaml_document(
        {
            "log": {
                "level": "info",
                "console": True,
                "file": {"filename": f"{SCRATCH}/backup.log", "maxSize": LOG_MB, "maxBackups": 1},
            },
            "milvus": {"address": target.host, "port": target.port, "user": "root", "tlsMode": 0},
            "minio": _stores(target),
            "backup": {
                # Otherwise Milvus may delete files of compacted segments before they are copied.
                "gcPause": {"enable": True, "address": target.management},
            },
        }
    )


def _stores(target: BackupTarget) -> dict[str, Any]:
    """Both stores with every key said: what is left out of the backup's is taken from Milvus's, its folder too."""
    store = target.store
    address, _, port = store_endpoint(store, target.settings).rpartition(":")
    here: dict[str, Any] = {
        "StorageType": _TYPES[store.kind],
        "Address": address,
        "Port": int(port),
        "UseSSL": store.use_ssl,
        "UseIAM": target.keys_secret is None,
    }
    if store.region is not None:
        here["Region"] = store.region
    if store.kind == "azure" and target.keys_secret is None:
        # The account's name is no secret, and stands where other stores have the key's.
        here["AccessKeyID"] = store.storage_account
    milvus = {**here, "BucketName": store.bucket, "RootPath": store.root_path or root_path(target.settings)}
    backup = {**here, "BucketName": target.bucket, "RootPath": target.root_path}
    return {
        **{key[0].lower() + key[1:]: value for key, value in milvus.items()},
        **{f"backup{key}": value for key, value in backup.items()},
    }
