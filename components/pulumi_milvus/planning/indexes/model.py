"""How an index type is described: what it takes, where it runs, the range of each parameter, and what it weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pulumi_milvus.planning.data_types import BITS_PER_DIMENSION

Kind = Literal["int", "float", "bool", "choice", "text"]
Place = Literal["lite", "server", "gpu"]
Terms = tuple[tuple[str, int], ...]
"""Named parts of a sum, bytes each."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an index, with Milvus's own name.

    ``minimum`` and ``maximum`` are inclusive. ``divides`` says that the value must divide the dimension.
    ``search`` marks a parameter of a search request, which does not belong into the declaration of an index.
    """

    name: str
    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    default: int | float | bool | str | None = None
    choices: tuple[str, ...] = ()
    above_minimum: bool = False
    divides: bool = False
    required: bool = False
    search: bool = False


@dataclass(slots=True)
class Segment:
    """The rows of one segment that an index holds.

    ``params`` are Milvus's own, typed and complete: each has its default where nothing was said. ``dimension`` is 0 for
    sparse vectors, which have ``nonzeros_per_vector`` instead.
    """

    rows: int
    dimension: int
    data_type: str
    metric: str
    params: Mapping[str, Any]
    nonzeros_per_vector: float = 0.0

    @property
    def raw_bytes_per_row(self) -> int:
        """One vector as Milvus stores it; a sparse one as pairs of a 4-byte position and a 4-byte value."""
        if self.dimension:
            return (BITS_PER_DIMENSION[self.data_type] * self.dimension + 7) // 8
        return round(8 * self.nonzeros_per_vector)


@dataclass(slots=True)
class IndexSize:
    """What the index of one segment weighs, bytes.

    ``file`` are the parts of the serialized index, ``tables`` what it adds in memory once loaded and no file shows.
    ``stored_share``: what the object store keeps of the file after compression, measured where a number is known.
    ``local_disk_bytes``: on a query node, 0 for an index that lives in memory. ``reserved_bytes``: the memory that the
    loader sets aside before it loads (None: the file). ``has_raw_data``: the index can give the vectors back, so that
    Milvus does not load them a second time. The GPU figures are None for an index that uses none.
    """

    file: Terms
    tables: Terms = ()
    memory: Terms | None = None
    stored_share: float = 1.0
    has_raw_data: bool = True
    can_map: bool = True
    reserved_bytes: int | None = None
    local_disk_bytes: int = 0
    gpu_memory: Terms | None = None
    gpu_build: Terms | None = None

    @property
    def file_bytes(self) -> int:
        """The serialized index before compression."""
        return sum([size for _, size in self.file])

    @property
    def memory_bytes(self) -> int:
        """What the loaded index alone occupies in the query node's memory."""
        parts = (*self.file, *self.tables) if self.memory is None else self.memory
        return sum([size for _, size in parts])


Measure = Callable[[Segment], IndexSize]


@dataclass(frozen=True, slots=True)
class IndexType:
    """One index type of Milvus.

    ``runs_on``: "lite" is Milvus Lite, "server" any standalone or distributed server, "gpu" one with the GPU image.
    ``undocumented_data_types``: the engine registers them, the documentation does not list them.
    ``since``: the first Milvus version that has it. ``size``: what one segment's index weighs; None where that cannot
    be said (AUTOINDEX is measured as what it resolves to, FAISS depends on its factory string).
    """

    name: str
    family: str
    data_types: frozenset[str]
    metrics: frozenset[str]
    runs_on: frozenset[Place]
    source: str
    parameters: tuple[Parameter, ...] = ()
    undocumented_data_types: frozenset[str] = frozenset()
    since: tuple[int, ...] = ()
    size: Measure | None = None

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that exact name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, slots=True)
class ScalarIndexType:
    """One scalar index type of Milvus: the field types it takes and where it runs."""

    name: str
    data_types: frozenset[str]
    runs_on: frozenset[Place]
    source: str


DENSE_METRICS = frozenset({"L2", "IP", "COSINE"})
EVERYWHERE: frozenset[Place] = frozenset({"lite", "server", "gpu"})
SERVERS: frozenset[Place] = frozenset({"server", "gpu"})
GPU_ONLY: frozenset[Place] = frozenset({"gpu"})
