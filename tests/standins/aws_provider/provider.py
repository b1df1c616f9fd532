"""The provider: each call of the engine, answered by the table."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pulumi.provider.experimental.provider as protocol
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from aws_provider import VERSION, schema
from aws_provider.comparing import same
from aws_provider.kind import DEFAULTS, Cloud, Kind, Object, words
from aws_provider.table import kind_of
from kubernetes_provider.errors import PartialFailureError, ProviderError
from kubernetes_provider.wire import UNKNOWN, annotate, from_wire, inputs_to_wire, outputs_to_wire, strip

_Result = TypeVar("_Result")
_THREADS = 32
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Settings that say how to reach AWS, all of which the environment says here.
_SETTINGS = words(
    "region allowedAccountIds accessKey secretKey token skipCredentialsValidation skipMetadataApiCheck "
    "skipRegionValidation skipRequestingAccountId s3UsePathStyle version"
)
# pulumi-terraform-bridge's ending of names: seven hexadecimal digits.
_NAME_DIGITS = 7


class AwsProvider(protocol.Provider):
    """Resources of the types in the table, in an AWS on the loopback address."""

    def __init__(self) -> None:
        self._cloud: Cloud | None = None
        self._threads = ThreadPoolExecutor(_THREADS)

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The schema's head; types are the SDK's."""
        return protocol.GetSchemaResponse(schema=f'{{"name": "aws", "version": "{VERSION}"}}')

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse settings that only the official provider knows."""
        unknown = sorted(set(request.new_inputs) - _SETTINGS)
        failures = [protocol.CheckFailure(key, f"the stand-in does not know the setting {key}") for key in unknown]
        return protocol.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take region and account. Raises ProviderError where AWS is not on the loopback address, or is another's."""
        given = {key.removeprefix("aws:config:"): value for key, value in (request.variables or {}).items()}
        given |= strip(from_wire(request.args))
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        if urlsplit(endpoint).hostname not in _LOOPBACK:
            raise ProviderError(f"AWS_ENDPOINT_URL is {endpoint!r}: the stand-in asks an AWS on 127.0.0.1 alone")
        region = str(given.get("region") or os.environ.get("AWS_REGION") or "")
        if not region:
            raise ProviderError("no region: set aws:region")
        self._cloud = Cloud(region, endpoint)
        allowed: Any = given.get("allowedAccountIds") or []
        allowed = json.loads(allowed) if isinstance(allowed, str) else allowed
        if allowed:
            cloud = self._cloud
            account = (await self._run(lambda: cloud("sts").get_caller_identity()))["Account"]
            if account not in allowed:
                raise ProviderError(f"AWS account ID not allowed: {account}")
        return protocol.ConfigureResponse(supports_preview=True, accept_secrets=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse what is unknown or mistyped; fill in names and defaults."""
        kind = kind_of(request.urn)
        given, old = from_wire(request.new_inputs), strip(from_wire(request.old_inputs))
        failures = [
            protocol.CheckFailure(path, why) for path, why in await self._run(lambda: list(_problems(kind, given)))
        ]
        if not failures:
            given = _filled(kind, given, old, request)
        return protocol.CheckResponse(inputs=inputs_to_wire(given), failures=failures)

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make a resource; a preview does not know what AWS will say."""
        kind, given = kind_of(request.urn), from_wire(request.properties)
        inputs = strip(given)
        if request.preview:
            preview = _outputs(kind, given, dict.fromkeys(kind.outputs, UNKNOWN))
            return protocol.CreateResponse(resource_id="", properties=outputs_to_wire(preview))
        cloud = self._configured()
        identifier = await self._run(lambda: _asked(f"creating {kind.token}", lambda: kind.create(cloud, inputs)))

        def finished() -> Object:
            kind.complete(cloud, identifier, inputs)
            return kind.read(cloud, identifier) or {}

        try:
            live = await self._run(lambda: _asked(f"setting up {kind.token} ({identifier})", finished))
        except ProviderError as error:
            # It is there: the engine keeps it and goes on with it next time.
            raise PartialFailureError(str(error), identifier, _outputs(kind, given, {})) from None
        return protocol.CreateResponse(resource_id=identifier, properties=outputs_to_wire(_outputs(kind, given, live)))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """A resource as it is, for a refresh or an import."""
        kind, cloud = kind_of(request.urn), self._configured()
        identifier, old = request.resource_id, from_wire(request.inputs)
        live = await self._run(
            lambda: _asked(f"reading {kind.token} ({identifier})", lambda: kind.read(cloud, identifier))
        )
        if live is None:
            return protocol.ReadResponse()
        # An argument that AWS does not tell stays as it was; a name that was filled in stays marked as such.
        inputs = {key: _refreshed(kind, key, item, live) for key, item in old.items()}
        if not old:
            tops = {path.split(".")[0] for path in kind.arguments}
            inputs = {key: item for key, item in live.items() if key in tops and item not in (None, "", {}, [])}
        return protocol.ReadResponse(
            resource_id=identifier,
            properties=outputs_to_wire(_outputs(kind, inputs, live)),
            inputs=inputs_to_wire(inputs),
        )

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change a resource in place."""
        kind, given = kind_of(request.urn), from_wire(request.news)
        old, new, identifier = strip(from_wire(request.olds)), strip(given), request.resource_id
        if request.preview:
            known = {key: old.get(key) for key in kind.outputs - kind.moving_outputs}
            preview = _outputs(kind, given, known | dict.fromkeys(kind.moving_outputs, UNKNOWN))
            return protocol.UpdateResponse(properties=outputs_to_wire(preview))
        cloud = self._configured()

        def updated() -> Object:
            if kind.update is not None:
                kind.update(cloud, identifier, old, new)
            kind.complete(cloud, identifier, new)
            return kind.read(cloud, identifier) or {}

        live = await self._run(lambda: _asked(f"updating {kind.token} ({identifier})", updated))
        return protocol.UpdateResponse(properties=outputs_to_wire(_outputs(kind, given, live)))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Delete a resource; one that is gone already is no error."""
        kind, cloud, identifier = kind_of(request.urn), self._configured(), request.resource_id
        state = strip(from_wire(request.properties))
        await self._run(
            lambda: _asked(f"deleting {kind.token} ({identifier})", lambda: kind.delete(cloud, identifier, state))
        )

    async def cancel(self) -> None:
        """Calls are short: there is nothing to break off."""

    def _configured(self) -> Cloud:
        if self._cloud is None:
            raise ProviderError("the provider is not configured")
        return self._cloud

    async def _run(self, call: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _problems(kind: Kind, given: Object) -> list[tuple[str, str]]:
    return list(schema.problems(kind, strip(given)))


def _filled(kind: Kind, given: Object, old: Object, request: protocol.CheckRequest) -> Object:
    filled, added = dict(given), []
    for key, value in kind.defaults.items():
        if key not in filled:
            filled[key] = value
            added.append(key)
    name = kind.name_argument
    if name and name not in filled:
        kept = old.get(name) if name in old.get(DEFAULTS, ()) else None
        digits = random.Random(bytes(request.random_seed or b"") or None).choices("0123456789abcdef", k=_NAME_DIGITS)
        filled[name] = kept or f"{request.name}-{''.join(digits)}"
        added.append(name)
    if added:
        filled[DEFAULTS] = sorted(added)
    return filled


def _refreshed(kind: Kind, key: str, given: Any, live: Object) -> Any:
    """An argument as AWS has it; of a map, what the program gave, since AWS adds parts of its own."""
    if key not in live:
        return given
    plain, now = strip(given), live[key]
    if isinstance(plain, dict) and isinstance(now, dict) and f"{key}.*" not in kind.arguments:
        now = {part: now.get(part, item) for part, item in plain.items()}
    return given if same(plain, now) else now


def _outputs(kind: Kind, inputs: Object, live: Object) -> Object:
    """The state: arguments as given, in secrecy as given, and what the table allows of what AWS says."""
    plain = {key: item for key, item in inputs.items() if key != DEFAULTS}
    told = {key: live[key] for key in kind.outputs if key in live}
    return annotate({**strip(plain), **told}, plain)


def _asked(doing: str, call: Callable[[], _Result]) -> _Result:
    """What AWS answers. Raises ProviderError with what was done and what AWS says against it."""
    try:
        return call()
    except ClientError as error:
        told = error.response["Error"]
        raise ProviderError(f"{doing}: {error.operation_name}: {told['Code']}: {told['Message']}") from None
    except (ParamValidationError, BotoCoreError) as error:
        raise ProviderError(f"{doing}: {error}") from None
