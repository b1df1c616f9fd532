"""What a preview costs: against the plan it was made from, type by type, before and after, and what has no price."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import Streams, call
from preview_files import GIB, UNKNOWN, export, node_group, preview, provider, state, step
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.preview_cost.documents import read_document
from pulumi_milvus.planning.preview_cost.pricers import FREE, PRICERS
from pulumi_milvus.planning.preview_cost.totals import PreviewCost, main_region, preview_cost
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload

NODE_GROUP, EKS, EIP = "aws:eks/nodeGroup:NodeGroup", "aws:eks/cluster:Cluster", "aws:ec2/eip:Eip"
R7G_USD = 0.4284 * 730  # r7g.2xlarge in us-east-1, 2026-07-20


def cost_of(*states: dict[str, Any], before: list[dict[str, Any]] | None = None) -> PreviewCost:
    """The bill of a preview that makes these resources."""
    document = read_document(preview(*[step("create", item) for item in states]), "p.json")
    deployed = None if before is None else read_document(export(*before), "s.json").after
    return preview_cost(document, aws_catalogue(), deployed)


def usd(*states: dict[str, Any]) -> float:
    return cost_of(*states).after.usd_per_month


WORKLOADS = (
    {"vectors": 40_000_000, "dimension": 768, "index": "HNSW"},
    {"vectors": 200_000_000, "dimension": 768, "index": "DISKANN"},
    {"vectors": 5_000_000, "dimension": 768, "index": "GPU_CAGRA"},
)


@pytest.mark.parametrize("collection", WORKLOADS, ids=lambda item: item["index"])
def test_the_bill_of_a_preview_meets_the_plan_it_is_made_from(collection: dict[str, Any]) -> None:
    data = {"collections": [{"name": "a", **collection}], "topology": "distributed", "availability": "zone"}
    plan = make_plan(read_workload(data))
    assert not plan.has_errors, plan.findings
    states = [
        item
        for pool in plan.node_pools
        for item in node_group(pool["name"], pool["instance_type"], pool["nodes"], pool["root_volume_bytes"])
    ]
    states += [state(EKS, "eks"), state("aws:kms/key:Key", "key")]
    states += [state("aws:ec2/natGateway:NatGateway", f"nat-{zone}") for zone in range(3)]
    found = cost_of(*states).after
    planned = {item["name"]: item["usd_per_month"] or 0.0 for item in plan.to_json()["cost"]["items"]}
    nodes = sum(value for name, value in planned.items() if name.startswith(("nodes ", "node volumes ")))
    previewed = sum(
        item.usd_per_month or 0 for item in found.items if item.name.startswith(("nodes ", "node volumes "))
    )
    assert nodes > 0
    assert previewed == pytest.approx(nodes, rel=0.01)
    for ours, theirs in (
        ("control plane", "EKS control plane"),
        ("NAT gateway", "NAT gateways"),
        ("encryption key",) * 2,
    ):
        mine = sum(item.usd_per_month or 0 for item in found.items if item.name.startswith(ours))
        assert mine == pytest.approx(next(value for name, value in planned.items() if name.startswith(theirs)))


def test_a_node_group_is_its_size_times_instance_and_root_volume() -> None:
    found = cost_of(*node_group("query", "r7g.2xlarge", 6, 100 * GIB, iops=4_000, throughput=225)).after
    assert {item.name: round(item.usd_per_month or 0, 2) for item in found.items} == {
        "nodes query (r7g.2xlarge)": round(6 * R7G_USD, 2),
        "node volumes query, storage": 48.0,  # 6 x 100 GiB x 0.08
        "node volumes query, IOPS": 30.0,  # 6 x 1,000 x 0.005
        "node volumes query, throughput": 24.0,  # 6 x 100 MiB/s x 0.04
    }
    assert found.unpriced == ()


def test_a_template_is_found_by_what_is_known_of_it() -> None:
    template, group = node_group("query", "r7g.2xlarge", 1)
    expected = R7G_USD + 20 * 0.08
    for changes in (
        {"launchTemplate": {"id": template["id"], "version": 1}},
        {"launchTemplate": {"name": "milvus-query"}},
    ):
        found = {**template, "inputs": {**template["inputs"], "name": "milvus-query"}}
        other = {**group, "propertyDependencies": {}, "inputs": {**group["inputs"], **changes}}
        assert usd(found, other) == pytest.approx(expected)
    lost = cost_of({**group, "propertyDependencies": {}}, template).after
    assert lost.usd_per_month == 0
    assert "launchTemplate is not known before up" in lost.unpriced[0]
    # The type may stand in the template, and without one EKS gives each node 20 GiB.
    inputs = {key: value for key, value in group["inputs"].items() if key != "instanceTypes"}
    typed = {**template, "inputs": {**template["inputs"], "instanceType": "r7g.2xlarge"}}
    assert usd(typed, {**group, "inputs": inputs}) == pytest.approx(expected)
    plain = state(NODE_GROUP, "plain", instanceTypes=["r7g.2xlarge"], scalingConfig={"desiredSize": 2})
    assert usd(plain) == pytest.approx(2 * expected)
    large = state(NODE_GROUP, "large", instanceTypes=["r7g.2xlarge"], scalingConfig={"desiredSize": 1}, diskSize=50)
    assert usd(large) == pytest.approx(R7G_USD + 50 * 0.08)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scalingConfig": {"desiredSize": UNKNOWN}}, "scalingConfig.desiredSize is not known before up"),
        ({"scalingConfig": {}}, "scalingConfig.desiredSize is not known"),
        ({"scalingConfig": {"desiredSize": "many"}}, "scalingConfig.desiredSize is not known"),
        ({"scalingConfig": {"desiredSize": -1}}, "scalingConfig.desiredSize is not known"),
        ({"instanceTypes": UNKNOWN}, "instanceTypes is not known before up"),
        ({"instanceTypes": [UNKNOWN]}, "instanceTypes.0 is not known before up"),
        ({"instanceTypes": ["zz.huge"]}, "no price of zz.huge is known in us-east-1"),
        ({"instanceTypes": ["p5e.48xlarge"]}, "no price of p5e.48xlarge"),
        ({"instanceTypes": ["r7g.2xlarge", "r8g.2xlarge"]}, "which of r7g.2xlarge, r8g.2xlarge"),
        ({"capacityType": "SPOT"}, "spot price"),
        ({"region": "eu-west-1"}, "is in eu-west-1, and the prices are those of us-east-1"),
    ],
)
def test_what_is_not_known_of_nodes_is_never_nothing(changes: dict[str, Any], words: str) -> None:
    template, group = node_group("query", "r7g.2xlarge", 3)
    found = cost_of(template, {**group, "inputs": {**group["inputs"], **changes}}).after
    assert not any(item.name.startswith("nodes") for item in found.items)
    assert any(words in line for line in found.unpriced)


def test_a_machine_of_its_own() -> None:
    machine = state(
        "aws:ec2/instance:Instance",
        "vm",
        instanceType="r7g.2xlarge",
        rootBlockDevice={"volumeSize": 30, "volumeType": "gp3"},
        ebsBlockDevices=[{"deviceName": "/dev/sdf", "volumeSize": 100, "volumeType": "gp3"}],
        associatePublicIpAddress=True,
    )
    assert usd(machine) == pytest.approx(R7G_USD + 130 * 0.08 + 730 * 0.005)
    template = state(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "vm-template",
        instanceType="r7g.2xlarge",
        blockDeviceMappings=[{"ebs": {"volumeSize": 30, "volumeType": "gp3"}}],
    )
    depends = {"launchTemplate": [template["urn"]]}
    of_template = state("aws:ec2/instance:Instance", "vm", depends, launchTemplate={"id": UNKNOWN, "version": UNKNOWN})
    assert usd(template, of_template) == pytest.approx(R7G_USD + 30 * 0.08)
    root = cost_of(state("aws:ec2/instance:Instance", "vm", instanceType="r7g.2xlarge")).after
    assert root.unpriced == ("root volume vm: its size is not said",)


def test_volumes() -> None:
    def volume(**inputs: Any) -> dict[str, Any]:
        return state("aws:ebs/volume:Volume", "data", **inputs)

    assert usd(volume(size=100, type="gp3", iops=3_000, throughput=125)) == pytest.approx(8.0)
    # 40,000 IOPS of io2: 32,000 at 0.065, 8,000 at 0.0455.
    assert usd(volume(size=100, type="io2", iops=40_000)) == pytest.approx(12.5 + 2_080 + 364)
    assert usd(volume(size=100, type="io2", iops=70_000)) == pytest.approx(12.5 + 2_080 + 1_456 + 6_000 * 0.03185)
    assert cost_of(volume(size=100)).after.unpriced == ("volume data: no price is known of gp2 volumes",)
    assert "size is not known" in cost_of(volume(type="gp3", size=UNKNOWN)).after.unpriced[0]


def test_what_stands_beside_nodes() -> None:
    assert usd(state(EKS, "eks")) == pytest.approx(73.0)
    assert usd(state("aws:ec2/natGateway:NatGateway", "nat"), state(EIP, "nat")) == pytest.approx(32.85 + 3.65)
    assert usd(state("aws:kms/key:Key", "key")) == pytest.approx(1.0)
    assert usd(state("aws:lb/loadBalancer:LoadBalancer", "nlb", loadBalancerType="network")) == pytest.approx(16.425)
    endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint"
    assert usd(state(endpoint, "ecr", vpcEndpointType="Interface", subnetIds=["a", "b", "c"])) == pytest.approx(21.9)
    assert cost_of(state(endpoint, "s3", vpcEndpointType="Gateway")).after.unpriced == ()


def test_what_is_paid_by_use_or_unknown_is_listed() -> None:
    found = cost_of(
        state("aws:s3/bucket:Bucket", "vectors"),
        state("aws:s3/bucketPolicy:BucketPolicy", "vectors"),
        state("aws:ec2/natGateway:NatGateway", "nat"),
        state("aws:cloudwatch/logGroup:LogGroup", "eks"),
        state("aws:lb/loadBalancer:LoadBalancer", "alb", loadBalancerType="application"),
        state("aws:rds/instance:Instance", "database"),
        state("gcp:storage/bucket:Bucket", "elsewhere"),
        state("kubernetes:core/v1:Service", "proxy", spec={"type": "LoadBalancer"}),
        state("kubernetes:core/v1:Service", "inside", spec={"type": "ClusterIP"}),
        state("kubernetes:apps/v1:StatefulSet", "etcd", spec={"volumeClaimTemplates": [{}]}),
        state("kubernetes:milvus.io/v1beta1:Milvus", "milvus"),
        state("kubernetes:core/v1:ConfigMap", "settings"),
        {**state("milvus:index:Milvus", "milvus"), "custom": False},
        {**state("acme:index:Stack", "component"), "custom": False},
    ).after
    said = "\n".join(found.unpriced)
    for words in ("bucket vectors: storage", "NAT gateway nat: data", "logs eks", "type application", "rds", "gcp"):
        assert words in said
    assert "load balancer of proxy" in said
    assert "volumes of etcd" in said
    assert len(found.unpriced) == 9


def test_types_are_either_priced_or_free() -> None:
    assert not FREE & PRICERS.keys()


def test_before_and_after_of_one_preview() -> None:
    old, new = node_group("query", "r7g.2xlarge", 3), node_group("query", "r7g.2xlarge", 5)
    cluster, gone, made = state(EKS, "eks"), state(EIP, "old"), state(EIP, "new")
    key = state("aws:kms/key:Key", "key")
    document = read_document(
        preview(
            step("same", old[0], old[0]),
            step("update", new[1], old[1]),
            step("same", cluster, cluster),
            step("delete", None, gone),
            step("create", made),
            step("create-replacement", key, key),
            step("replace", key, key),
            step("delete-replaced", None, key),
            # An earlier replacement that is still waiting to be deleted is paid, and nobody sees it here.
            step("delete", None, {**state(EIP, "new"), "delete": True}),
        ),
        "p.json",
    )
    found = preview_cost(document, aws_catalogue())
    group = new[1]["urn"]
    each = R7G_USD + 1.6
    assert found.complete
    assert found.change_usd_per_month == pytest.approx(2 * each)
    assert set(found.changes()) == {group, gone["urn"], made["urn"]}
    assert found.changes()[group] == pytest.approx((3 * each, 5 * each))


def test_a_preview_without_its_unchanged_resources_has_no_total() -> None:
    old, new = node_group("query", "r7g.2xlarge", 3), node_group("query", "r7g.2xlarge", 5)
    group = [{**item, "inputs": {**item["inputs"], "launchTemplate": None}} for item in (old[1], new[1])]
    found = preview_cost(read_document(preview(step("update", group[1], group[0]), same=9), "p.json"), aws_catalogue())
    answer = found.to_json()
    assert (answer["complete"], answer["usd_per_month"], answer["before_usd_per_month"]) == (False, None, None)
    assert answer["change_usd_per_month"] == pytest.approx(2 * (R7G_USD + 1.6), abs=0.01)


def test_the_region_is_that_of_the_provider() -> None:
    document = read_document(export(provider("eu-west-1"), state(EKS, "eks")), "s.json")
    assert main_region(document.after) == "eu-west-1"
    assert preview_cost(document, aws_catalogue()).after.usd_per_month == 0
    # A preview shows no default provider, and the stack's configuration.
    shown = json.loads(preview(step("create", state(EKS, "eks")))) | {"config": {"aws:region": "eu-west-1"}}
    assert main_region(read_document(json.dumps(shown).encode(), "p.json").after) == "eu-west-1"
    assert preview_cost(document, aws_catalogue("eu-west-1")).after.unpriced == (
        "control plane eks: no price is known",
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"diagnostics": []}',
        b'{"steps": [1]}',
        b'{"steps": [{"op": "same"}]}',
        b'{"deployment": {"resources": {}}}',
        b'{"deployment": {"resources": [{"urn": 1}]}}',
    ],
)
def test_what_is_neither_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(InvalidValues, match=r"pulumi preview|stack export"):
        read_document(text, "p.json")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([UNKNOWN, "gp3", "r7g.2xlarge", "io2"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["desiredSize", "ebs", "volumeSize", "volumeType", "id", "name", "spec", "type", "iops", "marketType"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "instanceTypes",
        "launchTemplate",
        "scalingConfig",
        "blockDeviceMappings",
        "rootBlockDevice",
        "ebsBlockDevices",
        "size",
        "type",
        "iops",
        "throughput",
        "region",
        "diskSize",
        "instanceType",
        "subnetIds",
        "vpcEndpointType",
        "spec",
        "capacityType",
        "loadBalancerType",
    ]
)
TYPES = st.sampled_from([*PRICERS, "aws:ec2/launchTemplate:LaunchTemplate", "aws:x/y:Z"])


@pytest.mark.property(2_000)
@given(st.lists(st.tuples(TYPES, st.dictionaries(KEYS, VALUES, max_size=5)), max_size=4))
def test_no_inputs_break_the_bill(resources: list[tuple[str, dict[str, Any]]]) -> None:
    states = [state(kind, f"r{position}", **inputs) for position, (kind, inputs) in enumerate(resources)]
    found = cost_of(*states)
    assert found.after.usd_per_month >= 0
    json.dumps(found.to_json(), allow_nan=False)


def cost(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes = b"") -> Streams:
    return call(monkeypatch, "cost", *arguments, stdin=stdin)


def test_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PULUMI_MILVUS_CATALOGUE", raising=False)
    states = [provider(), *node_group("query", "r7g.2xlarge", 3), state("aws:s3/bucket:Bucket", "vectors")]
    before, after = tmp_path / "stack.json", tmp_path / "preview.json"
    before.write_bytes(export(provider(), state(EKS, "eks")))
    after.write_bytes(preview(*[step("create", item) for item in states]))
    done = cost(monkeypatch, str(after), "--before", str(before), "--json")
    assert done.status == 0, done.err
    answer = json.loads(done.out)
    assert answer["usd_per_month"] == pytest.approx(3 * (R7G_USD + 1.6), abs=0.01)
    assert answer["change_usd_per_month"] == pytest.approx(3 * (R7G_USD + 1.6) - 73, abs=0.01)
    assert (answer["region"], answer["prices_as_of"]) == ("us-east-1", "2026-07-20")
    page = cost(monkeypatch, "-", stdin=after.read_bytes())
    assert page.status == 0, page.err
    for words in ("nodes query (r7g.2xlarge)", "total", "Not priced: bucket vectors", "Prices of 2026-07-20"):
        assert words in page.out
    assert max(map(len, page.out.splitlines())) <= 120


def test_files_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_bytes(export())
    for arguments in (("none.json",), (str(tmp_path),), (str(good), "--before", "none.json"), ("a\0b",)):
        done = cost(monkeypatch, *arguments)
        assert (done.status, done.out) == (2, "")
        assert "pulumi preview --json" in done.err
    done = cost(monkeypatch, str(good), "--catalogue", "none.json", "--json")
    assert done.status == 2
    assert "catalogue" in json.loads(done.out)["field"]
    assert cost(monkeypatch, str(good)).status == 0
