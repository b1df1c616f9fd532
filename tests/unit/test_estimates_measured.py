"""Estimates against measurements: every figure that was measured is answered within its tolerance."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from measurements import Case, all_cases, refused_requests
from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import read_request
from pulumi_milvus.planning.problems import InvalidValues

CASES = all_cases()
CLONE = Path(__file__).parents[2]
PAGE = CLONE / "docs" / "sizing.md"


def answer(request: dict[str, Any]) -> dict[str, Any]:
    return estimate(read_request(request)).to_json()


def chosen(key: str, index: str | None = None) -> list[Case]:
    return [case for case in CASES if case.figure.key == key and index in (None, case.index)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_measured_is_answered_within_its_tolerance(case: Case) -> None:
    ours, figure = answer(case.request)[case.figure.key], case.figure
    assert figure.holds(ours), (
        f"{figure.key} {ours:,}, measured {figure.measured_bytes:,}: "
        f"not within {figure.lowest_bytes:,.0f} to {figure.highest_bytes:,.0f}"
    )


def test_no_measurement_is_lost() -> None:
    figures = Counter(case.engine for case in CASES)
    assert figures == {"faiss-cpu": 102, "milvus-standalone": 32, "cuVS": 38, "milvus-lite": 12, "diskannpy": 8}


@pytest.mark.parametrize("request_", refused_requests(), ids=lambda request: request["index"])
def test_what_milvus_lite_refused_is_refused(request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidValues, match=f"Milvus Lite has no {request_['index']}"):
        read_request(request_)


def test_the_refusals_of_milvus_lite_are_there() -> None:
    assert [request["index"] for request in refused_requests()] == ["SCANN", "DISKANN", "HNSW_PQ", "HNSW_PRQ"]


@pytest.mark.parametrize("case", chosen("gpu_memory_bytes", "GPU_CAGRA"), ids=str)
def test_a_graph_on_a_gpu_is_exact(case: Case) -> None:
    assert answer(case.request)["gpu_memory_bytes"] == case.figure.measured_bytes


# SCANN fills up the last block of each list, by how many rows each list has.
@pytest.mark.parametrize("case", [case for case in chosen("index_bytes") if case.index != "SCANN"], ids=str)
def test_files_of_known_layout_are_off_by_at_most_a_thousandth(case: Case) -> None:
    assert answer(case.request)["index_bytes"] == pytest.approx(case.figure.measured_bytes, rel=0.001)


def sizing_table(*arguments: str) -> int:
    command = [sys.executable, str(CLONE / "scripts" / "sizing_table.py"), *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_the_page_has_the_figures_of_today() -> None:
    assert sizing_table("--check") == 0, "run `make sizing`"


def test_a_stale_page_is_found_and_written_anew(tmp_path: Path) -> None:
    copy = tmp_path / "sizing.md"
    shutil.copy(PAGE, copy)
    assert sizing_table("--page", str(copy)) == 0
    fresh = copy.read_text(encoding="utf-8")
    copy.write_text(fresh.replace(f"{CASES[0].figure.measured_bytes:,}", "1"), encoding="utf-8")
    assert sizing_table("--check", "--page", str(copy)) == 1
    assert sizing_table("--page", str(copy)) == 0
    assert copy.read_text(encoding="utf-8") == fresh
    copy.write_text("no tables", encoding="utf-8")
    assert sizing_table("--page", str(copy)) == 2
