"""Milvus run by Deployments and StatefulSets, as the Helm chart and people's own manifests do.

Shapes: zilliztech/milvus-helm 5.0.19, templates (``args: [..., milvus, run, querynode]``; ConfigMap with
``default.yaml`` and ``user.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import yaml

from pulumi_milvus.inspection.pod_reader import claims_of, pod_of_template
from pulumi_milvus.inspection.shapes import at, mapping, mappings, merged, sequence, text, texts, whole
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.milvus_facts import DependencyFacts, MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet")
_COMPONENTS: Final = {
    name.lower(): name
    for name in (
        "standalone", "proxy", "mixCoord", "queryNode", "dataNode", "streamingNode", "indexNode", "rootCoord",
        "queryCoord", "dataCoord", "indexCoord", "cdc",
    )
} | {"mixture": "mixCoord", "mixcoordinator": "mixCoord"}  # fmt: skip
# Later ones are laid over earlier ones, as Milvus reads them.
_CONFIG_FILES: Final = ("milvus.yaml", "default.yaml", "user.yaml")
_INSTANCE_LABELS: Final = ("app.kubernetes.io/instance", "release")


def milvuses_of(
    workloads: Iterable[Mapping[str, Any]],
    config_maps: Sequence[Mapping[str, Any]],
) -> list[MilvusFacts]:
    """Every Milvus that these run: pods of one namespace and one instance label are one Milvus."""
    groups: dict[tuple[str, str], list[tuple[Mapping[str, Any], PodFacts]]] = {}
    for item in workloads:
        pod = milvus_pod(item)
        if pod is not None:
            groups.setdefault((pod.namespace, _instance(item)), []).append((item, pod))
    return [_milvus(namespace, name, members, config_maps) for (namespace, name), members in groups.items()]


def milvus_pod(item: Mapping[str, Any]) -> PodFacts | None:
    """The pods of a Deployment or StatefulSet that runs a component of Milvus, or None."""
    template = mapping(at(item, "spec", "template"))
    for container in mappings(at(template, "spec", "containers")):
        component = _component(item, container)
        if component is None:
            continue
        metadata = mapping(item.get("metadata"))
        namespace = text(metadata.get("namespace")) or ""
        subject = f"{item.get('kind')} {f'{namespace}/' if namespace else ''}{metadata.get('name')}"
        replicas = at(item, "spec", "replicas")
        pod = PodFacts(
            component=component,
            subject=subject,
            namespace=namespace,
            replicas=1 if replicas is None and item.get("kind") != "DaemonSet" else whole(replicas),
        )
        pod = pod_of_template(template, container, pod)
        group = pod.env.get("MILVUS_SERVER_LABEL_RESOURCE_GROUP")
        volumes = (*pod.volumes, *claims_of(at(item, "spec", "volumeClaimTemplates")))
        return replace(pod, volumes=volumes, resource_group=group)
    return None


def image_name(image: object) -> str:
    """The last part of an image's repository: ``milvus`` of ``docker.io/milvusdb/milvus:v2.6.24@sha256:...``."""
    return str(image or "").split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0]


def _component(item: Mapping[str, Any], container: Mapping[str, Any]) -> str | None:
    if not image_name(container.get("image")).startswith("milvus"):
        return None
    words = " ".join(str(word) for key in ("command", "args") for word in sequence(container.get(key))).split()
    for before, word in pairwise(words):
        if before == "run":
            return _COMPONENTS.get(word.strip("'\";").lower())
    if image_name(container.get("image")) != "milvus":
        return None
    labels = texts(at(item, "spec", "template", "metadata", "labels")) | texts(at(item, "metadata", "labels"))
    for label in ("app.kubernetes.io/component", "component"):
        if (found := _COMPONENTS.get(labels.get(label, "").replace("-", "").lower())) is not None:
            return found
    return None


def _milvus(
    namespace: str,
    name: str,
    members: list[tuple[Mapping[str, Any], PodFacts]],
    config_maps: Sequence[Mapping[str, Any]],
) -> MilvusFacts:
    pods = tuple(pod for _, pod in members)
    config, known = _config(members, config_maps)
    image = next((pod.image for pod in pods if pod.image and ":" in pod.image), None)
    version = image.split("@", 1)[0].rsplit(":", 1)[-1] if image else None
    stream = text(at(config, "mq", "type")) or text(config.get("messageQueue"))
    subject = f"Milvus {f'{namespace}/' if namespace else ''}{name}"
    return MilvusFacts(
        subject=subject,
        name=name,
        namespace=namespace,
        source="pods",
        mode="standalone" if any(pod.component == "standalone" for pod in pods) else "cluster",
        version=version if parse_version(version) else None,
        pods=pods,
        config=config,
        config_known=known,
        config_subject=f"{subject}: Milvus's configuration",
        dependencies=DependencyFacts(
            message_stream=stream,
            etcd_external=None,
            etcd_endpoints=tuple(str(item) for item in sequence(at(config, "etcd", "endpoints"))),
        ),
    )


def _config(
    members: list[tuple[Mapping[str, Any], PodFacts]], config_maps: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """(the configuration that the pods mount, merged; whether all of it is here)."""
    config: dict[str, Any] = {}
    known, seen = True, set()
    for item, _ in members:
        for volume in mappings(at(item, "spec", "template", "spec", "volumes")):
            wanted = text(at(volume, "configMap", "name"))
            if wanted is None or wanted in seen:
                continue
            seen.add(wanted)
            found = next(
                (one for one in config_maps if at(one, "metadata", "name") == wanted and _same(one, item)), None
            )
            known = known and found is not None
            for name in _CONFIG_FILES if found is not None else ():
                config = merged(config, _parsed(at(found, "data", name)))
    return config, known


def _parsed(content: object) -> Mapping[str, Any]:
    try:
        return mapping(yaml.safe_load(content)) if isinstance(content, str) else {}
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    spaces = [text(at(item, "metadata", "namespace")) for item in (one, other)]
    return None in spaces or spaces[0] == spaces[1]


def _instance(item: Mapping[str, Any]) -> str:
    labels = texts(at(item, "spec", "template", "metadata", "labels")) | texts(at(item, "metadata", "labels"))
    return next((labels[label] for label in _INSTANCE_LABELS if label in labels), "milvus")
