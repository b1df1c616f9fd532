"""The claim for the data of a built-in message queue, where it is to be kept."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .documents import Document, section
from .ownership import named
from .quantities import canonical_resources
from .volumes import persistence_of

_DEFAULT_BYTES = 5 * 1024**3  # facts: standalone-rocksmq-pvc-default


def volume_claim(resource: Mapping[str, Any]) -> Document | None:
    """The claim, without an owner, so that it outlives the resource. Recorded: standalone-rocksmq-pvc.

    None where nothing is kept, or where a claim is there already.
    """
    persistence = persistence_of(resource["spec"])
    claim = section(persistence, "persistentVolumeClaim")
    if not persistence.get("enabled") or claim.get("existingClaim"):
        return None
    manifest = named(
        resource, "v1", "PersistentVolumeClaim", f"{resource['metadata']['name']}-data", claim.get("labels") or {}
    )
    if claim.get("annotations"):
        manifest["metadata"]["annotations"] = dict(claim["annotations"])
    own = copy.deepcopy(claim.get("spec") or {})
    own["accessModes"] = own.get("accessModes") or ["ReadWriteOnce"]
    own["resources"] = canonical_resources(own.get("resources") or {})
    requests = own["resources"].setdefault("requests", {})
    if requests.get("storage", "0") == "0":
        requests["storage"] = str(_DEFAULT_BYTES)
    manifest["spec"] = own
    return manifest


def goes_with_the_resource(spec: Mapping[str, Any]) -> bool:
    """Whether deleting the resource deletes the claim. Recorded: standalone-rocksmq-pvc (pvcDeletion)."""
    persistence = persistence_of(spec)
    return bool(persistence.get("enabled") and persistence.get("pvcDeletion"))
