"""How far a copy is, kept in a file beside it, so that a killed copy goes on where it was."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pulumi_milvus.copying.keys import Key
from pulumi_milvus.planning.problems import InvalidValues, Problem

VERSION = 1


@dataclass
class PartitionState:
    """One partition of the source, as far as it is copied."""

    last_key: Key | None = None
    rows: int = 0


@dataclass
class PairState:
    """One collection, as far as it is copied."""

    target_rows_before: int = 0
    """Rows that the target held before the first row was copied."""
    new_keys: bool = False
    partitions: dict[str, PartitionState] = field(default_factory=dict)
    pending_rows: int = 0
    """Rows that were being written when this was noted, where the target makes new keys; else 0."""
    last_new_key: Key | None = None
    """The highest key that the target gave a row of which it said so."""
    sample: list[list[Key]] = field(default_factory=list)
    """Keys of rows drawn evenly from all that were copied: in the source, and in the target."""

    @property
    def rows(self) -> int:
        """Rows copied so far, by all runs."""
        return sum(state.rows for state in self.partitions.values())

    def partition(self, name: str) -> PartitionState:
        """The state of a partition, from its beginning where nothing is known."""
        return self.partitions.setdefault(name, PartitionState())


class Checkpoint:
    """The file, and the state of every pair in it."""

    def __init__(self, path: Path, pairs: dict[str, PairState]) -> None:
        self.path = path
        self._pairs = pairs

    def pair(self, name: str) -> PairState:
        """The state of a pair, from its beginning where nothing is known."""
        return self._pairs.setdefault(name, PairState())

    def begin_anew(self, name: str) -> PairState:
        """Forget how far a pair is."""
        self._pairs[name] = PairState()
        return self._pairs[name]

    def save(self) -> None:
        """Replace the file at once: a kill leaves the one before or this one."""
        content = {"version": VERSION, "pairs": {name: asdict(state) for name, state in self._pairs.items()}}
        draft = self.path.with_name(f"{self.path.name}.draft")
        with open(draft, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.path)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Checkpoint]:
    """The checkpoint at a path, held by this process alone.

    Raises InvalidValues where it cannot be read or written, or where another copy holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = open(path.with_name(f"{path.name}.lock"), "a", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InvalidValues(
            [Problem("--checkpoint", str(path), f"{error.strerror}", "a file in a folder of yours")]
        ) from (error)
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            reason = "another copy between these two is running, and both would write the same rows"
            raise InvalidValues([Problem("--checkpoint", str(path), reason, "wait until it has ended")]) from None
        yield Checkpoint(path, _read(path))


def default_path(folder: Path, source: str, target: str) -> Path:
    """The checkpoint of a copy between two places: the same for every run of the same copy."""
    name = hashlib.sha256(f"{source}\0{target}".encode()).hexdigest()[:12]
    return folder / f".pulumi-milvus-copy-{name}.json"


def _read(path: Path) -> dict[str, PairState]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"it is of version {content['version']}, this is {VERSION}")
        return {name: _pair(raw) for name, raw in content["pairs"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it is not a checkpoint of a copy: {error}"
        raise InvalidValues([Problem("--checkpoint", str(path), reason, "another path, or remove it")]) from None


def _pair(raw: dict[str, Any]) -> PairState:
    partitions = {name: PartitionState(**state) for name, state in raw.pop("partitions").items()}
    return PairState(partitions=partitions, **raw)
