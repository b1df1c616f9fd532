"""What the operator writes into a Milvus resource before it does anything: the drift that everybody sees.

Recorded: `stored` of every case. What any typed client would write comes on top, see typed.py.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

from .components import KEYS, OLD_COORDINATORS, is_cluster, is_streaming
from .documents import Document, drop_at, section, set_at, value_at
from .images import DEFAULT_IMAGE
from .surroundings import Surroundings
from .typed import typed_component, typed_spec
from .volumes import kafka_secret

FINALIZER = "milvus.milvus.io/finalizer"
OPERATOR_VERSION_LABEL = "milvus.io/operator-version"
OPERATOR_VERSION = "unknown"  # recorded: a build from sources calls itself so
ACTIVE_STANDBY = "enableActiveStandby"
COORDINATOR_SECTIONS = ("rootCoord", "dataCoord", "indexCoord", "queryCoord")
_KAFKA_CHECKSUM = "milvus.io/kafka-sasl-checksum"
# Dropped from the resource's config: the dependencies say it. Recorded: cluster-config.
_OWNED_CONFIGURATION = (
    ("minio", "address"),
    ("minio", "port"),
    ("pulsar", "address"),
    ("pulsar", "port"),
    ("etcd", "endpoints"),
    *((name, "port") for name in (*COORDINATOR_SECTIONS, "dataNode", "queryNode", "indexNode", "proxy")),
    *((name, "address") for name in COORDINATOR_SECTIONS),
)


def with_defaults(resource: Mapping[str, Any]) -> Document:
    """The resource as it is stored once the operator has seen it, without finalizer, label and annotations.

    Args:
        resource: A Milvus resource that the API server took.
    """
    filled = copy.deepcopy(dict(resource))
    spec = filled["spec"] = typed_spec(section(filled, "spec"))
    _default_components(spec)
    if not spec["dependencies"].get("msgStreamType"):
        spec["dependencies"]["msgStreamType"] = _default_queue(spec)
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


def put_kafka_checksum(metadata: Document, spec: Mapping[str, Any], surroundings: Surroundings) -> None:
    """Write a checksum of Kafka's credentials, so that new ones roll the pods. Recorded: cluster-25-kafka.

    Its digits are the stand-in's own: the recordings hide the real ones.
    """
    annotations = metadata.setdefault("annotations", {})
    if name := kafka_secret(spec):
        values = sorted(surroundings.secret(name).items())
        annotations[_KAFKA_CHECKSUM] = hashlib.sha256(repr(values).encode()).hexdigest()
    else:
        annotations.pop(_KAFKA_CHECKSUM, None)


def has_finalizer(metadata: Mapping[str, Any]) -> bool:
    """Whether the operator already holds the resource."""
    return FINALIZER in (metadata.get("finalizers") or [])


def _default_components(spec: Document) -> None:
    components = spec["components"]
    components["image"] = components.get("image") or DEFAULT_IMAGE
    components["rollingMode"] = components.get("rollingMode") or 2
    if components.get("updateConfigMapOnly") is None:
        components["updateConfigMapOnly"] = True
    names = ["standalone"]
    if is_cluster(spec):
        names += ["proxy", "datanode", "querynode", *_coordinators(spec)]
        streaming = is_streaming(spec)
        if components.get("streamingMode") is None:
            components["streamingMode"] = streaming or components.get("streamingNode") is not None
        names += ["streamingnode"] if components["streamingMode"] else []
        names += [] if streaming else ["indexnode"]
    for name, key in KEYS.items():
        if name in names and components.get(key) is None:
            components[key] = typed_component({}, serves=name in ("proxy", "standalone"))
        if components.get(key) is not None and components[key].get("replicas") is None:
            # A standalone beside a cluster is there without pods.
            components[key]["replicas"] = 0 if name == "standalone" and is_cluster(spec) else 1


def _coordinators(spec: Document) -> list[str]:
    """One for all, unless only old ones are named before 2.6."""
    components = spec["components"]
    named = [name for name in OLD_COORDINATORS if components.get(KEYS[name]) is not None]
    if is_streaming(spec) or not named or components.get("mixCoord") is not None:
        return ["mixcoord"]
    return list(OLD_COORDINATORS)


def _default_queue(spec: Document) -> str:
    """Recorded: standalone-mode-omitted, standalone-default-mq-25, cluster-default-dependencies."""
    if is_cluster(spec):
        return "pulsar"
    return "woodpecker" if is_streaming(spec) else "rocksmq"


def _default_configuration(spec: Document) -> None:
    configuration = spec["config"] = section(spec, "config")
    for path in _OWNED_CONFIGURATION:
        drop_at(configuration, *path)
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
