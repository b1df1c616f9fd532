"""Serves the provider to the engine that started this process, and ends with it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence

import grpc.aio
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from kubernetes_provider import VERSION
from kubernetes_provider.provider import KubernetesProvider
from kubernetes_provider.servicer import Servicer
from pulumi_milvus.provider.engine_log import EngineLog

_ENGINE_WATCH_SECONDS = 2.0


def main(arguments: Sequence[str]) -> None:
    """Serve until the engine ends. `arguments` are the plugin's, the engine's address among them."""
    engine_address = next((argument for argument in arguments if is_address(argument)), None)
    if engine_address:
        threading.Thread(target=end_with_engine, args=[engine_address], daemon=True).start()
    try:
        asyncio.run(_serve(engine_address))
    except KeyboardInterrupt:
        pass
    finally:
        # Threads that still wait for an object must not hold the process up.
        sys.stdout.flush()
        os._exit(0)


async def _serve(engine_address: str | None) -> None:
    provider = KubernetesProvider(EngineLog(engine_address))
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    servicer = Servicer([], VERSION, provider, engine_address=engine_address or "")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        await server.wait_for_termination()
    finally:
        await provider.cancel()


def is_address(argument: str) -> bool:
    """Whether an argument is the engine's address, host:port."""
    host, separator, port = argument.rpartition(":")
    return bool(separator and host and port.isdigit())


def end_with_engine(address: str) -> None:
    """End this process when its engine is gone, however it went."""
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
