"""Whether the account's vCPU quotas have room for the nodes, at the most of a rolling update."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.described import described_types
from pulumi_milvus.aws_facts.checks.running import is_own, running_instances
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask
from pulumi_milvus.aws_facts.quotas import quota_code, quota_name, vcpu_quotas
from pulumi_milvus.planning.problems import Problem, shown


def quota_problems(asked: Asked, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """Quotas that are too small for ``max_nodes``, beside what runs already. Raises ``NotAnswered``."""
    if not wanted.pools:
        return
    # Three questions that do not wait for each other.
    service_quotas = asked.client("service-quotas", wanted.region)
    with ThreadPoolExecutor(2) as threads:
        allowed = threads.submit(_quotas, service_quotas)
        running = threads.submit(_used, asked, wanted)
        described = described_types(asked, wanted)
        quotas, used = allowed.result(), running.result()
    needed: Counter[str] = Counter()
    for pool in wanted.pools:
        if pool.instance_type in described:
            vcpus = described[pool.instance_type]["VCpuInfo"]["DefaultVCpus"]
            needed[quota_code(pool.instance_type)] += vcpus * pool.max_nodes
    for code, vcpus in needed.items():
        if code not in quotas:
            yield Problem(f"quota {code}", quota_name(code), "AWS tells no value of it", "look in the console")
        elif used[code] + vcpus > quotas[code]:
            beside = f", beside {used[code]} that run already" if used[code] else ""
            reason = f"{shown(int(quotas[code]))} vCPUs, and {vcpus} are needed at the most{beside}"
            near = f"request {used[code] + vcpus} of {code} in Service Quotas"
            yield Problem(f"quota {code}", quota_name(code), reason, near)


def _quotas(service_quotas: Any) -> dict[str, float]:
    permission = "servicequotas:ListServiceQuotas and ListAWSDefaultServiceQuotas"
    return ask("vCPU quotas", permission, lambda: vcpu_quotas(service_quotas))


def _used(asked: Asked, wanted: Wanted) -> Counter[str]:
    """vCPUs of on-demand instances that run by quota, the deployment's own left out."""
    found: Counter[str] = Counter()
    for instance in running_instances(asked, wanted):
        if "InstanceLifecycle" not in instance and not is_own(instance, wanted):
            found[quota_code(instance["InstanceType"])] += _vcpus(instance)
    return found


def _vcpus(instance: dict[str, Any]) -> int:
    cpu = instance.get("CpuOptions", {})
    return int(cpu.get("CoreCount", 0)) * int(cpu.get("ThreadsPerCore", 1))
