"""What the API server refuses of the operator's objects: then a part of the resource runs and another does not.

Only what the recordings show: mounts without a volume, requests above limits, names, labels, ports without a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .documents import Document, section, value_at
from .quantities import amount

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LABEL_CHARACTERS = 63  # Kubernetes API conventions: RFC 1123 labels, label values
_SUBDOMAIN_CHARACTERS = 253  # the same: RFC 1123 subdomains


def refusals(manifest: Mapping[str, Any]) -> list[str]:
    """Why the API server refuses an object; empty where it takes it.

    Recorded: wrong-mount-without-volume, wrong-limits-below-requests, wrong-group-name, wrong-name-dots,
    wrong-name-long.
    """
    found = [*_name(manifest), *_labels(section(manifest, "metadata", "labels"), "metadata.labels")]
    if manifest["kind"] == "Deployment":
        template = section(manifest, "spec", "template")
        found += _labels(section(template, "metadata", "labels"), "spec.template.metadata.labels")
        found += _pod(section(template, "spec"))
    if manifest["kind"] == "Service":
        found += _ports(value_at(manifest, "spec", "ports") or [])
    return found


def message(manifest: Mapping[str, Any], reasons: list[str]) -> str:
    """The API server's sentence on a refused object."""
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    kind = f"{manifest['kind']}.{group}" if group else manifest["kind"]
    return f'{kind} "{manifest["metadata"]["name"]}" is invalid: {"; ".join(reasons)}'


def _name(manifest: Mapping[str, Any]) -> list[str]:
    name = str(manifest["metadata"]["name"])
    prefix = f'metadata.name: Invalid value: "{name}": '
    if manifest["kind"] == "Service":
        if "." in name:
            return [f"{prefix}must not contain dots"]
        if len(name) > _LABEL_CHARACTERS:
            return [f"{prefix}must be no more than {_LABEL_CHARACTERS} characters"]
        return [] if _LABEL.fullmatch(name) else [f"{prefix}a lowercase RFC 1123 label is needed"]
    if len(name) > _SUBDOMAIN_CHARACTERS:
        return [f"{prefix}must be no more than {_SUBDOMAIN_CHARACTERS} characters"]
    return [] if _SUBDOMAIN.fullmatch(name) else [f"{prefix}a lowercase RFC 1123 subdomain is needed"]


def _labels(labels: Mapping[str, Any], path: str) -> list[str]:
    return [
        f'{path}: Invalid value: "{value}": must be no more than {_LABEL_CHARACTERS} characters, of which the first and'
        f" the last are letters or digits"
        for value in labels.values()
        if len(str(value)) > _LABEL_CHARACTERS or not _LABEL_VALUE.fullmatch(str(value))
    ]


def _pod(pod: Mapping[str, Any]) -> list[str]:
    volumes = {volume.get("name") for volume in pod.get("volumes") or []}
    found: list[str] = []
    for key in ("initContainers", "containers"):
        for place, container in enumerate(pod.get(key) or []):
            path = f"spec.template.spec.{key}[{place}]"
            found += [
                f'{path}.volumeMounts[{number}].name: Not found: "{mount.get("name")}"'
                for number, mount in enumerate(container.get("volumeMounts") or [])
                if mount.get("name") not in volumes
            ]
            found += _resources(section(container, "resources"), f"{path}.resources.requests")
    return found


def _resources(resources: Document, path: str) -> list[str]:
    limits = resources.get("limits") or {}
    return [
        f'{path}: Invalid value: "{quantity}": must be less than or equal to {name} limit of {limits[name]}'
        for name, quantity in (resources.get("requests") or {}).items()
        if name in limits and amount(quantity) > amount(limits[name])
    ]


def _ports(ports: list[Document]) -> list[str]:
    """A Service with several ports needs names, and no number twice."""
    unnamed = [f"spec.ports[{place}].name: Required value" for place, port in enumerate(ports) if not port.get("name")]
    return unnamed if len(ports) > 1 else []
