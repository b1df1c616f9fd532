"""Only a lock of a process of this machine that is gone is stale."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_milvus.engine.stale_lock import is_stale, local_state


def lock(state: Path, content: Any) -> None:
    """Put a lock on the stack dev."""
    folder = state / ".pulumi" / "locks" / "organization" / "milvus" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{len(list(folder.iterdir()))}.json").write_text(
        content if isinstance(content, str) else json.dumps(content)
    )


def ended_pid() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_lock_of_an_ended_process_is_stale(tmp_path: Path) -> None:
    assert not is_stale(tmp_path, "dev")
    lock(tmp_path, {"pid": ended_pid(), "hostname": socket.gethostname()})
    assert is_stale(tmp_path, "dev")
    assert not is_stale(tmp_path, "prod")


@pytest.mark.parametrize(
    "other",
    [
        {"pid": os.getpid(), "hostname": socket.gethostname()},
        {"pid": 1, "hostname": socket.gethostname()},
        {"pid": 999_999_999, "hostname": "another-machine"},
        {"pid": "many", "hostname": socket.gethostname()},
        {"hostname": socket.gethostname()},
        [],
        "{not json",
    ],
)
def test_any_other_lock_stays(tmp_path: Path, other: Any) -> None:
    lock(tmp_path, {"pid": ended_pid(), "hostname": socket.gethostname()})
    lock(tmp_path, other)
    assert not is_stale(tmp_path, "dev")


def test_state_elsewhere_is_not_ours_to_judge(tmp_path: Path) -> None:
    assert local_state(tmp_path, {}) == tmp_path
    assert local_state(tmp_path, {"PULUMI_BACKEND_URL": "file:///a/b?no_tmp_dir=true"}) == Path("/a/b")
    assert local_state(tmp_path, {"PULUMI_BACKEND_URL": "s3://bucket"}) is None
