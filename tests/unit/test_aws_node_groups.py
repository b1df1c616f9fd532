"""A plan's pools as managed node groups: images, arrays, taints, and what a node does before it joins."""

from __future__ import annotations

import email
import functools
from dataclasses import replace

import pytest
import yaml

from manifest_cases import CLONE
from pulumi_milvus.cloud_aws.in_cluster import STORAGE_CLASS, device_plugin
from pulumi_milvus.cloud_aws.kubernetes_settings import (
    DRAIN_LIMIT_SECONDS,
    GRACEFUL_STOP_SECONDS,
    kubernetes_settings,
)
from pulumi_milvus.cloud_aws.node_groups import NodeGroup, architecture_warnings, nat_of, node_groups, open_pool_of
from pulumi_milvus.cloud_aws.setting_values import AwsSettings
from pulumi_milvus.manifests.agreement import settings_against_plan
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.settings import read_cluster_settings
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.planning.values_file import read_values, values_of

ENVIRONMENTS = ("standalone", "distributed", "nvme", "gpu")
TYPES = {item.name: item for item in aws_catalogue().types}
AWS = AwsSettings(account_id="123456789012", kubernetes_version="1.34")


@functools.cache
def plan_of(environment: str) -> Plan:
    return make_plan(read_values(CLONE / "stacks" / f"Pulumi.aws-{environment}.yaml").workload)


def groups_of(plan: Plan) -> tuple[NodeGroup, ...]:
    problems: list[Problem] = []
    groups = node_groups(plan, TYPES.values(), problems)
    assert not problems
    return groups


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_groups_are_the_plan_s_pools_and_nothing_more(environment: str) -> None:
    plan = plan_of(environment)
    groups = groups_of(plan)
    assert [(group.name, group.instance_type, group.nodes, group.max_nodes) for group in groups] == [
        (pool["name"], pool["instance_type"], pool["nodes"], pool["max_nodes"]) for pool in plan.node_pools
    ]
    for group, pool in zip(groups, plan.node_pools, strict=True):
        assert group.root_volume_gib * 2**30 >= pool["root_volume_bytes"] > (group.root_volume_gib - 1) * 2**30
        assert group.labels == {"milvus.io/node-pool": group.name}
        arm = TYPES[group.instance_type].architecture == "arm64"
        assert ("ARM_64" in str(group.ami_type)) == arm
        assert (group.ami_type == "AL2023_x86_64_NVIDIA") == (group.gpus > 0)
        assert not (arm and group.gpus)
    open_pool = open_pool_of(plan)
    assert [group.name for group in groups if not group.taints] == [open_pool]


def test_nodes_with_disks_of_their_own_make_them_one_array_before_they_join() -> None:
    for group in groups_of(plan_of("nvme")):
        disks = group.name in ("query-node", "data-node")
        assert group.nvme_array == group.many_disk_requests == disks
        if not disks:
            assert group.user_data is None
            continue
        message = email.message_from_string(str(group.user_data))
        config, script = [part for part in message.walk() if not part.is_multipart()]
        assert config.get_content_type() == "application/node.eks.aws"
        spec = yaml.safe_load(str(config.get_payload()))
        assert spec["kind"] == "NodeConfig"
        assert spec["spec"]["instance"]["localStorage"] == {"strategy": "RAID0"}
        assert script.get_content_type() == "text/x-shellscript"
        assert "fs.aio-max-nr = 10485760" in str(script.get_payload())
        assert TYPES[group.instance_type].local_nvme_bytes > 0


def test_pods_of_gpus_find_their_device_plugin() -> None:
    groups = groups_of(plan_of("gpu"))
    pools = [group.name for group in groups if group.gpus]
    assert pools == ["query-node", "data-node"]
    plugin = device_plugin(groups)
    assert plugin is not None
    pod = plugin["spec"]["template"]["spec"]
    terms = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert terms[0]["matchExpressions"][0]["values"] == pools
    tolerated = {item["key"] for item in pod["tolerations"]}
    assert {taint.key for group in groups for taint in group.taints} <= tolerated
    assert device_plugin(groups_of(plan_of("nvme"))) is None
    mirrored = device_plugin(groups, "registry.example.com/mirror/")
    assert mirrored is not None
    image = mirrored["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image.startswith("registry.example.com/mirror/nvidia/k8s-device-plugin:")


@pytest.mark.parametrize("environment", ["distributed", "nvme", "gpu"])
def test_milvus_s_pods_tolerate_the_taints_of_their_pool_and_use_the_bucket(environment: str) -> None:
    plan, problems = plan_of(environment), list[Problem]()
    groups = groups_of(plan)
    declared = kubernetes_settings(
        {"clients": [{"namespace": "search"}]},
        groups,
        bucket="vectors",
        region="us-east-1",
        role_arn="arn:aws:iam::123456789012:role/milvus",
        problems=problems,
    )
    settings = read_cluster_settings(declared, "kubernetes", problems)
    assert not problems
    assert not settings_against_plan(plan, settings)
    bodies = [manifest.body for manifest in deployment_manifests(plan, settings)]
    resource = next(body for body in bodies if body["kind"] == "Milvus")
    components = resource["spec"]["components"]
    assert resource["spec"]["config"]["common"]["gracefulStopTimeout"] == GRACEFUL_STOP_SECONDS < DRAIN_LIMIT_SECONDS
    for role, key in (("query_node", "queryNode"), ("streaming_node", "streamingNode"), ("data_node", "dataNode")):
        group = next(group for group in groups if group.name == plan.roles[role].node_pool)
        tolerated = {item["key"] for item in components[key].get("tolerations", ())}
        assert {taint.key for taint in group.taints} <= tolerated
        assert components[key]["nodeSelector"] == group.labels
    etcd = next(body for body in bodies if body["kind"] == "StatefulSet")["spec"]
    pool = next(pool for pool in plan.node_pools if "etcd" in pool["pods_per_node"])
    taints = next(group.taints for group in groups if group.name == pool["name"])
    tolerated = {item["key"] for item in etcd["template"]["spec"].get("tolerations", ())}
    assert {taint.key for taint in taints} <= tolerated
    assert etcd["volumeClaimTemplates"][0]["spec"]["storageClassName"] == STORAGE_CLASS


def test_a_second_bucket_is_refused() -> None:
    problems: list[Problem] = []
    store = {"kind": "s3", "bucket": "mine", "region": "us-east-1"}
    kubernetes_settings(
        {"object_store": store}, (), bucket="vectors", region="us-east-1", role_arn="r", problems=problems
    )
    assert [problem.path for problem in problems] == ["config.milvus:kubernetes.object_store"]


def test_a_gpu_of_arm64_has_no_image_and_an_unknown_type_is_told() -> None:
    plan, problems = plan_of("gpu"), list[Problem]()
    strange = [replace(item, architecture="arm64") if item.gpus else item for item in TYPES.values()]
    node_groups(plan, strange, problems)
    assert {problem.path for problem in problems} == {"node_pools[0].instance_type", "node_pools[3].instance_type"}
    assert all("no image" in problem.reason for problem in problems)
    problems.clear()
    assert node_groups(plan, [], problems) == ()
    assert len(problems) == len(plan.node_pools)


def test_disk_indexes_on_arm64_are_worth_a_warning() -> None:
    groups = groups_of(plan_of("nvme"))
    assert not list(architecture_warnings(plan_of("nvme"), groups))
    arm = [replace(group, architecture="arm64") for group in groups]
    assert len(list(architecture_warnings(plan_of("nvme"), arm))) == 2


def test_nat_is_what_the_plan_was_priced_with() -> None:
    for environment in ENVIRONMENTS:
        plan = plan_of(environment)
        hours = next(item["quantity"] for item in plan.cost.items if item["name"] == "NAT gateways")
        assert {"one": 1, "per_zone": 3}[nat_of(plan, AWS)] * 730 == hours


def test_what_an_array_cannot_hold_stands_on_the_planned_root_volume() -> None:
    """The disks were made an array for mapped data larger than they are: no pod of 2.8 TB ran on 1.9 TB of NVMe."""
    collection = {"name": "a", "vectors": 100_000_000, "dimension": 256, "index": "HNSW", "mmap": True}
    plan = make_plan(values_of({"collections": [collection], "topology": "distributed"}).workload)
    role = replace(plan.roles["query_node"], local_disk_bytes=2_800_000_000_000)
    for instance_type, is_array in (("x2idn.16xlarge", False), ("i7ie.18xlarge", True), ("r6i.16xlarge", False)):
        pools = tuple(
            {**pool, "instance_type": instance_type, "pods_per_node": {"query_node": 1}}
            for pool in plan.node_pools
            if pool["name"] == role.node_pool
        )
        groups = groups_of(replace(plan, node_pools=pools, roles={**plan.roles, "query_node": role}))
        assert [group.nvme_array for group in groups] == [is_array], instance_type
