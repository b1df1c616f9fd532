"""Rule ``shared-path``: two environments do not share a folder of a bucket, or of etcd.

Facts: addresses, bucket and root paths of every Milvus in the files, or of every guard of one run. Callers: ``check``,
the policy pack, the resource DataGuard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.change_facts import DeploymentFacts
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
            found.append(_in_store(f"{facts.config_subject}.minio.rootPath", store, other.subject))
        shared = _etcd_endpoints(facts) & _etcd_endpoints(other)
        if shared and _etcd_root(facts) == _etcd_root(other):
            found.append(_in_etcd(f"{facts.config_subject}.etcd.rootPath", _etcd_root(facts), shared, other.subject))
    return found


def check_declared(facts: DeploymentFacts, others: Iterable[DeploymentFacts]) -> list[Finding]:
    """Judge a declared Milvus against others; stores inside a cluster belong to one Milvus alone."""
    found = []
    for other in others:
        subject = f"Milvus {other.own_root_path}"
        store = _declared_store(facts)
        if store is not None and store == _declared_store(other):
            found.append(_in_store("object_store.root_path", store, subject))
        shared = _declared_etcd(facts) & _declared_etcd(other)
        if shared and _declared_etcd_root(facts) == _declared_etcd_root(other):
            found.append(_in_etcd("etcd.root_path", _declared_etcd_root(facts), shared, subject))
    return found


def _in_store(subject: str, store: tuple[str, str, str], other: str) -> Finding:
    message = f"bucket {store[1]}, folder {store[2]} is that of {other} too"
    return Finding(RULE, LEVEL, subject, message, FIX, SOURCE)


def _in_etcd(subject: str, root: str, endpoints: Iterable[str], other: str) -> Finding:
    message = f"{root} in etcd {min(endpoints)} is that of {other} too"
    return Finding(RULE, LEVEL, subject, message, FIX, SOURCE)


def _declared_store(facts: DeploymentFacts) -> tuple[str, str, str] | None:
    store = facts.object_store
    if store is None or store.kind == "in_cluster" or not store.bucket or not store.endpoint:
        return None
    endpoint = store.endpoint.lower().removesuffix(":443")
    return (endpoint, store.bucket, (store.root_path or facts.own_root_path).strip("/"))


def _declared_etcd(facts: DeploymentFacts) -> frozenset[str]:
    if facts.etcd is None or facts.etcd.kind == "in_cluster":
        return frozenset()
    return frozenset(item.lower() for item in facts.etcd.endpoints)


def _declared_etcd_root(facts: DeploymentFacts) -> str:
    root = facts.etcd.root_path if facts.etcd is not None else None
    return (root or facts.own_root_path).strip("/")


def _order(facts: MilvusFacts) -> tuple[str, str, str]:
    return (facts.namespace, facts.name, facts.subject)


def _store(facts: MilvusFacts) -> tuple[str, str, str] | None:
    """(address, bucket, folder) of a store outside, or None where it is one of its own or not known."""
    endpoint = facts.dependencies.store_endpoint or (_configured_store(facts) if facts.source == "pods" else None)
    if not endpoint or facts.dependencies.store_external is False or not facts.config_known:
        return None
    bucket = facts.setting("minio.bucketName") or (facts.name if facts.source == "resource" else _BUCKET)
    root = facts.setting("minio.rootPath") or _FILES
    return (_address(endpoint, facts), str(bucket), str(root).strip("/"))


def _configured_store(facts: MilvusFacts) -> str | None:
    """``host:port`` of Milvus's own configuration, as the Helm chart writes it."""
    host, port = facts.setting("minio.address"), facts.setting("minio.port")
    return None if not isinstance(host, str) or not host else host if port is None else f"{host}:{port}"


def _address(endpoint: str, facts: MilvusFacts) -> str:
    """An address that means the same from everywhere: a short name is that of a Service in the same namespace."""
    host, _, port = endpoint.lower().rpartition("://")[2].removesuffix(":443").partition(":")
    whole = host if "." in host else f"{host}.{facts.namespace}"
    return f"{whole.removesuffix('.svc.cluster.local').removesuffix('.svc')}:{port}".removesuffix(":")


def _etcd_endpoints(facts: MilvusFacts) -> frozenset[str]:
    if facts.dependencies.etcd_external is False or not facts.config_known:
        return frozenset()
    return frozenset(_address(item, facts) for item in facts.dependencies.etcd_endpoints)


def _etcd_root(facts: MilvusFacts) -> str:
    root = facts.setting("etcd.rootPath") or (facts.name if facts.source == "resource" else _ETCD_ROOT)
    return str(root).strip("/")
