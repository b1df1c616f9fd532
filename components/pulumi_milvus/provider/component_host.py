"""The components of this package, hosted for programs in other languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ProviderServicer

from pulumi_milvus.provider.construct_inputs import ConstructInputs
from pulumi_milvus.version import PACKAGE_VERSION


class ComponentServicer(ProviderServicer):
    """The SDK's servicer of one request, which keeps every value of an input where it stands."""

    async def _construct(self, request: Any, context: Any) -> Any:
        self._type = request.type.rpartition(":")[2]
        return await super()._construct(request, context)

    async def _construct_inputs(  # type: ignore[override]  # the SDK's is static and knows no types
        self, inputs: Any, input_dependencies: Any
    ) -> dict[str, Any]:
        # Its class loads whatever it is asked for.
        host: Any = self.provider
        definition = host._component_defs[self._type]
        urns = {key: set(found.urns) for key, found in input_dependencies.items()}
        return await ConstructInputs(host._type_defs).read(inputs, definition.inputs, urns)


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
