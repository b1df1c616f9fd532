"""docs/planning.md: its figures are those of today, and adding them up by hand gives the same."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values_text

CLONE = Path(__file__).parents[2]
PAGE = (CLONE / "docs" / "planning.md").read_text(encoding="utf-8")
PLAN = make_plan(read_values_text(PAGE.split("```yaml\n", 1)[1].split("```", 1)[0].encode(), "page").workload)
GIB = 2**30


def numbers(title: str) -> list[float]:
    """The last figure of each row of the table under a heading."""
    table = PAGE.split(title, 1)[1].split("|\n\n", 1)[0] + "|"
    return [float(value.replace(",", "")) for value in re.findall(r"\| ([\d,.]+) \|$", table, re.MULTILINE)]


def test_the_page_has_the_figures_of_today() -> None:
    script = CLONE / "scripts" / "planning_page.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0, "run `make planning`"


def test_the_bill_adds_up() -> None:
    *items, total = numbers("| item | USD a month |")
    assert sum(items) == pytest.approx(total, abs=0.02)
    assert total == PLAN.cost.usd_per_month


def test_the_data_are_what_the_declaration_says() -> None:
    rows = 20_000_000 + 12 * 500_000
    links = 4 * (2 * 16 + 16 / 15) + 12 + 4
    planned = PLAN.collection_plans[0]
    assert planned["index_bytes"] == pytest.approx(rows * (3072 + links), rel=1e-6)
    assert planned["segments"] == math.ceil(rows / (planned["segment_bytes"] // 3080))
    slack = planned["segments"] * 2**20
    assert planned["loaded_bytes"] == planned["index_bytes"] + rows * 100 + slack


def test_the_fullest_query_node_holds_it_with_a_pod_gone() -> None:
    query, planned = PLAN.roles["query_node"], PLAN.collection_plans[0]
    rows = planned["segment_bytes"] // 3080
    segment = rows * (3072 + 148.27 + 100) + 2**20
    left = query.pods - 1
    at_rest = 600e6 + planned["loaded_bytes"] / left + segment
    assert at_rest <= 0.9 * query.memory_bytes
    assert at_rest + 1.1 * rows * 3220.27 <= query.memory_bytes
    # One pod fewer would not hold it, which is why there are as many.
    assert 600e6 + planned["loaded_bytes"] / (left - 1) + segment > 0.9 * query.memory_bytes


def test_the_nodes_cost_what_the_pools_say() -> None:
    nodes = numbers("| pool | nodes | at most | USD a month |")
    assert sum(nodes) == pytest.approx(sum(pool["usd_per_month"] for pool in PLAN.node_pools), abs=0.02)
