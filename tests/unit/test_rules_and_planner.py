"""Rules and planner never disagree: a plan of ours breaks no rule, and one step below what it needs, the rule fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from planned_system import TYPE_LABEL, WAYS, Objects, judged, system_of
from planner_workloads import IN_MEMORY, ON_DISK, ON_GPU, at_most, plan_of, workloads
from pulumi_milvus.manifests.names import COMPONENTS
from pulumi_milvus.planning.capacity.copies import ZONES
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.plan import Plan, Role
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.written_capacity import Capacity
from pulumi_milvus.planning.written_plan import written_plan_of

pytestmark = [pytest.mark.property, pytest.mark.timeout(900)]

MIB: Final = 2**20
# Rendering and judging a plan takes 40 ms: 2,000 in the full profile, so that CI does not wait for more.
MOST: Final = 2_000
# These bisect a plan's capacity, or read only some of the plans: 0.1 to 0.3 s, and 18 of them.
FEW: Final = at_most(300) // 5
QUICKLY: Final = settings(max_examples=at_most(MOST), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def planned(plain: Mapping[str, Any]) -> Plan | None:
    """A plan with pods in a cluster, or None."""
    try:
        plan = plan_of(dict(plain))
    except InvalidValues:
        return None
    return None if plan.has_errors or plan.topology not in ("standalone", "distributed") else plan


@QUICKLY
@given(plain=workloads(), way=st.sampled_from(WAYS), production=st.booleans())
def test_a_plan_with_its_nodes_breaks_no_rule(plain: dict[str, Any], way: str, production: bool) -> None:
    plan = planned(plain)
    if plan is None:
        return
    found = judged(system_of(plan, way), plan.workload, production=production)
    assert [str(finding) for finding in found] == []


@dataclass(frozen=True)
class Quantity:
    """A figure of a role, the step that manifests have for it, and the rule that judges it.

    ``beside``: rules that may say the same in their own words. ``steps``: so many below what is needed, the rule fails.
    """

    role: str
    figure: str
    step: int
    rule: str
    beside: frozenset[str] = frozenset()
    steps: int = 1


# Manifests give whole MiB, rounded up for memory, and down for disks: there a MiB less is rounding, two are too little.
QUANTITIES: Final = (
    Quantity("standalone", "memory_bytes", MIB, "memory-index-fits"),
    Quantity("standalone", "local_disk_bytes", MIB, "diskann-disk-size", steps=2),
    Quantity(
        "query_node", "memory_bytes", MIB, "memory-index-fits", frozenset({"segment-fits-pod", "replicas-memory"})
    ),
    Quantity("query_node", "local_disk_bytes", MIB, "diskann-disk-size", steps=2),
    Quantity(
        "query_node",
        "pods",
        1,
        "memory-index-fits",
        frozenset({"diskann-disk-size", "gpu-memory", "mmap-needs-disk", "replicas-memory"}),
    ),
    Quantity("data_node", "local_disk_bytes", MIB, "diskann-disk-size", steps=2),
)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda item: f"{item.role}.{item.figure}")
@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_step_below_what_is_needed_the_rule_fails(quantity: Quantity, data: st.DataObject) -> None:
    indexes = ON_DISK if quantity.figure == "local_disk_bytes" else IN_MEMORY + ON_DISK + ON_GPU
    topology = "standalone" if quantity.role == "standalone" else "distributed"
    plain = data.draw(workloads(indexes=indexes, growth=False, most_vectors=3e8))
    # What is asked of the data alone: queries ask for pods of their own. Where copies are left open the plan decides on
    # them, and `check` counts one.
    replicas = 1 if topology == "standalone" else data.draw(st.integers(1, 3))
    plan = planned({**plain, "topology": topology, "horizon_months": 0, "replicas": replicas, "queries_per_second": 0})
    if plan is None or quantity.role not in plan.roles:
        return
    there = getattr(plan.roles[quantity.role], quantity.figure)
    least = least_that_holds(plan, quantity, there)
    below = quantity.steps * quantity.step
    if least is None or least <= below:
        return  # nothing is asked of it
    if quantity.figure == "pods" and plan.workload.availability == "zone" and least <= ZONES:
        return  # one for each zone, whatever they hold
    event("judged")
    assert fails(plan, quantity, least) == set()
    found = fails(plan, quantity, least - below)
    assert quantity.rule in found or found & quantity.beside, f"{quantity} at {least - below:,}: {found}"
    assert found <= {quantity.rule, *quantity.beside}


GPU_TYPES: Final = sorted(
    (item for item in aws_catalogue().types if item.gpus), key=lambda item: (item.gpu_memory_bytes_each, item.name)
)


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_on_fewer_nodes_and_other_gpus_the_rule_says_what_the_planner_says(data: st.DataObject) -> None:
    """Whether the data has room is the planner's to say; where it is the GPU's memory that lacks, the rule says so."""
    plain = data.draw(workloads(indexes=ON_GPU, growth=False, most_vectors=3e9))
    asked = {"topology": "distributed", "horizon_months": 0, "replicas": 1, "queries_per_second": 0}
    plan = planned({**plain, "availability": "none", **asked})
    if plan is None or plan.hardware != "gpu":
        return
    role = plan.roles["query_node"]
    item = data.draw(st.sampled_from([item for item in GPU_TYPES if item.gpus >= role.gpus]))
    pools = tuple(
        {**pool, "instance_type": item.name} if pool["name"] == role.node_pool else pool for pool in plan.node_pools
    )
    pods = data.draw(st.integers(1, role.pods))
    roles = MappingProxyType({**plan.roles, "query_node": replace(role, pods=pods)})
    other = replace(plan, node_pools=pools, roles=roles)
    holds = Capacity(written_plan_of(other, "test"), plan.workload).holds_after(0)
    found = {finding.rule for finding in judged(system_of(other), plan.workload) if finding.level == "error"}
    event(f"holds: {holds}, by the GPU's memory: {'gpu-memory' not in found}")
    assert bool(found & {"gpu-memory", "memory-index-fits"}) == (not holds), (item.name, pods, found)


def least_that_holds(plan: Plan, quantity: Quantity, there: int) -> int | None:
    """The smallest amount, in whole steps, with which the planner's own capacity still holds the data."""
    written = written_plan_of(plan, "test")

    def holds(steps: int) -> bool:
        lowered = replace(written, plan=lowered_plan(plan, quantity, steps * quantity.step))
        return Capacity(lowered, plan.workload).holds_after(0)

    low, high = 0, -(-there // quantity.step)
    if not holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high * quantity.step


def lowered_plan(plan: Plan, quantity: Quantity, amount: int) -> Plan:
    """The plan with another amount in one role."""
    figures: dict[str, Any] = {quantity.figure: amount}
    role: Role = replace(plan.roles[quantity.role], **figures)
    return replace(plan, roles=MappingProxyType({**plan.roles, quantity.role: role}))


def fails(plan: Plan, quantity: Quantity, amount: int) -> set[str]:
    """The rules that an amount breaks, as errors."""
    found = judged(system_of(lowered_plan(plan, quantity, amount)), plan.workload)
    return {finding.rule for finding in found if finding.level == "error"}


Change = Callable[[Objects, Plan], bool]


def component(objects: Objects, role: str) -> dict[str, Any]:
    """A component of the Milvus resource."""
    found: dict[str, Any] = of_kind(objects, "Milvus")[0]["spec"]["components"][COMPONENTS[role].key]
    return found


def of_kind(objects: Objects, kind: str) -> Objects:
    return [item for item in objects if item["kind"] == kind]


def holding(plan: Plan) -> str:
    return "standalone" if plan.topology == "standalone" else "query_node"


def request_below_limit(objects: Objects, plan: Plan) -> bool:
    component(objects, holding(plan))["resources"]["requests"]["memory"] = "1Gi"
    return True


def one_member_less(objects: Objects, _plan: Plan) -> bool:
    members = [item for item in of_kind(objects, "StatefulSet") if item["metadata"]["name"] == "milvus-etcd"]
    for item in members:
        item["spec"]["replicas"] -= 1
    return bool(members) and members[0]["spec"]["replicas"] > 0


def slow_etcd(objects: Objects, _plan: Plan) -> bool:
    of_kind(objects, "StorageClass")[0]["parameters"]["type"] = "gp2"
    return any(item["metadata"]["name"] == "milvus-etcd" for item in of_kind(objects, "StatefulSet"))


def gathered(objects: Objects, plan: Plan) -> bool:
    found = component(objects, holding(plan))
    found.pop("affinity", None)
    return plan.workload.availability != "none" and found.pop("topologySpreadConstraints", None) is not None


def unguarded(objects: Objects, plan: Plan) -> bool:
    budgets = of_kind(objects, "PodDisruptionBudget")
    wanted = [item for item in budgets if item["metadata"]["name"] == "milvus-querynode"]
    for item in wanted:
        objects.remove(item)
    return bool(wanted) and plan.roles["query_node"].pods > 1


def no_gpu(objects: Objects, plan: Plan) -> bool:
    amounts = component(objects, holding(plan))["resources"]
    return all(amounts[key].pop("nvidia.com/gpu", None) for key in ("requests", "limits"))


def no_gpu_image(objects: Objects, plan: Plan) -> bool:
    components = of_kind(objects, "Milvus")[0]["spec"]["components"]
    components["image"] = components["image"].removesuffix("-gpu")
    return plan.hardware == "gpu"


def no_array(objects: Objects, plan: Plan) -> bool:
    for item in of_kind(objects, "Node"):
        for key in ("capacity", "allocatable"):
            item["status"][key]["ephemeral-storage"] = "20Gi"
    return stores_on_disk(plan)


def no_nvme(objects: Objects, plan: Plan) -> bool:
    for item in of_kind(objects, "Node"):
        item["metadata"]["labels"][TYPE_LABEL] = "r6i.16xlarge"
    return stores_on_disk(plan)


def no_disk_index(objects: Objects, plan: Plan) -> bool:
    of_kind(objects, "Milvus")[0]["spec"]["config"]["queryNode"]["enableDisk"] = False
    return stores_on_disk(plan)


def stores_on_disk(plan: Plan) -> bool:
    return plan.hardware == "nvme" and bool(plan.workload.vectors_at_horizon)


def latest(objects: Objects, plan: Plan) -> bool:
    component(objects, holding(plan))["image"] = "milvusdb/milvus:latest" + ("-gpu" if plan.hardware == "gpu" else "")
    return plan.hardware != "gpu"


def open_door(objects: Objects, _plan: Plan) -> bool:
    of_kind(objects, "Milvus")[0]["spec"]["config"]["common"]["security"]["authorizationEnabled"] = False
    return True


# What is changed about a right system, the rule that must say so as an error, and those that may say it too.
CHANGES: Final[tuple[tuple[Change, str, frozenset[str]], ...]] = (
    (request_below_limit, "requests-equal-limits", frozenset()),
    (one_member_less, "etcd-count", frozenset()),
    (slow_etcd, "etcd-disk", frozenset()),
    (gathered, "spread", frozenset({"nvme-shared-by-pods"})),
    (unguarded, "disruption-budget", frozenset()),
    (no_gpu, "gpu-limit", frozenset({"gpu-image"})),
    (no_gpu_image, "gpu-image", frozenset()),
    (no_array, "diskann-needs-nvme", frozenset()),
    (no_nvme, "diskann-needs-nvme", frozenset({"nvme-shared-by-pods"})),
    (no_disk_index, "diskann-disk-enabled", frozenset()),
    (latest, "image-pinned", frozenset()),
    (open_door, "authorization", frozenset()),
)


@pytest.mark.parametrize(("change", "rule", "beside"), CHANGES, ids=lambda item: getattr(item, "__name__", ""))
@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_detail_less_the_rule_fails(change: Change, rule: str, beside: frozenset[str], data: st.DataObject) -> None:
    indexes = ON_GPU if "gpu" in rule else ON_DISK if "diskann" in rule else IN_MEMORY
    plain = data.draw(workloads(indexes=indexes, most_collections=2, growth=False, most_vectors=3e8))
    several = {"availability": "zone", "topology": "distributed"} if rule in ("spread", "disruption-budget") else {}
    plan = planned({**plain, **several})
    if plan is None:
        return
    objects = system_of(plan)
    if not change(objects, plan):
        return
    event("judged")
    found = {finding.rule for finding in judged(objects, plan.workload, production=True)}
    assert rule in found
    assert found <= {rule, *beside}
