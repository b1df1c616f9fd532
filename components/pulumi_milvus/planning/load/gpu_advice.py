"""When a GPU pays: only where hundreds of queries are in flight, since one at a time uses 0.3 % of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.latency import DEFAULT_UTILISATION
from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Knots, Range, power_law
from pulumi_milvus.planning.load.search_cost import overhead_core_ms

SOURCE: Final = (
    "measured: cuVS 26.10 on one H100 80 GB, float32 1M x 768, batches of 1..10 000; recall not controlled. A GPU "
    "inside Milvus was not measured"
)
# Queries in a batch -> queries a second. SOURCE.
QUERIES_PER_SECOND: Final[dict[str, Knots]] = {
    "GPU_CAGRA degree 32": ((1.0, 1270.0), (10.0, 10571.0), (100.0, 86704.0), (1e3, 425782.0), (1e4, 684831.0)),
    "GPU_CAGRA": ((1.0, 858.0), (10.0, 10059.0), (100.0, 71359.0), (1e3, 260327.0), (1e4, 338919.0)),
    "GPU_IVF_FLAT": ((1.0, 1401.0), (10.0, 14748.0), (100.0, 75963.0), (1e3, 196560.0), (1e4, 240280.0)),
    "GPU_IVF_PQ": ((1.0, 1988.0), (10.0, 15870.0), (100.0, 82191.0), (1e3, 181898.0), (1e4, 243906.0)),
    "GPU_BRUTE_FORCE": ((1.0, 329.0), (10.0, 2883.0), (100.0, 5345.0), (1e3, 7623.0), (1e4, 7735.0)),
}
MEASURED_ROWS: Final = 1_000_000
MEASURED_DIMENSION: Final = 768
LARGEST_BATCH: Final = 10_000
# Another GPU, another data set, another recall: x/÷ 2, a guess; an A10G or T4 has a fifth to a tenth of an H100.
SPREAD: Final = 2.0
# Hundreds: Milvus docs, gpu_index.md ("very high request pressure or many query vectors"), and SOURCE: at 100 a GPU
# gives 12..35 % of what it can.
QUERIES_IN_FLIGHT_THAT_PAY: Final = 100


@dataclass(frozen=True, slots=True)
class GpuAdvice:
    """Whether a GPU pays, and how many a load asks for. ``server_cores``: vCPUs of the Milvus around them.

    ``used_share``: of one GPU's best rate, what batches of ``queries_in_flight`` reach, 0..1.
    """

    pays: bool
    queries_in_flight: float
    gpus: Range
    server_cores: Range
    used_share: float
    because: str


def queries_in_flight(queries_per_second: float, milliseconds_per_query: float) -> float:
    """Queries that are being answered at one moment (Little's law)."""
    return queries_per_second * milliseconds_per_query / 1000.0


def gpu_queries_per_second(
    index: str, batch: float, rows: float, dimension: int, params: Mapping[str, object] | None = None
) -> Range:
    """Queries a second of one GPU over one segment, in batches of ``batch`` queries.

    Measured at 1M x 768. GPU_BRUTE_FORCE slows down in proportion beyond; the others are not scaled.
    """
    degree = (params or {}).get("graph_degree", 64)
    small = index == "GPU_CAGRA" and isinstance(degree, int) and degree <= 32
    rate = power_law(min(max(batch, 1.0), LARGEST_BATCH), QUERIES_PER_SECOND[f"{index} degree 32" if small else index])
    if index == "GPU_BRUTE_FORCE":
        rate /= max(1.0, rows / MEASURED_ROWS * dimension / MEASURED_DIMENSION)
    return Range.around(rate, SPREAD)


def advise_gpu(
    index: str,
    queries_per_second: float,
    milliseconds_per_query: float,
    rows: int,
    dimension: int,
    segments_visited: float = 1.0,
    params: Mapping[str, object] | None = None,
    top_k: int = 10,
) -> GpuAdvice:
    """Advice for one collection; ``milliseconds_per_query`` is how long a query may take or takes.

    Raises ``InvalidValues``. Memory is another question: the index has to fit the GPUs.
    """
    given = Given()
    qps = given.number("queries_per_second", queries_per_second, 0, 1e9)
    took = given.number("milliseconds_per_query", milliseconds_per_query, 0, 1e9)
    count = given.number("rows", rows, 0, 1e15)
    width = int(given.number("dimension", dimension, 1, 32_768))
    segments = given.number("segments_visited", segments_visited, 1, 1e9)
    results = int(given.number("top_k", top_k, 1, 16_384))
    given.choice("index", index, [name for name in QUERIES_PER_SECOND if " " not in name])
    given.refuse()
    flying = queries_in_flight(qps, took)
    rate = gpu_queries_per_second(index, flying, count / segments, width, params)
    best = gpu_queries_per_second(index, LARGEST_BATCH, count / segments, width, params)
    wanted = qps * segments / DEFAULT_UTILISATION
    gpus = Range(*(float(max(1, math.ceil(wanted / each))) for each in (rate.highest, rate.expected, rate.lowest)))
    pays = flying >= QUERIES_IN_FLIGHT_THAT_PAY
    return GpuAdvice(
        pays,
        flying,
        gpus,
        overhead_core_ms(results).times(qps / 1000 / DEFAULT_UTILISATION),
        rate.expected / best.expected,
        f"{flying:.0f} queries in flight, and a GPU pays from {QUERIES_IN_FLIGHT_THAT_PAY} on; so it reaches "
        f"{100 * rate.expected / best.expected:.2g} % of its best rate",
    )
