"""Whether the account's vCPU quotas have room for the nodes, at the most of a rolling update."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pulumi_milvus.aws_facts.checks.described import described_types
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import Clients, ask
from pulumi_milvus.aws_facts.quotas import quota_code, quota_name, vcpu_quotas
from pulumi_milvus.planning.problems import Problem, shown


def quota_problems(clients: Clients, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """Quotas that are too small for ``max_nodes``, beside what runs already. Raises ``NotAnswered``."""
    if not wanted.pools:
        return
    described = described_types(clients, wanted)
    needed: Counter[str] = Counter()
    for pool in wanted.pools:
        if pool.instance_type in described:
            vcpus = described[pool.instance_type]["VCpuInfo"]["DefaultVCpus"]
            needed[quota_code(pool.instance_type)] += vcpus * pool.max_nodes
    service_quotas = clients.client("service-quotas", wanted.region)
    quotas = ask(
        "vCPU quotas",
        "servicequotas:ListServiceQuotas and ListAWSDefaultServiceQuotas",
        lambda: vcpu_quotas(service_quotas),
    )
    used = _used(clients, wanted)
    for code, vcpus in needed.items():
        if code not in quotas:
            yield Problem(f"quota {code}", quota_name(code), "AWS tells no value of it", "look in the console")
        elif used[code] + vcpus > quotas[code]:
            beside = f", beside {used[code]} that run already" if used[code] else ""
            reason = f"{shown(int(quotas[code]))} vCPUs, and {vcpus} are needed at the most{beside}"
            near = f"request {used[code] + vcpus} of {code} in Service Quotas"
            yield Problem(f"quota {code}", quota_name(code), reason, near)


def _used(clients: Clients, wanted: Wanted) -> Counter[str]:
    """vCPUs of on-demand instances that run by quota, those of the same cluster left out."""
    ec2 = clients.client("ec2", wanted.region)
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]

    def question() -> Counter[str]:
        found: Counter[str] = Counter()
        for page in ec2.get_paginator("describe_instances").paginate(Filters=running):
            for reservation in page["Reservations"]:
                for instance in reservation["Instances"]:
                    if "InstanceLifecycle" not in instance and not _is_ours(instance, wanted):
                        found[quota_code(instance["InstanceType"])] += _vcpus(instance)
        return found

    return ask("vCPUs in use", "ec2:DescribeInstances", question)


def _is_ours(instance: dict[str, Any], wanted: Wanted) -> bool:
    """EKS tags the instances of a managed node group with the name of their cluster."""
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    return wanted.cluster_name is not None and tags.get("eks:cluster-name") == wanted.cluster_name


def _vcpus(instance: dict[str, Any]) -> int:
    cpu = instance.get("CpuOptions", {})
    return int(cpu.get("CoreCount", 0)) * int(cpu.get("ThreadsPerCore", 1))
