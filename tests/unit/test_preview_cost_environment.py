"""The bill of what the values files of AWS really declare, against the plan that they are made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from aws_recorder import Recorder, recorded
from preview_files import export, state
from pulumi_milvus.aws import environment
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.preview_cost.documents import read_document
from pulumi_milvus.planning.preview_cost.totals import StackBill, preview_cost
from pulumi_milvus.planning.values_file import Values, read_values
from pulumi_milvus.planning.yaml_text import parse

STACKS = Path(__file__).parents[2] / "stacks"
# A single machine has no node groups, control plane or NAT gateways to be compared.
FILES = [file for file in sorted(STACKS.glob("Pulumi.aws-*.yaml")) if "virtual_machine" not in file.read_text()]


def declared(file: Path, values: Values, tmp_path: Path) -> Recorder:
    """Everything that the environment registers."""
    config = parse(file.read_bytes(), str(file))["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    pulumi.runtime.set_all_config(texts)
    try:
        return recorded(lambda: environment.aws_environment(values, make_plan(values.workload), tmp_path), "priced")
    finally:
        pulumi.runtime.set_all_config({})


def bill(recorder: Recorder) -> StackBill:
    """What it costs, from an export of what was registered."""
    states: list[dict[str, Any]] = []
    for kind, resources in recorder.resources.items():
        for name, inputs in resources.items():
            custom = kind.startswith(("aws:", "kubernetes:", "pulumi:"))
            plain = json.loads(json.dumps(inputs, default=str))
            states.append({**state(kind, name), "inputs": plain, "custom": custom})
    document = read_document(export(*states), "stack.json")
    return preview_cost(document, aws_catalogue()).after


def usd(items: Any, *beginnings: str) -> float:
    found = [item if isinstance(item, dict) else item.to_json() for item in items]
    return sum(item["usd_per_month"] or 0.0 for item in found if item["name"].startswith(beginnings))


@pytest.fixture(autouse=True)
def _without_milvus_and_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Milvus itself is the cluster's business, and its component wants a running engine. AWS is not asked."""
    monkeypatch.setattr(environment, "before_first_resource", lambda *_arguments, **_more: ())
    monkeypatch.setattr(environment, "server_environment", lambda *_arguments: None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_bill_meets_the_plan(file: Path, tmp_path: Path) -> None:
    values = read_values(file)
    planned = make_plan(values.workload).to_json()["cost"]["items"]
    found = bill(declared(file, values, tmp_path))
    nodes = usd(planned, "nodes ", "node volumes ")
    assert nodes > 0
    assert usd(found.items, "nodes ", "node volumes ") == pytest.approx(nodes, rel=0.01)
    for ours, theirs in (
        ("control plane", "EKS control plane"),
        ("NAT gateway", "NAT gateways"),
        ("encryption key",) * 2,
    ):
        assert usd(found.items, ours) == pytest.approx(
            usd(planned, theirs) - usd(planned, "NAT gateways, data") * (theirs == "NAT gateways")
        ), ours
    # Nothing is without a price but what is paid by use or made by the cluster.
    for words in found.unpriced:
        assert "by use" in words or "made by the cluster" in words, words
