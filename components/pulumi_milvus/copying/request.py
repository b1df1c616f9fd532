"""What is to be copied, from where, to where, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pulumi_milvus.resources.endpoint import Endpoint

MAX_BATCH_ROWS = 16_384
"""The most rows that one query returns (`quotaAndLimits.limits.maxQueryResultWindow`; MAX_BATCH_SIZE of pymilvus)."""


@dataclass(frozen=True)
class Place:
    """One end of a copy: a Milvus and a database in it."""

    endpoint: Endpoint
    database: str = "default"

    @property
    def identity(self) -> str:
        """The same for the same data, however the path to a Lite file was written."""
        where = str(self.endpoint.path()) if self.endpoint.is_lite_file else self.endpoint.uri.rstrip("/")
        return f"{where} {self.database or 'default'}"

    def __str__(self) -> str:
        return str(self.endpoint) if self.database in ("", "default") else f"{self.endpoint} ({self.database})"


@dataclass(frozen=True)
class CopyRequest:
    """One run of the command."""

    source: Place
    target: Place
    checkpoint: Path
    collections: tuple[str, ...] = ()
    """Names in the source; empty for all."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Name in the source to name in the target, where they differ."""
    aliases: tuple[str, ...] = ()
    """Aliases that point to the copied collections when everything is verified."""
    batch_rows: int | None = None
    """Rows read and written at once; None for as many as make about 8 MiB."""
    sample_rows: int = 100
    """Rows compared field by field at the end, for each collection."""
    create: bool = False
    """Whether collections that the target lacks are made with the source's schema and indexes."""
    new_keys: bool = False
    """Whether a target that makes its own keys may give rows other keys than they had."""
    from_start: bool = False
    """Whether rows copied by an earlier run are copied again."""


@dataclass(frozen=True)
class Pair:
    """One collection and the one that it is copied into."""

    source: str
    target: str

    def __str__(self) -> str:
        return self.source if self.source == self.target else f"{self.source} -> {self.target}"
