"""The provider's own process, spoken to as the engine speaks to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_cli import CLONE
from pulumi_milvus.resources.wire import Plain, plain_map, property_map


@contextmanager
def provider_process(settings: Mapping[str, Any], folder: Path, *arguments: str) -> Iterator[ProviderClient]:
    """A configured provider, started in `folder` the way the language host starts it."""
    process = subprocess.Popen(
        [sys.executable, str(CLONE / "components"), *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            client = ProviderClient(provider_pb2_grpc.ResourceProviderStub(channel), process)
            client.stub.Configure(provider_pb2.ConfigureRequest(args=_struct(settings), acceptSecrets=True))
            yield client
    finally:
        process.terminate()
        process.wait(10)


class ProviderClient:
    """The calls of the engine, with plain values."""

    def __init__(self, stub: Any, process: subprocess.Popen[str]) -> None:
        self.stub = stub
        self.process = process

    def check(self, urn: str, new: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> tuple[Plain, list[str]]:
        """Checked inputs and the words of every failure."""
        answer = self.stub.Check(provider_pb2.CheckRequest(urn=urn, olds=_struct(old or {}), news=_struct(new)))
        return _plain(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(self, urn: str, state: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
        """The engine's DiffResponse."""
        return self.stub.Diff(provider_pb2.DiffRequest(urn=urn, id="x", olds=_struct(state), news=_struct(new)))

    def create(self, urn: str, inputs: Mapping[str, Any], *, preview: bool = False) -> tuple[str, Plain]:
        """The id and the state."""
        answer = self.stub.Create(provider_pb2.CreateRequest(urn=urn, properties=_struct(inputs), preview=preview))
        return answer.id, _plain(answer.properties)

    def read(
        self, urn: str, identifier: str, state: Mapping[str, Any] | None = None, inputs: Mapping[str, Any] | None = None
    ) -> tuple[str, Plain, Plain]:
        """The id, the state and the inputs."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                urn=urn, id=identifier, properties=_struct(state or {}), inputs=_struct(inputs or {})
            )
        )
        return answer.id, _plain(answer.properties), _plain(answer.inputs)

    def update(self, urn: str, state: Mapping[str, Any], new: Mapping[str, Any], *, preview: bool = False) -> Plain:
        """The new state."""
        request = provider_pb2.UpdateRequest(urn=urn, id="x", olds=_struct(state), news=_struct(new), preview=preview)
        return _plain(self.stub.Update(request).properties)

    def delete(self, urn: str, identifier: str, state: Mapping[str, Any]) -> None:
        """Delete it."""
        self.stub.Delete(provider_pb2.DeleteRequest(urn=urn, id=identifier, properties=_struct(state)))


def _struct(values: Mapping[str, Any]) -> Any:
    return PropertyValue.marshal_map(property_map(values))


def _plain(values: Any) -> Plain:
    return plain_map(PropertyValue.unmarshal_map(values))
