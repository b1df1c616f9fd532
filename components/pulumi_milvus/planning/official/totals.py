"""The sums at the head of the tool's result, and the texts that it shows for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_milvus.planning.official.capacity import Capacity
from pulumi_milvus.planning.official.numbers import GIB, number_text, plain, round_half_up
from pulumi_milvus.planning.official.pods import Pods

_BYTE_UNITS = ("B", "KB", "MB", "GB", "TB", "PB", "EB", "ZB")  # powers of 1024, whatever they are called
_NUMBER_UNITS = ("", "K", "M", "B", "T")
_FIRST_UNIT_WITH_TWO_DECIMALS = 4  # TB
_HIDDEN = "--"


@dataclass(frozen=True, slots=True)
class Totals:
    """Cores, memory and volumes of Milvus and of its dependencies; Milvus's own volumes are not sized by the tool."""

    milvus_cpu_cores: float
    milvus_memory_gib: int
    dependency_cpu_cores: float
    dependency_memory_gib: int
    dependency_storage_gib: float

    def to_json(self) -> dict[str, int | float]:
        """The sums as plain data, with those over everything."""
        return {
            "milvus_cpu_cores": plain(self.milvus_cpu_cores),
            "milvus_memory_gib": self.milvus_memory_gib,
            "dependency_cpu_cores": plain(self.dependency_cpu_cores),
            "dependency_memory_gib": self.dependency_memory_gib,
            "dependency_storage_gib": plain(self.dependency_storage_gib),
            "all_cpu_cores": plain(self.milvus_cpu_cores + self.dependency_cpu_cores),
            "all_memory_gib": self.milvus_memory_gib + self.dependency_memory_gib,
        }


def totals_of(milvus: Iterable[Pods], dependencies: Iterable[Pods]) -> Totals:
    """The sums over those pods."""
    milvus, dependencies = tuple(milvus), tuple(dependencies)
    return Totals(
        milvus_cpu_cores=sum([pods.cpu_cores for pods in milvus]),
        milvus_memory_gib=sum([pods.memory_gib for pods in milvus]),
        dependency_cpu_cores=sum([pods.cpu_cores for pods in dependencies]),
        dependency_memory_gib=sum([pods.memory_gib for pods in dependencies]),
        dependency_storage_gib=sum([pods.storage_gib for pods in dependencies]),
    )


def displayed(capacity: Capacity, totals: Totals, *, hidden: bool) -> dict[str, str]:
    """The texts at the head of the page; dashes where the page hides its result."""
    keys = ("raw_data", "loading_memory", "local_disk", "total_cpu_cores", "total_memory", "total_storage")
    if hidden:
        return dict.fromkeys(keys, _HIDDEN)
    texts = (
        bytes_text(capacity.raw_data_bytes),
        bytes_text(capacity.loading_memory_bytes),
        bytes_text(capacity.local_disk_bytes),
        count_text(totals.milvus_cpu_cores + totals.dependency_cpu_cores),
        bytes_text((totals.milvus_memory_gib + totals.dependency_memory_gib) * GIB),
        bytes_text(totals.dependency_storage_gib * GIB),
    )
    return dict(zip(keys, texts, strict=True))


def bytes_text(size_bytes: float) -> str:
    """Bytes as the page shows them: one decimal, two from TB on; 1024 of a unit stay in it (unitBYTE2Any)."""
    unit = 0
    while size_bytes > 1024 and unit < len(_BYTE_UNITS) - 1:
        size_bytes /= 1024
        unit += 1
    parts = 100 if unit >= _FIRST_UNIT_WITH_TWO_DECIMALS else 10
    return f"{number_text(round_half_up(size_bytes * parts) / parts)} {_BYTE_UNITS[unit]}"


def count_text(count: float) -> str:
    """A number as the page shows it, such as 604.5 or 1.1K (formatNumber)."""
    unit = 0
    while count > 1000 and unit < len(_NUMBER_UNITS) - 1:
        count = round_half_up(count / 1000 * 10) / 10
        unit += 1
    return f"{number_text(count)}{_NUMBER_UNITS[unit]}"
