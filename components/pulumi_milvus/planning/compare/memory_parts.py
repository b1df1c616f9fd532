"""What the memory of a deployment is for: by role, and by cause, all pods together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.plan import Plan, Role

LOADED: Final = "loaded data"
LOADING: Final = "loading, one segment more"
BUILDING: Final = "building indexes"
GROWING: Final = "new rows, not sealed yet"
PROCESSES: Final = "processes"
SPARE: Final = "room for a lost pod or zone"
FREE: Final = "free (cores decide, 90 % rule)"
OTHER: Final = "other"
CAUSES: Final = (LOADED, LOADING, SPARE, BUILDING, GROWING, PROCESSES, FREE, OTHER)

# How the terms of the plan's sums begin -> their cause; the first that fits.
_BEGINNINGS: Final = (
    ("the query node's own process", PROCESSES),
    ("process", PROCESSES),
    ("a proxy", PROCESSES),
    ("a coordinator", PROCESSES),
    ("collections beyond", PROCESSES),
    ("index", LOADED),
    ("rows", LOADED),
    ("scalar", LOADED),
    ("loaded", LOADED),
    ("one whole segment", LOADING),
    ("loading", LOADING),
    ("building", BUILDING),
    ("growing", GROWING),
    ("sealed rows", GROWING),
)


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """Memory of all pods of a role that has one cause, bytes."""

    role: str
    cause: str
    memory_bytes: int


def memory_parts(plan: Plan) -> tuple[MemoryPart, ...]:
    """The memory of every role by cause; the parts of a role add up to what its pods ask for."""
    return tuple(part for name, role in plan.roles.items() for part in _of_role(plan, name, role))


def cause_of(term: str) -> str:
    """The cause of a term of a plan's sum."""
    return next((cause for beginning, cause in _BEGINNINGS if term.startswith(beginning)), OTHER)


def _of_role(plan: Plan, name: str, role: Role) -> Iterator[MemoryPart]:
    causes: dict[str, float] = {}
    for cause, each_bytes in _terms(plan, name, role):
        causes[cause] = causes.get(cause, 0.0) + each_bytes
    total = role.pods * role.memory_bytes
    standing = _standing_pods(plan, name, role)
    needed = sum(causes.values())
    shown: dict[str, float] = {cause: standing * value for cause, value in causes.items()}
    if role.pods > standing:
        shown[SPARE] = (role.pods - standing) * needed
    left, parts = total, []
    for cause in CAUSES:
        # A sum above what the pod has (it is at its limit at the worst moment only) is cut there.
        part = min(left, round(shown.get(cause, 0.0)))
        if part > 0:
            parts.append(MemoryPart(name, cause, part))
            left -= part
    if left:
        parts.append(MemoryPart(name, FREE, left))
    yield from parts


def _terms(plan: Plan, name: str, role: Role) -> Iterator[tuple[str, float]]:
    figure = plan.figures.get(f"roles.{name}.memory_bytes")
    if figure is not None:
        for term in figure.terms:
            yield cause_of(term.name), term.value
    elif role.loaded_bytes_per_pod is not None:  # Milvus Lite: one process, which writes beside what it holds
        yield LOADED, role.loaded_bytes_per_pod
        if role.peak_bytes_per_pod is not None:
            yield GROWING, role.peak_bytes_per_pod - role.loaded_bytes_per_pod


def _standing_pods(plan: Plan, name: str, role: Role) -> int:
    """Pods that must stand: those beyond them take over when a pod or a zone is lost."""
    figure = plan.figures.get("roles.query_node.pods")
    if name != "query_node" or figure is None or not figure.terms or (plan.workload.replicas or 1) > 1:
        return role.pods
    return max(1, min(role.pods, round(figure.terms[0].value)))
