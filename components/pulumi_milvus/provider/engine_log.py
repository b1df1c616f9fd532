"""Lines from the provider to the user, shown beside the resource they are about."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pulumi_milvus.resources.handler import Severity

if TYPE_CHECKING:
    from pulumi.runtime.proto import engine_pb2_grpc


class EngineLog:
    """Sends lines to the engine that started this provider; says nothing where there is none."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._engine: engine_pb2_grpc.EngineStub | None = None
        self._lock = threading.Lock()

    def write(self, severity: Severity, message: str, urn: str) -> None:
        """Show a line beside a resource; a failing engine is no reason to fail the resource."""
        import grpc
        from pulumi.runtime.proto import engine_pb2

        if not self._address:
            return
        level = engine_pb2.WARNING if severity == "warning" else engine_pb2.INFO
        request = engine_pb2.LogRequest(severity=level, message=message, urn=urn, ephemeral=severity == "progress")
        try:
            self._stub().Log(request, timeout=5)
        except grpc.RpcError:
            return

    def _stub(self) -> engine_pb2_grpc.EngineStub:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc

        with self._lock:
            if self._engine is None:
                self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address or ""))
            return self._engine
