"""Which ef, nprobe and search_list a recall target needs: against measurements, and as a curve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.load import disk_reads, graph_recall, list_recall
from pulumi_milvus.planning.load.graph_recall import GraphShape
from pulumi_milvus.planning.load.list_cost import rows_in_probes

# See test_load_measured.py for where the rows come from.
DATA = Path(__file__).parents[1] / "data" / "measured-throughput.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
AT_RECALL = [row for row in ROWS if row["figure"] == "at_recall" and not row.get("first")]
GRAPHS = [row for row in AT_RECALL if row["index"].startswith("HNSW")]
LISTS = [row for row in AT_RECALL if not row["index"].startswith("HNSW")]


def shape_of(row: dict[str, Any]) -> GraphShape:
    segments = row.get("segments", 1)
    return GraphShape(row["n"] / segments, segments, row["k"], row["M"], row["index"] == "HNSW_SQ8")


def test_ef_lies_within_its_spread_nine_times_of_ten() -> None:
    ratios = [
        graph_recall.ef_for(float(recall), shape_of(row)) / max(ef, row["k"])
        for row in GRAPHS
        if row["k"] == 10
        for recall, ef in row["at"].items()
    ]
    inside = [1 / graph_recall.SPREAD <= ratio <= graph_recall.SPREAD for ratio in ratios]
    assert len(inside) == 82
    assert all(1 / 2.3 < ratio < 2.3 for ratio in ratios)
    assert sum(inside) / len(inside) > 0.9


def test_ef_over_segments_is_what_was_measured() -> None:
    """200k x 128 in 1, 2, 4, 8 segments, recall 0.95: 40, 27, 19, 13."""
    found = [graph_recall.ef_for(0.95, GraphShape(200_000 / n, n, 10, 16)) for n in (1, 2, 4, 8)]
    assert found == pytest.approx([40, 27, 19, 13], rel=0.03)


@pytest.mark.parametrize(("recall", "measured"), [(0.92, 100), (0.95, 157), (0.96, 197), (0.97, 270), (0.98, 455)])
def test_ef_for_a_hundred_results_is_the_published_one(recall: float, measured: int) -> None:
    """Milvus 2.6.14, Cohere 1M x 768, one segment; read at an SQ8 graph, so without its factor."""
    assert graph_recall.ef_for(recall, GraphShape(1_000_000, 1, 100, 16)) == pytest.approx(measured, rel=0.07)


def test_published_recall_lies_in_the_range_that_an_ef_gives() -> None:
    """Milvus 2.5.11 and 2.6.14 over 1M rows, k=100, SQ8 codes, ef 100..500; within two points of a hundred."""
    runs = [
        row
        for row in ROWS
        if row["figure"] == "published search" and row["n"] == 1_000_000 and row["params"].get("sq_type") == "SQ8"
    ]
    assert len(runs) == 16
    for row in runs:
        segments = 1.0 if "merge" in row["hardware"] else 2.3
        recall = graph_recall.recall_of(row["params"]["ef"], GraphShape(1e6 / segments, segments, 100, 16, sq8=True))
        assert recall.lowest - 0.005 <= row["recall"] <= recall.highest + 0.005
        assert recall.expected == pytest.approx(row["recall"], abs=0.02)


def test_sq8_codes_end_below_full_recall() -> None:
    shape = GraphShape(200_000, 1, 10, 16, sq8=True)
    assert graph_recall.recall_of(10_000, shape).highest == graph_recall.HIGHEST_RECALL_SQ8
    measured = [row for row in GRAPHS if row["index"] == "HNSW_SQ8"]
    assert any("0.99" not in row["at"] for row in measured)  # some data sets never reach it


@pytest.mark.parametrize("data", ["clustered", "manifold", "hard"])
def test_the_rows_to_scan_differ_by_data_as_documented(data: str) -> None:
    """The default lies in the middle of the sets: too high for clustered data, too low for hard data."""
    ratios = [
        list_recall.rows_for(float(recall), row["n"], row["nlist"], row["index"] == "IVF_SQ8") / scanned
        for row in LISTS
        if row["data"] == data
        for recall, scanned in row["rows_scanned"].items()
    ]
    low, high = {"clustered": (2, 13), "manifold": (1 / 2.4, 2.4), "hard": (1 / 10, 1 / 2)}[data]
    assert ratios
    assert all(low <= ratio <= high for ratio in ratios)


def test_too_few_lists_are_charged_for() -> None:
    """200k rows in 256 lists, manifold: 8.05 % scanned at 0.95, measured."""
    assert list_recall.rows_for(0.95, 200_000, 256) / 200_000 == pytest.approx(0.0805, rel=0.1)


@pytest.mark.parametrize(
    ("search_list", "measured"), [(16, 0.9807), (32, 0.9963), (64, 1.0), (100, 1.0), (200, 1.0), (400, 1.0)]
)
def test_diskann_reaches_the_measured_recall(search_list: int, measured: float) -> None:
    recall = disk_reads.recall_of(search_list, 40_000, 10)
    assert recall.expected == pytest.approx(measured, abs=0.002)
    assert recall.lowest <= measured


@pytest.mark.parametrize(("rows", "segments", "measured"), [(1_000_000, 1.2, 0.991), (10_000_000, 11.5, 0.991)])
def test_diskann_with_a_list_of_k_is_published_at_099(rows: int, segments: float, measured: float) -> None:
    recall = disk_reads.recall_of(100, rows / segments, 100)
    assert recall.expected == pytest.approx(measured, abs=0.003)
    assert disk_reads.search_list_for(0.99, rows / segments, 100) == pytest.approx(100, rel=0.01)


recalls = st.floats(0, 1)
rows_in_segment = st.floats(0, 1e10)


@pytest.mark.property
@given(
    recalls, recalls, rows_in_segment, st.floats(1, 1000), st.integers(1, 16_384), st.integers(2, 2_048), st.booleans()
)
def test_more_recall_never_needs_less_ef_and_an_ef_gives_its_recall(
    one: float, other: float, rows: float, segments: float, top_k: int, m: int, sq8: bool
) -> None:
    shape = GraphShape(rows, segments, top_k, m, sq8)
    low, high = sorted((one, other))
    ef = graph_recall.ef_for(low, shape)
    assert top_k <= ef <= graph_recall.ef_for(high, shape)
    recall = graph_recall.recall_of(ef, shape)
    assert 0 <= recall.lowest <= recall.expected <= recall.highest < 1
    assert recall.expected >= min(low, graph_recall.SURE_RECALL_SQ8 if sq8 else graph_recall.HIGHEST_RECALL) - 1e-6


@pytest.mark.property
@given(recalls, recalls, rows_in_segment, rows_in_segment, st.integers(1, 65_536), st.booleans())
def test_more_recall_or_rows_never_scan_less_and_probes_give_their_recall(
    one: float, other: float, rows: float, more_rows: float, nlist: int, sq8: bool
) -> None:
    low, high = sorted((one, other))
    few, many = sorted((rows, more_rows))
    scanned = list_recall.rows_for(low, few, list_recall.lists_built(nlist, few), sq8)
    assert 0 <= scanned <= few
    assert scanned <= list_recall.rows_for(high, few, list_recall.lists_built(nlist, few), sq8) * (1 + 1e-9)
    assert scanned <= list_recall.rows_for(low, many, list_recall.lists_built(nlist, many), sq8) * (1 + 1e-9)
    lists = list_recall.lists_built(nlist, few)
    probes = list_recall.probes_for(scanned, few, lists)
    assert 1 <= probes <= nlist
    recall = list_recall.recall_of(rows_in_probes(probes, few, lists), few, lists, sq8)
    assert recall.lowest <= recall.expected <= recall.highest
    assert recall.expected >= min(low, list_recall.HIGHEST_RECALL) - 1e-6


@pytest.mark.property
@given(recalls, recalls, rows_in_segment, st.integers(1, 16_384))
def test_more_recall_never_reads_less(one: float, other: float, rows: float, top_k: int) -> None:
    low, high = sorted((one, other))
    size = disk_reads.search_list_for(low, rows, top_k)
    assert top_k <= size <= disk_reads.search_list_for(high, rows, top_k)
    recall = disk_reads.recall_of(size, rows, top_k)
    assert recall.lowest <= recall.expected <= recall.highest
    assert recall.expected >= min(low, disk_reads.HIGHEST_RECALL) - 1e-6
