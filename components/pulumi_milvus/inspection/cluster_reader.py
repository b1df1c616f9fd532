"""Everything beside the Milvuses as facts: StorageClasses, Services, disruption budgets, Secrets, nodes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_milvus.inspection.node_readers import nodes_of_objects, nodes_of_resources
from pulumi_milvus.inspection.placement_shapes import selector_of
from pulumi_milvus.inspection.shapes import at, mapping, mappings, sequence, text, texts, whole
from pulumi_milvus.rules.cluster_facts import (
    ClusterFacts,
    DisruptionBudgetFacts,
    ResourceFacts,
    SecretFacts,
    ServiceFacts,
    StorageClassFacts,
)


def cluster_of(objects: Mapping[str, Sequence[Mapping[str, Any]]], resources: Sequence[ResourceFacts]) -> ClusterFacts:
    """The facts of all objects (by kind) and of Pulumi's other resources."""
    return ClusterFacts(
        nodes=(*nodes_of_objects(objects), *nodes_of_resources(resources)),
        storage_classes=tuple(_storage_class(item) for item in objects.get("StorageClass", ())),
        services=tuple(_service(item) for item in objects.get("Service", ())),
        disruption_budgets=tuple(_budget(item) for item in objects.get("PodDisruptionBudget", ())),
        secrets=tuple(_secret(item) for item in objects.get("Secret", ())),
        resources=tuple(resources),
        objects={kind: tuple(items) for kind, items in objects.items()},
    )


def subject_of(item: Mapping[str, Any]) -> str:
    """An object as findings name it: ``Service search/milvus``."""
    namespace = text(at(item, "metadata", "namespace"))
    return f"{item.get('kind')} {f'{namespace}/' if namespace else ''}{at(item, 'metadata', 'name')}"


def _storage_class(item: Mapping[str, Any]) -> StorageClassFacts:
    annotations = texts(at(item, "metadata", "annotations"))
    return StorageClassFacts(
        subject=subject_of(item),
        name=str(at(item, "metadata", "name")),
        provisioner=text(item.get("provisioner")) or "",
        parameters=texts(item.get("parameters")),
        is_default=annotations.get("storageclass.kubernetes.io/is-default-class") == "true",
    )


def _service(item: Mapping[str, Any]) -> ServiceFacts:
    spec = mapping(item.get("spec"))
    ranges = spec.get("loadBalancerSourceRanges")
    return ServiceFacts(
        subject=subject_of(item),
        name=str(at(item, "metadata", "name")),
        namespace=text(at(item, "metadata", "namespace")) or "",
        type=text(spec.get("type")) or "ClusterIP",
        selector=texts(spec.get("selector")),
        annotations=texts(at(item, "metadata", "annotations")),
        ports=tuple(port for one in mappings(spec.get("ports")) if (port := whole(one.get("port"))) is not None),
        source_ranges=None if ranges is None else tuple(str(one) for one in sequence(ranges)),
    )


def _budget(item: Mapping[str, Any]) -> DisruptionBudgetFacts:
    spec = mapping(item.get("spec"))
    return DisruptionBudgetFacts(
        subject=subject_of(item),
        namespace=text(at(item, "metadata", "namespace")) or "",
        selector=selector_of(spec.get("selector")),
        min_available=spec.get("minAvailable"),
        max_unavailable=spec.get("maxUnavailable"),
    )


def _secret(item: Mapping[str, Any]) -> SecretFacts:
    values: dict[str, str | None] = {str(key): _decoded(one) for key, one in mapping(item.get("data")).items()}
    for key, one in mapping(item.get("stringData")).items():
        values[str(key)] = None if one is None else str(one)
    namespace = text(at(item, "metadata", "namespace")) or ""
    return SecretFacts(
        subject=subject_of(item), name=str(at(item, "metadata", "name")), namespace=namespace, values=values
    )


def _decoded(value: object) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode() if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        return None
