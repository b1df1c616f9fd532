"""A resource, the operator's loop and time, for tests that watch what happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .documents import Document, section, value_at
from .loop import Loop
from .memory_server import MemoryApi
from .reconciling import Reconciler
from .waits import Waits

NAMESPACE = "a"


@dataclass
class Scene:
    """One namespace with the Secret of the recordings' rig. A tick is a second of the operator's unhurried time."""

    haste: float = 1.0
    unreachable: set[str] = field(default_factory=set)
    api: MemoryApi = field(default_factory=MemoryApi)
    loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty namespace."""
        reconciler = Reconciler(
            self.api, Waits(self.haste), lambda: frozenset(self.unreachable), lambda: f"second {self.api.now:g}"
        )
        self.loop = Loop(reconciler)
        secret = {"stringData": {"accesskey": "minioadmin", "secretkey": "minioadmin"}}
        self.add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3-cred"}, **secret})

    def add(self, manifest: Mapping[str, Any]) -> None:
        """Put an object into the namespace."""
        self.api.create({**manifest, "metadata": {**manifest["metadata"], "namespace": NAMESPACE}})

    def add_milvus(self, spec: Mapping[str, Any], name: str = "vec") -> None:
        """Put a Milvus resource into the namespace."""
        self.add({"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": name}, "spec": dict(spec)})

    def tick(self, seconds: float = 1.0) -> None:
        """Let a moment pass: Deployments move, the operator takes every look that is due."""
        self.api.pass_time(seconds / self.haste)
        for _ in range(50):
            changed = self.api.changes()
            due = self.loop.turn(self.api.now, changed)
            if due > self.api.now and not self.api.changes_waiting():
                return
        raise AssertionError("the operator does not come to rest within a moment")

    def run_until(self, done: Callable[[], object], seconds: int = 900) -> float:
        """Let time pass until something holds; the seconds that it took, in the operator's unhurried time."""
        for passed in range(seconds):
            if done():
                return float(passed)
            self.tick()
        raise AssertionError(f"not within {seconds} s; the last status: {self.status}")

    def settle(self) -> None:
        """Let time pass until the resource is healthy and updated."""
        self.run_until(lambda: self.is_settled)

    @property
    def milvus(self) -> Document:
        """The resource as it is stored."""
        return self.api.get("Milvus", NAMESPACE, "vec") or {}

    @property
    def status(self) -> Document:
        """The resource's status."""
        return section(self.api.stored("Milvus", NAMESPACE, "vec"), "status")

    @property
    def is_settled(self) -> bool:
        """Healthy, updated, observed, and no roll going on."""
        stored = self.api.stored("Milvus", NAMESPACE, "vec")
        rolling = any(key.endswith("-rolling-id") for key in section(stored, "metadata", "labels"))
        seen = self.status.get("observedGeneration") == value_at(stored, "metadata", "generation")
        healthy = self.status.get("status") == "Healthy"
        return healthy and self.condition("MilvusUpdated") == "True" and seen and not rolling

    def condition(self, kind: str) -> str:
        """The status of a condition, or nothing."""
        return next((each["status"] for each in self.status.get("conditions") or [] if each["type"] == kind), "")

    def deployment(self, ending: str) -> Document:
        """The Deployment `vec-milvus-<ending>`; empty where it is not there."""
        return self.api.stored("Deployment", NAMESPACE, f"vec-milvus-{ending}")

    def image(self, ending: str) -> str:
        """The image of its Milvus container."""
        containers = value_at(self.deployment(ending), "spec", "template", "spec", "containers") or [{}]
        return str(containers[0].get("image", ""))

    def pods(self, ending: str) -> int | None:
        """The wished pods of a Deployment, or None where it is not there."""
        wished = value_at(self.deployment(ending), "spec", "replicas")
        return None if wished is None else int(wished)

    def names(self, kind: str) -> list[str]:
        """The names of all objects of a kind."""
        return sorted(each["metadata"]["name"] for each in self.api.list(kind, NAMESPACE))
