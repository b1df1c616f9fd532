"""Rule ``shared-path``: two environments do not share a folder of a bucket, or of etcd.

Facts: addresses, bucket and root paths of every Milvus in the files. Callers: ``check``, the policy pack, the guard of
the data in a preview.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "shared-path"
LEVEL: Final = "error"
REASON: Final = (
    "Two Milvuses with one folder in the bucket delete each other's files as garbage; with one folder in etcd each "
    "takes the other's collections for its own."
)
FIX: Final = "a root path of its own for each: minio.rootPath, etcd.rootPath"
SOURCE: Final = "Milvus 3.0 docs, configure_minio.md, configure_etcd.md; milvus-io/milvus#7905, #38637"
# Where nothing is said: the operator takes the resource's name, Milvus itself these (its milvus.yaml, 3.0).
_BUCKET: Final = "a-bucket"
_FILES: Final = "files"
_ETCD_ROOT: Final = "by-dev"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge this Milvus against the others of the same files; of two, the later by name tells it."""
    found = []
    for other in facts.others:
        if _order(other) >= _order(facts):
            continue
        store = _store(facts)
        if store is not None and store == _store(other):
            where = f"bucket {store[1]}, folder {store[2]}"
            message = f"{where} is that of {other.subject} too"
            found.append(Finding(RULE, LEVEL, f"{facts.config_subject}.minio.rootPath", message, FIX, SOURCE))
        shared = _etcd_endpoints(facts) & _etcd_endpoints(other)
        if shared and _etcd_root(facts) == _etcd_root(other):
            message = f"{_etcd_root(facts)} in etcd {sorted(shared)[0]} is that of {other.subject} too"
            found.append(Finding(RULE, LEVEL, f"{facts.config_subject}.etcd.rootPath", message, FIX, SOURCE))
    return found


def _order(facts: MilvusFacts) -> tuple[str, str, str]:
    return (facts.namespace, facts.name, facts.subject)


def _store(facts: MilvusFacts) -> tuple[str, str, str] | None:
    """(address, bucket, folder) of a store outside, or None where it is one of its own or not known."""
    endpoint = facts.dependencies.store_endpoint
    if not endpoint or facts.dependencies.store_external is False or not facts.config_known:
        return None
    bucket = facts.setting("minio.bucketName") or (facts.name if facts.source == "resource" else _BUCKET)
    root = facts.setting("minio.rootPath") or _FILES
    return (endpoint.lower(), str(bucket), str(root).strip("/"))


def _etcd_endpoints(facts: MilvusFacts) -> frozenset[str]:
    if facts.dependencies.etcd_external is False or not facts.config_known:
        return frozenset()
    return frozenset(item.lower() for item in facts.dependencies.etcd_endpoints)


def _etcd_root(facts: MilvusFacts) -> str:
    root = facts.setting("etcd.rootPath") or (facts.name if facts.source == "resource" else _ETCD_ROOT)
    return str(root).strip("/")
