"""Who could reach what stands in AWS, and what lies there in clear text: read back by boto3 alone, for any stack.

`facts_of_security` asks AWS; `security_findings` is pure and says in words what is wrong, nothing where all is well.
What AWS brings itself, its default network, is left out: nothing of a stack stands there, which is looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_audit import endpoint_findings, facts_of_endpoint, facts_of_ingress, ingress_findings

# One hop: a container, which is one hop further than its node, has no answer (EC2 user guide, IMDS hop limit).
_HOPS = 1
# moto 5.2.5 gives every instance a volume of this device, type and size, whatever its template says; the template's own
# is there beside it.
_MOTOS_VOLUME = ("/dev/sda1", "gp2", 8)


@dataclass(frozen=True)
class Subnet:
    """A subnet in which nodes or machines stand."""

    identity: str
    gives_public_addresses: bool
    routed_to_internet: bool
    of_default_network: bool


@dataclass(frozen=True)
class Security:
    """What decides who comes in, and what is encrypted."""

    ingress: Sequence[Mapping[str, Any]]
    templates: Mapping[str, Mapping[str, Any]]
    subnets: Sequence[Subnet]
    public_machines: Sequence[str]
    volumes: Mapping[str, bool]
    clusters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open_clusters: Sequence[str] = ()


def facts_of_security(client: Any) -> Security:
    """Everything of an account; `client` gives boto3's client of a service."""
    ec2, eks = client("ec2"), client("eks")
    clusters = {name: eks.describe_cluster(name=name)["cluster"] for name in eks.list_clusters()["clusters"]}
    machines = [
        machine
        for page in ec2.get_paginator("describe_instances").paginate()
        for group in page["Reservations"]
        for machine in group["Instances"]
        if machine["State"]["Name"] != "terminated"
    ]
    used = {machine["SubnetId"] for machine in machines}
    for name, cluster in clusters.items():
        used |= set(cluster["resourcesVpcConfig"]["subnetIds"])
        for group in eks.list_nodegroups(clusterName=name)["nodegroups"]:
            used |= set(eks.describe_nodegroup(clusterName=name, nodegroupName=group)["nodegroup"]["subnets"])
    return Security(
        ingress=facts_of_ingress(client),
        templates=_templates(ec2),
        subnets=_subnets(ec2, used),
        public_machines=[machine["InstanceId"] for machine in machines if machine.get("PublicIpAddress")],
        volumes={
            item["VolumeId"]: item["Encrypted"] for item in ec2.describe_volumes()["Volumes"] if not _is_motos(item)
        },
        clusters=clusters,
        open_clusters=[
            f"{name}: {words}" for name in clusters for words in endpoint_findings(facts_of_endpoint(client, name))
        ],
    )


def _is_motos(volume: Mapping[str, Any]) -> bool:
    places = {item["Device"] for item in volume["Attachments"]}
    return any((place, volume["VolumeType"], volume["Size"]) == _MOTOS_VOLUME for place in places)


def _templates(ec2: Any) -> dict[str, Mapping[str, Any]]:
    """Every version of every launch template: an old one may have nodes still."""
    found = {}
    for template in ec2.describe_launch_templates()["LaunchTemplates"]:
        versions = ec2.describe_launch_template_versions(LaunchTemplateId=template["LaunchTemplateId"])
        for version in versions["LaunchTemplateVersions"]:
            found[f"{template['LaunchTemplateName']}:{version['VersionNumber']}"] = version["LaunchTemplateData"]
    return found


def _subnets(ec2: Any, used: set[str]) -> list[Subnet]:
    default = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"]}
    tables = ec2.describe_route_tables()["RouteTables"]
    described = ec2.describe_subnets(SubnetIds=sorted(used))["Subnets"] if used else ()
    return [
        Subnet(
            item["SubnetId"],
            item["MapPublicIpOnLaunch"],
            any(_leads_out(table) for table in _tables_of(item, tables)),
            item["VpcId"] in default,
        )
        for item in described
    ]


def _tables_of(subnet: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The table of a subnet; without one it has its network's main one."""
    own = [
        table
        for table in tables
        if any(item.get("SubnetId") == subnet["SubnetId"] for item in table.get("Associations", ()))
    ]
    main = [
        table
        for table in tables
        if table["VpcId"] == subnet["VpcId"] and any(item.get("Main") for item in table.get("Associations", ()))
    ]
    return own or main


def _leads_out(table: Mapping[str, Any]) -> bool:
    return any(str(route.get("GatewayId", "")).startswith("igw-") for route in table.get("Routes", ()))


def security_findings(found: Security) -> Iterator[str]:
    """Ways in from everywhere, public addresses, metadata without tokens, volumes and secrets in clear text."""
    yield from ingress_findings(found.ingress)
    yield from found.open_clusters
    for machine in found.public_machines:
        yield f"{machine}: has a public address"
    for subnet in found.subnets:
        if subnet.gives_public_addresses:
            yield f"{subnet.identity}: gives its nodes public addresses"
        if subnet.routed_to_internet:
            yield f"{subnet.identity}: is routed to an internet gateway"
        if subnet.of_default_network:
            yield f"{subnet.identity}: is one of the default network"
    for name, data in found.templates.items():
        yield from _template_findings(name, data)
    for volume, encrypted in found.volumes.items():
        if not encrypted:
            yield f"{volume}: is not encrypted"
    for name, cluster in found.clusters.items():
        kept = [item for entry in cluster.get("encryptionConfig", ()) for item in entry.get("resources", ())]
        if "secrets" not in kept:
            yield f"cluster {name}: its secrets are not encrypted with a key of KMS"
        if not cluster["resourcesVpcConfig"].get("subnetIds"):
            yield f"cluster {name}: is in no subnet"


def _template_findings(name: str, data: Mapping[str, Any]) -> Iterator[str]:
    metadata = data.get("MetadataOptions", {})
    if metadata.get("HttpTokens") != "required":
        yield f"{name}: the metadata service answers without a token"
    if metadata.get("HttpPutResponseHopLimit") != _HOPS:
        yield f"{name}: the metadata service answers over more hops than {_HOPS}"
    volumes = [mapping.get("Ebs", {}) for mapping in data.get("BlockDeviceMappings", ())]
    if not volumes or not all(volume.get("Encrypted") is True for volume in volumes):
        yield f"{name}: a volume is not encrypted"
    if any(item.get("AssociatePublicIpAddress") for item in data.get("NetworkInterfaces", ())):
        yield f"{name}: gives its nodes public addresses"
