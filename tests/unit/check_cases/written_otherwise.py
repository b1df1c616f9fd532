"""The same system in other words, and one detail wrong in them: quantities, affinities, several pools, charts.

Quantities: Kubernetes API reference, Quantity. Affinity, taints, defaults of requests: Kubernetes docs, concepts.
"""

from __future__ import annotations

from typing import Any

from .case import Case, Objects, changed, without
from .chart import SAFE, disk_release, memory_release
from .local_disks import NVME, QUERY, both, node, storage_class
from .on_aws import export, in_kubernetes
from .right_systems import (
    CAGRA_WORKLOAD,
    DISKANN_WORKLOAD,
    HNSW_WORKLOAD,
    IMAGE,
    amounts,
    diskann,
    gpu,
    hnsw,
    karpenter,
)
from .surroundings import service

TYPE = "node.kubernetes.io/instance-type"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TOO_SMALL = {"memory-index-fits": "error"}
GENERAL = karpenter("r6i.4xlarge", raid=False, name="general")


def memory(objects: Objects, amount: Any, component: str = QUERY) -> Objects:
    """The same memory in requests and limits, in other words."""
    there = changed(objects, f"{component}/resources/requests/memory", amount)
    return changed(there, f"{component}/resources/limits/memory", amount)


def disk(amount: Any) -> Objects:
    """DISKANN with another disk of query nodes, and nothing else that limits it."""
    objects = changed(diskann(), f"{QUERY}/env", [])
    for kind in ("requests", "limits"):
        objects = changed(objects, f"{QUERY}/resources/{kind}/ephemeral-storage", amount)
    return objects


def by_affinity(*terms: list[dict[str, Any]], pools: Objects = GENERAL, kind: str = REQUIRED) -> Objects:
    """DISKANN whose nodes are chosen by terms of node affinity; another pool without NVMe stands beside."""
    expressions = [{"matchExpressions": term} for term in terms]
    wanted: Any = {"nodeSelectorTerms": expressions}
    if kind == PREFERRED:
        wanted = [{"weight": 100, "preference": expressions[0]}]
    objects = both("affinity", {"nodeAffinity": {kind: wanted}}, both("nodeSelector", {}))
    return [*objects, *pools]


def expression(operator: str, *values: str, key: str = TYPE) -> dict[str, Any]:
    """One requirement on labels."""
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


def labelled(tolerated: bool = True, selector: str = "disk", raid: bool = True) -> Objects:
    """DISKANN by a label of our own, in one of three pools; the one with NVMe has a taint."""
    taint = {"key": "pool", "value": "disk", "effect": "NoSchedule"}
    right = karpenter("r6id.4xlarge", "i4i.4xlarge", name="disk", raid=raid, taints=[taint])
    right = changed(right, "spec/template/metadata/labels", {"pool": "disk"}, kind="NodePool")
    other = changed(GENERAL, "spec/template/metadata/labels", {"pool": "general"}, kind="NodePool")
    third = karpenter("m7g.2xlarge", raid=False, name="arm")
    objects = without(without(both("nodeSelector", {"pool": selector}), "NodePool"), "EC2NodeClass")
    tolerations = [{"key": "pool", "operator": "Equal", "value": "disk", "effect": "NoSchedule"}] if tolerated else []
    return [*both("tolerations", tolerations, objects), *right, *other, *third]


def limits_only(objects: Objects) -> Objects:
    """Requests left out: Kubernetes takes the limits for them."""
    for component in ("proxy", "mixCoord", "streamingNode", "queryNode", "dataNode"):
        objects = changed(objects, f"spec/components/{component}/resources/requests", remove=True)
    return objects


def stateful(objects: Objects, storage: str) -> Objects:
    """The chart's query nodes as a StatefulSet, the data path on a claim of each pod."""
    found = []
    for item in objects:
        if item["kind"] == "Deployment" and item["metadata"]["name"].endswith("querynode"):
            pod = {**item["spec"]["template"]["spec"]}
            pod["volumes"] = [volume for volume in pod["volumes"] if volume["name"] != "disk"]
            claim = {
                "metadata": {"name": "disk"},
                "spec": {
                    "storageClassName": storage,
                    "accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": "320Gi"}},
                },
            }
            spec = {key: value for key, value in item["spec"].items() if key != "strategy"}
            template = {**spec["template"], "spec": pod}
            spec |= {"serviceName": "querynode", "volumeClaimTemplates": [claim], "template": template}
            item = {**item, "kind": "StatefulSet", "spec": spec}
        found.append(item)
    return found


def mounted(path: str) -> Objects:
    """DISKANN with the local volume mounted elsewhere."""
    return both("volumeMounts", [{"name": "local", "mountPath": path}])


def tools() -> Objects:
    """What stands beside a Milvus and is none: backup, insight, a tool of the chart, a job, an upgrade."""
    containers = {
        "milvus-backup": "milvusdb/milvus-backup:v0.5.4",
        "birdwatcher": "milvusdb/birdwatcher:latest",
        "milvus-feeder": "registry.example.com/milvus/feeder:latest",
        "querynode": "registry.example.com/presto:latest",
    }
    found: Objects = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "search", "labels": {"component": name}},
            "spec": {
                "replicas": 4,
                "selector": {"matchLabels": {"app": name}},
                "template": {
                    "metadata": {"labels": {"app": name, "app.kubernetes.io/component": name}},
                    "spec": {"containers": [{"name": name, "image": image, "args": ["run", "server"]}]},
                },
            },
        }
        for name, image in containers.items()
    ]
    upgrade = {"apiVersion": "milvus.io/v1beta1", "kind": "MilvusUpgrade", "metadata": {"name": "to-2.6.24"}}
    return [*found, {**upgrade, "spec": {"milvus": {"name": "vectors"}, "targetVersion": "2.6.24"}}]


def listed(objects: Objects) -> Objects:
    """Lists within lists, one of them typed."""
    resources = [{key: value for key, value in item.items() if key != "kind"} for item in objects if _is_milvus(item)]
    rest = [item for item in objects if not _is_milvus(item)]
    inner = {"apiVersion": "milvus.io/v1beta1", "kind": "MilvusList", "items": resources}
    return [{"apiVersion": "v1", "kind": "List", "items": [inner, {"apiVersion": "v1", "kind": "List", "items": rest}]}]


def _is_milvus(item: dict[str, Any]) -> bool:
    return bool(item["kind"] == "Milvus")


def of_the_release(component: str, **query: Any) -> Objects:
    """The right HNSW system with other values in a component."""
    objects = hnsw()
    for path, value in query.items():
        objects = changed(objects, f"spec/components/{component}/{path}", value)
    return objects


def moved(objects: Objects) -> Objects:
    """The same release in another namespace."""
    return [{**item, "metadata": {**item["metadata"], "namespace": "other"}} for item in objects]


SHARED = {"shared-path": "error"}
LOCAL = storage_class("local-nvme", "kubernetes.io/no-provisioner")
IO2 = storage_class("io2", "ebs.csi.aws.com", type="io2", iops="16000", encrypted="true")
NO_DISKS = without(without(diskann(), "NodePool"), "EC2NodeClass")
BY_NVME = expression("Gt", "400", key="karpenter.k8s.aws/instance-local-nvme")
IN_GIGABYTES = "34359738368"

CASES = [
    # Quantities: the same amount, or a thousandth of it.
    Case("memory-in-bytes", memory(hnsw(), int(IN_GIGABYTES)), {}, HNSW_WORKLOAD),
    Case("memory-in-mebibytes", memory(hnsw(), "32768Mi"), {}, HNSW_WORKLOAD),
    Case("memory-with-an-exponent", memory(hnsw(), "35e9"), {}, HNSW_WORKLOAD),
    Case(
        "memory-of-a-tiny-exponent", memory(hnsw(), "35e6"), TOO_SMALL | {"segment-fits-pod": "warning"}, HNSW_WORKLOAD
    ),
    Case("memory-in-millibytes", memory(hnsw(), "32m"), TOO_SMALL | {"segment-fits-pod": "warning"}, HNSW_WORKLOAD),
    Case("memory-in-kilobytes", memory(hnsw(), "32k"), TOO_SMALL | {"segment-fits-pod": "warning"}, HNSW_WORKLOAD),
    Case("disk-in-gigabytes", disk("300G"), {}, DISKANN_WORKLOAD),
    Case("disk-in-mebibytes-of-the-same-number", disk("300Mi"), {"diskann-disk-size": "error"}, DISKANN_WORKLOAD),
    Case("disk-of-tenths", disk("0.3Ti"), {}, DISKANN_WORKLOAD),
    # Requests and limits.
    Case("limits-only", limits_only(hnsw()), {}, HNSW_WORKLOAD),
    Case("limits-only-prod", limits_only(hnsw()), {}, HNSW_WORKLOAD, "prod"),
    Case(
        "requests-only",
        changed(hnsw(), f"{QUERY}/resources/limits", remove=True),
        {"requests-equal-limits": "error"},
        HNSW_WORKLOAD,
    ),
    Case(
        "request-in-gigabytes-limit-in-gibibytes",
        changed(hnsw(), f"{QUERY}/resources/requests/memory", "32G"),
        {"requests-equal-limits": "error"},
        HNSW_WORKLOAD,
    ),
    Case(
        "request-and-limit-in-other-words",
        changed(hnsw(), f"{QUERY}/resources/requests/memory", "32768Mi"),
        {},
        HNSW_WORKLOAD,
    ),
    # Nodes by affinity.
    Case(
        "affinity-names-the-type", by_affinity([expression("In", "r6id.4xlarge", "r6id.8xlarge")]), {}, DISKANN_WORKLOAD
    ),
    Case(
        "affinity-leaves-the-general-pool-out", by_affinity([expression("NotIn", "r6i.4xlarge")]), {}, DISKANN_WORKLOAD
    ),
    Case("affinity-lets-another-type-in", by_affinity([expression("NotIn", "m6i.large")]), NVME, DISKANN_WORKLOAD),
    Case(
        "affinity-only-preferred",
        by_affinity([expression("In", "r6id.4xlarge")], kind=PREFERRED),
        NVME,
        DISKANN_WORKLOAD,
    ),
    Case(
        "affinity-of-two-terms-one-without-nvme",
        by_affinity([expression("In", "r6id.4xlarge")], [expression("In", "r6i.4xlarge")]),
        NVME,
        DISKANN_WORKLOAD,
    ),
    Case("affinity-by-local-nvme", by_affinity([BY_NVME]), {}, DISKANN_WORKLOAD),
    # Several pools.
    Case("three-pools-the-right-one-by-label", labelled(), {}, DISKANN_WORKLOAD),
    Case("three-pools-the-general-one-by-label", labelled(selector="general"), NVME, DISKANN_WORKLOAD),
    Case("three-pools-the-right-one-without-raid", labelled(raid=False), NVME, DISKANN_WORKLOAD),
    # Charts.
    Case("chart-stateful-local", [*stateful(disk_release(), "local-nvme"), LOCAL], {}, DISKANN_WORKLOAD),
    Case("chart-stateful-io2", [*stateful(disk_release(), "io2"), IO2], NVME, DISKANN_WORKLOAD),
    Case("chart-in-lists", listed(memory_release()), {}, HNSW_WORKLOAD),
    Case("lists-in-lists", listed(diskann()), {}, DISKANN_WORKLOAD),
    Case("lists-in-lists-r6i", listed(diskann("r6i.4xlarge")), NVME, DISKANN_WORKLOAD),
    # The data path.
    Case("mounted-one-folder-above", mounted("/var/lib/milvus"), {}, DISKANN_WORKLOAD),
    Case("mounted-with-a-slash", mounted("/var/lib/milvus/data/"), {}, DISKANN_WORKLOAD),
    Case("mounted-beside", mounted("/var/lib/milvus/datax"), {"diskann-disk-enabled": "error"}, DISKANN_WORKLOAD),
    # GPUs.
    Case(
        "gpu-image-with-digest",
        changed(
            changed(gpu(), "spec/components/image", f"{IMAGE}-gpu@sha256:{'ab' * 32}"),
            "spec/components/version",
            "2.6.24",
        ),
        {},
        CAGRA_WORKLOAD,
    ),
    Case(
        "gpu-limit-of-none",
        changed(gpu(), f"{QUERY}/resources", amounts("12", "48Gi", **{"nvidia.com/gpu": "0"})),
        {"gpu-limit": "error"},
        CAGRA_WORKLOAD,
    ),
    # What is none of its business.
    Case("tools-alone", tools(), {}, HNSW_WORKLOAD),
    Case("tools-alone-prod", tools(), {}, HNSW_WORKLOAD, "prod"),
    Case("tools-beside", [*tools(), *hnsw()], {}, HNSW_WORKLOAD),
    Case(
        "a-node-pool-of-something-else",
        [*hnsw(), *karpenter("g5.xlarge", raid=False, name="training")],
        {},
        HNSW_WORKLOAD,
    ),
    Case("export-of-the-right-system", export(in_kubernetes(diskann())), {}, DISKANN_WORKLOAD),
    Case("export-of-r6i", export(in_kubernetes(diskann("r6i.4xlarge"))), NVME, DISKANN_WORKLOAD),
    Case(
        "nodes-of-two-kinds-selected",
        [*NO_DISKS, node("r6id.4xlarge", "910Gi"), node("r6i.4xlarge", "20Gi", "b")],
        {},
        DISKANN_WORKLOAD,
    ),
    Case(
        "internal-balancer",
        [
            *hnsw(),
            service(
                type="LoadBalancer", annotations={"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}
            ),
        ],
        {"tls": "warning"},
        HNSW_WORKLOAD,
    ),
    # Two of the chart, each in its namespace.
    Case("chart-twice-own-etcd-shared-folder", [*memory_release(), *moved(memory_release())], SHARED, HNSW_WORKLOAD),
    Case(
        "chart-twice-apart",
        [*memory_release(), *moved(memory_release(user={**SAFE, "minio": {"rootPath": "b"}}))],
        {},
        HNSW_WORKLOAD,
    ),
]
