"""Storage classes that an environment makes: nothing of one but its expansion can be changed once it is there.

Kubernetes refuses an update of provisioner, parameters, reclaimPolicy and volumeBindingMode (Kubernetes docs, Storage
Classes), so Pulumi would replace the class, which stays, and fail. It is said before anything is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Reader
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec, GuardedStorageClassSpec
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.problems import PropertyProblem

_CLASSES: Final = "/apis/storage.k8s.io/v1/storageclasses"
_INSTEAD: Final = (
    "a storage class cannot be changed once it is made, and its volumes would stay as they are. Instead: declare a "
    "class with another name for new volumes; existing ones are changed by their driver (kubectl patch the claim, a "
    "VolumeAttributesClass, or the cloud's own console)"
)


def class_changes(before: DataGuardSpec, after: DataGuardSpec) -> list[PropertyProblem]:
    """What of the classes of an earlier run is declared otherwise now."""
    known = before.storage_classes or {}
    return [
        PropertyProblem(f"storageClasses.{name}.{field}", f"{old!r} became {new!r}; {_INSTEAD}")
        for name, declared in (after.storage_classes or {}).items()
        if name in known
        for field, old, new in _differing(_fields(known[name]), declared)
    ]


def look_at_classes(scene: Scene, spec: DataGuardSpec) -> None:
    """Raises ResourceError where a class of that name is there that is another; asks no cluster if none is known."""
    if spec.storage_classes and scene.cluster not in (None, ClusterAccess()):
        refuse_other_classes(scene.known_cluster(), spec)


def refuse_other_classes(cluster: Reader, spec: DataGuardSpec) -> None:
    """Raises ResourceError with every class of the cluster that has a declared name and is another class."""
    wrong = []
    for name, declared in (spec.storage_classes or {}).items():
        found = _class(cluster, name)
        for field, is_there, wanted in _differing(found, declared) if found is not None else ():
            wrong.append(f"StorageClass {name} is there with {field} {is_there!r}, and {wanted!r} is declared")
    if wrong:
        raise ResourceError(f"{'; '.join(wrong)}. {_INSTEAD[0].upper()}{_INSTEAD[1:]}; or declare it as it is")


def _class(cluster: Reader, name: str) -> Mapping[str, Any] | None:
    try:
        return cluster.get(f"{_CLASSES}/{name}")
    except ClusterError as error:
        # An account that may not look may not write either, and hears of it then.
        if error.is_missing or error.status == 403:
            return None
        raise


def _fields(declared: GuardedStorageClassSpec) -> Mapping[str, Any]:
    return declared.model_dump(by_alias=True)


def _differing(there: Mapping[str, Any], declared: GuardedStorageClassSpec) -> Iterator[tuple[str, Any, Any]]:
    """Field, value there and value wanted; what an API server leaves out of an answer is an empty map."""
    for field, wanted in _fields(declared).items():
        found = there.get(field) or ({} if isinstance(wanted, dict) else "")
        if found != wanted:
            yield field, found, wanted
