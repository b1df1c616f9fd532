"""Rule ``data-loss``: a change would part Milvus from its data, or delete what holds it.

Facts: ``DeploymentChange``, which needs a before. Callers: the resource DataGuard. That a single collection holds rows
is asked of Milvus itself, by the resource Collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.change_facts import DeploymentChange, EtcdFacts, ObjectStoreFacts

RULE: Final = "data-loss"
LEVEL: Final = "error"
REASON: Final = (
    "Milvus finds its data by bucket, root path, etcd and names. An edit of one of them starts an empty Milvus and "
    "leaves the rows behind, or deletes what holds them."
)
FIX: Final = "a second environment beside this one, the rows copied or a backup restored, then the clients switched"
SOURCE: Final = "docs/changes.md; Milvus 3.0 docs, configure_minio.md, configure_etcd.md"
# minio.bucketName, minio.rootPath, etcd.rootPath: what was written under one value is not found under another.
PATHS: Final = "Milvus 3.0 docs, configure_minio.md, configure_etcd.md; milvus-io/milvus#7905"
NO_CONVERSION: Final = "Milvus 3.0 docs, reference/architecture/main_components.md"
KUBERNETES: Final = "Kubernetes API reference, ObjectMeta: name and namespace cannot be updated"
SELF_CONTAINED: Final = "milvus-helm 5.0.19, README.md: etcd.use.embed with common.storageType local"
ETCD_MEMBERS: Final = "etcd 3.5 docs, op-guide/clustering.md and runtime-reconfiguration.md"
MINIO_POOLS: Final = "MinIO documentation, Expand a Distributed MinIO Deployment: pools are added, not resized"
_BESIDE: Final = (
    "make a second environment beside this one (another stack, another name), restore a backup into it or copy the "
    "rows, switch the clients, and destroy this one last (docs/changes.md)"
)


def check(change: DeploymentChange) -> list[Finding]:
    """Every part of a change that would lose data; an empty list means that Milvus finds all it has."""
    return list(_check(change))


def _check(change: DeploymentChange) -> Iterator[Finding]:
    before, after = change.before, change.after
    yield from _names(change)
    if before.topology != after.topology:
        message = f"{before.topology} would become {after.topology}, and Milvus converts neither into the other"
        fix = f"keep topology: {before.topology} here, and {_BESIDE}"
        yield change.refusal(RULE, "topology", message, fix, NO_CONVERSION)
    if before.variant != after.variant:
        message = (
            f"{before.variant} would become {after.variant}: a self-contained Milvus has etcd, files and log on a "
            "volume of its own, which no other reads, and reads no other's"
        )
        fix = f"keep variant: {before.variant} here, and {_BESIDE}"
        yield change.refusal(RULE, "variant", message, fix, SELF_CONTAINED)
    else:
        yield from _store(change)
        yield from _etcd(change)
    if before.collections and not after.collections:
        message = f"no collection is left of {before.at_stake}"
        fix = "put the collections back; to give the environment up: pulumi destroy, which says what stays behind"
        yield change.refusal(RULE, "collections", message, fix, "docs/changes.md")


def _names(change: DeploymentChange) -> Iterator[Finding]:
    before, after = change.before, change.after
    if before.name != after.name:
        message = f"{before.name} would become {after.name}: another Milvus, empty, without {before.at_stake}"
        fix = (
            f"keep name: {before.name} in the settings. What Pulumi calls the component may change: give it "
            "aliases=[pulumi.Alias(name=<its former name>)]"
        )
        yield change.refusal(RULE, "name", message, fix, KUBERNETES)
    if before.namespace != after.namespace:
        message = (
            f"{before.namespace} would become {after.namespace}: another Milvus, empty, without {before.at_stake}; "
            "nothing in Kubernetes moves from one namespace to another"
        )
        fix = f"keep namespace: {before.namespace}, or {_BESIDE}"
        yield change.refusal(RULE, "namespace", message, fix, KUBERNETES)


def _store(change: DeploymentChange) -> Iterator[Finding]:
    before, after = change.before.object_store, change.after.object_store
    if before is None or after is None:
        return
    if before.kind != after.kind:
        yield _elsewhere(change, "object_store.kind", before.kind, after.kind, "store")
    elif before.kind != "in_cluster" and before.endpoint and after.endpoint and _host(before) != _host(after):
        yield from _other_address(change, before, after)
    elif before.pods and after.pods and before.pods != after.pods:
        yield _drives(change, before.pods, after.pods)
    if before.bucket != after.bucket:
        yield _elsewhere(change, "object_store.bucket", before.bucket, after.bucket, "bucket")
    yield from _root_path(change, "object_store", before.root_path, after.root_path)


def _other_address(change: DeploymentChange, before: ObjectStoreFacts, after: ObjectStoreFacts) -> Iterator[Finding]:
    if before.kind == "s3" and _is_aws(before) and _is_aws(after):
        # Bucket names are unique over all of S3 (Amazon S3 user guide, bucket naming rules).
        message = f"{before.endpoint} would become {after.endpoint}, which must lead to the same bucket"
        fix = f"check it first: aws s3 ls s3://{after.bucket}/ --endpoint-url https://{after.endpoint}"
        yield Finding(RULE, "warning", "object_store.endpoint", message, fix, "Amazon S3 user guide")
        return
    yield _elsewhere(change, "object_store.endpoint", before.endpoint, after.endpoint, "store")


def _drives(change: DeploymentChange, was: int, becomes: int) -> Finding:
    message = (
        f"MinIO would have {becomes} pod{'' if becomes == 1 else 's'} instead of {was}: it lays data and parity out "
        "over the drives that it starts with first, and does not find them among others"
    )
    fix = f"keep {was} (dependencies.object store.pods of the written plan), or {_BESIDE}"
    return change.refusal(RULE, "object_store.pods", message, fix, MINIO_POOLS)


def _etcd(change: DeploymentChange) -> Iterator[Finding]:
    before, after = change.before.etcd, change.after.etcd
    if before is None or after is None:
        return
    if before.kind != after.kind:
        yield _elsewhere(change, "etcd.kind", before.kind, after.kind, "etcd")
    elif before.kind == "in_cluster":
        yield from _members(change, before, after)
    elif before.endpoints and set(before.endpoints).isdisjoint(after.endpoints):
        yield _elsewhere(
            change, "etcd.endpoints", ", ".join(before.endpoints), ", ".join(after.endpoints) or "none", "etcd"
        )
    elif set(before.endpoints) != set(after.endpoints):
        message = "some addresses of etcd change, which all must be members of the same cluster"
        fix = f"check it first: etcdctl --endpoints={','.join(after.endpoints)} member list"
        yield Finding(RULE, "warning", "etcd.endpoints", message, fix, ETCD_MEMBERS)
    yield from _root_path(change, "etcd", before.root_path, after.root_path)


def _members(change: DeploymentChange, before: EtcdFacts, after: EtcdFacts) -> Iterator[Finding]:
    was, becomes = len(before.endpoints), len(after.endpoints)
    if not was or not becomes or was == becomes:
        return
    message = (
        f"etcd would have {becomes} member{'' if becomes == 1 else 's'} instead of {was}: members know each other from "
        "their first start, so that new ones found a cluster of their own, without Milvus's metadata, and removed ones "
        "leave no majority behind"
    )
    fix = (
        f"keep {was} (dependencies.etcd.pods of the written plan). To have another number, {_BESIDE}, or take an etcd "
        "outside from the start"
    )
    yield change.refusal(RULE, "etcd.endpoints", message, fix, ETCD_MEMBERS)


def _root_path(change: DeploymentChange, where: str, before: str | None, after: str | None) -> Iterator[Finding]:
    was, becomes = before or change.before.own_root_path, after or change.after.own_root_path
    # A path that follows the name is told with the name.
    follows = was == change.before.own_root_path and becomes == change.after.own_root_path
    if was != becomes and not follows:
        yield _elsewhere(change, f"{where}.root_path", was, becomes, "folder")


def _elsewhere(change: DeploymentChange, subject: str, was: str | None, becomes: str | None, noun: str) -> Finding:
    message = (
        f"{was} would become {becomes}: Milvus would start without {change.before.at_stake}, whose "
        f"{'metadata is' if subject.startswith('etcd') else 'files are'} in the former {noun}"
    )
    key = subject.rpartition(".")[2]
    fix = f"keep {key}: {was}; a server that merely got another address: keep the former one as a DNS name for it"
    if not key.startswith("endpoint"):
        fix = f"keep {key}: {was}, or {_BESIDE}"
    return change.refusal(RULE, subject, message, fix, PATHS)


def _host(store: ObjectStoreFacts) -> str | None:
    """``host:port``; the port of HTTPS is the same said or not."""
    return store.endpoint.lower().removesuffix(":443") if store.endpoint else None


def _is_aws(store: ObjectStoreFacts) -> bool:
    return store.endpoint is not None and (_host(store) or "").partition(":")[0].endswith(".amazonaws.com")
