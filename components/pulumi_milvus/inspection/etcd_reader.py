"""etcd in pods of its own beside a Milvus: how many members, on which storage class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_milvus.inspection.pod_reader import claims_of
from pulumi_milvus.inspection.shapes import at, mappings, text, texts, whole
from pulumi_milvus.inspection.workload_reader import image_name
from pulumi_milvus.rules.milvus_facts import MilvusFacts


def with_etcd(facts: MilvusFacts, workloads: Sequence[Mapping[str, Any]]) -> MilvusFacts:
    """The facts with the etcd StatefulSet that this Milvus uses: named in its endpoints, or of the same instance."""
    found = [item for item in workloads if _is_etcd(item) and _belongs(item, facts)]
    if len(found) != 1:
        return facts
    replicas = at(found[0], "spec", "replicas")
    claims = claims_of(at(found[0], "spec", "volumeClaimTemplates"))
    return replace(
        facts,
        dependencies=replace(
            facts.dependencies,
            etcd_members=1 if replicas is None else whole(replicas),
            etcd_storage_class=next((claim.storage_class for claim in claims), facts.dependencies.etcd_storage_class),
        ),
    )


def _is_etcd(item: Mapping[str, Any]) -> bool:
    containers = mappings(at(item, "spec", "template", "spec", "containers"))
    return item.get("kind") == "StatefulSet" and any(image_name(one.get("image")) == "etcd" for one in containers)


def _belongs(item: Mapping[str, Any], facts: MilvusFacts) -> bool:
    name, namespace = str(at(item, "metadata", "name")), text(at(item, "metadata", "namespace")) or ""
    for endpoint in facts.dependencies.etcd_endpoints:
        host = endpoint.split("://")[-1].split(":", 1)[0].split(".")
        if not (host[0] == name or host[0].removeprefix(f"{name}-").isdecimal() or host[0] == f"{name}-headless"):
            continue
        where = [part for part in host[1:] if part not in ("svc", "cluster", "local")]
        if not where or namespace in ("", where[-1]) or facts.namespace == namespace:
            return True
    labels = texts(at(item, "spec", "template", "metadata", "labels"))
    same = labels.get("app.kubernetes.io/instance") == facts.name and facts.source == "pods"
    return same and namespace == facts.namespace
