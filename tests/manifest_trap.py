"""The traps of Milvus and its operator that a generated resource may not have: each with its source and how it shows.

A check gets the Milvus resource and says whether it is free of the trap; ``broken`` puts the trap into a resource, so
that the check is seen to notice it. Sources: Milvus Operator a6dcc63 (recorded, or read), Milvus 3.0 documentation,
threads of milvus-io/milvus.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.plan import Plan

Resource = dict[str, Any]
KEYS: Final = ("standalone", "proxy", "mixCoord", "queryNode", "dataNode", "streamingNode")
OPERATORS_ENV: Final = {"CACHE_SIZE", "MINIO_ACCESS_KEY", "MINIO_ACCESS_KEY_ID", "MINIO_SECRET_KEY"}
OPERATORS_VOLUMES: Final = {"milvus-data", "milvus-config", "tools"}
PROBE_FIELDS: Final = {"timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap: what happens, where that is known from, whether a resource is free of it, and how it gets in."""

    what: str
    source: str
    free: Callable[[Resource, Plan], bool]
    broken: Callable[[Resource], object]


def with_trap(trap: Trap, resource: Mapping[str, Any]) -> Resource:
    """A copy of the resource that has the trap."""
    changed = copy.deepcopy(dict(resource))
    trap.broken(changed)
    return changed


def at(resource: Mapping[str, Any], path: str) -> Any:
    """What stands under a path such as ``spec.components.image``; None where nothing does."""
    found: Any = resource
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def put(path: str, value: Any) -> Callable[[Resource], object]:
    """Sets the value under a path."""

    def change(resource: Resource) -> None:
        *parents, last = path.split(".")
        for key in parents:
            resource = resource.setdefault(key, {})
        resource[last] = value

    return change


def drop(path: str) -> Callable[[Resource], object]:
    """Takes out what stands under a path."""
    parent, _, last = path.rpartition(".")
    return lambda resource: at(resource, parent).pop(last)


def components(resource: Resource) -> Iterator[tuple[str, Resource]]:
    """The components that a resource names."""
    for key in KEYS:
        if at(resource, f"spec.components.{key}") is not None:
            yield key, at(resource, f"spec.components.{key}")


def first_component(resource: Resource) -> Resource:
    """A component that has pods."""
    return next(component for key, component in components(resource) if component["replicas"])


def volumes(resource: Resource) -> list[Resource]:
    every = [at(resource, "spec.components"), *(component for _, component in components(resource))]
    return [volume for part in every for volume in part.get("volumes", [])]


def mounts(resource: Resource) -> list[Resource]:
    every = [at(resource, "spec.components"), *(component for _, component in components(resource))]
    return [mount for part in every for mount in part.get("volumeMounts", [])]


def spelt_out(volume: Resource) -> bool:
    """Whether the API server has nothing to add to a volume."""
    if "hostPath" in volume:
        return "type" in volume["hostPath"]
    if "ephemeral" in volume:
        return "volumeMode" in volume["ephemeral"]["volumeClaimTemplate"]["spec"]
    source = next(volume[kind] for kind in volume if kind != "name")
    return "emptyDir" in volume or "defaultMode" in source


def field_refs(value: Any) -> Iterator[Resource]:
    if isinstance(value, dict):
        if "fieldRef" in value:
            yield value["fieldRef"]
        for item in value.values():
            yield from field_refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from field_refs(item)


def names_of_env(resource: Resource) -> bool:
    own = [item["name"] for item in at(resource, "spec.components.env") or []]
    for _, component in components(resource):
        names = [item["name"] for item in component.get("env", [])]
        if len(set(names)) < len(names) or set(names) & OPERATORS_ENV:
            return False
    return len(set(own)) == len(own) and not set(own) & OPERATORS_ENV


def local_disk(resource: Resource, plan: Plan) -> bool:
    """Query nodes and data nodes that have local disk: mounted below Milvus's folder, limited, and told to Milvus."""
    for role, key in (("standalone", "standalone"), ("query_node", "queryNode"), ("data_node", "dataNode")):
        if role not in plan.roles or not plan.roles[role].local_disk_bytes:
            continue
        component = at(resource, f"spec.components.{key}")
        paths = [mount["mountPath"] for mount in component.get("volumeMounts", [])]
        limit = component["resources"]["limits"].get("ephemeral-storage")
        told = any(item["name"] == "LOCAL_STORAGE_SIZE" for item in component.get("env", []))
        if "/var/lib/milvus/data" not in paths or limit is None or not told:
            return False
    resolved = [item["index"] for planned in plan.collection_plans for item in planned.get("resolved_indexes", ())]
    needed = any(role.local_disk_bytes for role in plan.roles.values()) or bool({"DISKANN", "AISAQ"} & set(resolved))
    return at(resource, "spec.config.queryNode.enableDisk") is needed


def gpus(resource: Resource, plan: Plan) -> bool:
    image = at(resource, "spec.components.image")
    if plan.hardware != "gpu":
        return not image.endswith("-gpu")
    pool = at(resource, "spec.config.gpu") or {}
    asked = all(
        at(resource, f"spec.components.{key}.resources.limits").get("nvidia.com/gpu")
        for role, key in (("query_node", "queryNode"), ("data_node", "dataNode"), ("standalone", "standalone"))
        if role in plan.roles
    )
    return bool(image.endswith("-gpu") and asked and pool.get("initMemSize") and pool.get("maxMemSize"))


def identity_or_keys(resource: Resource, _plan: Plan) -> bool:
    has_secret = at(resource, "spec.dependencies.storage.secretRef") is not None
    return bool(at(resource, "spec.config.minio.useIAM")) != has_secret


def lose_local_disk(resource: Resource) -> None:
    put("spec.config.queryNode.enableDisk", not at(resource, "spec.config.queryNode.enableDisk"))(resource)


def lose_gpu(resource: Resource) -> None:
    image = at(resource, "spec.components.image")
    put("spec.components.image", image.removesuffix("-gpu") if image.endswith("-gpu") else f"{image}-gpu")(resource)


def add_to_first(key: str, value: Any) -> Callable[[Resource], object]:
    return lambda resource: first_component(resource).setdefault(key, []).append(value)
