"""Whether what was declared stands in the live resource, in Milvus's ConfigMap, and in the pods' template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from pulumi_milvus.cluster_access.cluster import Json, library

_OPERATORS_OWN = (
    ("mq", "type"),
    ("minio", "address"),
    ("minio", "port"),
    ("pulsar", "address"),
    ("pulsar", "port"),
    ("etcd", "endpoints"),
)
"""Keys of `spec.config` that the operator drops or writes itself (recorded of operator a6dcc6386f)."""
_DROPPED_COMPONENTS = ("indexNode", "rootCoord", "dataCoord", "queryCoord", "indexCoord")
"""On Milvus 2.6 and later the operator deletes these keys from the stored resource (recorded)."""
_OPERATORS_ENVIRONMENT = ("CACHE_SIZE", "MINIO_")
"""Variables that the operator sets too, and later in the list, so that its value wins (recorded)."""


def declared_gaps(declared: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    """Paths of a declared spec that the live resource does not have, or has another value of."""
    kept = dict(declared)
    if isinstance(kept.get("config"), Mapping):
        kept["config"] = without_operators_own(kept["config"])
    if isinstance(kept.get("components"), Mapping):
        kept["components"] = {k: v for k, v in kept["components"].items() if k not in _DROPPED_COMPONENTS}
    return list(_gaps(kept, live, "spec"))


def config_gaps(config: Mapping[str, Any], config_map: Json | None) -> list[str]:
    """Paths of the resource's `spec.config` that Milvus's ConfigMap does not have yet."""
    if config_map is None:
        return ["user.yaml"]
    written = (config_map.get("data") or {}).get("user.yaml") or "{}"
    rendered = yaml.safe_load(written) if isinstance(written, str) else written
    return list(_gaps(without_operators_own(config), rendered or {}, "config"))


def without_operators_own(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration less what the operator decides."""
    kept: dict[str, Any] = {}
    for section, values in config.items():
        if isinstance(values, Mapping):
            kept[section] = {
                key: value
                for key, value in values.items()
                if (section, key) not in _OPERATORS_OWN and key != "enableActiveStandby"
            }
        else:
            kept[section] = values
    return kept


def template_gaps(
    component: Mapping[str, Any], everywhere: Mapping[str, Any], deployment: Json, *, grouped: bool
) -> list[str]:
    """What a component declares and its Deployment's template does not have.

    A component's own value replaces the one for all components; `grouped` Deployments have scheduling of their own.
    """
    template = deployment["spec"]["template"]["spec"]
    container = template["containers"][0]
    gaps = []
    image = component.get("image") or everywhere.get("image")
    if image and container.get("image") != image:
        gaps.append(f"image {container.get('image')} instead of {image}")
    resources = component.get("resources") or everywhere.get("resources") or {}
    for kind in ("limits", "requests"):
        rendered = (container.get("resources") or {}).get(kind) or {}
        for name, amount in (resources.get(kind) or {}).items():
            if not same_quantity(amount, rendered.get(name)):
                gaps.append(f"{kind}.{name} {rendered.get(name)} instead of {amount}")
    selector = component.get("nodeSelector") or everywhere.get("nodeSelector")
    if selector and not grouped and template.get("nodeSelector") != selector:
        gaps.append(f"nodeSelector {template.get('nodeSelector')} instead of {selector}")
    account = component.get("serviceAccountName") or everywhere.get("serviceAccountName")
    if account and template.get("serviceAccountName") != account:
        gaps.append(f"serviceAccountName {template.get('serviceAccountName')} instead of {account}")
    gaps += _environment_gaps(component, everywhere, container)
    volumes = {volume["name"] for volume in template.get("volumes") or []}
    declared = component.get("volumes") or everywhere.get("volumes") or []
    gaps += [f"volume {item['name']} is missing" for item in declared if item.get("name") not in volumes]
    return gaps


def _environment_gaps(component: Mapping[str, Any], everywhere: Mapping[str, Any], container: Json) -> list[str]:
    merged = {item["name"]: item for item in [*(everywhere.get("env") or []), *(component.get("env") or [])]}
    rendered: dict[str, list[Any]] = {}
    for item in container.get("env") or []:
        rendered.setdefault(item["name"], []).append(item.get("value"))
    return [
        f"environment variable {name} is not as declared"
        for name, item in merged.items()
        if not name.startswith(_OPERATORS_ENVIRONMENT)
        and (name not in rendered or ("value" in item and item["value"] not in rendered[name]))
    ]


def config_checksums(deployments: Sequence[Json]) -> set[str]:
    """The configurations that pods were started with, where the operator restarts them on a change."""
    found = set()
    for deployment in deployments:
        annotations = deployment["spec"]["template"].get("metadata", {}).get("annotations") or {}
        if deployment["spec"].get("replicas", 1) and "checksum/config" in annotations:
            found.add(annotations["checksum/config"])
    return found


def same_quantity(one: object, other: object) -> bool:
    """Whether two amounts are equal in Kubernetes' notation: `1024Mi` and `1Gi`, `0.5` and `500m`."""
    if one == other:
        return True
    return _amount(one) == _amount(other) is not None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = library("utils.quantity").parse_quantity(str(value))
    except ValueError:
        return None
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


def _gaps(wanted: Any, live: Any, path: str) -> Iterator[str]:
    if wanted is None:
        return
    if isinstance(wanted, Mapping):
        if not isinstance(live, Mapping):
            if _leaves(wanted):
                yield path
            return
        for key, value in wanted.items():
            yield from _gaps(value, live.get(key), f"{path}.{key}")
    elif isinstance(wanted, list):
        if not isinstance(live, list) or len(live) != len(wanted):
            if wanted or live:
                yield path
            return
        for at, (value, found) in enumerate(zip(wanted, live, strict=True)):
            yield from _gaps(value, found, f"{path}[{at}]")
    elif isinstance(wanted, bool) or isinstance(live, bool):
        if wanted is not live:
            yield path
    elif not same_quantity(wanted, live):
        yield path


def _leaves(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_leaves(item) for item in value.values())
    return value is not None
