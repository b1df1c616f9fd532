"""Rule ``diskann-disk-enabled``: Milvus loads graphs on disk only where it is told so, and only from its data path.

Facts: the workload's indexes (--workload), Milvus's configuration, volumes and mounts. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.stored import fields_on, holds_on_disk

RULE: Final = "diskann-disk-enabled"
LEVEL: Final = "error"
REASON: Final = (
    "queryNode.enableDisk is false unless it is set, and then DISKANN and AISAQ are neither built nor loaded; and "
    "graphs lie below localStorage.path, which without a volume is the container's own layer."
)
SOURCE: Final = "Milvus 3.0 docs, reference/disk_index.md, reference/sys_config/configure_querynode.md"
FIX: Final = (
    "queryNode.enableDisk: true, and the local disk mounted at /var/lib/milvus/data on query nodes and data nodes"
)


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the switch, and that every pod that loads or builds has a volume at the data path."""
    fields = fields_on(facts.workload, "disk")
    return list(_check(facts, fields[0])) if fields and facts.hardware_pods else []


def _check(facts: MilvusFacts, field: str) -> Iterator[Finding]:
    enabled = facts.setting_on("queryNode.enableDisk")
    subject = f"{facts.config_subject}.queryNode.enableDisk"
    if enabled is None and not facts.config_known:
        what = "Milvus's configuration is in a ConfigMap that is not in these files"
        yield lacking(RULE, facts.subject, what, "give that ConfigMap too", SOURCE)
    elif not enabled:
        said = "not set, and false by default" if enabled is None else "false"
        yield Finding(RULE, LEVEL, subject, f"{field} is stored, and enableDisk is {said}", "true", SOURCE)
    # A plan for no vectors has no local disk yet: nothing lies anywhere.
    for pod in facts.hardware_pods if holds_on_disk(facts.workload) else ():
        if pod.mount_of(facts.data_path) is None and not _is_builder_of_the_chart(facts, pod):
            message = f"no volume of {pod.component} is mounted at {facts.data_path}, where {field} lies"
            fix = f"volumes: an emptyDir on local NVMe, volumeMounts: mountPath: {facts.data_path}"
            yield Finding(RULE, LEVEL, f"{pod.subject}.volumeMounts", message, fix, SOURCE)


def _is_builder_of_the_chart(facts: MilvusFacts, pod: PodFacts) -> bool:
    """Whether it is a data node of the Helm chart: its template mounts no disk there and has no value for one.

    It builds in the container's own layer, which is local disk where the node keeps its containers on the array:
    ``diskann-needs-nvme`` judges that (chart 5.0.19, templates/datanode-deployment.yaml; nodeadm's RAID0).
    """
    return facts.source == "pods" and pod.component == "dataNode"
