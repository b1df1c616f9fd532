"""Rule ``etcd-disk``: etcd writes to a disk that answers quickly.

Facts: the StorageClass of etcd's volumes. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import StorageClassFacts
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking

RULE: Final = "etcd-disk"
LEVEL: Final = "warning"
REASON: Final = (
    "Every change of metadata waits for etcd's disk. On a slow one sessions are lost, and Milvus's components end "
    "themselves. Milvus asks for at least 500 IOPS and a 99th percentile of fsync below 10 ms."
)
FIX: Final = "a class of SSD block volumes for etcd, such as ebs.csi.aws.com with type gp3"
SOURCE: Final = (
    "Milvus 3.0 docs, getstarted/run-milvus-k8s/prerequisite-helm.md; milvus-io/milvus#31175, #16122; AWS EBS docs, "
    "general purpose volumes"
)
# What provisioners of shared file systems have in their names; files over a network are no block device.
_SHARED: Final = (
    "efs.csi",
    "nfs",
    "file.csi.azure",
    "azure-file",
    "filestore",
    "cephfs",
    "glusterfs",
    "smb.csi",
    "fsx",
)
_EBS: Final = ("ebs.csi.aws.com", "kubernetes.io/aws-ebs")
_GCE: Final = ("pd.csi.storage.gke.io", "kubernetes.io/gce-pd")
_AZURE: Final = ("disk.csi.azure.com", "kubernetes.io/azure-disk")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the class of the volumes of an etcd that the files run."""
    depends = facts.dependencies
    if depends.etcd_members is None and (depends.etcd_external or facts.source == "pods"):
        return []
    found = facts.cluster.storage_class(depends.etcd_storage_class)
    subject = "dependencies.etcd"
    if found is None:
        named = depends.etcd_storage_class
        what = f"the StorageClass {named}" if named else "which StorageClass etcd's volumes have"
        return [lacking(RULE, subject, f"{what} is not in these files", "give its file to check as well", SOURCE)]
    why = slowness(found)
    if why is None:
        return []
    return [Finding(RULE, LEVEL, subject, f"etcd writes to StorageClass {found.name}: {why}", FIX, SOURCE)]


def slowness(item: StorageClassFacts) -> str | None:
    """Why volumes of this class are too slow for etcd; None where nothing says so."""
    provisioner = item.provisioner.lower()
    if any(word in provisioner for word in _SHARED):
        return f"{item.provisioner} is a file system over the network, shared by many"
    parameters = {key.lower(): value for key, value in item.parameters.items()}
    if provisioner in _EBS:
        return _ebs(provisioner, parameters)
    if provisioner in _GCE and parameters.get("type", "pd-standard") == "pd-standard":
        return "pd-standard is a spinning disk"
    sku = parameters.get("skuname") or parameters.get("storageaccounttype") or ""
    if provisioner in _AZURE and sku.lower() == "standard_lrs":
        return "Standard_LRS is a spinning disk"
    return None


def _ebs(provisioner: str, parameters: dict[str, str]) -> str | None:
    kind = parameters.get("type") or ("gp2" if provisioner == "kubernetes.io/aws-ebs" else "gp3")
    if kind == "gp2":
        return "gp2 has 3 IOPS per GiB, so 500 only from 167 GiB on"
    if kind in ("st1", "sc1", "standard"):
        return f"{kind} is a spinning disk"
    return None
