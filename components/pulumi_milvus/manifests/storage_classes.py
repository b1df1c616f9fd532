"""Storage classes that are made here, and what a person must know of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.setting_values import ClusterSettings, StorageClass
from pulumi_milvus.rules.cluster_facts import StorageClassFacts
from pulumi_milvus.rules.etcd_disk import slowness

_KEY: Final = "storage-class"
# Google and Azure encrypt every disk (Google Cloud docs, default encryption at rest; Azure docs, server-side encryption
# of managed disks); of EBS the parameter decides.
_ALWAYS_ENCRYPTED: Final = ("pd.csi.storage.gke.io", "disk.csi.azure.com")
_EBS: Final = "ebs.csi.aws.com"


def storage_classes(settings: ClusterSettings) -> Iterator[Manifest]:
    """The classes. They hold no data, yet what does needs them for its next volume and to grow."""
    for item in settings.storage_classes:
        yield Manifest(key=f"{_KEY}-{item.name}", body=_body(item), holds_data=True)


def storage_class_keys(settings: ClusterSettings) -> tuple[str, ...]:
    """The keys of their manifests, which come before whatever has volumes."""
    return tuple(f"{_KEY}-{item.name}" for item in settings.storage_classes)


def fixed_fields(item: StorageClass) -> dict[str, Any]:
    """What of a class can never be changed, in Kubernetes' own words."""
    body = _body(item)
    return {
        key: body[key] for key in ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode") if key in body
    }


def storage_notes(settings: ClusterSettings) -> Iterator[str]:
    """Sentences for a person: a disk too slow for etcd, volumes in clear, volumes that go with their claims."""
    for item in settings.storage_classes:
        facts = StorageClassFacts(
            subject=f"storage_classes.{item.name}",
            name=item.name,
            provisioner=item.provisioner,
            parameters=item.parameters,
        )
        slow = slowness(facts) if settings.etcd.storage_class == item.name else None
        if slow is not None:
            yield (
                f"etcd writes to StorageClass {item.name}: {slow}. It needs SSD block volumes, 500 IOPS and a 99th "
                "percentile of fsync below 10 ms, or Milvus loses its sessions (rule etcd-disk)."
            )
        if not _is_encrypted(item):
            told = f"StorageClass {item.name} does not say that its volumes are encrypted"
            yield f"{told}: that is up to {item.provisioner}."
        if item.reclaim_policy == "Delete":
            yield f"StorageClass {item.name} has reclaim policy Delete: whoever deletes a claim deletes its data."


def _is_encrypted(item: StorageClass) -> bool:
    if item.provisioner == _EBS:
        return item.parameters.get("encrypted") == "true"
    return item.provisioner in _ALWAYS_ENCRYPTED


def _body(item: StorageClass) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": item.name, "labels": {"app.kubernetes.io/managed-by": "pulumi-milvus"}},
        "provisioner": item.provisioner,
        "reclaimPolicy": item.reclaim_policy,
        # A volume is made where its pod may stand, in that zone.
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": item.allow_volume_expansion,
    }
    return found | ({"parameters": dict(item.parameters)} if item.parameters else {})
