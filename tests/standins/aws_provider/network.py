"""EC2's network: VPC, subnets, gateways, routes, the gateway endpoint.

Ids as the import sections of pulumi_aws 7.51.1 have them: a route is TABLE_CIDR, everything else AWS's own id.
Replacements as the Terraform provider's documentation of the same types has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aws_provider.kind import Cloud, Kind, Object, found, gone, tag_list, tag_map, without_none, words


def specification(kind: str, inputs: Object) -> list[Object]:
    """EC2's tags at creation."""
    return [{"ResourceType": kind, "Tags": tag_list(inputs["tags"])}] if inputs.get("tags") else []


def retag(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    """Bring the tags of an object of EC2 to those that are wanted."""
    before, after = old.get("tags") or {}, new.get("tags") or {}
    lost = [{"Key": key} for key in before if key not in after]
    if lost:
        cloud("ec2").delete_tags(Resources=[identifier], Tags=lost)
    if after and after != before:
        cloud("ec2").create_tags(Resources=[identifier], Tags=tag_list(after))


def one(cloud: Cloud, operation: str, key: str, absent: str, **query: Any) -> Object | None:
    """The one object that a describe call tells, None where there is none."""
    answer = found(lambda: getattr(cloud("ec2"), operation)(**query), absent)
    items: list[Object] = (answer or {}).get(key) or []
    return items[0] if items else None


def reader(
    operation: str, key: str, argument: str, absent: str, shaped: Callable[[Object], Object]
) -> Callable[[Cloud, str], Object | None]:
    """A read by id whose answer is shaped."""

    def read(cloud: Cloud, identifier: str) -> Object | None:
        live = one(cloud, operation, key, absent, **{argument: [identifier]})
        if live is None or live.get("State") in ("deleted", "deleting"):
            return None
        return {**shaped(live), "tags": tag_map(live.get("Tags"))}

    return read


def _create_vpc(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_vpc(CidrBlock=inputs["cidrBlock"], TagSpecifications=specification("vpc", inputs))
    return str(made["Vpc"]["VpcId"])


def _complete_vpc(cloud: Cloud, identifier: str, inputs: Object) -> None:
    # enableDnsSupport is true where it is left out, enableDnsHostnames false (pulumi_aws, ec2.Vpc).
    for argument, attribute, default in (
        ("enableDnsSupport", "EnableDnsSupport", True),
        ("enableDnsHostnames", "EnableDnsHostnames", False),
    ):
        wanted = {"Value": bool(inputs.get(argument, default))}
        cloud("ec2").modify_vpc_attribute(VpcId=identifier, **{attribute: wanted})


def _read_vpc(cloud: Cloud, identifier: str) -> Object | None:
    ec2 = cloud("ec2")
    live = one(cloud, "describe_vpcs", "Vpcs", "InvalidVpcID.NotFound", VpcIds=[identifier])
    if live is None:
        return None
    flags = {
        name: ec2.describe_vpc_attribute(VpcId=identifier, Attribute=name)[name[0].upper() + name[1:]]["Value"]
        for name in ("enableDnsSupport", "enableDnsHostnames")
    }
    tables = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [identifier]}, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]
    return {
        "cidrBlock": live["CidrBlock"],
        "arn": f"arn:aws:ec2:{cloud.region}:{live['OwnerId']}:vpc/{identifier}",
        "ownerId": live["OwnerId"],
        "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
        "tags": tag_map(live.get("Tags")),
        **flags,
    }


def _create_subnet(cloud: Cloud, inputs: Object) -> str:
    wanted = without_none(
        VpcId=inputs["vpcId"], CidrBlock=inputs["cidrBlock"], AvailabilityZone=inputs.get("availabilityZone")
    )
    made = cloud("ec2").create_subnet(**wanted, TagSpecifications=specification("subnet", inputs))
    return str(made["Subnet"]["SubnetId"])


def _complete_subnet(cloud: Cloud, identifier: str, inputs: Object) -> None:
    public = bool(inputs.get("mapPublicIpOnLaunch", False))
    cloud("ec2").modify_subnet_attribute(SubnetId=identifier, MapPublicIpOnLaunch={"Value": public})


def _shape_subnet(live: Object) -> Object:
    return {
        "vpcId": live["VpcId"],
        "cidrBlock": live["CidrBlock"],
        "availabilityZone": live["AvailabilityZone"],
        "availabilityZoneId": live["AvailabilityZoneId"],
        "mapPublicIpOnLaunch": live["MapPublicIpOnLaunch"],
        "arn": live["SubnetArn"],
    }


def _create_internet_gateway(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_internet_gateway(TagSpecifications=specification("internet-gateway", inputs))
    return str(made["InternetGateway"]["InternetGatewayId"])


def _attach(cloud: Cloud, identifier: str, inputs: Object) -> None:
    found(
        lambda: cloud("ec2").attach_internet_gateway(InternetGatewayId=identifier, VpcId=inputs["vpcId"]),
        "Resource.AlreadyAssociated",
    )


def _delete_internet_gateway(cloud: Cloud, identifier: str, state: Object) -> None:
    ec2 = cloud("ec2")
    absent = ("InvalidInternetGatewayID.NotFound", "Gateway.NotAttached")
    gone(lambda: ec2.detach_internet_gateway(InternetGatewayId=identifier, VpcId=state["vpcId"]), *absent)
    gone(lambda: ec2.delete_internet_gateway(InternetGatewayId=identifier), *absent)


def _create_address(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").allocate_address(Domain=inputs["domain"], TagSpecifications=specification("elastic-ip", inputs))
    return str(made["AllocationId"])


def _create_nat(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_nat_gateway(
        AllocationId=inputs["allocationId"],
        SubnetId=inputs["subnetId"],
        TagSpecifications=specification("natgateway", inputs),
    )
    return str(made["NatGateway"]["NatGatewayId"])


def _shape_nat(live: Object) -> Object:
    address = (live.get("NatGatewayAddresses") or [{}])[0]
    return {
        "subnetId": live["SubnetId"],
        "allocationId": address.get("AllocationId"),
        "publicIp": address.get("PublicIp"),
        "privateIp": address.get("PrivateIp"),
    }


def _create_table(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_route_table(
        VpcId=inputs["vpcId"], TagSpecifications=specification("route-table", inputs)
    )
    return str(made["RouteTable"]["RouteTableId"])


_ROUTE_TARGETS = {"gatewayId": "GatewayId", "natGatewayId": "NatGatewayId"}
_NO_TABLE = "InvalidRouteTableID.NotFound"


def _route(inputs: Object) -> Object:
    target = {name: inputs[key] for key, name in _ROUTE_TARGETS.items() if inputs.get(key)}
    return {"RouteTableId": inputs["routeTableId"], "DestinationCidrBlock": inputs["destinationCidrBlock"], **target}


def _create_route(cloud: Cloud, inputs: Object) -> str:
    cloud("ec2").create_route(**_route(inputs))
    return f"{inputs['routeTableId']}_{inputs['destinationCidrBlock']}"


def _read_route(cloud: Cloud, identifier: str) -> Object | None:
    table, _, destination = identifier.partition("_")
    live = one(cloud, "describe_route_tables", "RouteTables", _NO_TABLE, RouteTableIds=[table])
    for route in (live or {}).get("Routes", []):
        if route.get("DestinationCidrBlock") == destination:
            targets = {key: route.get(name) for key, name in _ROUTE_TARGETS.items() if route.get(name)}
            return {
                "routeTableId": table,
                "destinationCidrBlock": destination,
                "state": route["State"],
                "origin": route["Origin"],
                **targets,
            }
    return None


def _update_route(cloud: Cloud, _: str, __: Object, new: Object) -> None:
    cloud("ec2").replace_route(**_route(new))


def _delete_route(cloud: Cloud, identifier: str, _: Object) -> None:
    table, _mark, destination = identifier.partition("_")
    ec2 = cloud("ec2")
    gone(
        lambda: ec2.delete_route(RouteTableId=table, DestinationCidrBlock=destination),
        "InvalidRoute.NotFound",
        _NO_TABLE,
    )


def _create_association(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").associate_route_table(RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"])
    return str(made["AssociationId"])


def _read_association(cloud: Cloud, identifier: str) -> Object | None:
    wanted = [{"Name": "association.route-table-association-id", "Values": [identifier]}]
    tables = cloud("ec2").describe_route_tables(Filters=wanted)["RouteTables"]
    for item in (item for table in tables for item in table["Associations"]):
        if item["RouteTableAssociationId"] == identifier:
            return {"routeTableId": item["RouteTableId"], "subnetId": item.get("SubnetId")}
    return None


def _create_endpoint(cloud: Cloud, inputs: Object) -> str:
    made = cloud("ec2").create_vpc_endpoint(
        VpcId=inputs["vpcId"],
        ServiceName=inputs["serviceName"],
        VpcEndpointType=inputs.get("vpcEndpointType", "Gateway"),
        RouteTableIds=inputs.get("routeTableIds", []),
        TagSpecifications=specification("vpc-endpoint", inputs),
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _shape_endpoint(live: Object) -> Object:
    return {
        "vpcId": live["VpcId"],
        "serviceName": live["ServiceName"],
        "vpcEndpointType": live["VpcEndpointType"],
        "routeTableIds": live.get("RouteTableIds", []),
        "state": live["State"].lower(),
    }


def _update_endpoint(cloud: Cloud, identifier: str, old: Object, new: Object) -> None:
    before, after = set(old.get("routeTableIds") or ()), set(new.get("routeTableIds") or ())
    if before != after:
        cloud("ec2").modify_vpc_endpoint(
            VpcEndpointId=identifier,
            AddRouteTableIds=sorted(after - before),
            RemoveRouteTableIds=sorted(before - after),
        )
    retag(cloud, identifier, old, new)


def _deleting(
    operation: str, argument: str, absent: str, *, many: bool = False
) -> Callable[[Cloud, str, Object], None]:
    def delete(cloud: Cloud, identifier: str, _: Object) -> None:
        wanted = {argument: [identifier] if many else identifier}
        gone(partial(getattr(cloud("ec2"), operation), **wanted), absent)

    return delete


NETWORK: Sequence[Kind] = (
    Kind(
        "aws:ec2/vpc:Vpc",
        arguments=words("cidrBlock enableDnsHostnames enableDnsSupport tags.*"),
        outputs=words("arn ownerId mainRouteTableId"),
        replacing=words("cidrBlock"),
        create=_create_vpc,
        complete=_complete_vpc,
        read=_read_vpc,
        update=retag,
        delete=_deleting("delete_vpc", "VpcId", "InvalidVpcID.NotFound"),
    ),
    Kind(
        "aws:ec2/subnet:Subnet",
        arguments=words("vpcId cidrBlock availabilityZone mapPublicIpOnLaunch tags.*"),
        outputs=words("arn availabilityZoneId"),
        replacing=words("vpcId cidrBlock availabilityZone"),
        create=_create_subnet,
        complete=_complete_subnet,
        read=reader("describe_subnets", "Subnets", "SubnetIds", "InvalidSubnetID.NotFound", _shape_subnet),
        update=retag,
        delete=_deleting("delete_subnet", "SubnetId", "InvalidSubnetID.NotFound"),
    ),
    Kind(
        "aws:ec2/internetGateway:InternetGateway",
        arguments=words("vpcId tags.*"),
        create=_create_internet_gateway,
        complete=_attach,
        # Attaching is an update in the official provider; the table has no detaching, so a new VPC is a new gateway.
        replacing=words("vpcId"),
        read=reader(
            "describe_internet_gateways",
            "InternetGateways",
            "InternetGatewayIds",
            "InvalidInternetGatewayID.NotFound",
            lambda live: {"vpcId": (live.get("Attachments") or [{}])[0].get("VpcId")},
        ),
        update=retag,
        delete=_delete_internet_gateway,
    ),
    Kind(
        "aws:ec2/eip:Eip",
        arguments=words("domain tags.*"),
        outputs=words("allocationId publicIp"),
        replacing=words("domain"),
        create=_create_address,
        read=reader(
            "describe_addresses",
            "Addresses",
            "AllocationIds",
            "InvalidAllocationID.NotFound",
            lambda live: {
                "domain": live["Domain"],
                "publicIp": live["PublicIp"],
                "allocationId": live["AllocationId"],
            },
        ),
        update=retag,
        delete=_deleting("release_address", "AllocationId", "InvalidAllocationID.NotFound"),
    ),
    Kind(
        "aws:ec2/natGateway:NatGateway",
        arguments=words("allocationId subnetId tags.*"),
        outputs=words("publicIp privateIp"),
        replacing=words("allocationId subnetId"),
        create=_create_nat,
        read=reader("describe_nat_gateways", "NatGateways", "NatGatewayIds", "NatGatewayNotFound", _shape_nat),
        update=retag,
        delete=_deleting("delete_nat_gateway", "NatGatewayId", "NatGatewayNotFound"),
    ),
    Kind(
        "aws:ec2/routeTable:RouteTable",
        arguments=words("vpcId tags.*"),
        outputs=words("ownerId"),
        replacing=words("vpcId"),
        create=_create_table,
        read=reader(
            "describe_route_tables",
            "RouteTables",
            "RouteTableIds",
            _NO_TABLE,
            lambda live: {"vpcId": live["VpcId"], "ownerId": live["OwnerId"]},
        ),
        update=retag,
        delete=_deleting("delete_route_table", "RouteTableId", _NO_TABLE),
    ),
    Kind(
        "aws:ec2/route:Route",
        arguments=words("routeTableId destinationCidrBlock gatewayId natGatewayId"),
        outputs=words("state origin"),
        replacing=words("routeTableId destinationCidrBlock"),
        create=_create_route,
        read=_read_route,
        update=_update_route,
        delete=_delete_route,
    ),
    Kind(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        arguments=words("routeTableId subnetId"),
        replacing=words("routeTableId subnetId"),
        create=_create_association,
        read=_read_association,
        delete=_deleting("disassociate_route_table", "AssociationId", "InvalidAssociationID.NotFound"),
    ),
    Kind(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        arguments=words("vpcId serviceName vpcEndpointType routeTableIds tags.*"),
        outputs=words("state"),
        replacing=words("vpcId serviceName vpcEndpointType"),
        create=_create_endpoint,
        read=reader(
            "describe_vpc_endpoints",
            "VpcEndpoints",
            "VpcEndpointIds",
            "InvalidVpcEndpointId.NotFound",
            _shape_endpoint,
        ),
        update=_update_endpoint,
        delete=_deleting("delete_vpc_endpoints", "VpcEndpointIds", "InvalidVpcEndpointId.NotFound", many=True),
    ),
)
