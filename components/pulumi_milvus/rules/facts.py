"""The facts that rules judge: plain frozen values that any caller can fill, from a workload, a resource or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_milvus.planning.data_types import default_metric


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorFieldFacts:
    """One vector field and its index, as far as known; None means not known and is never guessed.

    ``subject`` is the path that findings name (``collections[0]`` or ``articles.embedding``). ``metric`` None means
    Milvus's default for the data type. ``function_output`` is True for the output of a BM25 function. ``topology`` is
    ``lite``, ``standalone``, ``distributed`` or ``managed``; ``gpu_image`` says whether the server runs Milvus's GPU
    image. ``milvus_version`` is a text such as ``2.6.24``. ``rows`` is how many vectors one segment holds, where that
    is fixed; a collection that grows has no such number. ``embedding_model`` is the name of the model that makes the
    vectors.
    """

    subject: str
    index_type: str
    data_type: str = "FLOAT_VECTOR"
    metric: str | None = None
    dimension: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    topology: str | None = None
    gpu_image: bool | None = None
    milvus_version: str | None = None
    function_output: bool | None = None
    rows: int | None = None
    embedding_model: str | None = None

    @property
    def resolved_metric(self) -> str:
        """The metric said, or the one Milvus takes where none is said."""
        return self.metric if self.metric is not None else default_metric(self.data_type, self.index_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarIndexFacts:
    """One index of a scalar field; ``data_type`` None means that the type of the field is not known."""

    subject: str
    index_type: str
    data_type: str | None = None
    topology: str | None = None
    is_primary: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """What an environment as a whole asks for.

    ``rows`` counts the vectors of all collections at the horizon, ``largest_collection_rows`` those of the largest one.
    ``latency_p99_ms``, ``queries_per_second`` and ``insert_acknowledge_ms`` as declared; ``wal`` is one of
    ``planning.load.wal.WAL_NAMES``, or rocksmq, natsmq; ``milvus_version`` a text such as ``2.6.24``, so are
    ``operator_version`` (Milvus Operator), ``woodpecker_version`` (the service) and ``cuda_driver_version``;
    ``index_format_version`` is ``dataCoord.targetVecIndexVersion``. None means not known, and is not judged.
    """

    topology: str
    production: bool = False
    availability: str = "none"
    replicas: int | None = None
    rows: int | None = None
    largest_collection_rows: int | None = None
    queries_per_second: float | None = None
    latency_p99_ms: float | None = None
    insert_acknowledge_ms: float | None = None
    wal: str | None = None
    milvus_version: str | None = None
    gpu_image: bool | None = None
    operator_version: str | None = None
    woodpecker_version: str | None = None
    cuda_driver_version: str | None = None
    index_format_version: int | None = None
    shards: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """Whether an environment's data can be brought back.

    ``made``: a backup is declared; None where that is not known. ``obstacle``: why none can be made as things are
    declared. ``instead``: what a person says brings the data back.
    """

    production: bool
    made: bool | None
    obstacle: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFacts:
    """A monthly bill beside its budget, both in USD. ``unpriced``: parts without a price; ``price_age_days``: of all.

    None means not known, or not declared.
    """

    usd_per_month: float | None = None
    budget_usd_per_month: float | None = None
    unpriced: tuple[str, ...] = ()
    price_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One part of a written plan beside what is declared now.

    ``path`` is that of the figure in the plan (``roles.query_node.pods``), ``what`` names it in words. ``needed`` is
    asked now, ``needed_at_least`` by the lowest estimate where it is uncertain; ``needed`` None: no amount suffices.
    Both and ``planned`` are in ``unit``: bytes, cores, pods or vectors. ``was_lowered``: less is planned than the
    plan's own workload needed already, so that somebody has made it smaller.
    """

    path: str
    what: str
    unit: str
    planned: float
    needed: float | None
    needed_at_least: float | None = None
    was_lowered: bool = False


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """A choice of a written plan that goes against what is declared now: ``wanted`` instead of ``planned``, and why."""

    path: str
    planned: str
    wanted: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlanFacts:
    """A written plan beside the workload that is declared now.

    ``plan_file`` and ``values_file`` as a reader would type them. ``vectors`` counts what is declared now, in all
    collections. ``topology`` is the one declared, if any. ``outgrown_in_month``: the first month from now, by the
    declared growth, in which something no longer holds; None where that is not known or beyond ten years.
    """

    plan_file: str
    values_file: str
    vectors: int
    topology: str | None = None
    choices: tuple[OtherChoice, ...] = ()
    parts: tuple[PlannedPart, ...] = ()
    outgrown_in_month: int | None = None
