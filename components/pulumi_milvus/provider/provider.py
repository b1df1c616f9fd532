"""The `milvus` provider: dispatches each call to the handler of its resource."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import pulumi.provider.experimental.provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.provider import settings
from pulumi_milvus.provider.engine_log import EngineLog
from pulumi_milvus.provider.package_schema import package_schema
from pulumi_milvus.provider.secrecy import Properties, marked
from pulumi_milvus.resources.alias.handler import AliasHandler
from pulumi_milvus.resources.collection.handler import CollectionHandler
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.errors import ResourceError, without_token
from pulumi_milvus.resources.generated_keys.handler import SECRET_OUTPUTS as SECRET_KEYS
from pulumi_milvus.resources.generated_keys.handler import GeneratedKeysHandler
from pulumi_milvus.resources.handler import NO_MILVUS, Changes, Handler, Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.operator_guard.handler import OperatorGuardHandler
from pulumi_milvus.resources.readiness.handler import ReadinessHandler
from pulumi_milvus.resources.root_password.handler import SECRET_OUTPUTS, RootPasswordHandler
from pulumi_milvus.resources.wire import Plain, plain_map, property_map

DEFAULT_TIMEOUT_SECONDS = 3600.0
"""Building an index over tens of millions of rows takes the better part of an hour; customTimeouts sets another."""

_INSIDE_MILVUS = ("milvus:index:Collection", "milvus:index:Alias")
"""What cannot be without a Milvus that answers."""

_SECRET_OUTPUTS = {"milvus:index:RootPassword": SECRET_OUTPUTS, "milvus:index:GeneratedKeys": SECRET_KEYS}
"""Outputs that nobody may see."""

_Result = TypeVar("_Result")


class MilvusProvider(protocol.Provider):
    """Collections and aliases in one Milvus, and what watches over that Milvus in its cluster."""

    def __init__(self, log: EngineLog) -> None:
        self._log = log
        self._settings: Plain = {}
        self._given: dict[str, PropertyValue] = {}
        self._lite_files = LiteFiles()
        self._forwards = Forwards()
        self._ending = threading.Event()
        self._handlers: dict[str, Handler] = {
            "milvus:index:Collection": CollectionHandler(),
            "milvus:index:Alias": AliasHandler(),
            "milvus:index:Readiness": ReadinessHandler(),
            "milvus:index:OperatorGuard": OperatorGuardHandler(),
            "milvus:index:RootPassword": RootPasswordHandler(),
            "milvus:index:GeneratedKeys": GeneratedKeysHandler(),
            "milvus:index:DataGuard": DataGuardHandler(),
        }

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The package's schema, components included."""
        return protocol.GetSchemaResponse(schema=await asyncio.to_thread(package_schema))

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Judge the provider's own settings and leave out the rest of the `milvus:` namespace."""
        new = settings.own_settings(plain_map(request.new_inputs))
        # A failure that names a property makes the engine print its value, and a URI may hold a password.
        failures = [protocol.CheckFailure("", problem) for problem in settings.problems(new)]
        kept = {key: value for key, value in request.new_inputs.items() if key in settings.KNOWN_KEYS}
        return protocol.CheckResponse(inputs=kept, failures=failures)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take the settings; nothing is connected to until an operation needs it."""
        self._settings = settings.own_settings(plain_map(request.args))
        # Resources repeat the address, which may be a secret.
        self._given = {"endpoint": request.args["uri"]} if "uri" in request.args else {}
        # Without accept_secrets the engine constructs no component of a provider.
        return protocol.ConfigureResponse(supports_preview=True, accept_secrets=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Fill in and judge a resource's inputs."""
        handler, scene = self._handler(request.urn), self._scene(request.urn)
        if _token(request.urn) in _INSIDE_MILVUS and settings.is_missing(self._settings):
            return protocol.CheckResponse(inputs=request.new_inputs, failures=[protocol.CheckFailure("", NO_MILVUS)])
        checked = await self._run(
            lambda: handler.check(scene, plain_map(request.old_inputs), plain_map(request.new_inputs))
        )
        # The path goes into the words: for a failure that names a property the engine prints the property's value,
        # secret or not, and knows only the outermost name.
        failures = [
            protocol.CheckFailure("", f"{problem.path}: {problem.reason}" if problem.path else problem.reason)
            for problem in checked.problems
        ]
        return protocol.CheckResponse(
            inputs=self._marked(property_map(checked.inputs), request.new_inputs), failures=failures
        )

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """What new inputs change."""
        handler = self._handler(request.urn)
        changes = handler.diff(plain_map(request.old_state), plain_map(request.new_inputs))
        return protocol.DiffResponse(
            changes=bool(changes.differences),
            diffs=sorted({difference.path.partition(".")[0].partition("[")[0] for difference in changes.differences}),
            detailed_diff=_detailed(changes),
            delete_before_replace=changes.delete_first,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Create a resource."""
        handler, scene = self._handler(request.urn), self._scene(request.urn, request.timeout)
        inputs = plain_map(request.properties)
        identifier, state = await self._run(lambda: handler.create(scene, inputs, preview=request.preview))
        return protocol.CreateResponse(
            resource_id=identifier, properties=self._state(request.urn, state, request.properties)
        )

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Read a resource for a refresh or an import."""
        handler, scene = self._handler(request.urn), self._scene(request.urn)
        state, inputs = plain_map(request.properties), plain_map(request.inputs)
        found = await self._run(lambda: handler.read(scene, request.resource_id, state | inputs))
        if found is None:
            if not state and not inputs:
                # The engine takes an empty answer to an import for a resource without properties.
                raise ResourceError(f"resource '{request.resource_id}' does not exist at {scene.known_endpoint()}")
            return protocol.ReadResponse()
        return protocol.ReadResponse(
            resource_id=found.identifier,
            properties=self._state(request.urn, found.state, request.properties),
            inputs=self._marked(property_map(found.inputs), request.inputs),
        )

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change a resource in place."""
        handler, scene = self._handler(request.urn), self._scene(request.urn, request.timeout)
        old, new = plain_map(request.olds), plain_map(request.news)
        state = await self._run(lambda: handler.update(scene, old, new, preview=bool(request.preview)))
        return protocol.UpdateResponse(properties=self._state(request.urn, state, request.news))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Delete a resource."""
        handler, scene = self._handler(request.urn), self._scene(request.urn, request.timeout)
        await self._run(lambda: handler.delete(scene, request.resource_id, plain_map(request.properties)))

    async def cancel(self) -> None:
        """Let go of open files; the process is about to end."""
        self._ending.set()
        await asyncio.to_thread(self._lite_files.close_all)
        await asyncio.to_thread(self._forwards.close_all)

    def without_token(self, text: str) -> str:
        """A text that may be shown: without the configured token in any of its forms."""
        token = self._settings.get("token")
        return without_token(text, token) if isinstance(token, str) else text

    async def _run(self, call: Callable[[], _Result]) -> _Result:
        # Clients block; the protocol's own loop must go on answering meanwhile.
        return await asyncio.to_thread(call)

    def _handler(self, urn: str) -> Handler:
        token = _token(urn)
        handler = self._handlers.get(token)
        if handler is None:
            raise ResourceError(f"the package milvus has no resource {token}; it has {', '.join(self._handlers)}")
        return handler

    def _state(self, urn: str, state: Plain, given: Properties) -> dict[str, PropertyValue]:
        """A resource's outputs, with those marked that nobody may see, of themselves or since they came so."""
        return self._marked(property_map(state, secret=_SECRET_OUTPUTS.get(_token(urn), ())), given)

    def _marked(self, answer: Properties, given: Properties) -> dict[str, PropertyValue]:
        return marked(marked(answer, given), self._given)

    def _scene(self, urn: str, timeout_seconds: float | None = None) -> Scene:
        return Scene(
            urn=urn,
            endpoint=settings.endpoint(self._settings),
            lite_files=self._lite_files,
            log=lambda severity, message: self._log.write(severity, self.without_token(message), urn),
            timeout_seconds=timeout_seconds or DEFAULT_TIMEOUT_SECONDS,
            wait_seconds=settings.wait_seconds(self._settings),
            cluster=settings.cluster(self._settings),
            forwards=self._forwards,
            ending=self._ending,
        )


def _token(urn: str) -> str:
    return urn.split("::")[-2].rpartition("$")[2]


_KINDS = {
    "add": (PropertyDiffKind.ADD, PropertyDiffKind.ADD_REPLACE),
    "delete": (PropertyDiffKind.DELETE, PropertyDiffKind.DELETE_REPLACE),
    "update": (PropertyDiffKind.UPDATE, PropertyDiffKind.UPDATE_REPLACE),
}


def _detailed(changes: Changes) -> dict[str, PropertyDiff]:
    return {
        difference.path: PropertyDiff(
            kind=_KINDS[difference.kind][difference.path in changes.replacing], input_diff=False
        )
        for difference in changes.differences
    }
