"""Fixtures of tests that need a real Milvus Lite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resource_driver import Place


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A Milvus Lite that answers: as a file that the resources open themselves, and behind its own gRPC server."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    if request.param == "file":
        place = Place(str(tmp_path / "milvus.db"))
        yield place
        place.lite_files.close_all()
        return
    server, database, port = start_server_in_thread(str(tmp_path / "served.db"), host="127.0.0.1", port=0)
    yield Place(f"http://127.0.0.1:{port}")
    server.stop(grace=1).wait(2)
    database.close()
