"""How an index type is described: what it takes, where it runs, and the range of each parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "float", "bool", "choice", "text"]
Place = Literal["lite", "server", "gpu"]


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


@dataclass(frozen=True, slots=True)
class IndexType:
    """One index type of Milvus.

    ``runs_on``: "lite" is Milvus Lite, "server" any standalone or distributed server, "gpu" one with the GPU image.
    ``undocumented_data_types``: the engine registers them, the documentation does not list them.
    ``since``: the first Milvus version that has it.
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
