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
from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.preview_cost.documents import read_document
from pulumi_milvus.planning.preview_cost.totals import StackBill, preview_cost
from pulumi_milvus.planning.values_file import Values, read_values
from pulumi_milvus.planning.yaml_text import parse

STACKS = Path(__file__).parents[2] / "stacks"
EVERY = sorted(STACKS.glob("Pulumi.aws-*.yaml"))
FILES = [file for file in EVERY if "virtual_machine" not in file.read_text()]
MACHINES = [file for file in EVERY if file not in FILES]


def planned(values: Values) -> Plan:
    """The plan of a values file, as every command makes it."""
    return make_plan(values.workload, chosen_catalogue(values.settings, STACKS, {}))


def declared(file: Path, values: Values, tmp_path: Path) -> Recorder:
    """Everything that the environment registers."""
    config = parse(file.read_bytes(), str(file))["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    pulumi.runtime.set_all_config(texts)
    try:
        return recorded(lambda: environment.aws_environment(values, planned(values), tmp_path), "priced")
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
    items = planned(values).to_json()["cost"]["items"]
    found = bill(declared(file, values, tmp_path))
    nodes = usd(items, "nodes ", "node volumes ")
    assert nodes > 0
    assert usd(found.items, "nodes ", "node volumes ") == pytest.approx(nodes, rel=0.01)
    for ours, theirs in (
        ("control plane", "EKS control plane"),
        ("public IPv4 address", "NAT gateways, public addresses"),
        ("NAT gateway",) * 2,
        ("encryption key",) * 2,
    ):
        beside = usd(items, "NAT gateways, ") if theirs == "NAT gateway" else 0.0
        assert usd(found.items, ours) == pytest.approx(usd(items, theirs) - beside), ours
    # Nothing is without a price but what is paid by use or made by the cluster.
    for words in found.unpriced:
        assert "by use" in words or "made by the cluster" in words, words


@pytest.mark.parametrize("file", MACHINES, ids=lambda file: file.name)
def test_the_bill_of_one_machine_meets_the_plan(file: Path, tmp_path: Path) -> None:
    values = read_values(file)
    items = planned(values).to_json()["cost"]["items"]
    assert not [item for item in items if item["name"].startswith(("EKS", "encryption"))]
    found = bill(declared(file, values, tmp_path))
    # Data through the gateway is paid by use, and a preview does not know it.
    assert usd(found.items, "") == pytest.approx(usd(items, "") - usd(items, "NAT gateways, data"), rel=0.01)
    (pool,) = planned(values).node_pools
    assert (pool["nodes"], pool["max_nodes"]) == (1, 1)
