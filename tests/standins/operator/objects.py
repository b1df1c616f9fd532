"""Makes and renews everything of a resource but its Deployments. Nothing that is there is ever deleted here."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from .api import Api, ApiError
from .components import common_labels, is_manual
from .configuration import config_map
from .documents import Document, section, value_at, without_empty
from .exposure import ingress, pod_monitor, service
from .pod_template import active_config_map
from .surroundings import Surroundings
from .volume_claim import volume_claim


def reconcile_config_maps(api: Api, resource: Document, surroundings: Surroundings) -> None:
    """Write the configuration into every ConfigMap of the resource; in manual mode into the active one only."""
    metadata = resource["metadata"]
    namespace, active = metadata["namespace"], active_config_map(resource)
    names = [active]
    if not is_manual(resource["spec"]):
        present = api.list("ConfigMap", namespace, common_labels(metadata["name"]))
        names = [each["metadata"]["name"] for each in present] or names
    for name in names:
        ensure(api, config_map(resource, surroundings, name=name))


def reconcile_others(api: Api, resource: Document) -> list[str]:
    """Make and renew claim, Service, Ingress and PodMonitor; what the API server says to those it refuses."""
    namespace, name = resource["metadata"]["namespace"], resource["metadata"]["name"]
    errors: list[str] = []
    claim = volume_claim(resource)
    if claim and api.get("PersistentVolumeClaim", namespace, claim["metadata"]["name"]) is None:
        _collect(errors, api, claim)
    _collect(errors, api, service(resource, current=api.get("Service", namespace, f"{name}-milvus")))
    for manifest in (ingress(resource), pod_monitor(resource, namespace)):
        if manifest is not None:
            _collect(errors, api, manifest)
    return errors


def ensure(api: Api, manifest: Document) -> Document:
    """Create an object, or bring one that is there to what is wished; labels and annotations of others stay."""
    metadata = manifest["metadata"]
    present = api.get(manifest["kind"], metadata["namespace"], metadata["name"])
    if present is None:
        return api.create(manifest)
    wished = copy.deepcopy(present)
    for key in ("labels", "annotations"):
        merged = {**section(present, "metadata", key), **section(manifest, "metadata", key)}
        if merged:
            wished["metadata"][key] = merged
    for key in ("data", "spec"):
        if key in manifest:
            wished[key] = {**section(present, key), **manifest[key]}
    return present if unchanged(present, wished) else api.update(wished)


def unchanged(present: Mapping[str, object], wished: Mapping[str, object]) -> bool:
    """Whether writing would change nothing."""
    return bool(without_empty(present) == without_empty(wished))


def load_balancer_address(api: Api, resource: Document) -> str:
    """The address that the Service was given, if it was."""
    metadata = resource["metadata"]
    found = api.get("Service", metadata["namespace"], f"{metadata['name']}-milvus")
    given = value_at(found, "status", "loadBalancer", "ingress") or [{}]
    return str(given[0].get("ip") or given[0].get("hostname") or "")


def _collect(errors: list[str], api: Api, manifest: Document) -> None:
    try:
        ensure(api, manifest)
    except ApiError as error:
        # Without the kind there is nothing to make: Prometheus' operator is not installed.
        if not (error.is_missing and manifest["kind"] == "PodMonitor"):
            errors.append(str(error))
