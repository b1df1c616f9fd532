"""What the official provider was asked for `recording.jsonl`: Check and Diff of the kinds that this project declares.

Record anew with `PYTHONPATH=tests:tests/standins:components python -m kubernetes_provider.recorded_cases PLUGIN
KUBECONFIG >tests/standins/kubernetes_provider/recording.jsonl`, PLUGIN an official pulumi-resource-kubernetes.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubernetes_provider.plugin_process import PluginProcess, plugin_process

RECORDING = Path(__file__).parent / "recording.jsonl"
Object = dict[str, Any]

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
_LABELS = {"matchLabels": {"app": "a"}}
_RESOURCES = {"requests": {"cpu": "1000m", "memory": "1024Mi"}, "limits": {"memory": "1.5Gi", "cpu": 2}}
_POD = {
    "metadata": {"labels": {"app": "a"}},
    "spec": {
        "containers": [
            {"name": "c", "image": "i", "resources": _RESOURCES, "ports": [{"containerPort": 19530, "name": "grpc"}]}
        ],
        "volumes": [{"name": "t", "emptyDir": {"sizeLimit": "2048Mi"}}],
        "nodeSelector": {"a": "b"},
        "tolerations": [{"key": "k", "operator": "Exists"}],
    },
}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10240Mi"}}, "storageClassName": "s"}

KINDS: dict[str, Object] = {
    "kubernetes:core/v1:Namespace": {},
    "kubernetes:core/v1:ConfigMap": {"data": {"a": "1", "b": "2"}},
    "kubernetes:core/v1:Secret": {"type": "Opaque", "stringData": {"k": "v"}, "data": {"d": "eA=="}},
    "kubernetes:core/v1:ServiceAccount": {"automountServiceAccountToken": False},
    "kubernetes:core/v1:Service": {"spec": {"type": "ClusterIP", "selector": {"app": "a"}, "ports": [{"port": 80}]}},
    "kubernetes:core/v1:PersistentVolumeClaim": {"spec": _CLAIM},
    "kubernetes:core/v1:ResourceQuota": {"spec": {"hard": {"requests.memory": "1024Gi"}}},
    "kubernetes:apps/v1:Deployment": {"spec": {"replicas": 0, "selector": _LABELS, "template": _POD}},
    "kubernetes:apps/v1:StatefulSet": {
        "spec": {
            "replicas": 3,
            "serviceName": "a",
            "selector": _LABELS,
            "template": _POD,
            "volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": _CLAIM}],
        }
    },
    "kubernetes:batch/v1:Job": {"spec": {"backoffLimit": 2, "template": _POD}},
    "kubernetes:batch/v1:CronJob": {"spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": _POD}}}},
    "kubernetes:policy/v1:PodDisruptionBudget": {"spec": {"minAvailable": "50%", "selector": _LABELS}},
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": {
        "spec": {"podSelector": _LABELS, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 19530}]}]}
    },
    "kubernetes:storage.k8s.io/v1:StorageClass": {"provisioner": "p", "parameters": {"type": "gp3"}},
    "kubernetes:scheduling.k8s.io/v1:PriorityClass": {"value": 1000, "description": "d"},
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": {
        "spec": {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "a", "apiVersion": "apps/v1"}}
    },
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        "subjects": [{"kind": "ServiceAccount", "name": "a"}],
    },
    "kubernetes:milvus.io/v1beta1:Milvus": {
        "spec": {"mode": "cluster", "components": {"image": "i", "resources": _RESOURCES}, "config": {}}
    },
}
_METADATA = (
    {"name": "given"},
    {"name": "given", "namespace": "place", "labels": {"a": "b"}, "annotations": {"x.y/z": "1"}},
    {"namespace": "place"},
    {"name": "given", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": "7"},
)


def check_cases() -> Iterator[tuple[str, Object, Object]]:
    """Token, old inputs, new inputs."""
    for token, fields in KINDS.items():
        identity = _identity(token)
        for metadata in _METADATA:
            yield token, {}, {**identity, "metadata": metadata, **fields}
        yield token, {}, {**identity, "metadata": {"name": "given"}, **fields, "zzz": 1}
        marked = {**identity, "metadata": {"name": "given", "labels": {"s": {**_SECRET, "value": "x"}}}, **fields}
        yield token, {}, marked
        old = {**identity, "metadata": {"name": "thing-0a", "annotations": {"pulumi.com/autonamed": "true"}}, **fields}
        yield token, old, {**identity, **fields, "metadata": {"labels": {"a": "b"}}}


def diff_cases() -> Iterator[tuple[str, Object, Object]]:
    """Token, old state, new inputs: each field removed, changed, drifted; fields and names added."""
    chance = random.Random(1)
    for token, fields in KINDS.items():
        metadata = {"name": "given", "namespace": "place", "labels": {"a": "b"}}
        inputs = {**_identity(token), "metadata": metadata, **fields}
        if token.endswith(":Secret"):
            inputs.pop("stringData")
        state = {**copy.deepcopy(inputs), "status": {"x": 1}, "__inputs": inputs, "__fieldManager": "m"}
        state["metadata"] |= {"uid": "u", "managedFields": [{"manager": "m"}], "generation": 1}
        yield token, state, inputs
        for path in _paths(inputs):
            if path in (("apiVersion",), ("kind",), ("metadata",)):
                continue
            yield token, state, _changed(inputs, path, lambda _: None)
            yield token, state, _changed(inputs, path, _other)
            if chance.random() < 0.3:
                yield token, _changed(state, path, _other), inputs
        yield token, state, {**inputs, "metadata": {**metadata, "annotations": {"pulumi.com/waitFor": "condition=A"}}}
        yield token, state, {**inputs, "metadata": {**metadata, "annotations": {}}}
        if "spec" in inputs:
            yield token, state, {**inputs, "spec": {**inputs["spec"], "paused": True, "suspend": True}}


def _identity(token: str) -> Object:
    group_version, kind = token.split(":")[1:]
    return {"apiVersion": group_version.removeprefix("core/"), "kind": kind}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield (*path, key)
        yield from _paths(item, (*path, key))


def _changed(document: Object, path: tuple[Any, ...], change: Any) -> Object:
    changed = copy.deepcopy(document)
    parent: Any = changed
    for key in path[:-1]:
        parent = parent[key]
    value = change(parent[path[-1]])
    if value is None:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, list):
        return [*value, *value[:1]]
    return {**value, "added": "1"}


def asked(plugin: PluginProcess) -> Iterator[Object]:
    """Every case with the plugin's answer."""
    for token, old, new in check_cases():
        yield {"call": "check", "token": token, "old": old, "new": new, "answer": plugin.check(token, old, new)}
    for token, old, new in diff_cases():
        yield {"call": "diff", "token": token, "old": old, "new": new, "answer": plugin.diff(token, old, new)}


if __name__ == "__main__":
    with plugin_process(Path(sys.argv[1]), Path(sys.argv[2])) as recorded_plugin:
        for line in asked(recorded_plugin):
            print(json.dumps({key: line[key] for key in ("call", "token", "answer")}, sort_keys=True))
