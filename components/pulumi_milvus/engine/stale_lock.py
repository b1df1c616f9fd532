"""Locks that a killed `pulumi` left on a stack whose state lies in a local folder.

Pulumi keeps the lock of an operation that ended without a word, and asks for `pulumi cancel`. Where the lock says that
it was taken on this machine by a process that is gone, nobody is working on the stack, and `make up` may go on.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path

FILE_SCHEME = "file://"


def is_stale(state: Path, stack: str) -> bool:
    """Whether the stack is locked, and every lock's process is known to be gone.

    ``state`` is the folder that holds ``.pulumi``. A lock that cannot be read, or of another machine, is not stale.
    """
    locks = [file for file in (state / ".pulumi" / "locks").glob(f"*/*/{stack}/*.json") if file.is_file()]
    return bool(locks) and all(_is_left_behind(lock) for lock in locks)


def local_state(default: Path, environment: Mapping[str, str]) -> Path | None:
    """The folder with the state, or None where the user keeps it elsewhere."""
    backend = environment.get("PULUMI_BACKEND_URL")
    if not backend:
        return default
    if not backend.startswith(FILE_SCHEME):
        return None
    return Path(backend.removeprefix(FILE_SCHEME).partition("?")[0]).expanduser()


def _is_left_behind(lock: Path) -> bool:
    try:
        content = json.loads(lock.read_text())
        pid, host = int(content["pid"]), content["hostname"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if host != socket.gethostname() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
