"""The machines that pods can be placed on, whoever offers them: a cloud's catalogue, or a cluster that is there.

Adding a cloud is adding a ``Catalogue``; the planner names none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from pulumi_milvus.planning.hardware.prices import PriceList

ARCHITECTURES: Final = ("x86_64", "arm64")

# What a month is in the price lists of all clouds: 365 x 24 / 12 hours.
HOURS_PER_MONTH: Final = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceType:
    """One kind of node.

    ``allocatable_*`` is what Kubernetes leaves to pods, DaemonSets included. ``gpu_memory_bytes_each`` is what the
    cloud's API says, not the maker's round figure. None means unknown; ``root_disk_bytes`` None: a volume as large as
    asked. ``max_nodes`` None: as many as asked. ``excluded_because`` says why it is never chosen, or is empty.
    """

    name: str
    architecture: str
    vcpus: int
    memory_bytes: int
    allocatable_cpu_millicores: int
    allocatable_memory_bytes: int
    family: str = ""
    generation: int = 0
    max_pods: int | None = None
    local_nvme_bytes: int = 0
    local_nvme_disks: int = 0
    local_nvme_read_iops: int | None = None
    local_nvme_write_iops: int | None = None
    root_disk_bytes: int | None = None
    gpus: int = 0
    gpu_name: str | None = None
    gpu_memory_bytes_each: int = 0
    gpu_compute_capability: str | None = None
    cpu_model: str | None = None
    simd: frozenset[str] | None = None
    volume_base_megabits_per_second: int | None = None
    volume_max_megabits_per_second: int | None = None
    volume_max_iops: int | None = None
    bare_metal: bool = False
    usd_per_hour: float | None = None
    zones: frozenset[str] | None = None
    max_nodes: int | None = None
    excluded_because: str = ""

    @property
    def usd_per_month(self) -> float | None:
        """USD for one node a month of 730 hours, or None where no price is known."""
        return None if self.usd_per_hour is None else self.usd_per_hour * HOURS_PER_MONTH


class Catalogue(Protocol):
    """Types, their prices with date and region, and whether nodes are made as asked or are there already."""

    @property
    def types(self) -> tuple[InstanceType, ...]:
        """Every type, those that are never chosen too."""

    @property
    def creates_nodes(self) -> bool:
        """True where as many nodes as wanted can be had; False for a cluster that is already there."""

    @property
    def single_machine(self) -> bool:
        """True where the node is a machine by itself, without Kubernetes: no control plane, and none beside it."""

    @property
    def region(self) -> str | None:
        """The region that the prices are of, or None."""

    @property
    def prices_as_of(self) -> str | None:
        """The day of the nodes' prices, such as ``2026-07-20``, or None where there are none."""

    @property
    def unit_prices(self) -> PriceList:
        """Prices of what stands beside the nodes."""

    @property
    def source(self) -> str:
        """Where types and prices come from."""
