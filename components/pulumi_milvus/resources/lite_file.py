"""Opens a Milvus Lite file for as long as somebody uses it, and no longer.

One process at a time may hold a Lite file. A provider may outlive its engine for a moment, and a program may open the
file between two operations: so the file is opened on first use, shared by the operations that overlap, and closed
shortly after the last one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi_milvus.resources.errors import ResourceError

LINGER_SECONDS = 1.0
"""How long an unused file stays open: operations of one deployment follow each other at once, opening costs 20 ms."""
WAIT_FOR_LOCK_SECONDS = 15.0
"""How long to wait for another process, which may just be finishing."""
_REMEMBER_HOLDER_SECONDS = 30.0


class _HeldError(ResourceError):
    """Another process kept the file open for as long as we waited."""


@dataclass
class _OpenFile:
    server: Any
    database: Any
    port: int

    def close(self) -> None:
        self.server.stop(grace=1).wait(2)
        self.database.close()


@dataclass
class _Slot:
    """One path, opened or not; its lock is held while it is being opened or closed, which may take long."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    opened: _OpenFile | None = None
    users: int = 0
    closer: threading.Timer | None = field(default=None, repr=False)
    held_until: float = 0.0


class LiteFiles:
    """The Lite files that this process has open, each served on a port of the loopback address."""

    def __init__(self) -> None:
        self._slots: dict[Path, _Slot] = {}
        self._lock = threading.Lock()
        self.alias_changes = threading.Lock()
        """Held while aliases may change: Milvus Lite 3.2 writes all of them to one temporary file, without a lock."""

    @contextlib.contextmanager
    def address(self, path: Path, wait_seconds: float = WAIT_FOR_LOCK_SECONDS) -> Iterator[str]:
        """The address of a server on this file, open at least until the context ends.

        Raises ResourceError where another process keeps the file open, or where it cannot be opened.
        """
        slot = self._slot(path)
        with slot.lock:
            opened = slot.opened or _opened(slot, path, wait_seconds)
            if slot.closer:
                slot.closer.cancel()
                slot.closer = None
            slot.users += 1
        try:
            yield f"http://127.0.0.1:{opened.port}"
        finally:
            with slot.lock:
                slot.users -= 1
                if slot.users == 0 and slot.opened:
                    slot.closer = threading.Timer(LINGER_SECONDS, _close_if_idle, [slot])
                    slot.closer.daemon = True
                    slot.closer.start()

    def remove_if_empty(self, path: Path) -> None:
        """Remove a file that holds no collection in any database, unless somebody uses it."""
        slot = self._slot(path)
        with slot.lock:
            if slot.users or not slot.opened or not _is_empty(slot.opened.database):
                return
            _close(slot)
            # Renamed first: whoever opens the path from now on makes a new one.
            leaving = path.with_name(f".{path.name}.removed-{os.getpid()}")
            with contextlib.suppress(OSError):
                path.rename(leaving)
                shutil.rmtree(leaving)

    def close_all(self) -> None:
        """Close every file now, used or not."""
        with self._lock:
            slots = list(self._slots.values())
        for slot in slots:
            # A lock that stays taken is one whose file somebody else holds: nothing to close.
            if slot.lock.acquire(timeout=2):
                _close(slot)
                slot.lock.release()

    def _slot(self, path: Path) -> _Slot:
        with self._lock:
            return self._slots.setdefault(path, _Slot())


def _opened(slot: _Slot, path: Path, wait_seconds: float) -> _OpenFile:
    # Ten resources in a file that somebody holds shall fail after one wait, not after ten.
    if slot.held_until > time.monotonic():
        wait_seconds = 0.0
    try:
        slot.opened = _open_file(path, wait_seconds)
    except _HeldError:
        slot.held_until = time.monotonic() + _REMEMBER_HOLDER_SECONDS
        raise
    slot.held_until = 0.0
    return slot.opened


def _is_empty(database: Any) -> bool:
    names = database.list_databases()
    return not any(database.list_collections(database_name=name) for name in names) and len(names) == 1


def _close_if_idle(slot: _Slot) -> None:
    with slot.lock:
        if slot.users == 0:
            _close(slot)


def _close(slot: _Slot) -> None:
    if slot.opened:
        slot.opened.close()
        slot.opened = None


def _open_file(path: Path, wait_seconds: float) -> _OpenFile:
    # Imported here: faiss, pandas and pyarrow cost two seconds that a preview need not pay.
    from milvus_lite.adapter.grpc.server import start_server_in_thread
    from milvus_lite.exceptions import DataDirLockedError

    if path.exists() and not path.is_dir():
        raise ResourceError(
            f"{path} is a file, but Milvus Lite 3 keeps a database as a folder. Files of Milvus Lite 2 cannot be read: "
            "name another path and import the rows again"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResourceError(f"the folder for the Milvus Lite file {path} cannot be made: {error}") from error
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            server, database, port = start_server_in_thread(data_dir=str(path), host="127.0.0.1", port=0)
        except DataDirLockedError as error:
            if time.monotonic() >= deadline:
                raise _HeldError(_held_message(path, wait_seconds)) from error
            time.sleep(0.2)
        except OSError as error:
            raise ResourceError(f"the Milvus Lite file {path} cannot be opened: {error}") from error
        else:
            return _OpenFile(server, database, port)


def _held_message(path: Path, waited_seconds: float) -> str:
    holder = lock_holder(path)
    who = f"process {holder[0]} ({holder[1]})" if holder else "another process"
    return (
        f"the Milvus Lite file {path} is held open by {who}, and only one process at a time may open it (waited "
        f"{waited_seconds:.0f} s). End that process, then run again (MilvusClient.close() keeps the file: pymilvus 3.0 "
        "lets go of it only with the process). Where several processes need it at once, serve it with "
        "`milvus-lite server` or use a Milvus server, and set milvus:uri to its http:// address"
    )


def clear_half_made(path: Path, database: str, collection: str) -> None:
    """Remove what a killed process left of a collection that it was creating or dropping.

    Milvus Lite 3.2 makes a collection's folder before its schema, removes them in any order, does not see a folder
    without a schema, and then cannot create a collection of that name.
    """
    from milvus_lite.db import COLLECTIONS_DIRNAME, DATABASES_DIRNAME, SCHEMA_FILENAME

    home = path if database in ("", "default") else path / DATABASES_DIRNAME / database
    folder = home / COLLECTIONS_DIRNAME / collection
    if not folder.is_dir() or (folder / SCHEMA_FILENAME).exists():
        return
    if not any(file.stat().st_size for file in folder.rglob("*.parquet")):
        shutil.rmtree(folder)
        return
    # Rows without a schema cannot be read by Milvus Lite, but they are not ours to throw away.
    kept = path.with_name(f"{path.name}-leftovers") / f"{collection}-{time.strftime('%Y%m%d-%H%M%S')}"
    kept.parent.mkdir(exist_ok=True)
    folder.rename(kept)


def lock_holder(path: Path) -> tuple[int, str] | None:
    """The process that holds a Lite file's lock, as (pid, command); None where the system does not tell."""
    try:
        inode = os.stat(path / "LOCK").st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if words[1] == "FLOCK" and words[5].endswith(f":{inode}"):
                pid = int(words[4])
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return pid, command.strip()[:120]
    except (OSError, ValueError, IndexError):
        return None
    return None
