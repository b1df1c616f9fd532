"""Rule ``wal-bucket``: Woodpecker's log lies in a store that can refuse to write an object twice.

Facts: the write-ahead log, the store's address, images of MinIO. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

import re
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.container_images import container_images
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "wal-bucket"
LEVEL: Final = "error"
REASON: Final = (
    "Woodpecker keeps two writers off the same piece of the log by conditional writes (If-None-Match). A store that "
    "ignores them lets the log be overwritten."
)
FIX: Final = "S3, MinIO of December 2024 or later, Azure, Google Cloud Storage, OSS or COS; or another log"
SOURCE: Final = "Milvus 3.0 docs, adminGuide/woodpecker.md; zilliztech/woodpecker#54"
# Huawei's Object Storage Service, named there as one that does not work.
_REFUSED_HOSTS: Final = (".myhuaweicloud.com", ".myhuaweicloud.eu")
_MINIO_SINCE: Final = "2024-12"
_MINIO_IMAGE: Final = re.compile(r"minio[^:]*:RELEASE\.(\d{4}-\d{2})-\d{2}T")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the store where Woodpecker writes to it."""
    if not (facts.dependencies.message_stream or "").lower().startswith("woodpecker"):
        return []
    if facts.setting("woodpecker.storage.type") == "local":
        return []
    endpoint = (facts.dependencies.store_endpoint or "").split(":")[0].lower()
    if endpoint.endswith(_REFUSED_HOSTS):
        message = f"{endpoint} knows no conditional writes, and Woodpecker writes its log there"
        return [Finding(RULE, LEVEL, "dependencies.storage.endpoint", message, FIX, SOURCE)]
    for kind in ("StatefulSet", "Deployment"):
        for item in facts.cluster.objects.get(kind, ()):
            metadata = item.get("metadata") or {}
            released = next((month for image in container_images(item) if (month := _month(image))), None)
            if released and released < _MINIO_SINCE and (metadata.get("namespace") or "") == facts.namespace:
                name = f"{kind}/{metadata.get('name')}"
                message = f"MinIO of {released} knows no conditional writes, which came in {_MINIO_SINCE}"
                return [Finding(RULE, LEVEL, name, message, FIX, SOURCE)]
    return []


def _month(image: str) -> str | None:
    found = _MINIO_IMAGE.search(image)
    return found.group(1) if found else None
