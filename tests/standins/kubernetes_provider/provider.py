"""The provider: each call of the engine, answered from the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pulumi.provider.experimental.provider as protocol
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from kubernetes_provider import VERSION, kinds, objects, settings
from kubernetes_provider.checking import Autonaming, Question, checked
from kubernetes_provider.checkpoint import parsed
from kubernetes_provider.constructing import constructed
from kubernetes_provider.differences import Differences
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.operations import Operations
from kubernetes_provider.session import Session, opened
from kubernetes_provider.wire import from_wire, inputs_to_wire, outputs_to_wire, strip
from pulumi_milvus.provider.engine_log import EngineLog

_Result = TypeVar("_Result")

# Waiting for a resource holds a thread; the engine runs as many at once as the program has resources.
_THREADS = 256

_UNREACHABLE_HINT = (
    "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the "
    'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"'
)


class CheckRequest(protocol.CheckRequest):
    """The SDK's, with what the engine says of names."""

    autonaming: Autonaming = Autonaming()


class KubernetesProvider(protocol.Provider):
    """Objects of any kind that the configured API server serves."""

    def __init__(self, log: EngineLog) -> None:
        self._log = log
        self._session: Session = Session(settings.Settings(), "", "the provider is not configured")
        self._threads = ThreadPoolExecutor(_THREADS)

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The schema of what is served: the provider alone, for kinds are the cluster's."""
        return protocol.GetSchemaResponse(schema=f'{{"name": "kubernetes", "version": "{VERSION}"}}')

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse what only the official provider can do."""
        failures = [
            protocol.CheckFailure("", problem) for problem in settings.problems(strip(from_wire(request.new_inputs)))
        ]
        return protocol.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take the configuration and see whether the cluster answers."""
        self._session = await self._run(lambda: opened(settings.of_variables(request.variables)))
        return protocol.ConfigureResponse(supports_preview=True, accept_secrets=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Fill in names, namespaces and the server's spellings."""
        session = self._session
        if session.unreachable and session.settings.skip_update_unreachable:
            self._log.write(
                "warning",
                "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...",
                request.urn,
            )
            return protocol.CheckResponse(inputs=request.old_inputs)
        question = Question(
            urn_name=request.name,
            kind=kinds.of_urn(request.urn),
            old_inputs=from_wire(request.old_inputs),
            new_inputs=from_wire(request.new_inputs),
            random_seed=bytes(request.random_seed or b""),
            autonaming=request.autonaming if isinstance(request, CheckRequest) else Autonaming(),
            default_namespace=session.namespace,
        )
        inputs = await self._run(lambda: checked(question, session.is_namespaced, session.normalized))
        return protocol.CheckResponse(inputs=inputs_to_wire(inputs))

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """What new inputs change, and whether the object must be made anew for it."""
        old_inputs, live = parsed(from_wire(request.old_state))
        new_inputs = strip(from_wire(request.new_inputs))
        operations = self._operations(request.urn)
        found, unready = await self._run(
            lambda: operations.diff(live, old_inputs, new_inputs, request.ignore_changes or [])
        )
        return _diff_response(found, replace_unready=unready)

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Create an object and wait until it is ready; in a preview, ask the server what it would make."""
        session = self._session
        if session.unreachable and request.preview:
            return protocol.CreateResponse(resource_id="", properties=request.properties)
        inputs = from_wire(request.properties)
        operations = self._operations(request.urn)
        made = await self._run(lambda: operations.create(inputs, request.timeout, preview=request.preview))
        if made is None:
            return protocol.CreateResponse(resource_id="", properties=request.properties)
        identifier = "" if request.preview else made.identifier
        return protocol.CreateResponse(resource_id=identifier, properties=outputs_to_wire(made.state))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """The object as it is now, for a refresh or an import."""
        session = self._session
        if session.unreachable:
            return self._read_unreachable(request)
        state, inputs = from_wire(request.properties), from_wire(request.inputs)
        operations = self._operations(request.urn)
        found = await self._run(lambda: operations.read(request.resource_id, state, inputs))
        if found is None:
            if not state and not inputs:
                # The engine takes an empty answer to an import for a resource without properties.
                raise ProviderError(f"resource '{request.resource_id}' does not exist")
            return protocol.ReadResponse()
        return protocol.ReadResponse(
            resource_id=request.resource_id or found.identifier,
            properties=outputs_to_wire(found.state),
            inputs=inputs_to_wire(found.inputs or {}),
        )

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Apply new inputs and wait until the object is ready again; in a preview, ask what that would give."""
        session = self._session
        if session.unreachable and request.preview:
            return protocol.UpdateResponse(properties=request.news)
        state, inputs = from_wire(request.olds), from_wire(request.news)
        operations, ignored = self._operations(request.urn), list(request.ignore_changes or [])
        made = await self._run(
            lambda: operations.update(state, inputs, request.timeout, ignored, preview=bool(request.preview))
        )
        return protocol.UpdateResponse(properties=request.news if made is None else outputs_to_wire(made.state))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Delete the object and wait until it is gone."""
        session = self._session
        if session.unreachable:
            self._say_unreachable(request.urn)
            if session.settings.delete_unreachable:
                return
            raise ProviderError(f"configured Kubernetes cluster is unreachable. {_UNREACHABLE_HINT}")
        state = from_wire(request.properties)
        operations = self._operations(request.urn)
        await self._run(lambda: operations.delete(request.resource_id, state, request.timeout))

    async def construct(self, request: protocol.ConstructRequest) -> protocol.ConstructResponse:
        """A component: the one chart that the stand-in has."""
        if self._session.unreachable:
            raise ProviderError(f"configured Kubernetes cluster is unreachable: {self._session.unreachable}")
        return await constructed(request)

    async def cancel(self) -> None:
        """Stop waiting: the user has interrupted."""
        self._session.cancelled.set()

    def _read_unreachable(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        self._say_unreachable(request.urn)
        chosen = self._session.settings
        if chosen.delete_unreachable:
            return protocol.ReadResponse()
        if chosen.skip_update_unreachable:
            return protocol.ReadResponse(request.resource_id, request.properties, request.inputs)
        raise ProviderError(f"failed to read resource state due to unreachable cluster. {_UNREACHABLE_HINT}")

    def _say_unreachable(self, urn: str) -> None:
        message = f"configured Kubernetes cluster is unreachable: {self._session.unreachable}"
        self._log.write("warning", message, urn)

    def _operations(self, urn: str) -> Operations:
        return Operations(self._session, urn, lambda severity, message: self._tell(severity, message, urn))

    def _tell(self, severity: str, message: str, urn: str) -> None:
        self._log.write("warning" if severity == "warning" else "progress", message, urn)

    async def _run(self, call: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


_KINDS: Mapping[tuple[str, bool], PropertyDiffKind] = {
    ("add", False): PropertyDiffKind.ADD,
    ("add", True): PropertyDiffKind.ADD_REPLACE,
    ("delete", False): PropertyDiffKind.DELETE,
    ("delete", True): PropertyDiffKind.DELETE_REPLACE,
    ("update", False): PropertyDiffKind.UPDATE,
    ("update", True): PropertyDiffKind.UPDATE_REPLACE,
}


def _diff_response(found: Differences, *, replace_unready: bool) -> protocol.DiffResponse:
    unready = [f'.metadata.annotations["{objects.REPLACE_UNREADY}"]'] if replace_unready else []
    return protocol.DiffResponse(
        changes=bool(found.fields or unready),
        replaces=[*found.replacing, *unready],
        delete_before_replace=found.delete_before_replace,
        detailed_diff={
            item.path: PropertyDiff(kind=_KINDS[item.change, item.replaces], input_diff=item.change == "delete")
            for item in found.fields
        },
    )
