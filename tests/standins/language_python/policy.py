"""Policy packs: the engine configures a running pack, the policy SDK wants the configuration in its environment.

So the engine first talks to a relay. It answers the handshake and takes the configuration itself; then the pack's
process is started with it, and every other call is handed on as it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2

_SERVICE = "/pulumirpc.Analyzer/"
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Relay(grpc.GenericRpcHandler):
    """An analyzer that stands before the policy pack's own."""

    def __init__(self, start: Callable[[dict[str, str]], None]) -> None:
        self._start = start
        self._config: analyzer_pb2.AnalyzerStackConfigureRequest | None = None
        self._started = False
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._channel: grpc.Channel | None = None
        self._server = grpc.server(futures.ThreadPoolExecutor(32), options=_UNLIMITED)
        self._server.add_generic_rpc_handlers((self,))
        self.port: int = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        """Choose what a call does by its name."""
        method = details.method
        if not method.startswith(_SERVICE):
            return None
        own = {"Handshake": self._handshake, "ConfigureStack": self._configure}.get(method.removeprefix(_SERVICE))
        return grpc.unary_unary_rpc_method_handler(own or (lambda request, call: self._pass_on(method, request, call)))

    def attach(self, port: int) -> None:
        """The pack's process listens on ``port``."""
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_UNLIMITED)
        if self._config is not None:
            try:
                _call(channel, _SERVICE + "ConfigureStack", self._config.SerializeToString())
            except grpc.RpcError as error:
                # Older packs know only the environment.
                if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                    self.detach()
                    return
        self._channel = channel
        self._ready.set()

    def detach(self) -> None:
        """The pack's process has ended: nobody waits for it any longer."""
        self._ready.set()

    def stop(self) -> None:
        """Answer no more calls."""
        self.detach()
        self._server.stop(0)

    def _handshake(self, _request: bytes, _context: grpc.ServicerContext) -> bytes:
        return bytes(analyzer_pb2.AnalyzerHandshakeResponse().SerializeToString())

    def _configure(self, request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._config = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
        self._start_once()
        return bytes(analyzer_pb2.AnalyzerStackConfigureResponse().SerializeToString())

    def _pass_on(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        # Some commands ask without ever configuring; then the pack runs without a stack.
        self._start_once()
        self._ready.wait()
        if self._channel is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "policy pack not started: its process ended")
        assert self._channel is not None
        try:
            return _call(self._channel, method, request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details() or "")
            raise

    def _start_once(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
        self._start(settings(self._config))


def _call(channel: grpc.Channel, method: str, request: bytes) -> bytes:
    # Without serialisers: the bytes go through as they are.
    call: Any = channel.unary_unary(method)
    answer: bytes = call(request, wait_for_ready=True)
    return answer


def settings(config: analyzer_pb2.AnalyzerStackConfigureRequest | None) -> dict[str, str]:
    """The stack's configuration as the policy SDK reads it from the environment."""
    if config is None:
        return {}
    found = {
        "PULUMI_CONFIG": json.dumps(dict(config.config)),
        "PULUMI_ORGANIZATION": config.organization,
        "PULUMI_PROJECT": config.project,
        "PULUMI_STACK": config.stack,
        "PULUMI_DRY_RUN": str(config.dry_run).lower(),
    }
    return {name: value for name, value in found.items() if value}


def split_port(pieces: Iterator[tuple[str, bytes]], on_port: Callable[[int], None]) -> Iterator[tuple[str, bytes]]:
    """Take the pack's first line, its port, out of its output and hand it over; the rest goes on."""
    line = b""
    found = False
    for name, data in pieces:
        if found or name != "stdout":
            yield name, data
            continue
        line += data
        first, newline, rest = line.partition(b"\n")
        if not newline:
            continue
        found = True
        if first.strip().isdigit():
            on_port(int(first))
        else:
            rest = line
        if rest:
            yield name, rest
