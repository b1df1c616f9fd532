"""The component `milvus:index:NodePool`: one pool of a plan as a managed node group of an EKS cluster."""

from typing import Any, Final, NotRequired, TypedDict

import pulumi

from pulumi_milvus.aws.arguments import checked, refuse, region_of, tags
from pulumi_milvus.aws.roles import service_role
from pulumi_milvus.cloud_aws.cluster import NODE_POLICIES
from pulumi_milvus.cloud_aws.node_groups import NodeGroup, NodeTaint, image_problem
from pulumi_milvus.cloud_aws.readers import KUBERNETES_VERSION, SUBNET_ID, Written
from pulumi_milvus.cloud_aws.user_data import encoded
from pulumi_milvus.manifests.kubernetes_readers import KubernetesName, LabelKey, LabelValue
from pulumi_milvus.manifests.setting_shapes import Items, Key, Named, Plain, Table
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, OneOf, Text, Whole

_TYPE: Final = Written(r"[a-z0-9-]+\.[a-z0-9-]+", "an instance type", "r7g.xlarge")
# The root volume of AL2023 (Amazon EKS user guide, launch-templates).
_ROOT_DEVICE: Final = "/dev/xvda"
# EKS's words for the effects of taints (Amazon EKS API reference, Taint).
_EFFECTS: Final = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
_TAINT: Final = Table(
    {
        "key": Key(Plain(LabelKey()), "Key.", "key: dedicated"),
        "value": Key(Plain(LabelValue()), "Value.", "value: milvus"),
        "effect": Key(Plain(OneOf(tuple(_EFFECTS))), "Effect; NoSchedule if left out."),
    },
    lambda read, _path, _problems: NodeTaint(**read),
    "{key: dedicated, value: milvus}",
)
_SHAPES: Final = {
    "cluster_name": Plain(Text(100)),
    "pool": Plain(KubernetesName()),
    "instance_type": Plain(_TYPE),
    "architecture": Plain(OneOf(("x86_64", "arm64"))),
    "nodes": Plain(Whole(1, 450)),
    "max_nodes": Plain(Whole(1, 450)),
    "subnet_ids": Items(Plain(SUBNET_ID), f"[{SUBNET_ID.example}]", at_least=1),
    "root_volume_gib": Plain(Whole(20, 16_384)),
    "gpus": Plain(Whole(0, 16)),
    "nvme_array": Plain(Flag()),
    "many_disk_requests": Plain(Flag()),
    "labels": Named(LabelKey(), Plain(LabelValue()), "{team: search}"),
    "taints": Items(_TAINT, "[{key: dedicated, value: milvus}]"),
    "kubernetes_version": Plain(KUBERNETES_VERSION),
    "node_role_arn": Plain(Text(2_048)),
}


class NodeTaintArgs(TypedDict):
    """A taint of nodes."""

    key: str
    """Key of the taint."""
    value: str
    """Value of the taint."""
    effect: NotRequired[str]
    """NoSchedule (the default), PreferNoSchedule or NoExecute."""


class EksNodePoolArgs(TypedDict):
    """Nodes of one type. The figures are those of a plan's `node_pools`."""

    cluster_name: pulumi.Input[str]
    """The EKS cluster."""
    pool: str
    """Name of the pool: value of the nodes' label milvus.io/node-pool."""
    instance_type: str
    """Type of its nodes, such as r7g.xlarge."""
    architecture: NotRequired[str]
    """x86_64 (the default) or arm64, as the type is."""
    nodes: int
    """Nodes that are always there."""
    max_nodes: int
    """Nodes while pods are rolled or nodes are replaced."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets: of one zone, or of as many as the pool spreads over."""
    root_volume_gib: int
    """Size of a node's root volume, GiB."""
    gpus: NotRequired[int]
    """GPUs of a node; its image is NVIDIA's then. 0 by default."""
    nvme_array: NotRequired[bool]
    """Whether the local NVMe disks become one RAID0 array for pods' local storage. False by default."""
    many_disk_requests: NotRequired[bool]
    """Whether fs.aio-max-nr is raised, which DISKANN needs. False by default."""
    labels: NotRequired[dict[str, str]]
    """Further labels of the nodes."""
    taints: NotRequired[list[NodeTaintArgs]]
    """Taints of the nodes."""
    kubernetes_version: NotRequired[str]
    """Version of the nodes; the cluster's by default."""
    node_role_arn: NotRequired[pulumi.Input[str]]
    """Role of the nodes; one is made if left out."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class NodePool(pulumi.ComponentResource):
    """A managed node group: encrypted gp3 root, IMDSv2 that pods do not reach, one node unavailable in an update."""

    node_group: pulumi.Output[str]
    """Name of the node group, known once its nodes are ready."""
    nodes: pulumi.Output[int]
    """Nodes that are always there."""

    def __init__(self, name: str, args: EksNodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        needed = [key for key in EksNodePoolArgs.__required_keys__ if key != "region"]
        read = checked(args, _SHAPES, sorted(needed))
        region, group = region_of(args), _group(read)
        super().__init__("milvus:index:NodePool", name, {"pool": group.name, "instanceType": group.instance_type}, opts)
        import pulumi_aws as aws

        child, label = pulumi.ResourceOptions(parent=self), f"{name}-{group.name}"
        role_arn: Any = read.get("node_role_arn")
        after: list[pulumi.Resource] = []
        if role_arn is None:
            role, after = service_role(f"{name}-role", "ec2", region, NODE_POLICIES, tags(read, label), child)
            role_arn = role.arn
        text = group.user_data
        template = aws.ec2.LaunchTemplate(
            f"{name}-template",
            instance_type=group.instance_type,
            update_default_version=True,
            user_data=encoded(text) if text is not None else None,
            block_device_mappings=[
                {
                    "device_name": _ROOT_DEVICE,
                    "ebs": {
                        "volume_size": group.root_volume_gib,
                        "volume_type": "gp3",
                        "encrypted": "true",
                        "delete_on_termination": "true",
                    },
                }
            ],
            # IMDSv2 alone, and of one hop: a pod never has its node's role.
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            tag_specifications=[{"resource_type": kind, "tags": tags(read, label)} for kind in ("instance", "volume")],
            tags=tags(read, label),
            # Another type is another node group: new nodes stand beside the old ones, which go last, when Milvus has
            # moved. In one group EKS would end nodes down to the new number first, disruption budgets or not.
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(replace_on_changes=["instanceType"])),
        )
        made = aws.eks.NodeGroup(
            f"{name}-nodes",
            cluster_name=read["cluster_name"],
            node_role_arn=role_arn,
            subnet_ids=read["subnet_ids"],
            version=read.get("kubernetes_version"),
            ami_type=group.ami_type,
            capacity_type="ON_DEMAND",
            scaling_config={"min_size": group.nodes, "desired_size": group.nodes, "max_size": group.max_nodes},
            update_config={"max_unavailable": 1},
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            labels={**(read.get("labels") or {}), **group.labels},
            taints=[
                {"key": taint.key, "value": taint.value, "effect": _EFFECTS[taint.effect]} for taint in group.taints
            ],
            tags=tags(read, label),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=after)),
        )
        self.node_group = made.node_group_name
        self.nodes = pulumi.Output.from_input(group.nodes)
        self.register_outputs({"nodeGroup": self.node_group, "nodes": self.nodes})


def _group(read: dict[str, Any]) -> NodeGroup:
    """The group that was declared. Raises InputPropertiesError where it cannot be."""
    group = NodeGroup(
        name=read["pool"],
        instance_type=read["instance_type"],
        architecture=read.get("architecture") or "x86_64",
        nodes=read["nodes"],
        max_nodes=read["max_nodes"],
        root_volume_gib=read["root_volume_gib"],
        gpus=read.get("gpus") or 0,
        nvme_array=bool(read.get("nvme_array")),
        many_disk_requests=bool(read.get("many_disk_requests")),
        taints=tuple(read.get("taints") or ()),
    )
    wrong = []
    if group.max_nodes < group.nodes:
        wrong.append(Problem("max_nodes", shown(group.max_nodes), "is below nodes", str(group.nodes)))
    image = image_problem(group, "instance_type")
    if image is not None:
        wrong.append(image)
    refuse(wrong)
    return group
