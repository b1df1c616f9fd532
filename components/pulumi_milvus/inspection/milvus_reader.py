"""A Milvus resource of the Milvus Operator (milvus.io, v1beta1) as facts.

Shapes and defaults: milvus-operator a6dcc63, apis/milvus.io/v1beta1 (components_types.go, dependencies_types.go,
milvus_webhook.go).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.inspection.pod_reader import environment_of, mounts_of, scheduling, volumes_of, with_resources
from pulumi_milvus.inspection.shapes import at, mapping, mappings, merged, sequence, text, texts, whole
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.milvus_facts import DependencyFacts, MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

KINDS: Final = ("Milvus", "MilvusCluster")
# What the operator runs in cluster mode where nothing is said; streaming nodes from image 2.6 on.
_CLUSTER: Final = ("proxy", "mixCoord", "queryNode", "dataNode", "streamingNode")
_OLDER: Final = ("rootCoord", "queryCoord", "dataCoord", "indexCoord", "indexNode", "cdc")


def milvus_of(item: Mapping[str, Any]) -> MilvusFacts:
    """The facts of one Milvus resource."""
    metadata, spec = mapping(item.get("metadata")), mapping(item.get("spec"))
    name, namespace = str(metadata.get("name") or "unnamed"), text(metadata.get("namespace")) or ""
    mode = "cluster" if item.get("kind") == "MilvusCluster" else text(spec.get("mode")) or "standalone"
    subject = f"{item.get('kind')} {f'{namespace}/' if namespace else ''}{name}"
    components = mapping(spec.get("components"))
    image = text(components.get("image"))
    version = text(components.get("version")) or (image.rsplit(":", 1)[-1] if image and ":" in image else None)
    return MilvusFacts(
        subject=subject,
        name=name,
        namespace=namespace,
        mode=mode,
        version=version if parse_version(version) else None,
        pods=tuple(_pods(name, namespace, mode, components, f"{subject}: spec.components", version)),
        config=mapping(spec.get("config")),
        config_subject=f"{subject}: spec.config",
        dependencies=dependencies_of(mapping(spec.get("dependencies"))),
        labels=texts(metadata.get("labels")),
    )


def _pods(
    name: str, namespace: str, mode: str, components: Mapping[str, Any], path: str, version: str | None
) -> Iterator[PodFacts]:
    if mode == "standalone":
        names: tuple[str, ...] = ("standalone",)
    else:
        before_streaming = (parse_version(version) or (99,)) < (2, 6)
        names = tuple(item for item in _CLUSTER if not (before_streaming and item == "streamingNode"))
        names += tuple(item for item in _OLDER if whole(at(components, item, "replicas")))
    for component in names:
        own = mapping(components.get(component))
        groups = mappings(own.get("groups"))
        if not groups:
            yield _pod(name, namespace, component, [components, own], f"{path}.{component}")
        for position, group in enumerate(groups):
            layer = merged(own, {"env": [*sequence(own.get("env")), *sequence(group.get("extraEnv"))]})
            where = f"{path}.{component}.groups[{position}]"
            yield _pod(name, namespace, component, [components, layer, group], where)


def _pod(name: str, namespace: str, component: str, layers: list[Mapping[str, Any]], path: str) -> PodFacts:
    own = layers[1:]
    image = next((found for layer in reversed(layers) if (found := text(layer.get("image")))), None)
    replicas = next((number for layer in reversed(own) if (number := whole(layer.get("replicas"))) is not None), 1)
    # Volumes, mounts and environment of a component come on top of the global ones; the rest takes their place.
    every = {
        key: [item for layer in layers for item in sequence(layer.get(key))]
        for key in ("volumes", "volumeMounts", "env")
    }
    env = environment_of(every["env"])
    pod = PodFacts(
        component=component,
        subject=path,
        namespace=namespace,
        replicas=None if replicas < 0 else replicas,
        image=image,
        volumes=volumes_of(every["volumes"]),
        mounts=mounts_of(every["volumeMounts"]),
        env=env,
        labels={
            "app.kubernetes.io/name": "milvus",
            "app.kubernetes.io/instance": name,
            "app.kubernetes.io/component": component.lower(),
        },
        runtime_class=next(
            (found for layer in reversed(layers) if (found := text(layer.get("runtimeClassName")))), None
        ),
        resource_group=env.get("MILVUS_SERVER_LABEL_RESOURCE_GROUP"),
        **scheduling(layers),
    )
    resources = next((said for layer in reversed(layers) if (said := mapping(layer.get("resources")))), {})
    return with_resources(pod, resources)


def dependencies_of(declared: Mapping[str, Any]) -> DependencyFacts:
    """etcd, object store and write-ahead log as ``spec.dependencies`` says."""
    etcd, store = mapping(declared.get("etcd")), mapping(declared.get("storage"))
    values = mapping(at(etcd, "inCluster", "values"))
    external = etcd.get("external")
    return DependencyFacts(
        declared=declared,
        message_stream=text(declared.get("msgStreamType")),
        etcd_external=external if isinstance(external, bool) else None,
        etcd_endpoints=tuple(str(item) for item in sequence(etcd.get("endpoints"))),
        etcd_members=whole(values.get("replicaCount")),
        etcd_storage_class=text(at(values, "persistence", "storageClass"))
        or text(at(values, "global", "storageClass")),
        store_external=store.get("external") if isinstance(store.get("external"), bool) else None,
        store_type=text(store.get("type")),
        store_endpoint=text(store.get("endpoint")),
    )
