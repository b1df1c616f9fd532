"""The node shapes of a cluster that is already there, as a values file declares them under ``node_shapes``.

    node_shapes:
      - {name: general, count: 6, cpu_cores: 16, memory_gib: 64}
      - {name: disk, count: 3, max_count: 5, cpu_cores: 16, memory_gib: 128, local_nvme_bytes: 3_750_000_000_000}

What a node leaves to pods is computed as for AWS's types unless ``allocatable_cpu_millicores`` and
``allocatable_memory_bytes`` say it (``kubectl describe node`` does).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self

from pulumi_milvus.planning.hardware.allocatable import (
    GIBIBYTE,
    allocatable_cpu_millicores,
    allocatable_memory_bytes,
    usual_max_pods,
)
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES, HOURS_PER_MONTH, InstanceType
from pulumi_milvus.planning.hardware.prices import NO_PRICES, PriceList
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.planning.readers import Number, OneOf, Reader, Refused, Text, Texts, Whole, unknown_key

# Guards against typos, above any machine that is sold.
_MOST_CORES: Final = 10_000
_MOST_BYTES: Final = 2**53
_MOST_NODES: Final = 10_000
_MOST_GPUS: Final = 64
_MOST_PODS: Final = 10_000
_MOST_DISKS: Final = 100
_MOST_USD: Final = 10_000_000.0
MOST_SHAPES: Final = 32
# As names and labels of Kubernetes.
_LONGEST_NAME: Final = 63


_TEXT: Final = Text(_LONGEST_NAME)
_TEXTS: Final = Texts(_LONGEST_NAME)

# Every key with its reader and its meaning.
NODE_SHAPE_KEYS: Final = MappingProxyType[str, tuple[Reader, str]](
    {
        "name": (_TEXT, "Name of the shape, unique among them; the plan says it as instance_type."),
        "cpu_cores": (Whole(1, _MOST_CORES), "Cores (vCPUs) of a node, as Kubernetes sees them: its capacity."),
        "memory_gib": (
            Number(0, _MOST_BYTES / GIBIBYTE, above=True),
            "Memory of a node in GiB, as Kubernetes sees it: its capacity. This or memory_bytes is needed.",
        ),
        "memory_bytes": (Whole(1, _MOST_BYTES), "Memory of a node in bytes, instead of memory_gib."),
        "count": (Whole(1, _MOST_NODES), "Nodes of this shape that there are. This or max_count is needed."),
        "max_count": (Whole(1, _MOST_NODES), "Nodes of this shape that an autoscaler makes at most; null: count."),
        "max_pods": (
            Whole(1, _MOST_PODS),
            "kubelet's limit of pods of a node, which keeps memory for each; null: as on AWS's types of that size.",
        ),
        "allocatable_cpu_millicores": (
            Whole(1, 1_000 * _MOST_CORES),
            "What a node leaves to pods, in millicores, as `kubectl describe node` says; null: computed.",
        ),
        "allocatable_memory_bytes": (
            Whole(1, _MOST_BYTES),
            "What a node leaves to pods, in bytes, as `kubectl describe node` says; null: computed.",
        ),
        "local_nvme_bytes": (
            Whole(0, _MOST_BYTES),
            "Bytes of local NVMe in a node that the ephemeral storage of pods stands on.",
        ),
        "local_nvme_disks": (Whole(0, _MOST_DISKS), "Number of local NVMe disks in a node."),
        "root_disk_bytes": (
            Whole(1, _MOST_BYTES),
            "Bytes of the disk of kubelet's folder, where that is no NVMe; null: not checked.",
        ),
        "gpus": (Whole(0, _MOST_GPUS), "GPUs of a node."),
        "gpu_name": (_TEXT, "Name of the GPU, such as L4."),
        "gpu_memory_bytes": (
            Whole(1, _MOST_BYTES),
            "Memory of each GPU in bytes, as nvidia-smi says; needed where there are gpus.",
        ),
        "gpu_compute_capability": (_TEXT, "Compute capability of the GPU, a text such as '8.6'; null: not checked."),
        "architecture": (OneOf(ARCHITECTURES), "CPU architecture."),
        "simd": (_TEXTS, "Vector instructions of the CPU, such as [avx2, avx512] or [neon]; null: not checked."),
        "zones": (_TEXTS, "Zones that nodes of this shape stand in; null: not checked."),
        "usd_per_month": (
            Number(0, _MOST_USD),
            "What one node costs a month, in USD; null for any shape: no cost is shown.",
        ),
    }
)
NEEDED_KEYS: Final = ("name", "cpu_cores")
_SYNONYMS: Final = {"amd64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeShape:
    """Nodes of one kind in a cluster: what each has, and how many there can be. None: not said."""

    name: str
    cpu_cores: int
    memory_bytes: int
    count: int | None = None
    max_count: int | None = None
    max_pods: int | None = None
    allocatable_cpu_millicores: int | None = None
    allocatable_memory_bytes: int | None = None
    local_nvme_bytes: int = 0
    local_nvme_disks: int = 0
    root_disk_bytes: int | None = None
    gpus: int = 0
    gpu_name: str | None = None
    gpu_memory_bytes: int | None = None
    gpu_compute_capability: str | None = None
    architecture: str = "x86_64"
    simd: frozenset[str] | None = None
    zones: frozenset[str] | None = None
    usd_per_month: float | None = None

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Self:
        """The shape of a mapping that ``declared_node_shapes`` gave; not checked a second time."""
        values = dict(declared)
        if "memory_gib" in values:
            values["memory_bytes"] = int(values.pop("memory_gib") * GIBIBYTE)
        return cls(**values | {key: frozenset(values[key]) for key in ("simd", "zones") if key in values})

    def as_instance_type(self) -> InstanceType:
        """The shape as the planner sees every kind of node."""
        pods = self.max_pods or usual_max_pods(self.cpu_cores)
        memory = self.allocatable_memory_bytes
        cpu = self.allocatable_cpu_millicores
        return InstanceType(
            name=self.name,
            architecture=self.architecture,
            vcpus=self.cpu_cores,
            memory_bytes=self.memory_bytes,
            allocatable_cpu_millicores=allocatable_cpu_millicores(self.cpu_cores) if cpu is None else cpu,
            allocatable_memory_bytes=(
                allocatable_memory_bytes(self.memory_bytes, pods, self.architecture) if memory is None else memory
            ),
            max_pods=pods,
            local_nvme_bytes=self.local_nvme_bytes,
            local_nvme_disks=self.local_nvme_disks,
            root_disk_bytes=self.root_disk_bytes,
            gpus=self.gpus,
            gpu_name=self.gpu_name,
            gpu_memory_bytes_each=self.gpu_memory_bytes or 0,
            gpu_compute_capability=self.gpu_compute_capability,
            simd=self.simd,
            usd_per_hour=None if self.usd_per_month is None else self.usd_per_month / HOURS_PER_MONTH,
            zones=self.zones,
            max_nodes=self.count if self.max_count is None else self.max_count,
        )


@dataclass(frozen=True, slots=True)
class ClusterCatalogue:
    """The nodes of a cluster that is already there."""

    types: tuple[InstanceType, ...]
    creates_nodes: bool = False
    single_machine: bool = False
    region: str | None = None
    prices_as_of: str | None = None
    unit_prices: PriceList = NO_PRICES
    source: str = "node_shapes of the workload"


def cluster_catalogue(shapes: tuple[NodeShape, ...]) -> ClusterCatalogue:
    """The catalogue of a cluster with these shapes."""
    return ClusterCatalogue(tuple(shape.as_instance_type() for shape in shapes))


def read_node_shapes(value: object, path: str = "node_shapes") -> tuple[NodeShape, ...]:
    """The shapes that ``value`` declares: a list of mappings as YAML or JSON gives it.

    Raises ``InvalidValues`` with every mistake; no other exception, whatever ``value`` is.
    """
    return node_shapes_of(declared_node_shapes(value, path))


def node_shapes_of(declared: Iterable[Mapping[str, Any]]) -> tuple[NodeShape, ...]:
    """The shapes of mappings that ``declared_node_shapes`` gave, which are not read a second time."""
    return tuple(NodeShape.of(values) for values in declared)


def declared_node_shapes(value: object, path: str = "node_shapes") -> tuple[dict[str, Any], ...]:
    """The shapes that ``value`` declares as plain mappings of the keys that are said: numbers, texts, tuples of texts.

    Read again they stay the same. Raises ``InvalidValues`` with every mistake, and nothing else, whatever ``value`` is.
    """
    if not isinstance(value, list | tuple):
        example = "[]" if value is None else "[{name: general, count: 3, cpu_cores: 16, memory_gib: 64}]"
        raise InvalidValues([Problem(path, shown(value), "a list of mappings is needed", example)])
    if len(value) > MOST_SHAPES:
        raise InvalidValues([Problem(path, "", f"{len(value)} shapes, and at most {MOST_SHAPES} are compared")])
    problems: list[Problem] = []
    read = [_read(item, f"{path}[{position}]", problems) for position, item in enumerate(value)]
    names = [values.get("name") for values in read]
    for position, name in enumerate(names):
        if name is not None and name in names[:position]:
            problems.append(Problem(f"{path}[{position}].name", shown(name), "another shape has this name"))
    if problems:
        raise InvalidValues(dict.fromkeys(problems))
    return tuple(read)


def _read(data: object, path: str, problems: list[Problem]) -> dict[str, Any]:
    """The valid values of one shape; what is wrong goes to ``problems``."""
    if not isinstance(data, dict):
        problems.append(Problem(path, shown(data), "a mapping is needed", "{name: general, cpu_cores: 16, ...}"))
        return {}
    values: dict[str, Any] = {}
    meant: set[str] = set()
    for key in data:
        if not isinstance(key, str) or key not in NODE_SHAPE_KEYS:
            unknown = unknown_key(key, NODE_SHAPE_KEYS, path)
            meant.add(unknown.nearest)
            problems.append(unknown)
    for key, (reader, _) in NODE_SHAPE_KEYS.items():
        # null means not said, as a key that is left out.
        if data.get(key) is None:
            continue
        try:
            values[key] = reader.read(data[key])
        except Refused as refused:
            meant.add(key)
            near = refused.nearest
            if key == "architecture" and isinstance(data[key], str):
                near = _SYNONYMS.get(data[key].lower(), near)
            problems.append(Problem(f"{path}.{key}", shown(data[key]), refused.reason, near))
    problems.extend(_together(values, meant, path))
    return values


def _together(values: dict[str, Any], meant: set[str], path: str) -> list[Problem]:
    """What is wrong with the keys of one shape together; a key that is reported already counts as there."""
    there = values.keys() | meant
    problems = [Problem(path, "", f"{key} is missing", f"{key}: 16") for key in NEEDED_KEYS[1:] if key not in there]
    if "name" not in there:
        problems.append(Problem(path, "", "name is missing", "name: general"))
    if not there & {"memory_gib", "memory_bytes"}:
        problems.append(Problem(path, "", "memory_gib or memory_bytes is missing", "memory_gib: 64"))
    if {"memory_gib", "memory_bytes"} <= values.keys():
        problems.append(Problem(path, "", "memory_gib and memory_bytes say the same", "one of them"))
    if not there & {"count", "max_count"}:
        problems.append(Problem(path, "", "count or max_count is missing", "count: 3"))
    if values.get("max_count", _MOST_NODES) < values.get("count", 0):
        near = str(values["count"])
        problems.append(Problem(f"{path}.max_count", shown(values["max_count"]), "is below count", near))
    if values.get("gpus") and "gpu_memory_bytes" not in there:
        problems.append(Problem(path, "", "gpu_memory_bytes is missing", "gpu_memory_bytes: 24_000_000_000"))
    if not values.get("gpus") and "gpus" not in meant:
        problems.extend(
            Problem(f"{path}.{key}", shown(values[key]), "the shape has no gpus", "gpus: 1")
            for key in ("gpu_name", "gpu_memory_bytes", "gpu_compute_capability")
            if key in values
        )
    problems.extend(_too_much_allocatable(values, path))
    return problems


def _too_much_allocatable(values: dict[str, Any], path: str) -> list[Problem]:
    problems = []
    memory = values.get("memory_bytes")
    if "memory_gib" in values:
        memory = int(values["memory_gib"] * GIBIBYTE)
    for key, capacity in (
        ("allocatable_memory_bytes", memory),
        ("allocatable_cpu_millicores", 1_000 * values["cpu_cores"] if "cpu_cores" in values else None),
    ):
        if capacity is not None and values.get(key, 0) > capacity:
            problems.append(Problem(f"{path}.{key}", shown(values[key]), "is more than the node has", f"{capacity:_}"))
    return problems
