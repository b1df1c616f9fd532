"""The rules on a Milvus as its files show it: one tuple. A new rule adds its module here and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import (
    authorization,
    default_credentials,
    diskann_disk_enabled,
    diskann_disk_size,
    diskann_needs_nvme,
    disruption_budget,
    encryption,
    etcd_count,
    etcd_disk,
    gpu_image,
    gpu_limit,
    gpu_memory,
    gpu_nodes,
    image_pinned,
    least_privilege,
    memory_index_fits,
    mmap_needs_disk,
    nvme_shared_by_pods,
    public_endpoint,
    pulsar_by_accident,
    replicas_memory,
    requests_equal_limits,
    resource_groups,
    segment_fits_pod,
    shared_path,
    simd_for_index,
    spread,
    standalone_limits,
    static_keys,
    tls,
    wal_bucket,
)
from pulumi_milvus.rules.cluster_facts import ClusterFacts
from pulumi_milvus.rules.milvus_facts import MilvusFacts

# Sorted by name.
DEPLOYMENT_RULES: Final[tuple[ModuleType, ...]] = (
    authorization,
    default_credentials,
    diskann_disk_enabled,
    diskann_disk_size,
    diskann_needs_nvme,
    disruption_budget,
    encryption,
    etcd_count,
    etcd_disk,
    gpu_image,
    gpu_limit,
    gpu_memory,
    gpu_nodes,
    image_pinned,
    memory_index_fits,
    mmap_needs_disk,
    nvme_shared_by_pods,
    public_endpoint,
    pulsar_by_accident,
    replicas_memory,
    requests_equal_limits,
    resource_groups,
    segment_fits_pod,
    shared_path,
    simd_for_index,
    spread,
    standalone_limits,
    static_keys,
    tls,
    wal_bucket,
)
# Rules on what stands beside any Milvus (buckets, roles, node groups): each has ``check_cluster``.
CLUSTER_RULES: Final[tuple[ModuleType, ...]] = (
    encryption,
    least_privilege,
    public_endpoint,
)
DOCS: Final = "docs/rules"


def docs_page(rule: str) -> str:
    """The page on a rule, by its id."""
    return f"{DOCS}/{rule}.md"


def check_deployment(facts: MilvusFacts) -> list[Finding]:
    """All rules on one Milvus; each finding once, its subject with the name of the Milvus."""
    return [
        finding
        if facts.subject in finding.subject or "/" in finding.subject or " " in finding.subject
        else replace(finding, subject=f"{facts.subject}: {finding.subject}")
        for finding in dict.fromkeys(finding for rule in DEPLOYMENT_RULES for finding in rule.check(facts))
    ]


def check_cluster(cluster: ClusterFacts) -> list[Finding]:
    """All rules on what stands beside the Milvuses."""
    return [finding for rule in CLUSTER_RULES for finding in rule.check_cluster(cluster)]
