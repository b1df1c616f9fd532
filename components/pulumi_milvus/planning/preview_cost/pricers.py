"""Which resource costs what: a pricer for each type, and the types that cost nothing by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.catalogue import HOURS_PER_MONTH
from pulumi_milvus.planning.preview_cost.lines import NOTHING, Context, Lines, Pricer
from pulumi_milvus.planning.preview_cost.machines import instance_lines, node_group_lines
from pulumi_milvus.planning.preview_cost.resource import Resource
from pulumi_milvus.planning.preview_cost.volumes import said_of, volume_lines


def _volume(resource: Resource, context: Context) -> Lines:
    names = {"type": "type", "size": "size", "iops": "iops", "throughput": "throughput"}
    said = said_of(resource, names=names)
    # EBS makes gp2 where nothing is said (CreateVolume, VolumeType).
    return volume_lines(
        context.catalogue.unit_prices, f"volume {resource.name}", 1, {**said, "type": said["type"] or "gp2"}
    )


def _hourly(price: str, words: str, unpriced: str = "") -> Pricer:
    """One of something with a price an hour; ``unpriced`` is what comes by use."""

    def pricer(resource: Resource, context: Context) -> Lines:
        name = f"{words} {resource.name}"
        item = cost_items.priced(context.catalogue.unit_prices, price, HOURS_PER_MONTH, name)
        return Lines((item,), (f"{name}: {unpriced}",) if unpriced else ())

    return pricer


def _monthly(price: str, words: str, unpriced: str) -> Pricer:
    def pricer(resource: Resource, context: Context) -> Lines:
        name = f"{words} {resource.name}"
        item = cost_items.priced(context.catalogue.unit_prices, price, 1, name)
        return Lines((item,), (f"{name}: {unpriced}",))

    return pricer


def _by_use(words: str, unpriced: str) -> Pricer:
    return lambda resource, _context: Lines(unpriced=(f"{words} {resource.name}: {unpriced}",))


def _load_balancer(resource: Resource, context: Context) -> Lines:
    if resource.get("loadBalancerType") == "network":
        return _hourly("balancer_hour", "load balancer", "capacity units by use")(resource, context)
    kind = resource.get("loadBalancerType") or "application"
    return Lines(unpriced=(f"load balancer {resource.name}: no price is known of type {kind}",))


def _endpoint(resource: Resource, context: Context) -> Lines:
    if resource.get("vpcEndpointType") in (None, "Gateway"):
        return NOTHING  # free for S3 and DynamoDB, the only services of that kind
    zones = resource.length("subnetIds")
    name = f"interface endpoint {resource.name}"
    if not zones:
        return Lines(unpriced=(f"{name}: its number of zones is not known",))
    item = cost_items.priced(context.catalogue.unit_prices, "endpoint_hour", zones * HOURS_PER_MONTH, name)
    return Lines((item,), (f"{name}: data by use",))


def _claims(resource: Resource, _context: Context) -> Lines:
    if resource.type.endswith(":StatefulSet") and not resource.get("spec", "volumeClaimTemplates"):
        return NOTHING
    return Lines(unpriced=(f"volumes of {resource.name}: made by the cluster, not by this stack",))


def _service(resource: Resource, _context: Context) -> Lines:
    if resource.get("spec", "type") != "LoadBalancer":
        return NOTHING
    return Lines(unpriced=(f"load balancer of {resource.name}: made by the cluster, not by this stack",))


PRICERS: Final[Mapping[str, Pricer]] = {
    "aws:eks/nodeGroup:NodeGroup": node_group_lines,
    "aws:ec2/instance:Instance": instance_lines,
    "aws:ebs/volume:Volume": _volume,
    # Standard support; a version in extended support costs 0.60 USD an hour, and preflight does not refuse it.
    "aws:eks/cluster:Cluster": _hourly("cluster_hour", "control plane"),
    "aws:ec2/natGateway:NatGateway": _hourly("nat_hour", "NAT gateway", "data by use"),
    "aws:ec2/eip:Eip": _hourly("public_address_hour", "public IPv4 address"),
    "aws:kms/key:Key": _monthly("key_month", "encryption key", "requests by use"),
    "aws:secretsmanager/secret:Secret": _monthly("secret_month", "secret", "requests by use"),
    "aws:route53/zone:Zone": _monthly("dns_zone_month", "DNS zone", "queries by use"),
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:s3/bucket:Bucket": _by_use("bucket", "storage and requests by use"),
    "aws:s3/bucketV2:BucketV2": _by_use("bucket", "storage and requests by use"),
    "aws:cloudwatch/logGroup:LogGroup": _by_use("logs", "by use"),
    "aws:ec2/flowLog:FlowLog": _by_use("flow log", "by use"),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": _by_use("snapshots", "by what changes on the volumes"),
    "kubernetes:apps/v1:StatefulSet": _claims,
    "kubernetes:core/v1:PersistentVolumeClaim": _claims,
    "kubernetes:core/v1:Service": _service,
    # The operator makes the volumes of etcd, of the object store and of Milvus.
    "kubernetes:milvus.io/v1beta1:Milvus": _claims,
}
# Of EC2, EKS, IAM, S3 and KMS: rules, relations and names, which AWS does not bill. The EKS add-ons that are named here
# by their type are software on the nodes.
FREE: Final = frozenset(
    {
        "aws:ec2/vpc:Vpc",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/placementGroup:PlacementGroup",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "aws:ec2/eipAssociation:EipAssociation",
        "aws:eks/addon:Addon",
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:kms/alias:Alias",
        "aws:lb/listener:Listener",
        "aws:lb/targetGroup:TargetGroup",
        "aws:secretsmanager/secretVersion:SecretVersion",
    }
)
_FREE_MODULES: Final = ("aws:iam/", "aws:s3/bucket", "pulumi:", "milvus:", "random:", "tls:")


def pricer_of(resource: Resource) -> Pricer:
    """The pricer of a resource; of a type that nobody knows, one that says so."""
    kind = resource.type
    if kind in PRICERS:
        return PRICERS[kind]
    if not resource.custom or kind in FREE or kind.startswith(_FREE_MODULES) or kind.startswith("kubernetes:"):
        return lambda _resource, _context: NOTHING
    return lambda item, _context: Lines(unpriced=(f"{item.name}: no price is known of {item.type}",))
