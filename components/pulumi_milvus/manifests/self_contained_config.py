"""The configuration of a Milvus that has all inside: etcd within the process, files and log on one volume."""

from __future__ import annotations

from typing import Any, Final

import yaml

from pulumi_milvus.manifests.etcd import COMPACTION_MODE, COMPACTION_RETENTION
from pulumi_milvus.manifests.milvus_config import guard_config, index_config, merged
from pulumi_milvus.manifests.names import DATA_PATH, ETCD_CLIENT_PORT
from pulumi_milvus.manifests.outside import dependency
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

CONFIG_PATH: Final = "/milvus/configs"
# Where the file of the embedded etcd is; the process reads it through the environment.
ETCD_CONFIG: Final = "embedEtcd.yaml"
USER_CONFIG: Final = "user.yaml"
# The process asks for the mode before it reads its command line, and stops where etcd is embedded without it.
ENVIRONMENT: Final = {
    "DEPLOY_MODE": "STANDALONE",
    "ETCD_USE_EMBED": "true",
    "ETCD_DATA_DIR": f"{DATA_PATH}/etcd",
    "ETCD_CONFIG_PATH": f"{CONFIG_PATH}/{ETCD_CONFIG}",
    "COMMON_STORAGETYPE": "local",
}


def self_contained_config(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    """``user.yaml``, which is laid over the image's own configuration."""
    inside: dict[str, Any] = {
        "common": {"storageType": "local"},
        "etcd": {"use": {"embed": True}, "data": {"dir": f"{DATA_PATH}/etcd"}},
        "mq": {"type": "woodpecker"},
        # On a file system: a batch every 10 ms (Milvus 3.0 docs, adminGuide/woodpecker.md).
        "woodpecker": {"storage": {"type": "local", "rootPath": f"{DATA_PATH}/woodpecker"}},
    }
    return merged(index_config(plan), guard_config(settings), inside)


def embedded_etcd_config(plan: Plan) -> dict[str, Any]:
    """The embedded etcd's own file: it listens on the loopback alone, with quota and compaction.

    Without such a file it has a quota of 2 GiB and never compacts, and Milvus stops once that is full.
    """
    url = f"http://127.0.0.1:{ETCD_CLIENT_PORT}"
    return {
        "listen-client-urls": url,
        "advertise-client-urls": url,
        "quota-backend-bytes": dependency(plan, "etcd")["quota_bytes"],
        "auto-compaction-mode": COMPACTION_MODE,
        "auto-compaction-retention": COMPACTION_RETENTION,
    }


def volume_bytes(plan: Plan) -> int:
    """Bytes of the one volume, as planned: files, log, etcd's part, and the local disk."""
    return int(dependency(plan, "object store")["volume_bytes"])


def config_text(config: dict[str, Any]) -> str:
    """Configuration as YAML, keys in order, so that the same configuration is the same text."""
    return yaml.safe_dump(config, sort_keys=True, default_flow_style=False, allow_unicode=True)
