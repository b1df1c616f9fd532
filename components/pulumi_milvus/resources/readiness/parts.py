"""One part of a Milvus that is ready or is not, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A role, a dependency, the Service, or the resource itself."""

    name: str
    problem: str = ""
    """Why it is not ready, empty where it is."""
    ready: int | None = None
    """Pods that are ready, None for what has no pods."""
    wanted: int | None = None

    def __str__(self) -> str:
        counted = f" is at {self.ready} of {self.wanted}" if self.wanted is not None else ""
        return f"{self.name}{counted}: {self.problem}" if self.problem else f"{self.name}{counted}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look at the cluster showed."""

    parts: tuple[Part, ...]
    endpoint: str = ""
    status: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.unready

    @property
    def unready(self) -> tuple[Part, ...]:
        """What is missing, the likeliest cause first: dependencies and roles before the status that sums them up."""
        return tuple(part for part in self.parts if part.problem)

    @property
    def progress(self) -> str:
        """One line: each role at n of m, then the first thing that is missing."""
        counted = [f"{p.name} {p.ready}/{p.wanted}" for p in self.parts if p.wanted is not None]
        first = f"{self.unready[0].name}: {self.unready[0].problem}" if self.unready else "ready"
        return f"{', '.join(counted)}; {first}" if counted else first
