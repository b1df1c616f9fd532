"""What stands in AWS, read back by boto3 alone, and judged: facts in, findings out.

`facts_of` asks AWS; every other function is pure and says in words what is wrong, nothing where all is well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ANYWHERE = {"0.0.0.0/0", "::/0"}
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
# EC2's sizes of instance stores are decimal gigabytes (EC2 API, InstanceStorageInfo.TotalSizeInGB).
_GB = 10**9
_MIB = 2**20


@dataclass(frozen=True)
class Pool:
    """A node group as it stands; `pool` is its label milvus.io/node-pool."""

    pool: str
    instance_type: str
    min_nodes: int
    max_nodes: int
    instance_store_bytes: int
    gpu_memory_bytes: int
    imds_tokens: str
    volumes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Bucket:
    """A bucket's settings."""

    name: str
    public_access_block: Mapping[str, bool]
    encryption: str
    policy: Mapping[str, Any]
    versioning: str


@dataclass(frozen=True)
class Endpoint:
    """Who reaches a cluster's API."""

    public: bool
    private: bool
    public_networks: tuple[str, ...] = ()


def facts_of_pools(client: Any, cluster: str) -> list[Pool]:
    """Every node group of a cluster; `client` gives boto3's client of a service."""
    eks, found = client("eks"), []
    for name in eks.list_nodegroups(clusterName=cluster)["nodegroups"]:
        group = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        chosen = group["launchTemplate"]
        versions = client("ec2").describe_launch_template_versions(
            LaunchTemplateId=chosen["id"], Versions=[str(chosen["version"])]
        )
        data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        described = client("ec2").describe_instance_types(InstanceTypes=[data["InstanceType"]])["InstanceTypes"][0]
        found.append(
            Pool(
                pool=group.get("labels", {}).get("milvus.io/node-pool", name),
                instance_type=data["InstanceType"],
                min_nodes=group["scalingConfig"]["minSize"],
                max_nodes=group["scalingConfig"]["maxSize"],
                instance_store_bytes=_instance_store_bytes(described),
                gpu_memory_bytes=described.get("GpuInfo", {}).get("TotalGpuMemoryInMiB", 0) * _MIB,
                imds_tokens=data.get("MetadataOptions", {}).get("HttpTokens", "optional"),
                volumes=tuple(item.get("Ebs", {}) for item in data.get("BlockDeviceMappings", ())),
            )
        )
    return found


def _instance_store_bytes(described: Mapping[str, Any]) -> int:
    store = described.get("InstanceStorageInfo", {})
    is_nvme = store.get("NvmeSupport") in ("required", "supported")
    return int(store["TotalSizeInGB"]) * _GB if is_nvme else 0


def facts_of_bucket(client: Any, name: str) -> Bucket:
    """One bucket; every setting must be there."""
    s3 = client("s3")
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    return Bucket(
        name,
        s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]),
        s3.get_bucket_versioning(Bucket=name).get("Status", "Disabled"),
    )


def facts_of_endpoint(client: Any, cluster: str) -> Endpoint:
    """A cluster's endpoint."""
    network = client("eks").describe_cluster(name=cluster)["cluster"]["resourcesVpcConfig"]
    return Endpoint(
        network["endpointPublicAccess"],
        network["endpointPrivateAccess"],
        tuple(network.get("publicAccessCidrs", ())) if network["endpointPublicAccess"] else (),
    )


def facts_of_role_policies(client: Any) -> dict[str, list[Mapping[str, Any]]]:
    """Statements of every role's own policies, by role."""
    iam, found = client("iam"), {}
    for role in (item["RoleName"] for page in iam.get_paginator("list_roles").paginate() for item in page["Roles"]):
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
        found[role] = [statement for document in documents for statement in document["Statement"]]
    return found


def facts_of_ingress(client: Any) -> list[Mapping[str, Any]]:
    """Every rule of every security group that lets something in."""
    rules = client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    return [rule for rule in rules if not rule["IsEgress"]]


def pool_findings(pools: Sequence[Pool], planned: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Where pools differ from the plan's `node_pools`."""
    wanted = {str(item["name"]): item for item in planned}
    standing = {item.pool: item for item in pools}
    yield from (f"pool {name} is missing" for name in sorted(set(wanted) - set(standing)))
    yield from (f"pool {name} is not planned" for name in sorted(set(standing) - set(wanted)))
    for name in sorted(set(wanted) & set(standing)):
        plan, pool = wanted[name], standing[name]
        for what, found, want in (
            ("instance type", pool.instance_type, plan["instance_type"]),
            ("smallest size", pool.min_nodes, int(plan["nodes"])),
            ("largest size", pool.max_nodes, int(plan["max_nodes"])),
        ):
            if found != want:
                yield f"pool {name}: {what} is {found}, planned is {want}"


def node_findings(pools: Iterable[Pool]) -> Iterator[str]:
    """Nodes whose metadata pods reach, or whose volumes are not encrypted."""
    for pool in pools:
        if pool.imds_tokens != "required":
            yield f"pool {pool.pool}: the metadata service answers without a token"
        if not pool.volumes or not all(item.get("Encrypted") for item in pool.volumes):
            yield f"pool {pool.pool}: a volume is not encrypted"


def nvme_findings(pools: Iterable[Pool], role_pools: Iterable[str], needed_bytes: int) -> Iterator[str]:
    """Pools of query nodes with graphs on disk that have too little local NVMe."""
    for pool in pools:
        if pool.pool in set(role_pools) and pool.instance_store_bytes < max(needed_bytes, 1):
            yield f"pool {pool.pool}: {pool.instance_type} has {pool.instance_store_bytes} bytes of NVMe"


def gpu_findings(pools: Iterable[Pool], role_pools: Iterable[str], needed_bytes: int) -> Iterator[str]:
    """Pools for GPU indexes whose nodes have too little GPU memory."""
    for pool in pools:
        if pool.pool in set(role_pools) and pool.gpu_memory_bytes < max(needed_bytes, 1):
            yield f"pool {pool.pool}: {pool.instance_type} has {pool.gpu_memory_bytes} bytes of GPU memory"


def bucket_findings(bucket: Bucket) -> Iterator[str]:
    """Where a bucket could be reached or read by those who should not, or keeps every old version."""
    for flag in _BLOCKS:
        if not bucket.public_access_block.get(flag):
            yield f"bucket {bucket.name}: {flag} is off"
    if bucket.encryption != "aws:kms":
        yield f"bucket {bucket.name}: encrypted with {bucket.encryption or 'nothing'}, not with a KMS key"
    if not any(map(_denies_plain_text, bucket.policy.get("Statement", ()))):
        yield f"bucket {bucket.name}: its policy does not refuse requests without TLS"
    if bucket.versioning == "Enabled":
        yield f"bucket {bucket.name}: keeps versions, so that compacted segments are billed on"


def _denies_plain_text(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement.get("Effect") == "Deny" and statement.get("Action") == "s3:*" and str(condition) == "false"


def endpoint_findings(endpoint: Endpoint) -> Iterator[str]:
    """A cluster's API that anybody reaches, or that its own nodes do not."""
    if endpoint.public and _ANYWHERE & set(endpoint.public_networks or _ANYWHERE):
        yield "the cluster's API is open to the whole internet"
    if not endpoint.private:
        yield "the cluster's API has no private endpoint"


def ingress_findings(rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Rules of security groups that let anybody in."""
    for rule in rules:
        if {rule.get("CidrIpv4"), rule.get("CidrIpv6")} & _ANYWHERE:
            yield f"{rule['GroupId']}: {rule['IpProtocol']} is open to the whole internet"


def privilege_findings(statements: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Roles that may more than they need.

    No wildcard among the actions; every resource only for actions that read (Describe, Get, List) or under a
    condition, as AWS's least-privilege guidance has it (IAM user guide, best-practices).
    """
    for role, owned in statements.items():
        for statement in owned:
            if statement["Effect"] != "Allow":
                continue
            actions, resources = _listed(statement.get("Action", "*")), _listed(statement.get("Resource", "*"))
            wide = [action for action in actions if "*" in action]
            if wide:
                yield f"role {role}: may do {', '.join(wide)}"
            writing = [
                action for action in actions if not action.partition(":")[2].startswith(("Describe", "Get", "List"))
            ]
            if "*" in resources and writing and not statement.get("Condition"):
                yield f"role {role}: may {', '.join(writing)} on everything"


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
