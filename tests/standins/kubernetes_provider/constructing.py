"""`Construct` for the one chart that the stand-in has: its objects become children, registered with the engine.

Names, parent and order are those of the official provider (pulumi-kubernetes, provider/pkg/provider/helm/v4/chart.go
and yaml/v2/yaml.go at 94977969): the component first, then each object as PREFIX:NAMESPACE/NAME, or PREFIX:NAME without
a namespace. Since it is the engine that each child is registered with, the program's transforms, and providers and
dependencies of the component, reach it as they do there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi.provider.experimental.provider import ConstructRequest, ConstructResponse

from kubernetes_provider import kinds
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.operator_chart import CHART, operator_objects
from kubernetes_provider.wire import Object, from_wire, has_unknown, strip

TOKEN: Final = "kubernetes:helm.sh/v4:Chart"
# Arguments that would change what is rendered in a way that nothing here does.
_UNSERVED: Final = ("devel", "includeHooks", "postRenderer", "skipAwait", "skipCrds", "valueYamlFiles", "verify")


def chart_objects(name: str, inputs: Mapping[str, Any]) -> list[tuple[str, Object]]:
    """The children of a Chart resource, each with its resource name. Raises ProviderError for any other chart."""
    if inputs.get("chart") != CHART:
        raise ProviderError(
            f"chart {inputs.get('chart')!r}: the stand-in of the Kubernetes provider is no Helm and has the objects of "
            f"one chart only, {CHART}; every other one needs the official plugin"
        )
    unserved = [key for key in _UNSERVED if inputs.get(key)]
    if unserved:
        raise ProviderError(
            f"{', '.join(unserved)}: not served by the stand-in of the Kubernetes provider, which is no Helm; leave it "
            "out, or use the official plugin"
        )
    namespace = str(inputs.get("namespace") or "default")
    objects = operator_objects(
        str(inputs.get("name") or name), namespace, str(inputs.get("version") or ""), inputs.get("values") or {}
    )
    prefix = inputs.get("resourcePrefix", name)
    return [(_resource_name(prefix, item), item) for item in objects]


async def constructed(request: ConstructRequest) -> ConstructResponse:
    """The component with its children. Raises ProviderError for a type or a chart that is not served."""
    if request.resource_type != TOKEN:
        kinds.of_token(request.resource_type)
        raise ProviderError(f"{request.resource_type} is no component")
    inputs = strip(from_wire(request.inputs))
    component = pulumi.ComponentResource(TOKEN, request.name, None, request.options)
    if has_unknown(inputs):
        pulumi.log.warn("Input properties have unknown values. Preview is incomplete.", component)
    else:
        for name, item in chart_objects(request.name, inputs):
            pulumi.CustomResource(kinds.token_of(item), name, item, pulumi.ResourceOptions(parent=component))
    urn = await component.urn.future()
    return ConstructResponse(urn=str(urn), state={}, state_dependencies={})


def _resource_name(prefix: str, item: Object) -> str:
    metadata = item["metadata"]
    name = f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else metadata["name"]
    return f"{prefix}:{name}" if prefix else str(name)
