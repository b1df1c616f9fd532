"""A Milvus resource as a typed client writes it back: the definition's defaults, explicit nulls, nothing that is empty.

The operator is such a client, so any write of it does this, be it for a finalizer. Recorded: wrong-global-volume, whose
resource gets no other default.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import KEYS, SERVING
from .documents import Document, section
from .quantities import canonical_resources

BUILT_IN_QUEUES = ("woodpecker", "rocksmq", "natsmq")
# Left out where they hold nothing: the operator's types say omitempty.
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
        "toolImage",
        "dummyImage",
        "activeConfigMap",
        "metricLabels",
        "updateToolImage",
        "enableManualMode",
        "runAsNonRoot",
    ]
)


def typed_spec(declared: Mapping[str, Any]) -> Document:
    """The spec as it is stored after any write of the operator."""
    spec = copy.deepcopy(dict(declared))
    spec["mode"] = spec.get("mode") or "standalone"
    spec.setdefault("hookConfig", None)
    components = spec["components"] = typed_component(section(spec, "components"))
    components["disableMetric"] = bool(components.get("disableMetric"))
    components["metricInterval"] = components.get("metricInterval") or ""
    components["imageUpdateMode"] = components.get("imageUpdateMode") or "rollingUpgrade"
    components["targetPortType"] = components.get("targetPortType") or "string"
    for name, key in KEYS.items():
        if components.get(key) is not None:
            components[key] = typed_component(section(components, key), serves=name in SERVING)
    spec["dependencies"] = _typed_dependencies(section(spec, "dependencies"))
    return spec


def typed_component(declared: Mapping[str, Any], *, serves: bool = False) -> Document:
    """One component's block, or the global one."""
    kept = {key: value for key, value in declared.items() if value or key not in _LEFT_OUT_WHEN_EMPTY}
    kept["paused"] = bool(kept.get("paused"))
    kept.setdefault("probes", None)
    kept.setdefault("securityContext", None)
    if kept.get("resources"):
        kept["resources"] = canonical_resources(kept["resources"])
    if serves:
        kept["serviceType"] = kept.get("serviceType") or "ClusterIP"
    return kept


def _typed_dependencies(dependencies: Document) -> Document:
    dependencies.setdefault("customMsgStream", None)
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
        declared = section(dependencies[queue], "persistence")
        persistence = {key: value for key, value in declared.items() if value not in (False, None)}
        persistence["persistentVolumeClaim"] = {"spec": None, **section(persistence, "persistentVolumeClaim")}
        dependencies[queue]["persistence"] = persistence
    return dependencies
