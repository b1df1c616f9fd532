"""All objects of a deployment, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.manifests.agreement import refuse_disagreement
from pulumi_milvus.manifests.backup import backup_manifests
from pulumi_milvus.manifests.backup_target import backup_target
from pulumi_milvus.manifests.etcd import etcd_manifests
from pulumi_milvus.manifests.in_cluster_store import in_cluster_store_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.milvus_resource import milvus_resource
from pulumi_milvus.manifests.network_policies import network_policies
from pulumi_milvus.manifests.outside import makes_log_service
from pulumi_milvus.manifests.plan_defaults import variant_of, with_plan
from pulumi_milvus.manifests.self_contained import self_contained_manifests
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.storage_classes import storage_class_keys, storage_classes
from pulumi_milvus.manifests.surroundings import (
    autoscalers,
    disruption_budgets,
    load_balancer,
    namespace,
    priority_class,
    service_account,
)
from pulumi_milvus.manifests.woodpecker import woodpecker_manifests
from pulumi_milvus.planning.plan import Plan


def deployment_manifests(plan: Plan, settings: ClusterSettings) -> tuple[Manifest, ...]:
    """The objects of a plan in a cluster, in creation order; the same plan and settings give the same objects.

    Raises ``InvalidValues`` with every problem where the settings do not go with the plan.
    """
    refuse_disagreement(plan, settings)
    return tuple(_manifests(plan, with_plan(plan, settings)))


def _manifests(plan: Plan, settings: ClusterSettings) -> Iterator[Manifest]:
    inside = variant_of(plan, settings) == "self_contained"
    after: tuple[str, ...] = ()
    if settings.create_namespace:
        yield namespace(settings)
        after = ("namespace",)
    priority = priority_class(settings)
    if priority is not None:
        yield priority
    yield from storage_classes(settings)
    store = settings.object_store
    identity = dict(store.service_account_annotations) if store is not None else None
    yield service_account(settings, "milvus", identity, after)
    # Before the pods, so that none is open for a moment.
    makes_etcd = not inside and settings.etcd.kind == "in_cluster"
    makes_store = not inside and store is not None and store.kind == "in_cluster"
    makes_log = not inside and store is not None and makes_log_service(plan, settings)
    backup = backup_target(plan, settings)
    if settings.network_policies:
        yield from network_policies(
            settings, etcd=makes_etcd, store=makes_store, log=makes_log, backup=backup is not None, after=after
        )
    before_pods = (*after, *(() if priority is None else ("priority-class",)), *storage_class_keys(settings))
    if makes_etcd:
        yield from etcd_manifests(plan, settings, before_pods)
    if makes_store:
        yield from in_cluster_store_manifests(plan, settings, before_pods)
    if makes_log and store is not None:
        first = tuple(key for key, is_made in (("etcd", makes_etcd), ("minio", makes_store)) if is_made)
        yield from woodpecker_manifests(plan, settings, store, (*before_pods, *first))
    before_milvus = (*before_pods, "service-account-milvus")
    if inside or store is None:
        yield from self_contained_manifests(plan, settings, before_milvus)
    else:
        parts = (("etcd", makes_etcd), ("minio", makes_store), ("woodpecker", makes_log))
        made = tuple(key for key, is_made in parts if is_made)
        yield milvus_resource(plan, settings, store, (*before_milvus, *made))
        yield from disruption_budgets(plan, settings, after)
        yield from autoscalers(plan, settings)
    if backup is not None:
        yield from backup_manifests(backup, (*after, "milvus"))
    balancer = load_balancer(settings, after)
    if balancer is not None:
        yield balancer
