"""Pods of one kind, with or without volumes: values and their JSON."""

from __future__ import annotations

from dataclasses import dataclass

PodsJson = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Pods:
    """A number of equal pods: cores and memory in GiB of each; ints, but for pods that have half a core."""

    cpu_cores_per_pod: float
    memory_gib_per_pod: int
    pod_count: int

    @property
    def cpu_cores(self) -> float:
        """Cores of all pods."""
        return self.cpu_cores_per_pod * self.pod_count

    @property
    def memory_gib(self) -> int:
        """Memory of all pods, GiB."""
        return self.memory_gib_per_pod * self.pod_count

    @property
    def storage_gib(self) -> float:
        """Volumes of all pods, GiB."""
        return 0

    def to_json(self) -> PodsJson:
        """The pods as plain data."""
        return {
            "cpu_cores_per_pod": self.cpu_cores_per_pod,
            "memory_gib_per_pod": self.memory_gib_per_pod,
            "pod_count": self.pod_count,
        }


@dataclass(frozen=True, slots=True)
class StoringPods(Pods):
    """Pods with one volume each, GiB."""

    pvc_gib_per_pod: int

    @property
    def storage_gib(self) -> float:
        """Volumes of all pods, GiB."""
        return self.pvc_gib_per_pod * self.pod_count

    def to_json(self) -> PodsJson:
        """The pods as plain data."""
        return {**Pods.to_json(self), "pvc_gib_per_pod": self.pvc_gib_per_pod}


@dataclass(frozen=True, slots=True)
class Bookies(Pods):
    """Pulsar's bookies: volumes for journal and ledgers, GiB each; a journal has a whole number of halves."""

    journal_gib_per_pod: float
    ledgers_gib_per_pod: int

    @property
    def storage_gib(self) -> float:
        """Volumes of all pods, GiB."""
        return (self.journal_gib_per_pod + self.ledgers_gib_per_pod) * self.pod_count

    def to_json(self) -> PodsJson:
        """The pods as plain data."""
        return {
            **Pods.to_json(self),
            "journal_gib_per_pod": self.journal_gib_per_pod,
            "ledgers_gib_per_pod": self.ledgers_gib_per_pod,
        }
