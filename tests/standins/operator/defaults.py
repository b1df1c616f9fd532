"""What the operator writes back into a Milvus resource before it does anything: the drift that everybody sees.

Recorded: `stored` of every case. Two hands write: the custom resource definition (its own defaults) and the operator.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import KEYS, OLD_COORDINATORS, is_cluster, is_streaming
from .documents import Document, drop_at, section, set_at, value_at
from .images import DEFAULT_IMAGE
from .quantities import canonical_resources

FINALIZER = "milvus.milvus.io/finalizer"
OPERATOR_VERSION_LABEL = "milvus.io/operator-version"
OPERATOR_VERSION = "unknown"  # recorded: a build from sources calls itself so
ACTIVE_STANDBY = "enableActiveStandby"
COORDINATOR_SECTIONS = ("rootCoord", "dataCoord", "indexCoord", "queryCoord")
BUILT_IN_QUEUES = ("woodpecker", "rocksmq", "natsmq")

# A typed client leaves these out where they hold nothing.
_LEFT_OUT_WHEN_EMPTY = frozenset(
    [
        "podLabels",
        "podAnnotations",
        "image",
        "version",
        "commands",
        "imagePullSecrets",
        "env",
        "schedulerName",
        "nodeSelector",
        "tolerations",
        "topologySpreadConstraints",
        "volumeMounts",
        "volumes",
        "serviceAccountName",
        "priorityClassName",
        "hostNetwork",
        "dnsPolicy",
        "sidecars",
        "initContainers",
        "groups",
        "serviceLabels",
        "serviceAnnotations",
        "port",
        "serviceRestfulPort",
    ]
)


def with_defaults(resource: Mapping[str, Any]) -> Document:
    """The resource as it is stored once the operator has seen it, without finalizer, label and annotations.

    Args:
        resource: A Milvus resource that the API server took.
    """
    filled = copy.deepcopy(dict(resource))
    filled["spec"] = spec = section(filled, "spec")
    spec.setdefault("mode", "standalone")
    spec["mode"] = spec["mode"] or "standalone"
    spec.setdefault("hookConfig", None)
    spec["components"] = _components(spec)
    spec["dependencies"] = _dependencies(spec)
    _default_configuration(spec)
    return filled


def metadata_with_defaults(metadata: Mapping[str, Any], *, first_time: bool) -> Document:
    """Finalizer, label and annotations that the operator adds to the resource's metadata."""
    filled = copy.deepcopy(dict(metadata))
    filled["finalizers"] = [*filled.get("finalizers", []), *([] if has_finalizer(metadata) else [FINALIZER])]
    filled["labels"] = {OPERATOR_VERSION_LABEL: OPERATOR_VERSION, **(filled.get("labels") or {})}
    annotations = {"milvus.io/dependency-values-merged": "true", **(filled.get("annotations") or {})}
    if first_time:
        annotations["milvus.io/pod-service-label-added"] = "true"
    filled["annotations"] = annotations
    return filled


def has_finalizer(metadata: Mapping[str, Any]) -> bool:
    """Whether the operator already holds the resource."""
    return FINALIZER in (metadata.get("finalizers") or [])


def without_offline_components(spec: Mapping[str, Any]) -> Document:
    """Without the roles that 2.6 no longer has: the operator deletes the keys once the proxy runs the new image."""
    kept = copy.deepcopy(dict(spec))
    if is_cluster(spec) and is_streaming(spec):
        for name in ("indexnode", *OLD_COORDINATORS):
            drop_at(kept, "components", KEYS[name])
    return kept


def _components(spec: Document) -> Document:
    components = _component(section(spec, "components"))
    components["disableMetric"] = bool(components.get("disableMetric"))
    components["metricInterval"] = components.get("metricInterval") or ""
    components["image"] = components.get("image") or DEFAULT_IMAGE
    components["imageUpdateMode"] = components.get("imageUpdateMode") or "rollingUpgrade"
    components["targetPortType"] = components.get("targetPortType") or "string"
    components["rollingMode"] = components.get("rollingMode") or 2
    if components.get("updateConfigMapOnly") is None:
        components["updateConfigMapOnly"] = True
    # A new dict, so that the checks below see the image.
    seen = {**spec, "components": components}
    components.setdefault("standalone", {})
    if is_cluster(spec):
        streaming = is_streaming(seen)
        old_named = any(components.get(KEYS[name]) is not None for name in OLD_COORDINATORS)
        for name in ("proxy", "datanode", "querynode"):
            components.setdefault(KEYS[name], {})
        if streaming or not old_named:
            components.setdefault("mixCoord", {})
        elif components.get("mixCoord") is None:
            for name in OLD_COORDINATORS:
                components.setdefault(KEYS[name], {})
        if not streaming:
            components.setdefault("indexNode", {})
        if components.get("streamingMode") is None:
            components["streamingMode"] = streaming or components.get("streamingNode") is not None
        if components["streamingMode"]:
            components.setdefault("streamingNode", {})
    for name, key in KEYS.items():
        if components.get(key) is not None:
            components[key] = _component(section(components, key))
            unused = name == "standalone" and is_cluster(spec)
            if components[key].get("replicas") is None:
                components[key]["replicas"] = 0 if unused else 1
            if name in ("proxy", "standalone"):
                components[key]["serviceType"] = components[key].get("serviceType") or "ClusterIP"
    return components


def _component(declared: Document) -> Document:
    """One component's block (or the global one) as a typed client writes it."""
    kept = {key: value for key, value in declared.items() if value or key not in _LEFT_OUT_WHEN_EMPTY}
    kept["paused"] = bool(kept.get("paused"))
    kept.setdefault("probes", None)
    kept.setdefault("securityContext", None)
    if kept.get("resources"):
        kept["resources"] = canonical_resources(kept["resources"])
    return kept


def _dependencies(spec: Document) -> Document:
    dependencies = section(spec, "dependencies")
    dependencies.setdefault("customMsgStream", None)
    if not dependencies.get("msgStreamType"):
        dependencies["msgStreamType"] = _default_queue(spec)
    for name in ("etcd", "kafka", "pulsar", "storage", "woodpecker"):
        dependencies[name] = section(dependencies, name)
        dependencies[name]["external"] = bool(dependencies[name].get("external"))
    dependencies["pulsar"].setdefault("endpoint", "")
    dependencies["storage"]["type"] = dependencies["storage"].get("type") or "MinIO"
    for key in ("endpoint", "secretRef"):
        dependencies["storage"].setdefault(key, "")
    dependencies["tei"] = section(dependencies, "tei")
    dependencies["tei"]["enabled"] = bool(dependencies["tei"].get("enabled"))
    for queue in BUILT_IN_QUEUES:
        dependencies[queue] = section(dependencies, queue)
        persistence = {
            key: value
            for key, value in section(dependencies[queue], "persistence").items()
            if value not in (False, None)
        }
        persistence["persistentVolumeClaim"] = {"spec": None, **section(persistence, "persistentVolumeClaim")}
        dependencies[queue]["persistence"] = persistence
    return dependencies


def _default_queue(spec: Document) -> str:
    """Recorded: standalone-mode-omitted, standalone-default-mq-25, cluster-default-dependencies."""
    if is_cluster(spec):
        return "pulsar"
    return "woodpecker" if is_streaming(spec) else "rocksmq"


def _default_configuration(spec: Document) -> None:
    configuration = spec["config"] = section(spec, "config")
    for path in (
        ("minio", "address"),
        ("minio", "port"),
        ("pulsar", "address"),
        ("pulsar", "port"),
        ("etcd", "endpoints"),
    ):
        drop_at(configuration, *path)
    for name in (*COORDINATOR_SECTIONS, "dataNode", "queryNode", "indexNode", "proxy"):
        drop_at(configuration, name, "port")
    for name in COORDINATOR_SECTIONS:
        drop_at(configuration, name, "address")
    queue = spec["dependencies"]["msgStreamType"]
    if value_at(configuration, "mq", "type") is not None and queue != "custom":
        set_at(configuration, queue, "mq", "type")

    components = spec["components"]
    if components.get("enableRollingUpdate") is None:
        components["enableRollingUpdate"] = True
    if not is_cluster(spec) and queue in ("rocksmq", "natsmq"):
        components["enableRollingUpdate"] = False
    if components["enableRollingUpdate"]:
        for name in COORDINATOR_SECTIONS:
            set_at(configuration, True, name, ACTIVE_STANDBY)
