"""A stack's program plans with the catalogue that its settings name, and its components get that plan."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_milvus.planning.catalogue_choice import ENVIRONMENT_VARIABLE
from pulumi_milvus.planning.hardware.aws_catalogue import packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue_file import catalogue_text
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import Values, values_of
from pulumi_milvus.planning.written_plan_reader import read_written_plan
from pulumi_milvus.program import plan_for_component, stack_catalogue

WORKLOAD = {"collections": [{"name": "a", "vectors": 9_000_000, "dimension": 768}], "topology": "distributed"}
SHAPES = [{"name": "general", "count": 9, "cpu_cores": 16, "memory_gib": 64}]


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


def values(**config: Any) -> Values:
    return values_of({"config": {"milvus:workload": WORKLOAD, **config}})


def without_graviton(folder: Path) -> None:
    """A catalogue of eu-west-1 in which no arm64 type is offered: the plan differs from the packaged one's."""
    data: dict[str, Any] = copy.deepcopy(dict(packaged_snapshot()))
    architecture, offered = data["columns"].index("architecture"), data["columns"].index("offered")
    for row in data["rows"]:
        row[offered] = row[offered] and row[architecture] == "x86_64"
    (folder / "catalogue.json").write_text(catalogue_text([{**data, "region": "eu-west-1"}], "2026-11-28"))


def test_the_component_gets_the_plan_of_the_catalogue(tmp_path: Path) -> None:
    without_graviton(tmp_path)
    said = values(**{"milvus:catalogue": "catalogue.json", "aws:region": "eu-west-1"})
    catalogue = stack_catalogue(said, tmp_path)
    assert catalogue is not None
    plan = make_plan(said.workload, catalogue)
    packaged = make_plan(said.workload)
    assert plan.node_pools != packaged.node_pools
    text = plan_for_component(said, plan, tmp_path)
    assert text is not None
    assert read_written_plan(text.encode()).plan.node_pools == plan.node_pools
    assert json.loads(text)["cost"]["region"] == "eu-west-1"


def test_without_a_catalogue_the_component_plans_by_itself(tmp_path: Path) -> None:
    said = values()
    assert stack_catalogue(said, tmp_path) is None
    assert plan_for_component(said, make_plan(said.workload), tmp_path) is None


def test_a_cluster_that_is_there_needs_no_catalogue(tmp_path: Path) -> None:
    without_graviton(tmp_path)
    said = values_of(
        {"config": {"milvus:workload": {**WORKLOAD, "node_shapes": SHAPES}, "milvus:catalogue": "catalogue.json"}}
    )
    assert plan_for_component(said, make_plan(said.workload), tmp_path) is None
