"""One environment on AWS, as a stack's program declares it: network, cluster, nodes, bucket, identity, and Milvus."""

import os
from pathlib import Path
from typing import Any, Final, cast

import pulumi

from pulumi_milvus.aws.eks_cluster import EksCluster, EksClusterArgs
from pulumi_milvus.aws.network import Network, NetworkArgs
from pulumi_milvus.aws.node_pool import EksNodePoolArgs, NodePool
from pulumi_milvus.aws.object_store import ObjectStore, S3ObjectStoreArgs
from pulumi_milvus.aws.standalone_vm import StandaloneVm, StandaloneVmArgs
from pulumi_milvus.aws.workload_identity import WorkloadIdentity, WorkloadIdentityArgs
from pulumi_milvus.aws_facts.stack_sign_in import stack_sign_in
from pulumi_milvus.aws_facts.wanted_by_plan import before_first_resource
from pulumi_milvus.cloud_aws.cluster_manifests import cluster_manifests
from pulumi_milvus.cloud_aws.declared import Environment, declared
from pulumi_milvus.cloud_aws.identifiers import zones_of
from pulumi_milvus.cloud_aws.kubernetes_settings import kubernetes_settings
from pulumi_milvus.cloud_aws.node_groups import NodeGroup, architecture_warnings, nat_of
from pulumi_milvus.kubernetes.environment import server_environment
from pulumi_milvus.kubernetes.objects import create_object
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.values_file import Values
from pulumi_milvus.planning.written_plan import plan_file, written_plan_of
from pulumi_milvus.version import PACKAGE_VERSION

# Settings of the stack's aws package that a provider with a region and an account of its own takes over.
_PASSED_ON: Final = (
    "profile",
    "accessKey",
    "secretKey",
    "token",
    "endpoints",
    "assumeRoles",
    "maxRetries",
    "s3UsePathStyle",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
)
_SECRETS: Final = ("accessKey", "secretKey", "token")


def aws_environment(values: Values, plan: Plan, folder: Path) -> None:
    """Everything that the values of a stack declare on AWS, from one plan, and the stack's outputs.

    ``plan`` is the stack's, and ``folder`` that of the values files. Raises ``InvalidValues`` with every mistake before
    anything is made.
    """
    settings = values.settings.aws
    if settings is None:
        raise InvalidValues([Problem("config", "", "milvus:aws is missing", "milvus:aws: {account_id: ...}")])
    region = settings.region or values.settings.region
    catalogue = chosen_catalogue(values.settings, folder, os.environ) or aws_catalogue(region or "us-east-1")
    problems: list[Problem] = []
    found = declared(plan, settings, values.settings.kubernetes, region, catalogue.types, problems)
    more: dict[str, Any] = {}
    if found is not None and settings.run_on == "eks":
        more["kubernetes"] = kubernetes_settings(
            pulumi.Config("milvus").get_object("kubernetes"),
            found.groups,
            bucket=found.bucket,
            region=found.region,
            role_arn=found.role_arn,
            problems=problems,
        )
    if found is None or problems:
        raise InvalidValues(problems)
    _ask_aws_first(plan, found)
    if not plan_file(folder, pulumi.get_stack()).exists():
        # The nodes are made of this plan: Milvus makes no other of its own.
        more["accepted_plan"] = written_plan_of(plan, PACKAGE_VERSION, catalogue).to_text()
    for warning in architecture_warnings(plan, found.groups):
        pulumi.log.warn(warning)
    opts = pulumi.ResourceOptions(provider=aws_provider(found))
    if settings.run_on == "virtual_machine":
        _machine(found, plan, folder, more, opts)
        return
    store = _store(found, values.settings.disposable_data, opts)
    _, subnet_ids = _subnets(found, plan, opts)
    cluster = _cluster(found, subnet_ids, store, opts)
    pools: list[pulumi.Resource] = [_pool(found, group, cluster, subnet_ids, opts) for group in found.groups]
    after = [*pools, cluster]
    if found.bucket is not None:
        after.append(_identity(found, store, cluster, opts))
    # A person's own kubeconfig comes first: it may lead through a tunnel to an API that is private.
    kubeconfig = pulumi.Config("kubernetes").get_secret("kubeconfig") or cluster.kubeconfig
    after += _in_cluster(found, values, cluster, kubeconfig, after)
    more["cluster"] = {"kubeconfig": kubeconfig}
    pulumi.export("cluster", cluster.cluster_name)
    pulumi.export("kubeconfig", cluster.kubeconfig)
    if store is not None:
        pulumi.export("bucket", store.bucket)
    server_environment(values, plan, folder, more, after)


def _ask_aws_first(plan: Plan, found: Environment) -> None:
    """Preflight: warns of what may not be asked. Raises ``InvalidValues`` with everything that would stop the stack."""
    config = pulumi.Config("aws")
    for words in before_first_resource(
        plan,
        found.settings,
        found.region,
        stack=pulumi.get_stack(),
        sign_in=stack_sign_in(config.get),
        elsewhere=bool(config.get("endpoints")),
    ):
        pulumi.log.warn(words)


def aws_provider(found: Environment) -> pulumi.ProviderResource:
    """The provider of everything on AWS: of one region, and of one account, in no other of which anything is made."""
    import pulumi_aws

    config = pulumi.Config("aws")
    given: dict[str, Any] = {}
    for key in _PASSED_ON:
        value: Any = config.get_secret(key) if key in _SECRETS else config.get(key)
        if value is not None:
            given[key] = value
    inputs = {"region": found.region, "allowedAccountIds": [found.settings.account_id]}
    return pulumi_aws.Provider("aws", opts=None, **_arguments(given | inputs))


def _arguments(inputs: dict[str, Any]) -> dict[str, Any]:
    """Keys of a stack's configuration as arguments in Python; what is not a text is JSON there."""
    import json
    import re

    plain = {"profile", "region", *_SECRETS}
    return {
        re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found.group(1).lower(), key): json.loads(value)
        if key not in plain and isinstance(value, str)
        else value
        for key, value in inputs.items()
    }


def _common(found: Environment) -> dict[str, Any]:
    tags = dict(found.settings.tags)
    return {"region": found.region, **({"tags": tags} if tags else {})}


def _store(found: Environment, disposable: bool, opts: pulumi.ResourceOptions) -> ObjectStore | None:
    if found.bucket is None or found.settings.bucket_exists:
        return None
    args = {"bucket": found.bucket, "disposable_data": disposable, **_common(found)}
    if found.settings.key_arn is not None:
        args["key_arn"] = found.settings.key_arn
    return ObjectStore("store", cast(S3ObjectStoreArgs, args), _component(opts))


def _component(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of a component: its children take the provider."""
    return pulumi.ResourceOptions(providers=[cast(pulumi.ProviderResource, opts.provider)])


def _machine(found: Environment, plan: Plan, folder: Path, more: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
    """A standalone on one machine, and the outputs of its stack."""
    vpc_id, subnet_ids = _subnets(found, plan, opts)
    accepted = plan_file(folder, pulumi.get_stack())
    args = {
        "workload": pulumi.Config("milvus").require_object("workload"),
        "accepted_plan": more.get("accepted_plan") or accepted.read_text(encoding="utf-8"),
        "vpc_id": vpc_id,
        "subnet_id": subnet_ids.apply(lambda ids: ids[0]),
        "zone": zones_of(found.settings, found.region)[0],
        "clients": list(found.settings.clients),
        "snapshots": found.settings.snapshots,
        **_common(found),
    }
    made = StandaloneVm("milvus", cast(StandaloneVmArgs, args), _component(opts))
    pulumi.export("endpoint", made.address)
    pulumi.export("instance", made.instance_id)
    pulumi.export("volume", made.volume_id)
    pulumi.export("usd_per_month", plan.cost.usd_per_month)


def _subnets(
    found: Environment, plan: Plan, opts: pulumi.ResourceOptions
) -> tuple[pulumi.Output[str], pulumi.Output[list[str]]]:
    """The VPC and its private subnets, one for each zone: of a network that is there, or of one that is made."""
    network = found.settings.network
    if network.vpc_id is not None:
        return pulumi.Output.from_input(network.vpc_id), pulumi.Output.from_input(list(network.subnet_ids))
    args = {
        "cidr": network.cidr,
        "zones": list(zones_of(found.settings, found.region)),
        "nat": nat_of(plan, found.settings),
        **_common(found),
    }
    made = Network("network", cast(NetworkArgs, args), _component(opts))
    return made.vpc_id, made.private_subnet_ids


def _cluster(
    found: Environment, subnet_ids: pulumi.Output[list[str]], store: ObjectStore | None, opts: pulumi.ResourceOptions
) -> EksCluster:
    settings = found.settings
    args: dict[str, Any] = {
        "cluster_name": settings.name,
        "kubernetes_version": settings.kubernetes_version,
        "subnet_ids": subnet_ids,
        "public_access": list(settings.public_access),
        "access": [
            {"principal": item.principal, "policy": item.policy, "namespaces": list(item.namespaces)}
            for item in settings.access
        ],
        "logs": list(settings.logs),
        "log_days": settings.log_days,
        **_common(found),
    }
    # One key, as the plan's bill has it; the bucket's, since that one outlives the cluster.
    key_arn = store.key_arn if store is not None else settings.key_arn
    if key_arn is not None:
        args["key_arn"] = key_arn
    return EksCluster("cluster", cast(EksClusterArgs, args), _component(opts))


def _pool(
    found: Environment,
    group: NodeGroup,
    cluster: EksCluster,
    subnet_ids: pulumi.Output[list[str]],
    opts: pulumi.ResourceOptions,
) -> NodePool:
    args = {
        "cluster_name": cluster.cluster_name,
        "pool": group.name,
        "instance_type": group.instance_type,
        "architecture": group.architecture,
        "nodes": group.nodes,
        "max_nodes": group.max_nodes,
        "subnet_ids": subnet_ids.apply(lambda ids: ids[: group.zones]),
        "root_volume_gib": group.root_volume_gib,
        "gpus": group.gpus,
        "nvme_array": group.nvme_array,
        "many_disk_requests": group.many_disk_requests,
        "taints": [{"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in group.taints],
        "kubernetes_version": found.settings.kubernetes_version,
        "node_role_arn": cluster.node_role_arn,
        **_common(found),
    }
    return NodePool(f"pool-{group.name}", cast(EksNodePoolArgs, args), _component(opts))


def _identity(
    found: Environment, store: ObjectStore | None, cluster: EksCluster, opts: pulumi.ResourceOptions
) -> WorkloadIdentity:
    args = {
        "oidc_provider_arn": cluster.oidc_provider_arn,
        "oidc_issuer": cluster.oidc_issuer,
        "service_accounts": list(found.service_accounts),
        "bucket": found.bucket,
        "key_arn": store.key_arn if store is not None else found.settings.key_arn,
        "role_name": found.role_name,
        **_common(found),
    }
    return WorkloadIdentity("identity", cast(WorkloadIdentityArgs, args), _component(opts))


def _in_cluster(
    found: Environment,
    values: Values,
    cluster: EksCluster,
    kubeconfig: pulumi.Output[str],
    after: list[pulumi.Resource],
) -> list[pulumi.Resource]:
    """Storage class, device plugin and autoscaler, which are there before Milvus."""
    import pulumi_kubernetes

    registry = values.settings.kubernetes.registry if values.settings.kubernetes is not None else None
    provider = pulumi_kubernetes.Provider("aws-cluster", kubeconfig=kubeconfig, upsert_existing_objects=True)
    opts = pulumi.ResourceOptions(provider=provider, depends_on=after)
    # With the role's real ARN, the autoscaler comes after the role.
    return [
        create_object(_with_role(item, cluster), f"aws-{item.key}", opts) for item in cluster_manifests(found, registry)
    ]


def _with_role(manifest: Manifest, cluster: EksCluster) -> Manifest:
    if manifest.body["kind"] != "ServiceAccount":
        return manifest
    metadata = manifest.body["metadata"]
    annotations = dict.fromkeys(metadata["annotations"], cluster.autoscaler_role_arn)
    return Manifest(key=manifest.key, body={**manifest.body, "metadata": {**metadata, "annotations": annotations}})
