"""The SDK's servicer with what it lacks: plain errors, failures that leave a resource behind, the engine's names."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import grpc
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, status_pb2

from kubernetes_provider.checking import Autonaming
from kubernetes_provider.errors import PartialFailureError, ProviderError
from kubernetes_provider.provider import CheckRequest
from kubernetes_provider.provider_changes import provider_changes
from kubernetes_provider.wire import from_wire, inputs_to_wire, outputs_to_wire, strip

_MODES = {number: name.lower() for name, number in provider_pb2.CheckRequest.AutonamingOptions.Mode.items()}
_DETAILS = "grpc-status-details-bin"


class Servicer(ProviderServicer):
    """Serves a provider over gRPC."""

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Check a resource's inputs, with the engine's autonaming, which the SDK leaves out."""
        asked = CheckRequest(
            request.urn,
            PropertyValue.unmarshal_map(request.olds),
            PropertyValue.unmarshal_map(request.news),
            request.randomSeed,
        )
        if request.HasField("autonaming"):
            asked.autonaming = Autonaming(_MODES[request.autonaming.mode], request.autonaming.proposed_name)
        answer = await self._provider.check(asked)
        return provider_pb2.CheckResponse(
            inputs=PropertyValue.marshal_map(answer.inputs or {}),
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in answer.failures or []
            ],
        )

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Configure, and say that the engine's names are honoured."""
        answer = await super().Configure(request, context)
        answer.supports_autonaming_configuration = True
        return answer

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Make a component; the SDK's own answer to an error is a traceback."""
        return await self._construct(request, context)

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Compare the provider's settings; the SDK's own answer turns changed into unchanged."""
        old, new = (strip(from_wire(PropertyValue.unmarshal_map(each))) for each in (request.olds, request.news))
        found = provider_changes(old, new)
        changes = provider_pb2.DiffResponse.DIFF_SOME if found.changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=found.changed, replaces=found.replacing)


def _details(failure: PartialFailureError) -> bytes:
    inputs = None if failure.inputs is None else PropertyValue.marshal_map(inputs_to_wire(failure.inputs))
    left = provider_pb2.ErrorResourceInitFailed(
        id=failure.identifier,
        properties=PropertyValue.marshal_map(outputs_to_wire(failure.state)),
        reasons=list(failure.reasons),
        inputs=inputs,
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(failure))
    status.details.add().Pack(left)
    serialized: bytes = status.SerializeToString()
    return serialized


def _in_plain_words(name: str, inherited: Any) -> Any:
    async def call(self: Servicer, request: Any, context: Any) -> Any:
        try:
            return await inherited(self, request, context)
        except PartialFailureError as failure:
            await context.abort(grpc.StatusCode.UNKNOWN, str(failure), ((_DETAILS, _details(failure)),))
        except ProviderError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            # A defect of ours: the traceback goes to the log (`pulumi -v`), the user gets one line.
            logging.getLogger(__name__).debug("%s failed:\n%s", name, traceback.format_exc())
            await context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")

    return call


for _name in (
    "CheckConfig",
    "DiffConfig",
    "Configure",
    "Construct",
    "Check",
    "Diff",
    "Create",
    "Read",
    "Update",
    "Delete",
    "GetSchema",
):
    setattr(Servicer, _name, _in_plain_words(_name, getattr(Servicer, _name)))
