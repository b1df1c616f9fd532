"""The custom resource definition of Milvus for tests: strict, so that a field that does not exist is seen.

Its fields are those of the real one at the operator's commit a6dcc6386f in version v1beta1; a test holds the two equal
where the real one is at hand. Texts are left out, and so is the version v1alpha1.
"""

from __future__ import annotations

import copy

from .components import KEYS, WITH_GROUPS
from .crd_parts import (
    AFFINITY,
    ENVIRONMENT,
    FLAG,
    FLAG_OR_NULL,
    FREE,
    FREE_ITEMS,
    FREE_OR_NULL,
    INT32,
    INT64,
    PULL_SECRETS,
    RESOURCES,
    TEXT,
    TEXT_MAP,
    TEXTS,
    TOLERATIONS,
    TOPOLOGY_SPREAD,
    VOLUME_MOUNTS,
    Schema,
    array,
    atomic,
    choice,
    record,
)
from .documents import Document

_OFF = {**FLAG, "default": False}
_REPLICAS = {**INT32, "minimum": -1}
_MAP_BY_NAME = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
# Prometheus' durations, as its operator's own definitions have them.
_DURATION = r"^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$"
_PORT_ERROR = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
)

_SCHEDULING: Schema = {
    "affinity": AFFINITY,
    "nodeSelector": TEXT_MAP,
    "tolerations": TOLERATIONS,
    "topologySpreadConstraints": TOPOLOGY_SPREAD,
}
# What stands globally and on each component.
_EVERYWHERE: Schema = {
    **_SCHEDULING,
    "commands": TEXTS,
    "dnsPolicy": TEXT,
    "env": ENVIRONMENT,
    "hostNetwork": FLAG,
    "image": TEXT,
    "imagePullPolicy": TEXT,
    "imagePullSecrets": PULL_SECRETS,
    "paused": FLAG,
    "podAnnotations": TEXT_MAP,
    "podLabels": TEXT_MAP,
    "priorityClassName": TEXT,
    "probes": FREE_OR_NULL,
    "resources": RESOURCES,
    "runWithSubProcess": FLAG,
    "schedulerName": TEXT,
    "securityContext": FREE_OR_NULL,
    "serviceAccountName": TEXT,
    "version": TEXT,
    "volumeMounts": VOLUME_MOUNTS,
    "volumes": FREE_ITEMS,
}
_GLOBALLY: Schema = {
    "activeConfigMap": TEXT,
    "disableMetric": FLAG,
    "dummyImage": TEXT,
    "enableManualMode": FLAG,
    "enableRollingUpdate": FLAG,
    "imageUpdateMode": choice("rollingUpgrade", "rollingDowngrade", "all", "force", default="rollingUpgrade"),
    "metricInterval": {**TEXT, "pattern": _DURATION},
    "metricLabels": TEXT_MAP,
    "rollingMode": {"type": "integer"},
    "runAsNonRoot": FLAG,
    "streamingMode": FLAG_OR_NULL,
    "targetPortType": choice("string", "integer", default="string"),
    "toolImage": TEXT,
    "updateConfigMapOnly": FLAG_OR_NULL,
    "updateToolImage": FLAG,
}
_INGRESS = record(
    {
        "annotations": TEXT_MAP,
        "hosts": TEXTS,
        "ingressClassName": TEXT,
        "labels": TEXT_MAP,
        "tlsSecretRefs": {"type": "object", "additionalProperties": TEXTS},
    }
)
_SERVING: Schema = {
    "ingress": _INGRESS,
    "port": {**INT32, "minimum": 0, "maximum": 65535},
    "serviceAnnotations": TEXT_MAP,
    "serviceLabels": TEXT_MAP,
    "serviceRestfulPort": INT32,
    "serviceType": choice("ClusterIP", "NodePort", "LoadBalancer", default="ClusterIP"),
}
_GROUPS = array(
    record(
        {
            **_SCHEDULING,
            "annotations": TEXT_MAP,
            "extraEnv": ENVIRONMENT,
            "labels": TEXT_MAP,
            "name": {**TEXT, "minLength": 1},
            "replicas": _REPLICAS,
        },
        ("name", "replicas"),
    ),
    **_MAP_BY_NAME,
)


def milvus_crd() -> Document:
    """The definition, to be created in an API server."""
    names = {
        "kind": "Milvus",
        "listKind": "MilvusList",
        "plural": "milvuses",
        "singular": "milvus",
        "shortNames": ["mi"],
    }
    version = {
        "name": "v1beta1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": milvus_schema()},
        "subresources": {"status": {}},
        "additionalPrinterColumns": [
            {"name": "Mode", "type": "string", "jsonPath": ".spec.mode"},
            {"name": "Status", "type": "string", "jsonPath": ".status.status"},
            {"name": "Updated", "type": "string", "jsonPath": '.status.conditions[?(@.type=="MilvusUpdated")].status'},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "milvuses.milvus.io"},
        "spec": {"group": "milvus.io", "names": names, "scope": "Namespaced", "versions": [version]},
    }


def milvus_schema() -> Schema:
    """The schema of a Milvus resource."""
    spec = record(
        {
            "components": _components(),
            "config": FREE,
            "dependencies": _dependencies(),
            "hookConfig": FREE_OR_NULL,
            "mode": choice("cluster", "standalone", default="standalone"),
        }
    )
    head: Schema = {"apiVersion": TEXT, "kind": TEXT, "metadata": {"type": "object"}}
    return copy.deepcopy(record({**head, "spec": spec, "status": _status()}))


def _components() -> Schema:
    component: Schema = {**_EVERYWHERE, "initContainers": FREE_ITEMS, "replicas": _REPLICAS, "sidecars": FREE_ITEMS}
    each: Schema = {}
    for name, key in KEYS.items():
        serving = _SERVING if name in ("proxy", "standalone") else {}
        groups = {"groups": _GROUPS} if name in WITH_GROUPS else {}
        each[key] = record({**component, **serving, **groups})
    return record({**_EVERYWHERE, **_GLOBALLY, **each})


def _dependencies() -> Schema:
    in_cluster = record(
        {
            "chartVersion": TEXT,
            "deletionPolicy": choice("Delete", "Retain", default="Retain"),
            "pvcDeletion": FLAG,
            "values": FREE_OR_NULL,
        }
    )
    claim = record({"annotations": TEXT_MAP, "existingClaim": TEXT, "labels": TEXT_MAP, "spec": FREE_OR_NULL})
    persistence = record({"enabled": FLAG, "persistentVolumeClaim": claim, "pvcDeletion": FLAG})
    outside: Schema = {"external": _OFF}
    charted: Schema = {**outside, "inCluster": in_cluster}
    pool = record({"name": TEXT, "seeds": TEXTS}, ("name", "seeds"))
    tls = record({"caCertificateRef": TEXT, "enabled": _OFF, "insecureSkipVerify": _OFF})
    queues = ("pulsar", "kafka", "woodpecker", "rocksmq", "natsmq", "custom", "")
    store = {
        "endpoint": TEXT,
        "secretRef": TEXT,
        "ssl": tls,
        "type": choice("MinIO", "S3", "Azure", "", default="MinIO"),
    }
    return record(
        {
            "customMsgStream": FREE_OR_NULL,
            "etcd": record({**charted, "endpoints": TEXTS}),
            "kafka": record({**charted, "brokerList": TEXTS, "secretRef": TEXT}),
            "msgStreamType": choice(*queues),
            "natsmq": record({"persistence": persistence}),
            "pulsar": record({**charted, "endpoint": TEXT}),
            "rocksmq": record({"persistence": persistence}),
            "storage": record({**charted, **store}),
            "tei": record({"enabled": _OFF, "inCluster": in_cluster}),
            "woodpecker": record({**outside, "persistence": persistence, "quorumBufferPools": array(pool)}),
        }
    )


def _status() -> Schema:
    moment = {**TEXT, "format": "date-time"}
    told: Schema = {"message": TEXT, "reason": TEXT, "status": TEXT, "type": TEXT}
    condition = record({**told, "lastTransitionTime": moment}, ("status", "type"))
    deployment_condition = record({**told, "lastTransitionTime": moment, "lastUpdateTime": moment}, ("status", "type"))
    counts = ("available", "ready", "terminating", "unavailable", "updated")
    deployment: Schema = {
        "collisionCount": INT32,
        "conditions": array(
            deployment_condition, **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}
        ),
        "observedGeneration": INT64,
        "replicas": INT32,
        **{f"{count}Replicas": INT32 for count in counts},
    }
    seen = record({"generation": INT64, "image": TEXT, "status": record(deployment)}, ("generation", "image", "status"))
    by_name: Schema = {"type": "object", "additionalProperties": seen}
    error = {**TEXT, "maxLength": 316, "pattern": _PORT_ERROR}
    port = record({"error": error, "port": INT32, "protocol": TEXT}, ("error", "port", "protocol"))
    address = record({"hostname": TEXT, "ip": TEXT, "ports": atomic(array(port))})
    return record(
        {
            "componentsDeployStatus": by_name,
            "conditions": array(condition),
            "currentImage": TEXT,
            "currentVersion": TEXT,
            "deploymentGroupsDeployStatus": {"type": "object", "additionalProperties": by_name},
            "endpoint": TEXT,
            "ingress": record({"loadBalancer": record({"ingress": atomic(array(address))})}),
            "observedGeneration": {**INT64, "minimum": 0},
            "rollingModeVersion": {"type": "integer"},
            "status": {**TEXT, "default": "Pending"},
        },
        ("status",),
    )
