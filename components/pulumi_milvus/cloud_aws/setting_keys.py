"""The keys of ``milvus:aws`` in a values file, with what each means; reader, JSON Schema and docs use them."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.cloud_aws.readers import (
    KEY_ARN,
    KUBERNETES_VERSION,
    PRINCIPAL,
    SUBNET_ID,
    VPC_ID,
    ZONE,
    AccountId,
    VpcNetwork,
)
from pulumi_milvus.cloud_aws.setting_values import (
    ACCESS_POLICIES,
    LOG_TYPES,
    Access,
    AwsSettings,
    NetworkSettings,
)
from pulumi_milvus.manifests.kubernetes_readers import KubernetesName, Network
from pulumi_milvus.manifests.setting_shapes import Items, Key, Named, Plain, Table
from pulumi_milvus.manifests.store_readers import Bucket, Region
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, OneOf, Text, Whole

# Roles are called after it, and an IAM role's name has 64 characters (IAM user guide, reference_iam-quotas).
LONGEST_NAME: Final = 30
# EKS wants subnets in at least two zones (Amazon EKS user guide, network-reqs).
_LEAST_ZONES: Final = 2
ZONES: Final = 3
# CloudWatch keeps logs for one of these (CloudWatch Logs API reference, PutRetentionPolicy).
_LOG_DAYS: Final = (7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)


def _network(read: dict[str, Any], path: str, problems: list[Problem]) -> NetworkSettings | None:
    found: list[Problem] = []
    if "vpc_id" in read:
        found.extend(
            Problem(f"{path}.{key}", shown(read[key]), "is for a network that is made here", "leave it out")
            for key in ("cidr", "nat")
            if key in read
        )
        if len(read.get("subnet_ids") or ()) < _LEAST_ZONES:
            reason = "private subnets of two zones or more are needed, since EKS wants two"
            found.append(Problem(f"{path}.subnet_ids", "", reason, "[subnet-..., subnet-..., subnet-...]"))
    elif "subnet_ids" in read:
        found.append(Problem(path, "", "subnet_ids without vpc_id", "vpc_id: vpc-0123456789abcdef0"))
    problems.extend(found)
    return None if found else NetworkSettings(**read)


def _aws(read: dict[str, Any], path: str, problems: list[Problem]) -> AwsSettings | None:
    found: list[Problem] = []
    machine = read.get("run_on") == "virtual_machine"
    if not machine and "kubernetes_version" not in read:
        reason = "kubernetes_version is missing: no default would stay one that EKS offers"
        found.append(Problem(path, "", reason, 'kubernetes_version: "1.34"'))
    if machine:
        found.extend(
            Problem(f"{path}.{key}", "", "is for a cluster", "leave it out, or run_on: eks")
            for key in ("kubernetes_version", "public_access", "access", "logs", "log_days", "bucket", "bucket_exists")
            if key in read
        )
    else:
        found.extend(
            Problem(f"{path}.{key}", "", "is for a machine by itself", "leave it out, or run_on: virtual_machine")
            for key in ("clients", "snapshots")
            if key in read
        )
    zones = read.get("zones") or ()
    if zones and len(set(zones)) != ZONES:
        found.append(Problem(f"{path}.zones", shown(list(zones)), f"{ZONES} different zones are needed", "[a, b, c]"))
    region = read.get("region")
    found.extend(
        Problem(f"{path}.zones", shown(zone), f"is not in {region}", f"{region}{zone[-1]}")
        for zone in zones
        if region is not None and zone[:-1] != region
    )
    if "." in (read.get("bucket") or ""):
        reason = "S3's certificate does not cover a bucket with dots"
        found.append(Problem(f"{path}.bucket", shown(read["bucket"]), reason, read["bucket"].replace(".", "-")))
    if (days := read.get("log_days")) is not None and days not in _LOG_DAYS:
        near = str(min(_LOG_DAYS, key=lambda kept: abs(kept - days)))
        found.append(Problem(f"{path}.log_days", str(days), "CloudWatch keeps logs for other numbers of days", near))
    problems.extend(found)
    return None if found else AwsSettings(**read)


_NETWORK: Final = Table(
    {
        "cidr": Key(Plain(VpcNetwork()), "Addresses of a VPC that is made here; 10.64.0.0/16 if left out."),
        "nat": Key(
            Plain(OneOf(("one", "per_zone", "none"))),
            "How private nodes reach the internet. one: cheaper, and away with its zone; per_zone; none: not at all, "
            "for networks with endpoints and mirrors of their own. Left out: per_zone where availability is zone.",
        ),
        "vpc_id": Key(Plain(VPC_ID), "A VPC that is there; nothing is made in it but nodes and their rules."),
        "subnet_ids": Key(
            Items(Plain(SUBNET_ID), "[subnet-0123456789abcdef0]"),
            "Its private subnets, one for each zone. Pools of one zone stand in the first.",
        ),
    },
    _network,
    "{cidr: 10.64.0.0/16}",
)
_ACCESS: Final = Table(
    {
        "principal": Key(Plain(PRINCIPAL), "ARN of a role or a user.", f"principal: {PRINCIPAL.example}"),
        "policy": Key(Plain(OneOf(tuple(ACCESS_POLICIES))), "What it may do; view if left out."),
        "namespaces": Key(Items(Plain(KubernetesName()), "[milvus]"), "Where; everywhere if left out."),
    },
    lambda read, _path, _problems: Access(**read),
    f"{{principal: {PRINCIPAL.example}}}",
)
SETTINGS: Final = Table(
    {
        "account_id": Key(
            Plain(AccountId()),
            "The AWS account, in quotes. Nothing is made in another one.",
            'account_id: "123456789012"',
        ),
        "region": Key(Plain(Region()), "Region; that of aws:region if left out."),
        "run_on": Key(
            Plain(OneOf(("eks", "virtual_machine"))),
            "eks: a cluster of Kubernetes. virtual_machine: one EC2 instance with the Compose file, for a standalone. "
            "eks if left out.",
        ),
        "kubernetes_version": Key(Plain(KUBERNETES_VERSION), "Version of the cluster and its nodes. Needed for eks."),
        "name": Key(
            Plain(KubernetesName(LONGEST_NAME, letter_first=True)),
            "Name of cluster, and beginning of the names of roles; milvus if left out.",
        ),
        "zones": Key(
            Items(Plain(ZONE), "[us-east-1a, us-east-1b, us-east-1c]"),
            f"The {ZONES} zones; pools of one zone stand in the first. The region's a, b and c if left out.",
        ),
        "network": Key(_NETWORK, "The network: one that is made here if left out."),
        "public_access": Key(
            Items(Plain(Network()), "[198.51.100.0/24]"),
            "Networks that may reach the cluster's API from the internet. Left out: none, it is private.",
        ),
        "access": Key(Items(_ACCESS, "[{principal: ...}]"), "Who may use the cluster beside who made it."),
        "logs": Key(
            Items(Plain(OneOf(LOG_TYPES)), "[api, audit]"),
            "Logs of the control plane that CloudWatch keeps; api, audit and authenticator if left out.",
        ),
        "log_days": Key(Plain(Whole(_LOG_DAYS[0], _LOG_DAYS[-1])), "Days that they are kept; 90 if left out."),
        "bucket": Key(Plain(Bucket()), "Name of the bucket that is made; NAME-ACCOUNT-REGION if left out."),
        "bucket_exists": Key(
            Plain(Flag()),
            "true: the bucket is there, of an earlier stack for example, and only the role for it is made; key_arn is "
            "the key that it is encrypted with. false if left out.",
        ),
        "key_arn": Key(Plain(KEY_ARN), "A KMS key that is there; one is made if left out."),
        "clients": Key(
            Items(Plain(Network()), "[10.0.0.0/16]"),
            "virtual_machine: networks that may connect to Milvus on 19530; left out: none but the machine itself.",
        ),
        "snapshots": Key(
            Plain(Whole(1, 1_000)), "virtual_machine: daily snapshots of its volume that are kept; 7 if left out."
        ),
        "tags": Key(Named(Text(128), Plain(Text(256)), "{team: search}"), "Tags of everything that is made."),
    },
    _aws,
    '{account_id: "123456789012", kubernetes_version: "1.34"}',
)
