"""``milvus:kubernetes`` as it is on a cluster that is made here: what AWS's part knows is added to it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_milvus.cloud_aws.in_cluster import STORAGE_CLASS
from pulumi_milvus.cloud_aws.node_groups import NodeGroup
from pulumi_milvus.planning.problems import Problem, shown

# An update of a managed node group fails where a pod is still there after DRAIN_LIMIT_SECONDS (Amazon EKS user guide,
# managed-node-update-behavior). A third is left for the preStop of proxies and for what waits on a disruption budget.
DRAIN_LIMIT_SECONDS: Final = 900
GRACEFUL_STOP_SECONDS: Final = 600
ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"


def kubernetes_settings(
    declared: Mapping[str, Any] | None,
    groups: Iterable[NodeGroup],
    *,
    bucket: str | None,
    region: str,
    role_arn: str,
    problems: list[Problem],
) -> dict[str, Any]:
    """What was declared, with bucket, identity, storage classes, and the pools' taints. ``bucket`` None: no store.

    A store that was declared is refused, since two would be meant. What else was declared stays.
    """
    settings: dict[str, Any] = copy.deepcopy(dict(declared or {}))
    store = settings.get("object_store")
    if store is not None and bucket is not None:
        reason = "the bucket is made here, with the role that may use it"
        said = store.get("bucket", store) if isinstance(store, Mapping) else store
        problems.append(
            Problem("config.milvus:kubernetes.object_store", shown(said), reason, "bucket: ... under milvus:aws")
        )
    elif bucket is not None:
        settings["object_store"] = {
            "kind": "s3",
            "bucket": bucket,
            "region": region,
            "service_account_annotations": {ROLE_ANNOTATION: role_arn},
        }
    settings.setdefault("storage_class", STORAGE_CLASS)
    settings.setdefault("graceful_stop_seconds", GRACEFUL_STOP_SECONDS)
    etcd = settings.setdefault("etcd", {})
    if isinstance(etcd, dict) and etcd.get("kind", "in_cluster") == "in_cluster":
        etcd.setdefault("storage_class", STORAGE_CLASS)
    pools = settings.setdefault("node_pools", {})
    for group in groups:
        taints = [{"key": taint.key, "value": taint.value} for taint in group.taints]
        if taints and isinstance(pools, dict) and group.name not in pools:
            pools[group.name] = {"taints": taints}
    return settings
