"""The components of this package, hosted for programs in other languages."""

from __future__ import annotations

from functools import cache

from pulumi.provider.experimental.component import ComponentProvider

from pulumi_milvus.version import PACKAGE_VERSION


@cache
def component_provider() -> ComponentProvider:
    """The SDK's component host with every component of this package."""
    from pulumi_milvus.aws.eks_cluster import EksCluster
    from pulumi_milvus.aws.network import Network
    from pulumi_milvus.aws.node_pool import NodePool
    from pulumi_milvus.aws.object_store import ObjectStore
    from pulumi_milvus.aws.standalone_vm import StandaloneVm
    from pulumi_milvus.aws.workload_identity import WorkloadIdentity
    from pulumi_milvus.kubernetes.backup import Backup
    from pulumi_milvus.kubernetes.distributed import Distributed
    from pulumi_milvus.kubernetes.milvus import Milvus
    from pulumi_milvus.kubernetes.operator import MilvusOperator
    from pulumi_milvus.kubernetes.standalone import Standalone
    from pulumi_milvus.lite import Lite

    on_aws = [EksCluster, Network, NodePool, ObjectStore, StandaloneVm, WorkloadIdentity]
    components = [Backup, Distributed, Lite, Milvus, MilvusOperator, Standalone, *on_aws]
    return ComponentProvider(components, "milvus", version=PACKAGE_VERSION)
