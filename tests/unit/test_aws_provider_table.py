"""The AWS stand-in's table: strict about arguments, and right about what a change of one does."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import pytest

from aws_provider import VERSION, schema
from aws_provider.comparing import changes
from aws_provider.kind import DEFAULTS
from aws_provider.table import KINDS, kind_of
from kubernetes_provider.errors import ProviderError

VPC = KINDS["aws:ec2/vpc:Vpc"]
CLUSTER = KINDS["aws:eks/cluster:Cluster"]
GROUP = KINDS["aws:eks/nodeGroup:NodeGroup"]


def _why(token: str, inputs: dict[str, Any]) -> list[str]:
    return [why for _, why in schema.problems(KINDS[token], inputs)]


def test_it_serves_the_types_of_the_sdk_that_is_installed() -> None:
    assert version("pulumi_aws") == VERSION


@pytest.mark.parametrize("token", sorted(KINDS))
def test_every_argument_of_the_table_is_one_of_the_sdk(token: str) -> None:
    names = set(schema.argument_names(token))
    for path in KINDS[token].arguments | KINDS[token].replacing:
        assert re.split(r"[.]", path)[0] in names, path


def test_what_is_known_and_complete_has_no_problems() -> None:
    assert _why("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"kubernetes.io/role/elb": "1"}}) == []
    assert _why("aws:eks/nodeGroup:NodeGroup", _group(taints=[])) == []


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"cidrBlock": "10.0.0.0/16", "instanceTenancy": "default"}, "does not know the argument instanceTenancy"),
        ({"cidr": "10.0.0.0/16"}, "pulumi_aws has no argument cidr"),
        ({"cidrBlock": ["10.0.0.0/16"]}, "cidrBlock takes no list"),
        ({"cidrBlock": True}, "cidrBlock is True, which is no str"),
        ({"enableDnsSupport": "yes"}, "enableDnsSupport is 'yes', which is no bool"),
    ],
)
def test_unknown_and_mistyped_arguments_of_a_vpc_are_refused(inputs: dict[str, Any], why: str) -> None:
    assert any(why in each for each in _why("aws:ec2/vpc:Vpc", inputs)), _why("aws:ec2/vpc:Vpc", inputs)


def test_nested_arguments_are_as_strict() -> None:
    missing = _why("aws:eks/nodeGroup:NodeGroup", _group(scalingConfig={"minSize": 1, "maxSize": 1}))
    assert missing == ["Missing required argument scalingConfig.desiredSize"]
    unknown = _why("aws:eks/nodeGroup:NodeGroup", _group(updateConfig={"maxUnavailablePercentage": 10}))
    assert unknown == [
        f"the stand-in's table of {GROUP.token} does not know the argument updateConfig.maxUnavailablePercentage"
    ]


def test_a_type_outside_the_table_is_refused_with_those_in_it() -> None:
    with pytest.raises(ProviderError, match=r"has no type aws:rds/cluster:Cluster; it has aws:cloudwatch/logGroup"):
        kind_of("urn:pulumi:dev::shop::aws:rds/cluster:Cluster::thing")


def test_the_type_of_a_child_is_the_last_one() -> None:
    assert kind_of("urn:pulumi:dev::shop::milvus:index:Network$aws:ec2/vpc:Vpc::thing") is VPC


@pytest.mark.parametrize(
    ("old", "new", "replaces"),
    [
        ({"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}, True),
        ({"enableDnsSupport": True}, {"enableDnsSupport": False}, False),
        ({"tags": {"a": "b"}}, {}, False),
    ],
)
def test_what_a_change_of_a_vpc_does(old: dict[str, Any], new: dict[str, Any], replaces: bool) -> None:
    found = changes(VPC, old, new)
    assert found.changed
    assert bool(found.replacing) == replaces


def test_same_policies_and_same_sets_are_no_change() -> None:
    role = KINDS["aws:iam/role:Role"]
    assert not changes(role, {"assumeRolePolicy": '{"a":1,"b":2}'}, {"assumeRolePolicy": '{"b": 2, "a": 1}'}).changed
    assert changes(role, {"assumeRolePolicy": '{"a":1}'}, {"assumeRolePolicy": '{"a":2}'}).changed
    assert not changes(CLUSTER, {"enabledClusterLogTypes": ["a", "b"]}, {"enabledClusterLogTypes": ["b", "a"]}).changed


def test_a_program_s_own_name_makes_way_for_its_successor_and_a_made_one_stays_meanwhile() -> None:
    old, new = {"name": "milvus", "roleArn": "a"}, {"name": "milvus", "roleArn": "b"}
    assert changes(CLUSTER, old, new).delete_before_replace
    made = {DEFAULTS: ["name"]}
    assert not changes(CLUSTER, old | made, new | made).delete_before_replace


def test_a_label_with_dots_has_a_path_that_pulumi_can_read() -> None:
    found = changes(GROUP, {}, {"labels": {"milvus.io/node-pool": "x"}})
    assert list(found.changed) == ['labels["milvus.io/node-pool"]']
    assert not changes(GROUP, {}, {"labels": {"milvus.io/node-pool": "x"}}, ["labels"]).changed


def _group(**changed: Any) -> dict[str, Any]:
    return {
        "clusterName": "milvus",
        "nodeRoleArn": "arn:aws:iam::123456789012:role/nodes",
        "subnetIds": ["subnet-1"],
        "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 2},
        **changed,
    }
