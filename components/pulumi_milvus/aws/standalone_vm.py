"""The component `milvus:index:StandaloneVm`: one EC2 instance with the Compose file, its volume, and snapshots."""

from typing import Any, Final, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.aws.arguments import checked, refuse, region_of, tags
from pulumi_milvus.aws.roles import service_role
from pulumi_milvus.cloud_aws.readers import SUBNET_ID, VPC_ID, ZONE
from pulumi_milvus.cloud_aws.virtual_machine import (
    DATA_DEVICE,
    MACHINE_TAG,
    ROOT_DEVICE,
    Machine,
    compressed,
    first_start,
    machine,
    snapshot_schedule,
)
from pulumi_milvus.kubernetes.declared import declared
from pulumi_milvus.manifests.kubernetes_readers import Network
from pulumi_milvus.manifests.names import MILVUS_PORT
from pulumi_milvus.manifests.setting_shapes import Items, Plain
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue, machine_catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Whole
from pulumi_milvus.workload_args import WorkloadArgs

_SNAPSHOTS: Final = 7
_SHAPES: Final = {
    "workload": None,
    "accepted_plan": None,
    "vpc_id": Plain(VPC_ID),
    "subnet_id": Plain(SUBNET_ID),
    "zone": Plain(ZONE),
    "clients": Items(Plain(Network()), "[10.0.0.0/16]"),
    "snapshots": Plain(Whole(1, 1_000)),
}


class StandaloneVmArgs(TypedDict):
    """What Milvus shall hold, and where its machine stands."""

    workload: WorkloadArgs
    """What will be stored and asked. Plain, since it decides which resources exist."""
    accepted_plan: NotRequired[str]
    """The content of a plan that was accepted (`pulumi-milvus plan --write`); a plan is made where there is none."""
    vpc_id: pulumi.Input[str]
    """The VPC."""
    subnet_id: pulumi.Input[str]
    """A private subnet of it."""
    zone: str
    """The subnet's zone, in which the volume is."""
    clients: NotRequired[list[str]]
    """Networks that may connect on 19530, without TLS; none but the machine itself by default."""
    snapshots: NotRequired[int]
    """Nightly snapshots of the volume that are kept; 7 by default."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class StandaloneVm(pulumi.ComponentResource):
    """Milvus on one machine: data on an encrypted volume that outlives it, no way in but the clients' networks."""

    instance_id: pulumi.Output[str]
    """The instance; `aws ssm start-session --target ID` opens a shell on it."""
    volume_id: pulumi.Output[str]
    """The volume with everything that is stored."""
    address: pulumi.Output[str]
    """Private address and port of Milvus: host:port."""

    def __init__(self, name: str, args: StandaloneVmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        read = checked(args, _SHAPES, ["workload", "vpc_id", "subnet_id", "zone"])
        region, clients = region_of(args), read.get("clients") or ()
        found = _machine(
            declared(args, ("standalone",), machine_catalogue(aws_catalogue())).plan, region, bool(clients)
        )
        super().__init__("milvus:index:StandaloneVm", name, {"instanceType": found.instance_type}, opts)
        import pulumi_aws as aws

        child, named = pulumi.ResourceOptions(parent=self), tags(read, name)
        kept = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        volume_tag = {"milvus.io/volume": f"{pulumi.get_project()}-{pulumi.get_stack()}-{name}"}
        volume = aws.ebs.Volume(
            f"{name}-data",
            availability_zone=read["zone"],
            size=found.volume_gib,
            type="gp3",
            encrypted=True,
            tags=tags(read, f"{name}-data") | volume_tag,
            opts=kept,
        )
        group = aws.ec2.SecurityGroup(
            f"{name}-machine",
            vpc_id=read["vpc_id"],
            description="Milvus on one machine",
            tags=named,
            opts=child,
        )
        # For images, packages and Systems Manager.
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=group.id,
            ip_protocol="-1",
            cidr_ipv4="0.0.0.0/0",
            description="Images, packages, Systems Manager",
            opts=child,
        )
        for place, client in enumerate(clients):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-client-{place}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=MILVUS_PORT,
                to_port=MILVUS_PORT,
                **{"cidr_ipv6" if ":" in client else "cidr_ipv4": client},
                description="Clients of Milvus",
                opts=child,
            )
        role, after = service_role(f"{name}-role", "ec2", region, ["AmazonSSMManagedInstanceCore"], named, child)
        profile = aws.iam.InstanceProfile(f"{name}-profile", role=role.name, tags=named, opts=child)
        template = aws.ec2.LaunchTemplate(
            f"{name}-template",
            image_id=found.image,
            instance_type=found.instance_type,
            update_default_version=True,
            user_data=volume.id.apply(lambda identity: compressed(first_start(found.compose, identity))),
            block_device_mappings=[_root_volume(found)],
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            tags=named,
            opts=child,
        )
        instance = aws.ec2.Instance(
            f"{name}-instance",
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            subnet_id=read["subnet_id"],
            vpc_security_group_ids=[group.id],
            iam_instance_profile=profile.name,
            tags=named | {MACHINE_TAG: pulumi.get_stack()},
            # What a machine does at its first start is never done to one that runs. The volume has one machine at a
            # time: the old one goes first.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=after, delete_before_replace=True, replace_on_changes=["launchTemplate.version"]
            ),
        )
        aws.ec2.VolumeAttachment(
            f"{name}-attachment",
            instance_id=instance.id,
            volume_id=volume.id,
            device_name=DATA_DEVICE,
            stop_instance_before_detaching=True,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        keeper, _ = service_role(
            f"{name}-snapshots", "dlm", region, ["service-role/AWSDataLifecycleManagerServiceRole"], named, child
        )
        schedule: Any = snapshot_schedule(read.get("snapshots") or _SNAPSHOTS, volume_tag)
        aws.dlm.LifecyclePolicy(
            f"{name}-snapshots",
            description=f"Nightly snapshots of Milvus {name}",
            execution_role_arn=keeper.arn,
            state="ENABLED",
            policy_details=schedule,
            tags=named,
            opts=child,
        )
        self.instance_id, self.volume_id = instance.id, volume.id
        self.address = instance.private_ip.apply(lambda ip: f"{ip}:{MILVUS_PORT}")
        self.register_outputs({"instanceId": self.instance_id, "volumeId": self.volume_id, "address": self.address})


def _machine(plan: Plan, region: str, open_to_clients: bool) -> Machine:
    """The machine of a plan. Raises InputPropertiesError where it cannot be one."""
    wrong: list[Problem] = []
    name = str(plan.node_pools[0]["instance_type"]) if plan.node_pools else ""
    kind = next((item for item in aws_catalogue(region).types if item.name == name), None)
    found = None
    if kind is None:
        reason = "is no instance type that AWS is known to have"
        wrong.append(Problem("workload.node_shapes", shown(name), reason, "leave node_shapes out"))
    elif plan.hardware == "nvme":
        reason = "local disks are lost with their machine, and everything of this Milvus is on one path"
        wrong.append(Problem("workload.collections", "", reason, "the component Milvus, on EKS"))
    else:
        found = machine(plan, kind, ClusterSettings(), open_to_clients=open_to_clients, problems=wrong)
    refuse(wrong)
    return cast(Machine, found)


def _root_volume(found: Machine) -> Any:
    disk = {
        "volume_size": found.root_volume_gib,
        "volume_type": "gp3",
        "encrypted": "true",
        "delete_on_termination": "true",
    }
    return {"device_name": ROOT_DEVICE, "ebs": disk}
