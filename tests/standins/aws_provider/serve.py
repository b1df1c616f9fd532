"""Serves the provider to the engine that started this process, and ends with it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Sequence

import grpc.aio
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from aws_provider import VERSION
from aws_provider.provider import AwsProvider
from aws_provider.servicer import Servicer
from kubernetes_provider.serve import end_with_engine, is_address


def main(arguments: Sequence[str]) -> None:
    """Serve until the engine ends. `arguments` are the plugin's, the engine's address among them."""
    engine_address = next((argument for argument in arguments if is_address(argument)), "")
    if engine_address:
        threading.Thread(target=end_with_engine, args=[engine_address], daemon=True).start()
    try:
        asyncio.run(_serve(engine_address))
    except KeyboardInterrupt:
        pass
    finally:
        sys.stdout.flush()
        os._exit(0)


async def _serve(engine_address: str) -> None:
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    servicer = Servicer([], VERSION, AwsProvider(), engine_address=engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()
