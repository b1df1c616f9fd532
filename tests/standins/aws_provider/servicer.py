"""The Kubernetes stand-in's servicer, whose Diff also hears the old inputs."""

from __future__ import annotations

from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2

from aws_provider.comparing import changes, top
from aws_provider.table import kind_of
from kubernetes_provider.servicer import Servicer as PlainServicer
from kubernetes_provider.wire import from_wire, strip


class Servicer(PlainServicer):
    """Serves the AWS provider over gRPC."""

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Compare a resource's old and new inputs; the SDK's own request leaves the old ones out."""
        old, new = (strip(from_wire(PropertyValue.unmarshal_map(each))) for each in (request.old_inputs, request.news))
        found = changes(kind_of(request.urn), old, new, list(request.ignoreChanges))
        kinds = provider_pb2.PropertyDiff.Kind
        detailed = {
            path: provider_pb2.PropertyDiff(
                kind=kinds.Value(f"{change}_REPLACE" if path in found.replacing else change), inputDiff=True
            )
            for path, change in found.changed.items()
        }
        answer = provider_pb2.DiffResponse
        return answer(
            changes=answer.DIFF_SOME if found.changed else answer.DIFF_NONE,
            diffs=sorted({top(path) for path in found.changed}),
            replaces=sorted(found.replacing),
            deleteBeforeReplace=found.delete_before_replace,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )
