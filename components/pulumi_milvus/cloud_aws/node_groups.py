"""The node pools of a plan as managed node groups of EKS: everything that AWS must know of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.cloud_aws.setting_values import AwsSettings
from pulumi_milvus.cloud_aws.user_data import user_data
from pulumi_milvus.manifests.names import NODE_POOL_LABEL
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.local_disks import on_instance_store, roles_in, uses_disk_index
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem, shown

GIBIBYTE: Final = 2**30
GPU_TAINT: Final = "nvidia.com/gpu"
# Types of AMI of Amazon Linux 2023 (Amazon EKS API reference, Nodegroup, amiType).
_AMI_TYPES: Final[Mapping[tuple[str, bool], str]] = {
    ("x86_64", False): "AL2023_x86_64_STANDARD",
    ("arm64", False): "AL2023_ARM_64_STANDARD",
    ("x86_64", True): "AL2023_x86_64_NVIDIA",
}
# Roles in whose pool everything else of a cluster may stand too: DNS, operator, autoscaler.
_OPEN_ROLES: Final = ("standalone", "proxy", "mix_coord")


@dataclass(frozen=True, slots=True)
class NodeTaint:
    """A taint as Kubernetes writes it."""

    key: str
    value: str
    effect: str = "NoSchedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGroup:
    """One managed node group. ``zones``: in how many zones, beginning with the first.

    ``architecture``: x86_64 or arm64. ``nvme_array``: pods' local storage is one array of the instance's disks.
    ``many_disk_requests``: the kernel permits what DISKANN asks of it.
    """

    name: str
    instance_type: str
    nodes: int
    max_nodes: int
    root_volume_gib: int
    architecture: str = "x86_64"
    zones: int = 1
    gpus: int = 0
    nvme_array: bool = False
    many_disk_requests: bool = False
    taints: tuple[NodeTaint, ...] = ()

    @property
    def ami_type(self) -> str | None:
        """EKS's type of image; None where there is none for such nodes."""
        return _AMI_TYPES.get((self.architecture, bool(self.gpus)))

    @property
    def labels(self) -> dict[str, str]:
        """The nodes' labels."""
        return {NODE_POOL_LABEL: self.name}

    @property
    def user_data(self) -> str | None:
        """MIME, or None where the nodes need nothing but what EKS itself says."""
        return user_data(raid0=self.nvme_array, many_disk_requests=self.many_disk_requests)


def node_groups(plan: Plan, types: Iterable[InstanceType], problems: list[Problem]) -> tuple[NodeGroup, ...]:
    """The node groups of a plan; what cannot be goes to ``problems``. ``types``: a catalogue's."""
    known = {item.name: item for item in types}
    open_pool = open_pool_of(plan)
    found = []
    for place, pool in enumerate(plan.node_pools):
        path = f"node_pools[{place}].instance_type"
        kind = known.get(str(pool["instance_type"]))
        if kind is None:
            reason = "the catalogue does not know this type, so that its nodes' image is unknown"
            problems.append(Problem(path, shown(pool["instance_type"]), reason, "pulumi-milvus catalogue refresh"))
            continue
        group = _group(plan, pool, kind, open_pool, path, problems)
        if group is not None:
            found.append(group)
    return tuple(found)


def open_pool_of(plan: Plan) -> str | None:
    """The pool without a taint; everything that is not Milvus stands there too. None where the plan has no pools."""
    for role in _OPEN_ROLES:
        if role in plan.roles and plan.roles[role].node_pool is not None:
            return plan.roles[role].node_pool
    return str(plan.node_pools[0]["name"]) if plan.node_pools else None


def architecture_warnings(plan: Plan, groups: Iterable[NodeGroup]) -> Iterator[str]:
    """Pools of arm64 whose nodes read graphs from disk: the planner avoids them, and a person may declare them."""
    if not uses_disk_index(plan):
        return
    for group in groups:
        if group.many_disk_requests and group.architecture == "arm64":
            yield (
                f"node pool {group.name}: {group.instance_type} is arm64, where indexes on disk were not measured; try "
                "it with your data, or take a type of x86_64"
            )


def _group(
    plan: Plan,
    pool: Mapping[str, Any],
    kind: InstanceType,
    open_pool: str | None,
    path: str,
    problems: list[Problem],
) -> NodeGroup | None:
    name, roles = str(pool["name"]), [plan.roles[role] for role in roles_in(plan, pool)]
    gpus = kind.gpus if any(role.gpus for role in roles) else 0
    local_disk_bytes = sum(role.local_disk_bytes for role in roles)
    taints = [] if name == open_pool else [NodeTaint(NODE_POOL_LABEL, name)]
    if gpus and name != open_pool:
        taints.append(NodeTaint(GPU_TAINT, "true"))
    group = NodeGroup(
        name=name,
        instance_type=kind.name,
        architecture=kind.architecture,
        nodes=int(pool["nodes"]),
        max_nodes=max(int(pool["max_nodes"]), int(pool["nodes"])),
        zones=int(pool.get("zones") or 1),
        root_volume_gib=-(-int(pool["root_volume_bytes"]) // GIBIBYTE),
        gpus=gpus,
        nvme_array=on_instance_store(plan, pool, kind),
        many_disk_requests=bool(local_disk_bytes) and uses_disk_index(plan),
        taints=tuple(taints),
    )
    image = image_problem(group, path)
    if image is not None:
        problems.append(image)
        return None
    return group


def image_problem(group: NodeGroup, path: str) -> Problem | None:
    """What is wrong where EKS, or Milvus, has no image for such nodes."""
    if group.ami_type is not None:
        return None
    near = "a type of x86_64, since Milvus's GPU image has no other" if group.gpus else "a type of x86_64 or arm64"
    what = f"{group.architecture}{' with GPUs' if group.gpus else ''}"
    return Problem(path, shown(group.instance_type), f"there is no image of nodes for {what}", near)


def nat_of(plan: Plan, settings: AwsSettings) -> str:
    """The choice of NAT: what was said, or what the plan was priced with."""
    return settings.network.nat or ("per_zone" if plan.workload.availability == "zone" else "one")
