"""Writing: ingest, index building, what it takes from searches, and the write-ahead log; and when a GPU pays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.load import (
    advise_gpu,
    build_cores,
    build_cost,
    ingest_cores,
    queries_in_flight,
    write_ahead_log,
)
from pulumi_milvus.planning.load.gpu_advice import gpu_queries_per_second
from pulumi_milvus.planning.load.ingest import cores_while_writing
from pulumi_milvus.planning.load.kinds import INDEX_NAMES
from pulumi_milvus.planning.load.wal import WAL_NAMES
from pulumi_milvus.planning.problems import InvalidValues

# See test_load_measured.py for where the rows come from.
DATA = Path(__file__).parents[1] / "data" / "measured-throughput.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
INGESTED = [row for row in ROWS if row["figure"] == "milvus_ingest" and row["n"] > 2_000]


@pytest.mark.parametrize("row", INGESTED, ids=lambda row: f"{row['index']}-{row['n']}x{row['d']}-{row['segments']}")
def test_ingest_lies_in_its_range(row: dict[str, Any]) -> None:
    seconds = ingest_cores(row["n"], 4 * row["d"], small_flushes=row["segments"] > 1)
    assert seconds.lowest <= row["server_cpu_s"] <= seconds.highest


def test_small_flushes_cost_more() -> None:
    assert ingest_cores(1000, 3072, True).expected == pytest.approx(1.6 * ingest_cores(1000, 3072).expected)
    assert ingest_cores(1000, 20_000).expected == pytest.approx(1.0)


def test_searches_keep_the_published_share_while_rows_are_written() -> None:
    """16 vCPU, 768 dimensions: 306 of 437 queries a second at 500 rows/s, 156 at 1000."""
    for rows, share in ((500, 306 / 437), (1000, 156 / 437)):
        assert cores_while_writing(16 * share, rows, 768) == pytest.approx(16, rel=0.05)


@pytest.mark.property
@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 32_768))
def test_writing_never_saves_cores(quiet: float, rows: float, more: float, dimension: int) -> None:
    one, other = sorted((rows, more))
    assert quiet <= cores_while_writing(quiet, one, dimension) <= cores_while_writing(quiet, other, dimension)


class TestBuild:
    @pytest.mark.parametrize(
        ("params", "dimension", "seconds"),
        [
            ({"M": 16, "efConstruction": 100}, 128, 350),
            ({"M": 16, "efConstruction": 100}, 384, 600),
            ({"M": 16, "efConstruction": 100}, 768, 980),
            ({"M": 16, "efConstruction": 200}, 128, 665),
            ({"M": 30, "efConstruction": 360}, 128, 1810),
            ({}, 768, 5000),
        ],
    )
    def test_the_stated_cpu_seconds_of_a_million_rows(
        self, params: dict[str, int], dimension: int, seconds: float
    ) -> None:
        cost = build_cost("HNSW", params, 1_000_000, dimension)
        assert cost.core_seconds.expected == pytest.approx(seconds, rel=0.02)
        assert cost.measured

    def test_autoindex(self) -> None:
        """M=18, efConstruction=240 at 768 dimensions: about 2400 CPU-seconds a million."""
        cost = build_cost("AUTOINDEX", {}, 1_000_000, 768)
        assert cost.core_seconds.expected == pytest.approx(2400, rel=0.02)

    def test_a_published_build(self) -> None:
        """1M x 768, SQ8, M=16, efConstruction=300: 235 s on 16 vCPU, at most 3760 CPU-seconds."""
        cost = build_cost("HNSW_SQ", {"M": 16, "efConstruction": 300}, 1_000_000, 768)
        assert 2.5 * cost.core_seconds.expected == pytest.approx(3760, rel=0.05)

    @pytest.mark.parametrize(("rows", "dimension", "seconds"), [(200_000, 128, 46.0), (100_000, 768, 115.5)])
    def test_lists_in_milvus(self, rows: int, dimension: int, seconds: float) -> None:
        cost = build_cost("IVF_SQ8", {"nlist": 1024}, rows, dimension).core_seconds
        assert cost.lowest <= seconds <= cost.highest

    def test_a_large_m_is_in_its_range(self) -> None:
        row = next(row for row in ROWS if row["figure"] == "build" and row.get("M") == 30)
        cost = build_cost("HNSW", {"M": 30, "efConstruction": 360}, row["n"], row["d"]).core_seconds
        assert cost.lowest <= row["cpu_s"] <= cost.highest

    def test_a_diskann_run(self) -> None:
        row = next(row for row in ROWS if row["figure"] == "build" and row["index"] == "DISKANN")
        cost = build_cost("DISKANN", {}, row["n"], row["d"]).core_seconds
        assert cost.expected == pytest.approx(row["link_s"] + row["pq_train_s"], rel=0.02)

    def test_a_stream_of_rows(self) -> None:
        """1000 rows/s at 768 dimensions, M=16 efConstruction=200: 1.8 ms a row, built twice, 7 cores."""
        cost = build_cost("HNSW", {"M": 16, "efConstruction": 200}, 1_000_000, 768)
        assert build_cores(1000, cost, 1_000_000).expected == pytest.approx(7, rel=0.05)

    def test_flat_has_none_to_build(self) -> None:
        assert build_cost("FLAT", {}, 1_000_000, 768).core_seconds.highest == 0

    @pytest.mark.parametrize("index", ["GPU_CAGRA", "HNSW_PQ", "IVF_RABITQ", "AISAQ", "FAISS"])
    def test_what_was_not_measured_says_so(self, index: str) -> None:
        cost = build_cost(index, {}, 1_000_000, 768)
        assert not cost.measured
        assert cost.reason
        assert cost.core_seconds.lowest <= cost.core_seconds.expected <= cost.core_seconds.highest

    def test_sparse_vectors(self) -> None:
        cost = build_cost("SPARSE_INVERTED_INDEX", {}, 1_000_000, None, "SPARSE_FLOAT_VECTOR")
        assert not cost.measured

    def test_bad_values_are_refused_together(self) -> None:
        with pytest.raises(InvalidValues) as caught:
            build_cost("HNSW", {"efConstruction": 0}, -5, 768)
        assert [problem.path for problem in caught.value.problems] == ["rows", "params.efConstruction"]

    @pytest.mark.property
    @given(
        st.sampled_from([name for name in INDEX_NAMES if not name.startswith(("SPARSE", "BIN", "MINHASH"))]),
        st.integers(0, 10**10),
        st.integers(0, 10**10),
        st.integers(1, 32_768),
        st.floats(1, 1000),
        st.dictionaries(st.sampled_from(["M", "efConstruction", "nlist", "max_degree"]), st.integers(1, 512)),
    )
    def test_more_rows_never_cost_less(
        self, index: str, rows: int, more: int, dimension: int, segments: float, params: dict[str, int]
    ) -> None:
        few, many = (build_cost(index, params, n, dimension, segments=segments) for n in sorted((rows, more)))
        assert 0 <= few.core_seconds.lowest <= few.core_seconds.expected <= few.core_seconds.highest
        assert few.core_seconds.expected <= many.core_seconds.expected * (1 + 1e-9)


class TestWriteAheadLog:
    def test_embedded_woodpecker_buffers(self) -> None:
        log = write_ahead_log("woodpecker")
        assert (log.acknowledgement_ms.lowest, log.acknowledgement_ms.highest) == (200, 500)
        assert log.bytes_per_second == 71e6

    @pytest.mark.parametrize("name", WAL_NAMES)
    def test_each_is_ordered_and_has_its_source(self, name: str) -> None:
        log = write_ahead_log(name)
        waits = log.acknowledgement_ms
        assert 0 < waits.lowest <= waits.expected <= waits.highest
        assert "woodpecker_architecture.md" in log.source

    def test_the_service_answers_first_of_the_shared_ones(self) -> None:
        waits = {name: write_ahead_log(name).acknowledgement_ms.expected for name in WAL_NAMES}
        assert waits["woodpecker-service"] < waits["pulsar"] < waits["kafka"] < waits["woodpecker"]

    @pytest.mark.parametrize("name", ["woodpeker", "rocksmq", ""])
    def test_an_unknown_one_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidValues, match="nearest"):
            write_ahead_log(name)


class TestGpu:
    def test_one_query_at_a_time_wastes_it(self) -> None:
        """858 of 338,919 queries a second: 0.3 %."""
        advice = advise_gpu("GPU_CAGRA", 100, 5, 1_000_000, 768)
        assert not advice.pays
        assert advice.used_share == pytest.approx(0.0025, rel=0.05)
        assert "0.25 %" in advice.because

    def test_hundreds_in_flight_pay(self) -> None:
        advice = advise_gpu("GPU_CAGRA", 20_000, 20, 1_000_000, 768)
        assert advice.queries_in_flight == 400
        assert advice.pays
        assert advice.gpus.expected == 1

    def test_the_server_around_it_needs_a_core_for_seven_hundred_queries(self) -> None:
        advice = advise_gpu("GPU_CAGRA", 7_000, 50, 1_000_000, 768)
        assert advice.server_cores.expected * 0.6 == pytest.approx(10, rel=0.03)

    @pytest.mark.parametrize(
        ("index", "params", "batch", "rate"),
        [
            ("GPU_CAGRA", {"graph_degree": 32}, 100, 86_704),
            ("GPU_CAGRA", {}, 1000, 260_327),
            ("GPU_IVF_FLAT", {}, 10, 14_748),
            ("GPU_IVF_PQ", {}, 1, 1_988),
            ("GPU_BRUTE_FORCE", {}, 10_000, 7_735),
        ],
    )
    def test_the_measured_rates(self, index: str, params: dict[str, int], batch: float, rate: float) -> None:
        assert gpu_queries_per_second(index, batch, 1_000_000, 768, params).expected == pytest.approx(rate)

    def test_brute_force_slows_down_with_the_data(self) -> None:
        small, large = (gpu_queries_per_second("GPU_BRUTE_FORCE", 100, rows, 768).expected for rows in (1e6, 1e7))
        assert small == pytest.approx(10 * large)

    def test_little(self) -> None:
        assert queries_in_flight(1000, 20) == 20

    def test_other_indexes_are_refused(self) -> None:
        with pytest.raises(InvalidValues, match="GPU_CAGRA"):
            advise_gpu("HNSW", 1, 1, 1, 1)

    @pytest.mark.property
    @given(
        st.sampled_from(["GPU_CAGRA", "GPU_IVF_FLAT", "GPU_IVF_PQ", "GPU_BRUTE_FORCE"]),
        st.floats(0, 1e7),
        st.floats(0, 1e5),
        st.integers(0, 10**10),
        st.integers(1, 4096),
    )
    def test_gpus_are_ordered(self, index: str, rate: float, wait: float, rows: int, dimension: int) -> None:
        advice = advise_gpu(index, rate, wait, rows, dimension)
        assert 1 <= advice.gpus.lowest <= advice.gpus.expected <= advice.gpus.highest
        assert 0 < advice.used_share <= 1
