"""Rule ``diskann-needs-nvme``: graphs on disk are read at random, and only instance-store NVMe answers fast enough.

Facts: the workload's indexes (--workload), volumes and mounts of query nodes and data nodes, node selectors, nodes,
node groups, StorageClasses. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.cluster_facts import NodeFacts
from pulumi_milvus.rules.landing import landing_is_sure, landing_nodes
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts, VolumeFacts
from pulumi_milvus.rules.stored import WORKLOAD_FIX, WORKLOAD_MISSING, fields_on, holds_on_disk

RULE: Final = "diskann-needs-nvme"
LEVEL: Final = "error"
REASON: Final = (
    "DISKANN and AISAQ keep their graphs on local disk and read them at random for each query; query nodes and the "
    "nodes that build the index need local NVMe for it. A network volume answers such reads too slowly."
)
SOURCE: Final = "Milvus 3.0 docs, reference/disk_index.md, adminGuide/configure-querynode-localdisk.md"
FIX: Final = (
    "an emptyDir at Milvus's data path on nodes whose NVMe disks are one array for pods, such as r6id: nodeadm "
    "localStorage strategy RAID0, or Karpenter instanceStorePolicy RAID0"
)

# Provisioners of network volumes: EBS, EFS, GCE and Azure disks and files, NFS, Ceph, FSx, Longhorn (their own docs).
NETWORK_PROVISIONERS: Final = (
    "ebs.csi.aws.com", "kubernetes.io/aws-ebs", "ebs.csi.eks.amazonaws.com", "efs.csi.aws.com", "fsx.csi.aws.com",
    "pd.csi.storage.gke.io", "kubernetes.io/gce-pd", "filestore.csi.storage.gke.io", "disk.csi.azure.com",
    "kubernetes.io/azure-disk", "file.csi.azure.com", "kubernetes.io/azure-file", "nfs.csi.k8s.io",
    "rbd.csi.ceph.com", "cephfs.csi.ceph.com", "driver.longhorn.io", "cinder.csi.openstack.org",
)  # fmt: skip
# Classes that are named after EBS's volume types.
NETWORK_CLASS_NAMES: Final = ("gp2", "gp3", "io1", "io2", "st1", "sc1")
_NETWORK_VOLUMES: Final = frozenset({"nfs", "awsElasticBlockStore", "gcePersistentDisk", "azureDisk", "azureFile",
                                     "cephfs", "rbd", "iscsi", "glusterfs"})  # fmt: skip


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge where graphs on disk would stand."""
    if facts.workload is None:
        if facts.setting_on("queryNode.enableDisk"):
            return [lacking(RULE, facts.subject, WORKLOAD_MISSING, WORKLOAD_FIX, SOURCE)]
        return []
    fields = fields_on(facts.workload, "disk")
    if not fields or not holds_on_disk(facts.workload):
        return []
    found = [finding for pod in facts.hardware_pods for finding in _pod(facts, pod, fields[0])]
    advice = [finding for finding in found if finding.level == "advice"]
    return [finding for finding in found if finding.level != "advice"] + advice[:1]


def _pod(facts: MilvusFacts, pod: PodFacts, field: str) -> Iterator[Finding]:
    volume = pod.volume_of(facts.data_path)
    if volume is not None:
        subject = f"{pod.subject}.volumes[{volume.name}]"
        network = _network(facts, volume)
        if network:
            yield Finding(RULE, "error", subject, f"{field} stands on {network}, no local NVMe", FIX, SOURCE)
            return
        if volume.medium == "Memory":
            yield Finding(RULE, "error", subject, f"{field} stands on an emptyDir in memory", FIX, SOURCE)
            return
        if _unknown(facts, volume):
            what = f"what backs the volume {volume.name} of {pod.component} is not in these files"
            yield lacking(RULE, subject, what, "give the StorageClass too", SOURCE)
            return
    nodes = landing_nodes(pod, facts.cluster)
    if not nodes:
        what = f"the nodes that {pod.component} lands on are not in these files"
        yield lacking(RULE, pod.subject, what, "give the Nodes, node groups or NodePools too", SOURCE)
    judged = [(node, list(_on_node(pod, volume, node, field))) for node in nodes]
    if not landing_is_sure(pod, nodes) and not all(found for _, found in judged):
        return  # one of the kinds is right, and which of them the labels mean is not shown
    seen: set[tuple[str, str]] = set()
    for node, found in judged:  # a NodePool lets many types through: one finding a kind of fault
        for finding in found:
            if (node.subject, finding.level) not in seen:
                seen.add((node.subject, finding.level))
                yield finding


def _network(facts: MilvusFacts, volume: VolumeFacts) -> str:
    """What kind of network volume it is, in words, or an empty text."""
    if volume.kind in _NETWORK_VOLUMES:
        return f"a volume of kind {volume.kind}"
    if volume.kind != "claim":
        return ""
    known = facts.cluster.storage_class(volume.storage_class)
    if known is not None:
        return f"StorageClass {known.name} of {known.provisioner}" if _is_network(known.provisioner) else ""
    return f"StorageClass {volume.storage_class}" if volume.storage_class in NETWORK_CLASS_NAMES else ""


def _is_network(provisioner: str) -> bool:
    return provisioner in NETWORK_PROVISIONERS or provisioner.rsplit("/", 1)[-1].startswith(("nfs", "efs"))


def _unknown(facts: MilvusFacts, volume: VolumeFacts) -> bool:
    return volume.kind == "claim" and facts.cluster.storage_class(volume.storage_class) is None


def _on_node(pod: PodFacts, volume: VolumeFacts | None, node: NodeFacts, field: str) -> Iterator[Finding]:
    subject = f"{pod.subject}.volumes" if volume is None else f"{pod.subject}.volumes[{volume.name}]"
    kind = node.instance
    if kind is None:
        what = f"{node.instance_type or 'the instance type'} of {node.subject} is not in the catalogue"
        yield lacking(RULE, subject, what, "workload.node_shapes declares nodes of a cluster", SOURCE)
        return
    if not kind.local_nvme_bytes:
        message = f"{field} needs local NVMe, and {pod.component} lands on {kind.name} ({node.subject}), which has none"
        yield Finding(RULE, "error", subject, message, FIX, SOURCE)
        return
    if volume is not None and volume.kind not in ("emptyDir", "ephemeral"):
        return  # a hostPath or a local claim on a node with NVMe: which disk it is cannot be seen
    if node.array:
        return
    level: Level = "warning" if node.array is None else "error"
    seen = "is not visible" if node.array is None else "is not done"
    what = "the container's own layer" if volume is None else "an emptyDir"
    message = (
        f"{kind.name} ({node.subject}) has NVMe, but {what} lies on its root volume unless the disks are one array for "
        f"pods, which {seen}"
    )
    yield Finding(RULE, level, subject, message, FIX, SOURCE)
