"""The password check before a Milvus Lite: its users here, everything else there.

with lite_server(folder) as port, relay(port, first=lambda: "password of the Secret") as server:
    MilvusClient(server.uri, token="root:password of the Secret").list_collections()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from pymilvus.grpc_gen import common_pb2, milvus_pb2

from authentication.server import AuthenticationServer, PasswordCheck, Servicer

_SERVICE = "milvus.proto.milvus.MilvusService"
_LARGEST_BYTES = 256 * 1024 * 1024


@contextmanager
def relay(port: int, first: Callable[[], str]) -> Iterator[AuthenticationServer]:
    """A server on a free port of the loopback address, before the one at `port`.

    `first` gives `common.security.defaultRootPassword`, which is read once, when the first call makes the database.
    """
    state = _NewDatabase(first)
    sizes = [("grpc.max_receive_message_length", _LARGEST_BYTES), ("grpc.max_send_message_length", _LARGEST_BYTES)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=sizes) as channel:
        server = grpc.server(ThreadPoolExecutor(8), interceptors=[PasswordCheck(state)], options=sizes)
        update = grpc.unary_unary_rpc_method_handler(
            Servicer(state).UpdateCredential,
            request_deserializer=milvus_pb2.UpdateCredentialRequest.FromString,
            response_serializer=common_pb2.Status.SerializeToString,
        )
        own = grpc.method_handlers_generic_handler(_SERVICE, {"UpdateCredential": update})
        server.add_generic_rpc_handlers([own, _PassedOn(channel)])
        state.uri = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        yield state
        server.stop(0).wait(5)


class _NewDatabase(AuthenticationServer):
    """Nobody is in it until somebody asks."""

    def __init__(self, first: Callable[[], str]) -> None:
        super().__init__({})
        self._first = first
        self._lock = threading.Lock()

    def password_of(self, user: str) -> str | None:
        with self._lock:
            if not self.passwords:
                self.passwords["root"] = self._first()
        return super().password_of(user)


class _PassedOn(grpc.GenericRpcHandler):
    """Every call that is not about users, as bytes."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        method = handler_call_details.method
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(method)

        def passed_on(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                return call(request, metadata=context.invocation_metadata())
            except grpc.RpcError as error:
                context.abort(error.code(), error.details() or "")

        return grpc.unary_unary_rpc_method_handler(passed_on)
