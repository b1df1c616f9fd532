"""A Kubernetes provider's process, official or stand-in, asked directly as the engine asks it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc


class _SilentEngine(engine_pb2_grpc.EngineServicer):
    """What a plugin logs goes nowhere."""

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        return empty_pb2.Empty()


class PluginProcess:
    """Check and Diff with plain values; secrets are in Pulumi's own notation."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def check(self, token: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The checked inputs, or {"error": ...}."""
        request = provider_pb2.CheckRequest(urn=_urn(token), olds=_struct(old), news=_struct(new), randomSeed=b"0" * 32)
        try:
            answer = self._stub.Check(request)
        except grpc.RpcError as error:
            return {"error": str(error.details())}
        return dict(json_format.MessageToDict(answer.inputs))

    def diff(self, token: str, state: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Changes, detailed differences, replacing paths and delete-before-replace."""
        request = provider_pb2.DiffRequest(urn=_urn(token), id="x", olds=_struct(state), news=_struct(new))
        answer = self._stub.Diff(request)
        kinds = provider_pb2.PropertyDiff.Kind
        return {
            "changes": answer.changes == provider_pb2.DiffResponse.DIFF_SOME,
            "fields": {path: kinds.Name(item.kind) for path, item in sorted(answer.detailedDiff.items())},
            "replaces": sorted(answer.replaces),
            "deleteBeforeReplace": answer.deleteBeforeReplace,
        }


@contextmanager
def plugin_process(executable: Path, kubeconfig: Path, **config: str) -> Iterator[PluginProcess]:
    """A plugin that is configured for a cluster; `config` is kubernetes:KEY."""
    engine = grpc.server(futures.ThreadPoolExecutor(4))
    engine_pb2_grpc.add_EngineServicer_to_server(_SilentEngine(), engine)
    address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
    engine.start()
    process = subprocess.Popen([executable, address], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            settings = {"kubeconfig": str(kubeconfig), **config}
            variables = {f"kubernetes:config:{key}": value for key, value in settings.items()}
            stub.Configure(
                provider_pb2.ConfigureRequest(variables=variables, args=_struct(settings), acceptSecrets=True)
            )
            yield PluginProcess(stub)
    finally:
        process.kill()
        process.wait(10)
        engine.stop(0)


def _urn(token: str) -> str:
    return f"urn:pulumi:dev::shop::{token}::thing"


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update(values)
    return found
