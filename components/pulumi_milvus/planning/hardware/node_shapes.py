"""The node shapes of a cluster that is already there, as a values file declares them under ``node_shapes``.

    node_shapes:
      - {name: general, count: 6, cpu_cores: 16, memory_gib: 64}
      - {name: disk, count: 3, max_count: 5, cpu_cores: 16, memory_gib: 128, local_nvme_bytes: 3_750_000_000_000}

What a node leaves to pods is computed as for AWS's types unless ``allocatable_cpu_millicores`` and
``allocatable_memory_bytes`` say it (``kubectl describe node`` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.hardware.allocatable import (
    GIBIBYTE,
    allocatable_cpu_millicores,
    allocatable_memory_bytes,
    usual_max_pods,
)
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES, HOURS_PER_MONTH, InstanceType
from pulumi_milvus.planning.hardware.prices import NO_PRICES, PriceList
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, key_in_path, shown
from pulumi_milvus.planning.readers import Number, OneOf, Reader, Refused, Whole

# Guards against typos, above any machine that is sold.
_MOST_CORES: Final = 10_000
_MOST_BYTES: Final = 2**53
_MOST_NODES: Final = 10_000
_MOST_GPUS: Final = 64
_MOST_PODS: Final = 10_000
_MOST_USD: Final = 10_000_000.0
MOST_SHAPES: Final = 32
_LONGEST_NAME: Final = 63


@dataclass(frozen=True, slots=True)
class Text(Reader):
    """A text that is not empty, of at most 63 characters in one line, as names and labels of Kubernetes are."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= _LONGEST_NAME:
            return value
        near = str(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else ""
        raise Refused(f"a text of 1 to {_LONGEST_NAME} characters is needed", f'"{near}"' if near else "")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": _LONGEST_NAME}


@dataclass(frozen=True, slots=True)
class Texts(Reader):
    """A list of texts, none of them twice."""

    def read(self, value: object) -> frozenset[str]:
        if not isinstance(value, list | tuple) or not value:
            raise Refused("a list of texts is needed", "[a, b, c]")
        texts = [Text().read(item) for item in value]
        if len(set(texts)) < len(texts):
            raise Refused("each may stand there once", f"[{', '.join(dict.fromkeys(texts))}]"[:200])
        return frozenset(texts)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": Text().json_schema(), "minItems": 1, "uniqueItems": True}


# Every key with its reader and its meaning; the first three are needed, the rest optional.
NODE_SHAPE_KEYS: Final = MappingProxyType[str, tuple[Reader, str]](
    {
        "name": (Text(), "Name of the shape; nodes are found by it in the plan."),
        "cpu_cores": (Whole(1, _MOST_CORES), "Cores that Kubernetes sees as capacity (vCPUs)."),
        "memory_gib": (Number(0, _MOST_BYTES / GIBIBYTE, above=True), "Memory in GiB; or memory_bytes."),
        "memory_bytes": (Whole(1, _MOST_BYTES), "Memory in bytes; or memory_gib."),
        "count": (Whole(1, _MOST_NODES), "Nodes of this shape that there are."),
        "max_count": (Whole(1, _MOST_NODES), "Nodes of this shape that an autoscaler makes at most."),
        "max_pods": (Whole(1, _MOST_PODS), "kubelet's limit of pods; it reserves memory for each."),
        "allocatable_cpu_millicores": (Whole(1, 1_000 * _MOST_CORES), "What Kubernetes says is allocatable."),
        "allocatable_memory_bytes": (Whole(1, _MOST_BYTES), "What Kubernetes says is allocatable."),
        "local_nvme_bytes": (Whole(0, _MOST_BYTES), "Local NVMe that pods' ephemeral storage stands on."),
        "local_nvme_disks": (Whole(0, 100), "Number of local NVMe disks."),
        "root_disk_bytes": (Whole(1, _MOST_BYTES), "The disk of kubelet's folder, where it is no NVMe."),
        "gpus": (Whole(0, _MOST_GPUS), "GPUs of a node."),
        "gpu_name": (Text(), "Name of the GPU."),
        "gpu_memory_bytes": (Whole(1, _MOST_BYTES), "Memory of each GPU in bytes (nvidia-smi says it)."),
        "gpu_compute_capability": (Text(), "Compute capability of the GPU, such as '8.6'."),
        "architecture": (OneOf(ARCHITECTURES), "CPU architecture."),
        "simd": (Texts(), "Vector instructions of the CPU: avx2, avx512, neon ..."),
        "zones": (Texts(), "Zones that nodes of this shape stand in."),
        "usd_per_month": (Number(0, _MOST_USD), "What one node costs a month, in USD."),
    }
)
_NEEDED: Final = ("name", "cpu_cores")
# Two keys for one thing.
_EITHER: Final = (("memory_gib", "memory_bytes"),)
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
    gpu_memory_bytes: int = 0
    gpu_compute_capability: str | None = None
    architecture: str = "x86_64"
    simd: frozenset[str] | None = None
    zones: frozenset[str] | None = None
    usd_per_month: float | None = None

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
            gpu_memory_bytes_each=self.gpu_memory_bytes,
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
    if not isinstance(value, list | tuple):
        example = "[{name: general, count: 3, cpu_cores: 16, memory_gib: 64}]"
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
    return tuple(NodeShape(**values) for values in read)


def _read(data: object, path: str, problems: list[Problem]) -> dict[str, Any]:
    """The valid values of one shape; what is wrong goes to ``problems``."""
    if not isinstance(data, dict):
        problems.append(Problem(path, shown(data), "a mapping is needed", "{name: general, cpu_cores: 16, ...}"))
        return {}
    values: dict[str, Any] = {}
    meant: set[str] = set()
    for key in data:
        if not isinstance(key, str) or key not in NODE_SHAPE_KEYS:
            near = nearest_word(key, NODE_SHAPE_KEYS) or "" if isinstance(key, str) else ""
            meant.add(near)
            problems.append(Problem(f"{path}.{key_in_path(key)}", "", "unknown key", near))
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
    if "memory_gib" in values:
        values["memory_bytes"] = int(values.pop("memory_gib") * GIBIBYTE)
    return values


def _together(values: dict[str, Any], meant: set[str], path: str) -> list[Problem]:
    """What is wrong with the keys of one shape together; a key that is reported already counts as there."""
    there = values.keys() | meant
    problems = [Problem(path, "", f"{key} is missing", f"{key}: 16") for key in _NEEDED[1:] if key not in there]
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
