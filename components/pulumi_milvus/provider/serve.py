"""Serves the provider to the engine that started this process."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_milvus.provider.engine_log import EngineLog
from pulumi_milvus.provider.provider import MilvusProvider
from pulumi_milvus.resources.errors import ResourceError

_ENGINE_WATCH_SECONDS = 2.0


class Servicer(ProviderServicer):
    """The SDK's servicer, with errors in plain words and components constructed by the SDK's component host."""

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Construct a component for a program in another language."""
        from pulumi_milvus.provider.component_host import ComponentServicer, component_provider

        servicer = ComponentServicer(component_provider(), self._args, self._engine_address)
        return await servicer.Construct(request, context)

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Let the engine compare the provider's settings: the SDK's own answer turns changed into unchanged."""
        from pulumi.runtime.proto import provider_pb2

        return provider_pb2.DiffResponse()


def _shown(servicer: Servicer, what: object) -> str:
    text = str(what)
    provider = servicer._provider
    return provider.without_token(text) if isinstance(provider, MilvusProvider) else text


def _in_plain_words(name: str) -> Any:
    inherited = getattr(ProviderServicer, name)

    async def call(self: Servicer, request: Any, context: Any) -> Any:
        try:
            return await inherited(self, request, context)
        except ResourceError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, _shown(self, error))
        except Exception as error:
            # A defect of ours: the traceback goes to the log (`pulumi -v`), the user gets one line.
            logging.getLogger(__name__).debug("%s failed:\n%s", name, _shown(self, traceback.format_exc()))
            await context.abort(grpc.StatusCode.UNKNOWN, _shown(self, f"{type(error).__name__}: {error}"))

    return call


for _name in ("Check", "Diff", "Create", "Read", "Update", "Delete", "GetSchema", "CheckConfig", "Configure"):
    setattr(Servicer, _name, _in_plain_words(_name))


def main(arguments: Sequence[str], version: str) -> None:
    """Serve until the engine ends. `arguments` are the plugin's, the engine's address among them."""
    # It logs failed calls with their traceback; the engine would show that beside our own words.
    logging.getLogger("milvus_lite").setLevel(logging.CRITICAL + 1)
    engine_address = next((argument for argument in arguments if _is_address(argument)), None)
    if engine_address:
        threading.Thread(target=_end_with_engine, args=[engine_address], daemon=True).start()
    try:
        asyncio.run(_serve(engine_address, version))
    except KeyboardInterrupt:
        return


async def _serve(engine_address: str | None, version: str) -> None:
    provider = MilvusProvider(EngineLog(engine_address))
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    servicer = Servicer([], version, provider, engine_address=engine_address or "")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        await server.wait_for_termination()
    finally:
        await provider.cancel()


def _is_address(argument: str) -> bool:
    host, separator, port = argument.rpartition(":")
    return bool(separator and host and port.isdigit())


def _end_with_engine(address: str) -> None:
    """End this process when its engine is gone, however it went: an orphan would keep a Lite file locked."""
    host, _, port = address.rpartition(":")
    parent = os.getppid()
    while True:
        time.sleep(_ENGINE_WATCH_SECONDS)
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
            gone = os.getppid() != parent
        except OSError:
            gone = True
        if gone:
            os._exit(0)
