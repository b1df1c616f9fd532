"""What loaded data takes on query nodes, in every kind of room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loaded data takes on query nodes, bytes.

    ``resident_bytes`` in memory; ``reserved_bytes`` what the loader counts against 90 % of it once loaded, and
    ``admitted_bytes`` before it loads; ``loading_bytes`` what loading adds for a moment; ``disk_bytes`` on local disk;
    ``gpu_bytes`` on the GPU.
    """

    resident_bytes: int = 0
    reserved_bytes: int = 0
    loading_bytes: int = 0
    disk_bytes: int = 0
    gpu_bytes: int = 0
    admitted_bytes: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.resident_bytes + other.resident_bytes,
            self.reserved_bytes + other.reserved_bytes,
            self.loading_bytes + other.loading_bytes,
            self.disk_bytes + other.disk_bytes,
            self.gpu_bytes + other.gpu_bytes,
            self.admitted_bytes + other.admitted_bytes,
        )

    @classmethod
    def combined(cls, how: Callable[[list[int]], int], parts: Sequence[Loaded]) -> Loaded:
        """One or more of them, each quantity combined by ``sum`` or ``max``."""
        return cls(
            how([part.resident_bytes for part in parts]),
            how([part.reserved_bytes for part in parts]),
            how([part.loading_bytes for part in parts]),
            how([part.disk_bytes for part in parts]),
            how([part.gpu_bytes for part in parts]),
            how([part.admitted_bytes for part in parts]),
        )

    def times(self, number: int) -> Loaded:
        """So many of it."""
        return Loaded(
            self.resident_bytes * number,
            self.reserved_bytes * number,
            self.loading_bytes * number,
            self.disk_bytes * number,
            self.gpu_bytes * number,
            self.admitted_bytes * number,
        )
