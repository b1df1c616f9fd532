"""pulumi-milvus: declare what you store and ask; `pulumi up` gives you the Milvus that fits.

The public names are loaded when they are first used: importing planning or rules loads neither Pulumi nor pymilvus.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_milvus.aws.eks_cluster import EksCluster, EksClusterArgs
    from pulumi_milvus.aws.environment import aws_environment
    from pulumi_milvus.aws.network import Network, NetworkArgs
    from pulumi_milvus.aws.node_pool import EksNodePoolArgs, NodePool
    from pulumi_milvus.aws.object_store import ObjectStore, S3ObjectStoreArgs
    from pulumi_milvus.aws.standalone_vm import StandaloneVm, StandaloneVmArgs
    from pulumi_milvus.aws.workload_identity import WorkloadIdentity, WorkloadIdentityArgs
    from pulumi_milvus.kubernetes.backup import Backup
    from pulumi_milvus.kubernetes.backup_args import MilvusBackupArgs
    from pulumi_milvus.kubernetes.distributed import Distributed
    from pulumi_milvus.kubernetes.environment import server_environment
    from pulumi_milvus.kubernetes.milvus import Milvus
    from pulumi_milvus.kubernetes.milvus_args import MilvusArgs
    from pulumi_milvus.kubernetes.operator import MilvusOperator, MilvusOperatorArgs
    from pulumi_milvus.kubernetes.standalone import Standalone
    from pulumi_milvus.lite import Lite, LiteArgs
    from pulumi_milvus.planning.plan import Plan
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.planning.reading import read_workload
    from pulumi_milvus.planning.values_file import Values, read_values
    from pulumi_milvus.planning.workload import Workload
    from pulumi_milvus.program import plain_errors, stack_catalogue, stack_plan, stack_values
    from pulumi_milvus.resources import Alias, AliasArgs, Collection, CollectionArgs, Provider, ProviderArgs

# Public name -> module that defines it. Keep it equal to the imports above and to __all__.
_HOMES = {
    "Alias": "resources",
    "AliasArgs": "resources",
    "Backup": "kubernetes.backup",
    "Collection": "resources",
    "CollectionArgs": "resources",
    "Distributed": "kubernetes.distributed",
    "EksCluster": "aws.eks_cluster",
    "EksClusterArgs": "aws.eks_cluster",
    "EksNodePoolArgs": "aws.node_pool",
    "InvalidValues": "planning.problems",
    "Lite": "lite",
    "LiteArgs": "lite",
    "Milvus": "kubernetes.milvus",
    "MilvusArgs": "kubernetes.milvus_args",
    "MilvusBackupArgs": "kubernetes.backup_args",
    "MilvusOperator": "kubernetes.operator",
    "MilvusOperatorArgs": "kubernetes.operator",
    "Network": "aws.network",
    "NetworkArgs": "aws.network",
    "NodePool": "aws.node_pool",
    "ObjectStore": "aws.object_store",
    "Plan": "planning.plan",
    "Problem": "planning.problems",
    "Provider": "resources",
    "ProviderArgs": "resources",
    "S3ObjectStoreArgs": "aws.object_store",
    "Standalone": "kubernetes.standalone",
    "StandaloneVm": "aws.standalone_vm",
    "StandaloneVmArgs": "aws.standalone_vm",
    "Values": "planning.values_file",
    "Workload": "planning.workload",
    "WorkloadIdentity": "aws.workload_identity",
    "WorkloadIdentityArgs": "aws.workload_identity",
    "aws_environment": "aws.environment",
    "make_plan": "planning.planner",
    "plain_errors": "program",
    "read_values": "planning.values_file",
    "read_workload": "planning.reading",
    "server_environment": "kubernetes.environment",
    "stack_catalogue": "program",
    "stack_plan": "program",
    "stack_values": "program",
}

__all__ = [
    "Alias",
    "AliasArgs",
    "Backup",
    "Collection",
    "CollectionArgs",
    "Distributed",
    "EksCluster",
    "EksClusterArgs",
    "EksNodePoolArgs",
    "InvalidValues",
    "Lite",
    "LiteArgs",
    "Milvus",
    "MilvusArgs",
    "MilvusBackupArgs",
    "MilvusOperator",
    "MilvusOperatorArgs",
    "Network",
    "NetworkArgs",
    "NodePool",
    "ObjectStore",
    "Plan",
    "Problem",
    "Provider",
    "ProviderArgs",
    "S3ObjectStoreArgs",
    "Standalone",
    "StandaloneVm",
    "StandaloneVmArgs",
    "Values",
    "Workload",
    "WorkloadIdentity",
    "WorkloadIdentityArgs",
    "aws_environment",
    "make_plan",
    "plain_errors",
    "read_values",
    "read_workload",
    "server_environment",
    "stack_catalogue",
    "stack_plan",
    "stack_values",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
