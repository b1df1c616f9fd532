"""The images, each pinned, and the one prefix that all of them take where a registry is named."""

from __future__ import annotations

import re
from typing import Final

from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

# The Compose file of Milvus 3.0.0's release has this etcd (quay.io/coreos/etcd:v3.5.25); the chart 5.0.19 the same
# version. It needs no init script: all is said by flags.
ETCD_IMAGE: Final = "quay.io/coreos/etcd:v3.5.25"
# The first release with conditional writes as Woodpecker needs them (Milvus 3.0 docs, adminGuide/woodpecker.md), and
# the chart's (milvus-helm 5.0.19). MinIO publishes at quay.io too, where it can still be pulled.
MINIO_IMAGE: Final = "quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z"
# The oldest release of the service that Milvus's documentation allows (Milvus 3.0 docs, adminGuide/woodpecker.md); the
# chart's own tag is latest (milvus-helm 5.0.19).
WOODPECKER_IMAGE: Final = "milvusdb/woodpecker:v0.1.37"
# The newest release when this was written (tag v0.5.16 of zilliztech/milvus-backup, 2026-05-29; build_image.sh).
BACKUP_IMAGE: Final = "milvusdb/milvus-backup:v0.5.16"
_WITH_HOST: Final = re.compile(r"[^/]*[.:][^/]*/")


def image(name: str, settings: ClusterSettings) -> str:
    """The image, from the registry of the settings where one is named: its path stays, its host goes."""
    if settings.registry is None:
        return name
    return f"{settings.registry}/{_WITH_HOST.sub('', name, count=1)}"


def milvus_image(plan: Plan, settings: ClusterSettings) -> str:
    """Milvus's image: the GPU one where the plan has GPUs, which nothing else can build or search such indexes."""
    gpu = "-gpu" if plan.hardware == "gpu" else ""
    return image(f"milvusdb/milvus:v{plan.milvus_version}{gpu}", settings)


def pull_secrets(settings: ClusterSettings) -> list[dict[str, str]]:
    """``imagePullSecrets`` of a pod; may be empty."""
    return [{"name": name} for name in settings.pull_secrets]
