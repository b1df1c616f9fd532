"""The server: pymilvus's own protocol, a table of users, nothing else."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc

UNKNOWN_USER = "auth check failure, please check username and password are correct"
_SHORTEST, _LONGEST = 6, 72
_NOT_AUTHENTICATED, _INVALID_PARAMETER = 1400, 1100


@dataclass
class AuthenticationServer:
    """What a test sees of it, and may change."""

    passwords: dict[str, str]
    uri: str = ""
    checks_passwords: bool = True
    """`common.security.authorizationEnabled`."""
    calls: list[str] = field(default_factory=list)
    """The method of every call that was let in."""
    refused: int = 0
    """How many were not."""
    after_update: Callable[[], None] = lambda: None
    """Called when a password has been changed and nobody has been told yet."""

    def password_of(self, user: str) -> str | None:
        """The password in force; None for nobody."""
        return self.passwords.get(user)


@contextmanager
def serve(passwords: Mapping[str, str]) -> Iterator[AuthenticationServer]:
    """A server on a free port of the loopback address."""
    state = AuthenticationServer(dict(passwords))
    server = grpc.server(ThreadPoolExecutor(8), interceptors=[PasswordCheck(state)])
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(Servicer(state), server)
    port = server.add_insecure_port("127.0.0.1:0")
    state.uri = f"http://127.0.0.1:{port}"
    server.start()
    yield state
    server.stop(0).wait(5)


class PasswordCheck(grpc.ServerInterceptor):
    """Lets in whom the table knows."""

    def __init__(self, state: AuthenticationServer) -> None:
        self._state = state

    def intercept_service(self, continuation: Any, handler_call_details: grpc.HandlerCallDetails) -> Any:
        if self._state.checks_passwords and not self._is_known(handler_call_details):
            self._state.refused += 1
            return grpc.unary_unary_rpc_method_handler(_refuse)
        self._state.calls.append(handler_call_details.method.rpartition("/")[2])
        return continuation(handler_call_details)

    def _is_known(self, call: grpc.HandlerCallDetails) -> bool:
        given = dict(call.invocation_metadata or ()).get("authorization", "")
        user, _, password = base64.b64decode(given).decode().partition(":")
        return bool(user) and self._state.password_of(user) == password


def _refuse(_request: object, context: grpc.ServicerContext) -> None:
    context.abort(grpc.StatusCode.UNAUTHENTICATED, UNKNOWN_USER)


class Servicer(milvus_pb2_grpc.MilvusServiceServicer):  # type: ignore[misc]
    """What a `RootPassword` needs of a Milvus."""

    def __init__(self, state: AuthenticationServer) -> None:
        self._state = state
        self._lock = threading.Lock()

    def Connect(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        return milvus_pb2.ConnectResponse(status=common_pb2.Status(), server_info=common_pb2.ServerInfo())

    def GetVersion(self, request: Any, context: Any) -> Any:  # noqa: N802
        return milvus_pb2.GetVersionResponse(status=common_pb2.Status(), version="v3.0.2")

    def ShowCollections(self, request: Any, context: Any) -> Any:  # noqa: N802
        return milvus_pb2.ShowCollectionsResponse(status=common_pb2.Status())

    def UpdateCredential(self, request: Any, context: Any) -> Any:  # noqa: N802
        old = base64.b64decode(request.oldPassword).decode()
        new = base64.b64decode(request.newPassword).decode()
        if not _SHORTEST <= len(new) <= _LONGEST:
            limits = f"{_SHORTEST} <= value <= {_LONGEST}"
            reason = f"invalid password length: invalid parameter[{len(new)} out of range {limits}]"
            return common_pb2.Status(code=_INVALID_PARAMETER, reason=reason)
        with self._lock:
            if self._state.passwords.get(request.username) != old:
                reason = f"old password not correct for {request.username}: not authenticated"
                return common_pb2.Status(code=_NOT_AUTHENTICATED, reason=reason)
            self._state.passwords[request.username] = new
        self._state.after_update()
        return common_pb2.Status()
