"""Nodes, what stands beside Milvus, and the bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.deployment.beside import FULL_TO
from pulumi_milvus.planning.deployment.stores import ETCD_SOURCE, ETCD_VOLUME_BYTES
from pulumi_milvus.planning.hardware.placement import SYSTEM_VOLUME_BYTES
from pulumi_milvus.planning.plan import Plan

_USD: Final = "USD a month"
# A total is rounded to cents, and so is each item.
_HALF_A_CENT: Final = 0.005


def pool_figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """The figures of each pool of nodes."""
    pods = {name: role.pods for name, role in plan.roles.items()}
    pods |= {str(item["name"]).replace(" ", "_"): item["pods"] for item in plan.dependencies if "pods" in item}
    for pool in plan.node_pools:
        path = f"node_pools.{pool['name']}"
        yield f"{path}.nodes", _nodes(pool, pods)
        nodes = Term("nodes", pool["nodes"], "nodes", f"{path}.nodes")
        surge = Term("for pods that an update adds", pool["max_nodes"] - pool["nodes"], "nodes", "rolling updates")
        yield f"{path}.max_nodes", Figure(pool["max_nodes"], "nodes", (nodes, surge), "while pods are replaced")
        yield f"{path}.root_volume_bytes", _root_volume(pool, plan)
        if pool["usd_per_month"] is not None:
            yield f"{path}.usd_per_month", _pool_usd(pool, plan)


def _nodes(pool: Mapping[str, Any], pods: Mapping[str, int]) -> Figure:
    """The role that fills most nodes, and what sharing and spreading take besides."""
    filled = {role: -(-pods[role] // share) for role, share in pool["pods_per_node"].items() if share and role in pods}
    role = max(filled, key=lambda name: filled[name])
    share = pool["pods_per_node"][role]
    first = Term(f"{role}: {pods[role]} pods, at most {share} a node", filled[role], "nodes", f"roles.{role}.pods")
    more = Term("further, where roles share nodes or are spread", pool["nodes"] - filled[role], "nodes", "placement")
    terms = (first, more) if more.value else (first,)
    return Figure(pool["nodes"], "nodes", terms, f"{pool['instance_type']}; the decision on this pool says why")


def _root_volume(pool: Mapping[str, Any], plan: Plan) -> Figure:
    total = pool["root_volume_bytes"]
    system = bytes_term("system, images and logs", SYSTEM_VOLUME_BYTES, "our allowance, not measured")
    disk = sum(
        share * plan.roles[role].local_disk_bytes for role, share in pool["pods_per_node"].items() if role in plan.roles
    )
    if total == SYSTEM_VOLUME_BYTES:
        return Figure(total, "bytes", (system,), "pods keep nothing on the volume of their node")
    kept = total - SYSTEM_VOLUME_BYTES - disk
    source = "kubelet: what it keeps of a disk, and where it evicts"
    terms = (
        system,
        bytes_term("local disk of its pods", disk, "roles: local_disk_bytes"),
        bytes_term("what kubelet keeps free for that", kept, source),
    )
    return Figure(total, "bytes", terms, "nodes without local disks: pods write to the volume of their node")


def _pool_usd(pool: Mapping[str, Any], plan: Plan) -> Figure:
    usd, nodes = pool["usd_per_month"], pool["nodes"]
    source = f"on demand, {plan.cost.region}, {plan.cost.prices_as_of}" if plan.cost.region else "declared node_shapes"
    each = f"{usd / nodes:,.2f} each, 730 hours a month"
    term = Term(f"{nodes} x {pool['instance_type']}, {each}", usd, _USD, source)
    return Figure(usd, _USD, (term,), f"{nodes} nodes; while pods are replaced up to {pool['max_nodes']}")


# What a figure of a dependency is of, and its unit; others are told by their key.
_DEPENDENCY: Final = {
    "pods": ("members", "pods"),
    "cpu_cores": ("one of them", "cores"),
    "memory_bytes": ("one of them", "bytes"),
    "volume_bytes": ("the volume of one of them", "bytes"),
    "quota_bytes": ("the most that it stores", "bytes"),
    "local_disk_bytes": ("the pod's local disk, in whole GiB", "bytes"),
}


def dependency_figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """The figures of what stands beside Milvus: etcd, the object store, the log."""
    for item in plan.dependencies:
        for key, value in item.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            path = f"dependencies.{item['name']}.{key}"
            if key == "stored_bytes" and "object_store_bytes" in plan.figures:
                yield path, plan.figures["object_store_bytes"]
                continue
            if key == "volume_bytes" and item.get("mode") == "local":
                yield path, _local_volume(item)
                continue
            name, unit = _DEPENDENCY.get(key, (key.replace("_", " "), "bytes" if key.endswith("_bytes") else ""))
            term = Term(name, value, unit, str(item["source"]))
            yield path, Figure(value, unit, (term,), str(item["because"]))


def _local_volume(item: Mapping[str, Any]) -> Figure:
    """The volume of a self-contained Milvus, which has all of it."""
    total = item["volume_bytes"]
    disk = item.get("local_disk_bytes", 0)
    kept = item["stored_bytes"] + ETCD_VOLUME_BYTES
    terms = [
        bytes_term("what is stored", item["stored_bytes"], "dependencies.object store.stored_bytes"),
        bytes_term("etcd", ETCD_VOLUME_BYTES, ETCD_SOURCE),
        bytes_term(f"kept free, full to {FULL_TO:.0%}; whole GiB", total - disk - kept, "our choice"),
    ]
    if disk:
        terms.append(bytes_term("the pod's local disk", disk, "roles.standalone.local_disk_bytes, in whole GiB"))
    return Figure(total, "bytes", tuple(terms), str(item["because"]))


def bill_figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """The bill, its items, and the least that it could be."""
    cost = plan.cost
    for item in cost.items:
        if item["usd_per_month"] is not None:
            term = _item(item)
            because = f"{item['quantity']:,.6g} {item['unit']}"
            yield f"cost.items.{item['name']}.usd_per_month", Figure(term.value, _USD, (term,), because)
    if cost.usd_per_month is not None:
        yield "cost.usd_per_month", _bill(plan)
        if cost.cheapest_usd_per_month is not None:
            yield "cost.cheapest_usd_per_month", _cheapest(plan)


def _bill(plan: Plan) -> Figure:
    cost = plan.cost
    terms = [_item(item) for item in cost.items if item["usd_per_month"] is not None]
    total = cost.usd_per_month or 0.0
    rounding = total - sum([term.value for term in terms])
    if terms and abs(rounding) > _HALF_A_CENT:
        terms.append(Term("rounding of the items to cents", round(rounding, 2), _USD, "the bill"))
    left_out = f"not in it: {', '.join(cost.unpriced)}" if cost.unpriced else "everything is priced"
    return Figure(total, _USD, tuple(terms), left_out)


def _item(item: Mapping[str, Any]) -> Term:
    """One line of the bill. Its price comes from its source, on its day."""
    source, day = str(item["source"]), item.get("as_of")
    source = source if day is None or str(day) in source else f"{source}, {day}"
    return Term(f"{item['name']}, {item['quantity']:,.6g} {item['unit']}", item["usd_per_month"], _USD, source)


def _cheapest(plan: Plan) -> Figure:
    total, cheapest = plan.cost.usd_per_month or 0.0, plan.cost.cheapest_usd_per_month or 0.0
    terms = (
        Term("what the plan costs", total, _USD, "cost.usd_per_month"),
        Term("what fewer, larger or spare nodes cost more", cheapest - total, _USD, "alternatives"),
    )
    return Figure(cheapest, _USD, terms, "the cheapest nodes that satisfy every rule")
