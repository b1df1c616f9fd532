"""What a person must know of a deployment that the objects themselves cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.manifests.backup_target import backup_facts, backup_target
from pulumi_milvus.manifests.names import BACKUP, NODE_POOL_LABEL, root_path, root_secret
from pulumi_milvus.manifests.outside import wal_of
from pulumi_milvus.manifests.plan_defaults import variant_of, with_plan
from pulumi_milvus.manifests.secrets import needed_secrets
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.storage_classes import storage_notes
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.rules import check_backup


def notes(plan: Plan, settings: ClusterSettings, *, nodes_are_made: bool = False) -> tuple[str, ...]:
    """Sentences for a person, the most important first. ``nodes_are_made``: with what they need, by the same stack."""
    settings = with_plan(plan, settings)
    inside = variant_of(plan, settings) == "self_contained"
    return (
        *_data(settings, inside),
        *_connections(settings),
        *_secrets(plan, settings),
        *storage_notes(settings),
        *(() if nodes_are_made else _nodes(plan, settings)),
        *_operator(settings, inside),
        *_store(plan, settings, inside),
        *_backup(plan, settings),
    )


def _data(settings: ClusterSettings, inside: bool) -> Iterator[str]:
    if inside:
        yield (
            f"The volume of {settings.name}-standalone holds all data. It stays when Milvus goes; the namespace "
            "takes it along. Its claim cannot be made larger by an edit here: enlarge the claim itself first."
        )
        return
    if settings.etcd.kind == "in_cluster":
        yield (
            "etcd holds the metadata without which the bucket cannot be read. Its volumes stay when it goes; the "
            "namespace takes them along. The number of members is not changed by an edit: members join one by one."
        )


def _connections(settings: ClusterSettings) -> Iterator[str]:
    if not settings.network_policies:
        yield "network_policies is false: every pod of the cluster may connect to Milvus and to what it depends on."
    else:
        yield (
            "NetworkPolicies hold only where the cluster's network enforces them; on EKS that is the VPC CNI with its "
            "network policy agent on, or Cilium or Calico."
        )
        if not settings.clients and not settings.service.source_ranges:
            yield "clients is empty: nobody but Milvus's own pods may connect to 19530."
        if not settings.monitoring:
            yield "monitoring is empty: nobody may read metrics on 9091."
    if settings.service.type == "LoadBalancer" and settings.tls_secret is None:
        yield "Clients reach the load balancer without TLS: passwords and data pass in clear."


def _secrets(plan: Plan, settings: ClusterSettings) -> Iterator[str]:
    yield (
        f"The password of root in the Secret {root_secret(settings)} is taken when the database is made; later it is "
        "changed in Milvus, not there."
    )
    for secret in needed_secrets(plan, settings):
        if not secret.generated:
            keys = ", ".join(secret.keys)
            yield f"The Secret {secret.name} ({secret.purpose}; keys {keys}) must be in namespace {settings.namespace}."


def _nodes(plan: Plan, settings: ClusterSettings) -> Iterator[str]:
    if settings.select_nodes == "pool":
        names = [str(pool["name"]) for pool in plan.node_pools]
        waiting = [
            name for name in names if name not in settings.node_pools or settings.node_pools[name].labels is None
        ]
        if waiting:
            yield (
                f"Pods wait for nodes with the label {NODE_POOL_LABEL}, one of: {', '.join(waiting)}. Where others "
                "label the nodes, say select_nodes or node_pools."
            )
    if any(role.local_disk_bytes for role in plan.roles.values()) and plan.hardware == "nvme":
        yield (
            "Local disks: an emptyDir is fast only where the nodes put it on their NVMe array (nodeadm RAID0, "
            "Karpenter instanceStorePolicy RAID0), and fs.aio-max-nr is raised on them."
        )
    if plan.hardware == "gpu":
        yield "GPU nodes need a driver from 545 on and the NVIDIA device plugin, which these objects do not bring."
    if settings.autoscale:
        yield "Autoscaling needs the metrics server; pods are added for CPU, never for memory."


def _operator(settings: ClusterSettings, inside: bool) -> Iterator[str]:
    if not inside and settings.registry is not None:
        yield "Milvus's pods begin with a container of the operator's own image: the operator needs the registry too."
    if not inside and settings.operator == "existing":
        yield (
            f"An operator is expected in namespace {settings.operator_namespace}, 1.3.8 or newer; the NetworkPolicies "
            "let it reach etcd and the object store from there."
        )


def _store(plan: Plan, settings: ClusterSettings, inside: bool) -> Iterator[str]:
    store = settings.object_store
    if inside or store is None:
        return
    if store.kind == "in_cluster":
        yield "The object store is a MinIO in the cluster: for trials. No edit changes the number of its pods."
        return
    if (
        wal_of(plan, settings).kind == "woodpecker"
        and store.kind == "s3"
        and "amazonaws.com" not in str(store.endpoint)
    ):
        yield "Woodpecker needs a store with conditional writes (If-None-Match), and versioning off."
    if store.root_path is None:
        yield (
            f"In the bucket everything stands under {root_path(settings)}: two clusters with this namespace and name "
            "need two buckets, or root_path."
        )


def _backup(plan: Plan, settings: ClusterSettings) -> Iterator[str]:
    target = backup_target(plan, settings)
    if target is None:
        said = settings.backup is not None and settings.backup.instead
        if said:
            yield f"No backup is made here; said to bring the data back: {said}."
        elif plan.workload.production or (settings.backup is not None and not settings.backup.enabled):
            yield from (str(finding) for finding in check_backup(backup_facts(plan, settings)))
        if variant_of(plan, settings) == "self_contained":
            yield (
                f"The one volume of {settings.name}-standalone has metadata and files together: a VolumeSnapshot of "
                "its claim, by a scheduler of the storage's own, is its backup."
            )
        return
    account = f"{settings.name}-{BACKUP}"
    yield (
        f"Backups are made by milvus-backup into {target.bucket}/{target.root_path}, {target.backup.schedule} UTC, and "
        f"kept {target.backup.retention_days} days. One that nobody has restored is a hope: docs/backup.md says how to "
        "rehearse it."
    )
    if target.keys_secret is None:
        yield (
            f"The backup's identity is the ServiceAccount {settings.namespace}/{account}, which the role's trust must "
            f"name: it lists and reads bucket {target.store.bucket}, and lists, reads, writes and deletes in "
            f"bucket {target.bucket}."
        )
    if not plan.milvus_version.startswith("2."):
        yield f"milvus-backup's matrix has no row for Milvus {plan.milvus_version}: rehearse before you rely on it."
