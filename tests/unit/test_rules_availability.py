"""Rules on what may be lost: disruption budgets, spread, etcd's members and its disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of, workload

from pulumi_milvus.rules import disruption_budget, etcd_count, etcd_disk, spread

Object = dict[str, Any]
COMPONENTS = ("proxy", "mixcoord", "streamingnode", "querynode", "datanode")
ZONE, NODE = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


def labels(component: str, instance: str = "vectors") -> dict[str, str]:
    return {"app.kubernetes.io/instance": instance, "app.kubernetes.io/component": component}


def budget(component: str, namespace: str = "search", selector: Object | None = None) -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": component, "namespace": namespace},
        "spec": {"maxUnavailable": 1, "selector": selector or {"matchLabels": labels(component)}},
    }


BUDGETS = [budget(component) for component in COMPONENTS]
ONE_FOR_ALL = budget("all", selector={"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "Exists"}]})
NOT_THEIRS = [*BUDGETS[:-1], budget("datanode", selector={"matchLabels": labels("datanode", "other")})]


@pytest.mark.parametrize(
    ("budgets", "production", "expected"),
    [
        (BUDGETS, True, []),
        ([ONE_FOR_ALL], True, []),
        (BUDGETS[:-1], True, ["error"]),
        (BUDGETS[:-1], False, ["warning"]),
        ([*BUDGETS[:-1], budget("datanode", namespace="other")], True, ["error"]),
        (NOT_THEIRS, True, ["error"]),
        ([], True, ["error"] * 5),
    ],
    ids=["each its own", "one for all", "one missing", "not in production", "elsewhere", "of another Milvus", "none"],
)
def test_several_pods_have_a_disruption_budget(budgets: list[Object], production: bool, expected: list[str]) -> None:
    text = [cluster_milvus(), *budgets]
    assert levels_of(text, rule=disruption_budget.RULE, production=production) == expected


def test_one_pod_needs_no_budget() -> None:
    def alone(spec: Object) -> None:
        for name in ("proxy", "mixCoord", "streamingNode", "queryNode", "dataNode"):
            spec["components"][name]["replicas"] = 1

    assert levels_of([cluster_milvus(alone)], rule=disruption_budget.RULE, production=True) == []


def constraint(component: str, key: str, when: str | None = "DoNotSchedule", instance: str = "vectors") -> Object:
    found: Object = {"maxSkew": 1, "topologyKey": key, "labelSelector": {"matchLabels": labels(component, instance)}}
    return found if when is None else {**found, "whenUnsatisfiable": when}


def spread_by(make: Callable[[str], list[Object]]) -> Object:
    def change(spec: Object) -> None:
        for name in ("proxy", "mixCoord", "streamingNode", "queryNode", "dataNode"):
            spec["components"][name]["topologySpreadConstraints"] = make(name.lower())

    return cluster_milvus(change)


def anti_affinity(key: str, *, must: bool) -> Object:
    def change(spec: Object) -> None:
        for name in ("proxy", "mixCoord", "streamingNode", "queryNode", "dataNode"):
            term = {"topologyKey": key, "labelSelector": {"matchLabels": labels(name.lower())}}
            wish = [{"weight": 100, "podAffinityTerm": term}]
            spec["components"][name]["affinity"] = {
                "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
                if must
                else {"preferredDuringSchedulingIgnoredDuringExecution": wish}
            }

    return cluster_milvus(change)


BY_ZONE = spread_by(lambda name: [constraint(name, ZONE)])
BY_NODE = spread_by(lambda name: [constraint(name, NODE)])


@pytest.mark.parametrize(
    ("milvus", "availability", "expected"),
    [
        (BY_ZONE, "zone", 0),
        (BY_NODE, "pod", 0),
        (BY_ZONE, "pod", 0),
        (spread_by(lambda name: [constraint(name, ZONE, None)]), "zone", 0),
        (anti_affinity(ZONE, must=True), "zone", 0),
        (anti_affinity(NODE, must=True), "pod", 0),
        (cluster_milvus(), "none", 0),
        (BY_NODE, "zone", 5),
        (cluster_milvus(), "pod", 5),
        (spread_by(lambda name: [constraint(name, ZONE, "ScheduleAnyway")]), "zone", 5),
        (anti_affinity(NODE, must=False), "pod", 5),
        (spread_by(lambda name: [constraint(name, ZONE, instance="other")]), "zone", 5),
        (spread_by(lambda _: [{"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}]), "zone", 5),
    ],
)
def test_replicas_are_kept_apart(milvus: Object, availability: str, expected: int) -> None:
    stored = workload(availability=availability)
    assert levels_of([milvus], stored, rule=spread.RULE, production=True) == ["error"] * expected
    assert levels_of([milvus], stored, rule=spread.RULE) == ["warning"] * expected


def test_without_a_declaration_nothing_is_guessed() -> None:
    assert levels_of([cluster_milvus()], rule=spread.RULE, production=True) == ["advice"]
    assert levels_of([BY_NODE], rule=spread.RULE, production=True) == []


def etcd(replicas: int, storage_class: str | None = "fast") -> Object:
    claim: Object = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}}
    if storage_class is not None:
        claim["storageClassName"] = storage_class
    container = {"name": "etcd", "image": "milvusdb/etcd:3.5.25-r1"}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "etcd", "namespace": "search"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "etcd"}},
            "template": {"metadata": {"labels": {"app": "etcd"}}, "spec": {"containers": [container]}},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
        },
    }


@pytest.mark.parametrize(
    ("members", "availability", "production", "expected"),
    [
        (3, "zone", True, []),
        (5, "zone", True, []),
        (1, "none", True, []),
        (1, "pod", False, ["warning"]),
        (1, "pod", True, ["error"]),
        (2, "none", True, ["error"]),
        (4, "zone", True, ["error"]),
        (1, None, True, ["error"]),
        (1, None, False, []),
    ],
)
def test_members_of_etcd(members: int, availability: str | None, production: bool, expected: list[str]) -> None:
    stored = None if availability is None else workload(availability=availability)
    text = [cluster_milvus(), etcd(members)]
    assert levels_of(text, stored, rule=etcd_count.RULE, production=production) == expected


def test_members_that_the_operator_is_told_of() -> None:
    def inside(spec: Object) -> None:
        spec["dependencies"]["etcd"] = {"inCluster": {"values": {"replicaCount": 2}}}

    assert levels_of([cluster_milvus(inside)], rule=etcd_count.RULE, production=True) == ["error"]


def test_an_etcd_of_something_else_is_none_of_ours() -> None:
    other = etcd(2)
    other["metadata"] = {"name": "etcd", "namespace": "billing"}
    assert levels_of([cluster_milvus(), other], rule=etcd_count.RULE, production=True) == []


def storage_class(provisioner: str, name: str = "fast", **parameters: str) -> Object:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": provisioner,
        "parameters": parameters,
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (storage_class("ebs.csi.aws.com", type="gp3"), []),
        (storage_class("ebs.csi.aws.com", type="io2"), []),
        (storage_class("ebs.csi.aws.com"), []),
        (storage_class("disk.csi.azure.com", skuName="Premium_LRS"), []),
        (storage_class("pd.csi.storage.gke.io", type="pd-ssd"), []),
        (storage_class("kubernetes.io/no-provisioner"), []),
        (storage_class("ebs.csi.aws.com", type="gp2"), ["warning"]),
        (storage_class("kubernetes.io/aws-ebs"), ["warning"]),
        (storage_class("ebs.csi.aws.com", type="st1"), ["warning"]),
        (storage_class("efs.csi.aws.com"), ["warning"]),
        (storage_class("cluster.local/nfs-subdir-external-provisioner"), ["warning"]),
        (storage_class("pd.csi.storage.gke.io"), ["warning"]),
        (storage_class("disk.csi.azure.com", skuname="Standard_LRS"), ["warning"]),
        (storage_class("efs.csi.aws.com", name="other"), ["advice"]),
    ],
)
def test_the_disk_of_etcd(found: Object, expected: list[str]) -> None:
    assert levels_of([cluster_milvus(), etcd(3), found], rule=etcd_disk.RULE) == expected


def test_the_default_class_counts_where_none_is_named() -> None:
    slow = storage_class("efs.csi.aws.com")
    slow["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    assert levels_of([cluster_milvus(), etcd(3, None), slow], rule=etcd_disk.RULE) == ["warning"]


def test_an_etcd_outside_is_not_seen() -> None:
    assert findings_of([cluster_milvus()], rule=etcd_disk.RULE) == []
