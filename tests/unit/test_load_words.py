"""Words that carry a number take it from the constant that the sums use."""

from __future__ import annotations

import re
from typing import Any

from pulumi_milvus.planning.capacity import writing
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.load import ingest
from pulumi_milvus.planning.load.wal import WAL_NAMES, acknowledged_after, write_ahead_log
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

WORKLOAD: dict[str, Any] = {
    "collections": [{"name": "articles", "vectors": 20_000_000, "dimension": 768, "index": "HNSW"}],
    "availability": "pod",
    "inserts_per_second": 100,
}


def numbers(words: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)]


def test_building_is_told_with_the_numbers_that_are_added_up() -> None:
    told = numbers(server_memory.BUILDING_IN_WORDS)
    assert server_memory.building_bytes(10**6, 10**7) == told[0] * 10**6 + told[1] * 10**7 + told[2] * 1e6
    building = make_plan(read_workload(WORKLOAD)).figures["roles.data_node.memory_bytes"].terms[1]
    assert server_memory.BUILDING_IN_WORDS in building.source


def test_inserting_is_told_with_the_rate_that_is_planned() -> None:
    figure = make_plan(read_workload(WORKLOAD)).figures["roles.streaming_node.cpu_cores"]
    assert figure.terms[1].source == ingest.INGEST_IN_WORDS
    assert f" {ingest.RAW_BYTES_PER_CORE_SECOND / 1e6:.0f} MB/s" in ingest.INGEST_IN_WORDS
    memory = make_plan(read_workload(WORKLOAD)).figures["roles.streaming_node.memory_bytes"]
    assert f" {writing.HAND_OVER_SECONDS} s" in memory.terms[2].source


def test_the_log_is_told_alike_wherever_it_is_told() -> None:
    made = make_plan(read_workload(WORKLOAD))
    after = acknowledged_after("woodpecker")
    decision = next(item for item in made.decisions if item.what == "wal")
    log = next(item for item in made.dependencies if item["name"] == "woodpecker")
    assert after in decision.because
    assert after in log["because"]
    for name in WAL_NAMES:
        wait = write_ahead_log(name).acknowledgement_ms
        assert numbers(acknowledged_after(name)) in ([wait.lowest, wait.highest], [wait.expected])
