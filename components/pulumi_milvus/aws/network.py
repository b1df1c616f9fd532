"""The component `milvus:index:Network`: a VPC over three zones, with private nodes."""

from typing import Final, NotRequired, TypedDict

import pulumi

from pulumi_milvus.aws.arguments import checked, region_of, tags
from pulumi_milvus.cloud_aws.network import NAT_CHOICES, Zone, nat_for, nat_zones, subnet_tags, zones_in
from pulumi_milvus.cloud_aws.readers import ZONE, VpcNetwork
from pulumi_milvus.cloud_aws.setting_keys import ZONES
from pulumi_milvus.manifests.setting_shapes import Items, Plain
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import OneOf

_EVERYWHERE: Final = "0.0.0.0/0"
_DEFAULT_CIDR: Final = "10.64.0.0/16"


class NetworkArgs(TypedDict):
    """A VPC of our own."""

    cidr: NotRequired[str]
    """Its private addresses, from /16 to /20; 10.64.0.0/16 by default."""
    zones: NotRequired[list[str]]
    """Its three zones; the region's a, b and c by default."""
    nat: NotRequired[str]
    """How private subnets reach the internet: one (the default), per_zone or none."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class Network(pulumi.ComponentResource):
    """A VPC: private subnets for nodes in three zones, NAT as chosen, S3 without NAT. Nothing comes in."""

    vpc_id: pulumi.Output[str]
    """The VPC."""
    private_subnet_ids: pulumi.Output[list[str]]
    """Its private subnets, one for each zone in order, known once their way out is there."""
    zones: pulumi.Output[list[str]]
    """The zones."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shapes = {
            "cidr": Plain(VpcNetwork()),
            "zones": Items(Plain(ZONE), "[us-east-1a, us-east-1b, us-east-1c]"),
            "nat": Plain(OneOf(NAT_CHOICES)),
        }
        wrong = []
        if args.get("zones") and len(set(args["zones"])) != ZONES:
            wrong.append(Problem("zones", shown(list(args["zones"])), f"{ZONES} different zones are needed"))
        read, region = checked(args, shapes, [], wrong), region_of(args)
        super().__init__("milvus:index:Network", name, {"cidr": read.get("cidr") or _DEFAULT_CIDR}, opts)
        import pulumi_aws as aws

        child = pulumi.ResourceOptions(parent=self)
        names = read.get("zones") or [f"{region}{letter}" for letter in "abc"]
        zones, nat = zones_in(read.get("cidr") or _DEFAULT_CIDR, names), read.get("nat") or "one"
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=read.get("cidr") or _DEFAULT_CIDR,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=tags(read, name),
            opts=child,
        )
        gateways = self._nat(name, nat, zones, vpc, read, child) if nat != "none" else {}
        tables, out, subnets = [], [], []
        for place, zone in enumerate(zones):
            label = f"{name}-private-{zone.name}"
            subnet = aws.ec2.Subnet(
                label,
                vpc_id=vpc.id,
                cidr_block=zone.private_cidr,
                availability_zone=zone.name,
                map_public_ip_on_launch=False,
                tags=tags(read, label) | subnet_tags(public=False),
                opts=child,
            )
            table = aws.ec2.RouteTable(label, vpc_id=vpc.id, tags=tags(read, label), opts=child)
            out.append(
                aws.ec2.RouteTableAssociation(label, route_table_id=table.id, subnet_id=subnet.id, opts=child).id
            )
            through = nat_for(nat, zones, place)
            if through is not None:
                route = aws.ec2.Route(
                    label,
                    route_table_id=table.id,
                    destination_cidr_block=_EVERYWHERE,
                    nat_gateway_id=gateways[through.name],
                    opts=child,
                )
                out.append(route.id)
            tables.append(table.id)
            subnets.append(subnet.id)
        # What goes to the bucket costs nothing there, and is most of Milvus's traffic.
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=tables,
            tags=tags(read, f"{name}-s3"),
            opts=child,
        )
        self.vpc_id = vpc.id
        ready = pulumi.Output.all(pulumi.Output.all(*subnets), endpoint.id, *out)
        self.private_subnet_ids = ready.apply(lambda found: list(found[0]))
        self.zones = pulumi.Output.from_input(list(names))
        self.register_outputs({"vpcId": self.vpc_id, "privateSubnetIds": self.private_subnet_ids, "zones": self.zones})

    def _nat(
        self,
        name: str,
        choice: str,
        zones: tuple[Zone, ...],
        vpc: pulumi.CustomResource,
        read: dict[str, object],
        child: pulumi.ResourceOptions,
    ) -> dict[str, pulumi.Output[str]]:
        """The gateways by zone, each in a public subnet."""
        import pulumi_aws as aws

        internet = aws.ec2.InternetGateway(f"{name}-internet", vpc_id=vpc.id, tags=tags(read, name), opts=child)
        table = aws.ec2.RouteTable(f"{name}-public", vpc_id=vpc.id, tags=tags(read, f"{name}-public"), opts=child)
        route = aws.ec2.Route(
            f"{name}-public",
            route_table_id=table.id,
            destination_cidr_block=_EVERYWHERE,
            gateway_id=internet.id,
            opts=child,
        )
        made = {}
        for zone in nat_zones(choice, zones):
            label = f"{name}-public-{zone.name}"
            subnet = aws.ec2.Subnet(
                label,
                vpc_id=vpc.id,
                cidr_block=zone.public_cidr,
                availability_zone=zone.name,
                map_public_ip_on_launch=False,
                tags=tags(read, label) | subnet_tags(public=True),
                opts=child,
            )
            joined = aws.ec2.RouteTableAssociation(label, route_table_id=table.id, subnet_id=subnet.id, opts=child)
            after = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[route, joined]))
            address = aws.ec2.Eip(f"{name}-nat-{zone.name}", domain="vpc", tags=tags(read, label), opts=after)
            made[zone.name] = aws.ec2.NatGateway(
                f"{name}-nat-{zone.name}",
                allocation_id=address.id,
                subnet_id=subnet.id,
                tags=tags(read, f"{name}-nat-{zone.name}"),
                opts=after,
            ).id
        return made
