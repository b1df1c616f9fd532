"""Preflight: what stands against a deployment, all at once; what nobody may ask is never a pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aws_stubs import StubbedAws, described
from pulumi_milvus.aws_facts.preflight import CHECKS, Pool, Report, Wanted, pools_of, preflight
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

REGION, ACCOUNT = "eu-west-1", "123456789012"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
WANTED = Wanted(
    region=REGION,
    pools=(Pool("query", "r7g.2xlarge", 6, 8), Pool("gpu", "g5.xlarge", 2, 3)),
    zone_count=3,
    account_id=ACCOUNT,
    subnet_ids=("subnet-a", "subnet-b", "subnet-c"),
    eks_version="1.34",
    cluster_name="milvus",
    bucket="vectors",
)
OFFERED = {"r7g.2xlarge": ZONES, "g5.xlarge": ZONES}
TYPES = [described("r7g.2xlarge", 8), described("g5.xlarge", 4)]
QUOTAS = {"L-1216C47A": 64.0, "L-DB2E81BA": 12.0}
VERSIONS = {"1.35": "STANDARD_SUPPORT", "1.34": "STANDARD_SUPPORT", "1.31": "EXTENDED_SUPPORT", "1.27": "UNSUPPORTED"}
SUBNETS = {"subnet-a": (ZONES[0], 251), "subnet-b": (ZONES[1], 251), "subnet-c": (ZONES[2], 251)}
# An instance of another cluster, one of ours, one at spot price.
OTHER: dict[str, Any] = {"InstanceType": "m7i.large", "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2}}
OURS = {**OTHER, "Tags": [{"Key": "eks:cluster-name", "Value": "milvus"}]}
SPOT = {**OTHER, "InstanceLifecycle": "spot"}


class Account(StubbedAws):
    """An account where all is well, but for what a test says."""

    def __init__(self, wanted: Wanted = WANTED, **told: Any) -> None:
        super().__init__()
        self.wanted = wanted
        offered = told.get("offered", OFFERED)
        self.answers("sts", REGION, "get_caller_identity", {"Account": told.get("account", ACCOUNT)})
        if told.get("account", ACCOUNT) != wanted.account_id:
            return
        offerings = [{"InstanceType": name, "Location": zone} for name, zones in offered.items() for zone in zones]
        self._ec2("describe_instance_type_offerings", {"InstanceTypeOfferings": offerings}, told)
        if not offerings and "describe_instance_type_offerings" not in told.get("denied", ()):
            region = told.get("in_region", [])
            self.answers(
                "ec2",
                REGION,
                "describe_instance_type_offerings",
                {"InstanceTypeOfferings": region},
                LocationType="region",
                MaxResults=5,
            )
        types = [item for item in TYPES if item["InstanceType"] in wanted.types]
        self._ec2("describe_instance_types", {"InstanceTypes": types}, told)
        self._quotas(told)
        if wanted.subnet_ids or wanted.vpc_id:
            self._subnets(told)
        if wanted.eks_version is not None:
            self._versions(told)
        self._bucket(told)
        if wanted.cluster_name is not None:
            self._groups(told)

    def report(self) -> Report:
        """What preflight says, everything announced having been asked."""
        return preflight(self.wanted, self)

    def _ec2(self, operation: str, answer: dict[str, Any], told: dict[str, Any]) -> None:
        if operation in told.get("denied", ()):
            self.refuses("ec2", REGION, operation, "UnauthorizedOperation")
        else:
            self.tells("ec2", REGION, operation, answer)

    def _quotas(self, told: dict[str, Any]) -> None:
        if "list_service_quotas" in told.get("denied", ()):
            self.refuses("service-quotas", REGION, "list_aws_default_service_quotas", "AccessDeniedException")
            return
        quotas = [{"QuotaCode": code, "Value": value} for code, value in told.get("quotas", QUOTAS).items()]
        for operation in ("list_aws_default_service_quotas", "list_service_quotas"):
            self.answers("service-quotas", REGION, operation, {"Quotas": quotas}, ServiceCode="ec2")
        running = told.get("running", [])
        self._ec2("describe_instances", {"Reservations": [{"Instances": running}]}, told)

    def _subnets(self, told: dict[str, Any]) -> None:
        subnets = [
            {"SubnetId": name, "AvailabilityZone": zone, "AvailableIpAddressCount": free}
            for name, (zone, free) in told.get("subnets", SUBNETS).items()
        ]
        filters = [{"Name": "subnet-id", "Values": list(self.wanted.subnet_ids)}] if self.wanted.subnet_ids else []
        if self.wanted.vpc_id:
            filters.insert(0, {"Name": "vpc-id", "Values": [self.wanted.vpc_id]})
        self.answers("ec2", REGION, "describe_subnets", {"Subnets": subnets}, Filters=filters)

    def _versions(self, told: dict[str, Any]) -> None:
        if "describe_cluster_versions" in told.get("denied", ()):
            self.refuses("eks", REGION, "describe_cluster_versions", "AccessDeniedException")
            return
        versions = [{"clusterVersion": version, "versionStatus": status} for version, status in VERSIONS.items()]
        self.answers("eks", REGION, "describe_cluster_versions", {"clusterVersions": versions}, includeAll=True)

    def _groups(self, told: dict[str, Any]) -> None:
        groups = told.get("groups")
        if groups is None:
            self.refuses("eks", REGION, "list_nodegroups", "ResourceNotFoundException")
            return
        names = [group["nodegroupName"] for group in groups]
        self.answers("eks", REGION, "list_nodegroups", {"nodegroups": names}, clusterName="milvus")
        for group in groups:
            which = {"clusterName": "milvus", "nodegroupName": group["nodegroupName"]}
            self.answers("eks", REGION, "describe_nodegroup", {"nodegroup": group}, **which)

    def _bucket(self, told: dict[str, Any]) -> None:
        if "bucket" in told:
            self.answers(
                "s3",
                REGION,
                "head_bucket",
                {"BucketRegion": told["bucket"]},
                Bucket="vectors",
                ExpectedBucketOwner=ACCOUNT,
            )
        else:
            self.refuses("s3", REGION, "head_bucket", told.get("head", "404"))


def words(report: Report) -> str:
    return "\n".join(map(str, report.problems))


def test_an_account_where_all_is_well() -> None:
    account = Account()
    assert account.report() == Report((), (), ACCOUNT)
    account.all_was_asked()


def test_our_own_bucket_is_as_good_as_a_free_name() -> None:
    assert Account(bucket=REGION).report() == Report((), (), ACCOUNT)


def test_another_account_is_refused_before_anything_else() -> None:
    account = Account(account="999999999999")
    report = account.report()
    account.all_was_asked()
    assert len(report.problems) == 1
    assert "credentials are those of account 999999999999" in words(report)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wanted = replace(WANTED, eks_version="1.27")
    report = Account(
        wanted,
        offered={"r7g.2xlarge": ZONES, "g5.xlarge": ZONES[:2]},
        quotas={"L-1216C47A": 32.0, "L-DB2E81BA": 0.0},
        subnets={**SUBNETS, "subnet-c": (ZONES[2], 5)},
        head="403",
    ).report()
    said = words(report)
    for expected in (
        "'g5.xlarge': offered in 2 zones of eu-west-1, and 3 are needed",
        "32 vCPUs, and 64 are needed at the most, nearest: request 64 of L-1216C47A",
        "0 vCPUs, and 12 are needed at the most, nearest: request 12 of L-DB2E81BA",
        "subnet-c: 5 free addresses, and EKS needs 6",
        # Three query nodes and one GPU node in the fullest zone, two interfaces of 15 addresses each.
        "eu-west-1c: 5 addresses are to be had, and nodes and pods take up to 120",
        "'1.27': EKS makes no cluster of this version, nearest: 1.35",
        "'vectors': another account has this name",
        f"vectors-{ACCOUNT}",
    ):
        assert expected in said
    assert len(report.problems) == 7
    assert report.unchecked == ()


def test_types_that_the_region_lacks() -> None:
    said = words(Account(offered={"r7g.2xlarge": ZONES}).report())
    assert "'g5.xlarge': eu-west-1 does not offer it" in said
    assert "catalogue refresh --region eu-west-1" in said


def test_zones_that_no_pool_shares() -> None:
    four = (*ZONES, "eu-west-1d")
    report = Account(offered={"r7g.2xlarge": four[:3], "g5.xlarge": four[1:]}).report()
    assert "only 2 zones of eu-west-1 have all of them" in words(report)
    named = replace(WANTED, zones=ZONES)
    report = Account(named, offered={"r7g.2xlarge": ZONES, "g5.xlarge": four[1:]}).report()
    assert "not offered in eu-west-1a, nearest: zones eu-west-1b, eu-west-1c have all types" in words(report)


def test_a_pool_of_one_zone_needs_its_type_in_the_first() -> None:
    query, gpu = WANTED.pools
    wanted = replace(WANTED, zones=ZONES, pools=(replace(query, zones=3), replace(gpu, zones=1)))
    assert Account(wanted, offered={"r7g.2xlarge": ZONES, "g5.xlarge": ZONES[:1]}).report().problems == ()
    said = words(Account(wanted, offered={"r7g.2xlarge": ZONES, "g5.xlarge": ZONES[1:]}).report())
    assert "'g5.xlarge': not offered in eu-west-1a" in said
    anywhere = replace(wanted, zones=())
    assert Account(anywhere, offered={"r7g.2xlarge": ZONES, "g5.xlarge": ZONES[1:2]}).report().problems == ()


def test_a_region_that_tells_no_offerings_is_unknown_and_not_without_types() -> None:
    report = Account(offered={}, in_region=[]).report()
    assert report.problems == ()
    assert "not checked" in str(report.unchecked[0])
    report = Account(offered={}, in_region=[{"InstanceType": "m7i.large", "Location": REGION}]).report()
    assert len(report.problems) == 2


def test_what_runs_already_counts_but_for_our_own_cluster_and_spot() -> None:
    assert Account(running=[OURS, SPOT]).report().problems == ()
    said = words(Account(running=[OTHER, OURS, SPOT]).report())
    assert "64 are needed at the most, beside 2 that run already, nearest: request 66" in said


def test_subnets_of_a_vpc() -> None:
    wanted = replace(WANTED, vpc_id="vpc-1", subnet_ids=())
    assert Account(wanted).report().problems == ()
    only = {"subnet-a": SUBNETS["subnet-a"]}
    assert "are in 1 zones (eu-west-1a), and 3 are needed" in words(Account(wanted, subnets=only).report())
    assert "'vpc-1': has no subnets" in words(Account(wanted, subnets={}).report())
    assert "'subnet-b': eu-west-1 has no such subnet" in words(Account(subnets=only).report())


def node(subnet: str, addresses: int, **tags: str) -> dict[str, Any]:
    """An instance with one interface."""
    interface = {
        "SubnetId": subnet,
        "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.0.{n}"} for n in range(addresses)],
    }
    return {**OTHER, "NetworkInterfaces": [interface], "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}


def test_addresses_that_the_deployment_s_own_nodes_hold_are_as_good_as_free() -> None:
    full = {**SUBNETS, "subnet-c": (ZONES[2], 4)}
    own = node("subnet-c", 116, **{"eks:cluster-name": "milvus"})
    for held, words_of_it in (
        ([own], ""),
        ([{**own, "Tags": []}], "4 addresses are to be had, and nodes and pods take up to 120"),
        ([node("subnet-c", 115, **{"eks:cluster-name": "milvus"})], "119 addresses are to be had"),
    ):
        said = words(Account(subnets=full, running=held, quotas={**QUOTAS, "L-1216C47A": 66.0}).report())
        assert words_of_it in said if words_of_it else said == ""


def test_a_machine_that_runs_is_its_own_stack_s_and_nobody_else_s() -> None:
    machine = {**OTHER, "Tags": [{"Key": "milvus.io/stack", "Value": "aws-vm"}]}
    wanted = replace(WANTED, cluster_name=None, machine_tag=("milvus.io/stack", "aws-vm"))
    assert Account(wanted, running=[machine]).report().problems == ()
    other = replace(wanted, machine_tag=("milvus.io/stack", "aws-vm-2"))
    assert "beside 2 that run already" in words(Account(other, running=[machine]).report())


def test_a_bucket_elsewhere() -> None:
    assert "is in us-east-1, and Milvus in eu-west-1" in words(Account(bucket="us-east-1").report())


@pytest.mark.parametrize(
    ("denied", "name", "permission"),
    [
        ("describe_instance_type_offerings", "instance types and zones", "ec2:DescribeInstanceTypeOfferings"),
        ("list_service_quotas", "vCPU quotas", "servicequotas:ListServiceQuotas"),
        ("describe_instances", "vCPU quotas", "ec2:DescribeInstances"),
        ("describe_cluster_versions", "EKS version", "eks:DescribeClusterVersions"),
    ],
)
def test_what_may_not_be_asked_is_said_and_the_rest_is_checked(denied: str, name: str, permission: str) -> None:
    report = Account(denied=(denied,), head="403").report()
    assert [problem.path for problem in report.unchecked] == [name]
    assert f"not checked: needs {permission}" in str(report.unchecked[0])
    assert [problem.path for problem in report.problems] == ["bucket"]


@pytest.mark.parametrize("code", ["ExpiredToken", "Throttling", "InvalidClientTokenId"])
def test_credentials_that_do_not_work_are_the_only_problem(code: str) -> None:
    aws = StubbedAws()
    aws.refuses("sts", REGION, "get_caller_identity", code, times=6)
    report = preflight(WANTED, aws)
    assert [problem.path for problem in report.problems] == ["credentials"]
    assert report.account is None


def test_throttling_in_the_middle_is_a_problem_and_no_pass() -> None:
    account = Account(replace(WANTED, eks_version=None))
    account.refuses("eks", REGION, "describe_cluster_versions", "ThrottlingException", times=6)
    account.wanted = WANTED
    assert "AWS was asked too often" in words(account.report())


def test_an_unknown_region_is_a_problem_without_asking() -> None:
    report = preflight(Wanted(region="eu-wst-1", pools=()))
    assert "nearest: eu-west-1" in words(report)


def test_a_machine_without_kubernetes_needs_little() -> None:
    aws = StubbedAws()
    aws.answers("sts", REGION, "get_caller_identity", {"Account": ACCOUNT})
    assert preflight(Wanted(region=REGION, pools=()), aws) == Report((), (), ACCOUNT)
    aws.all_was_asked()


def test_the_pools_of_a_plan() -> None:
    workload = {
        "collections": [{"name": "a", "vectors": 9_000_000, "dimension": 768}],
        "topology": "distributed",
    }
    plan = make_plan(read_workload(workload))
    pools = pools_of(plan.node_pools)
    assert pools
    assert {pool.instance_type for pool in pools} == {pool["instance_type"] for pool in plan.node_pools}
    assert all(pool.max_nodes >= pool.nodes > 0 for pool in pools)


def test_each_check_is_there_once() -> None:
    assert len({name for name, _ in CHECKS}) == len(CHECKS) == 5


def test_a_node_group_that_eks_could_not_make_is_told_with_what_makes_it_anew_and_stops_nothing() -> None:
    message = "We currently do not have sufficient r7g.2xlarge capacity"
    issue = {"code": "InsufficientInstanceCapacity", "message": message}
    failed = {
        "nodegroupName": "pool-query-nodes-1234567",
        "status": "CREATE_FAILED",
        "labels": {"milvus.io/node-pool": "query"},
        "health": {"issues": [issue]},
    }
    account = Account(groups=[{"nodegroupName": "pool-gpu-nodes-1234567", "status": "ACTIVE"}, failed])
    report = account.report()
    account.all_was_asked()
    assert report.problems == report.unchecked == ()
    (said,) = map(str, report.broken)
    assert f"InsufficientInstanceCapacity: {message}" in said
    assert "pulumi up --replace '**::pool-query-nodes'" in said


def test_a_pool_with_two_node_groups_is_told() -> None:
    groups = [
        {"nodegroupName": f"pool-query-nodes-{digit}", "status": "ACTIVE", "labels": {"milvus.io/node-pool": "query"}}
        for digit in "12"
    ]
    (said,) = map(str, Account(groups=groups).report().broken)
    assert "'query': has 2 node groups (pool-query-nodes-1, pool-query-nodes-2)" in said
    assert "aws eks delete-nodegroup --cluster-name milvus --nodegroup-name" in said
