"""What was not chosen, and why: other topologies, other nodes, and a managed service where it fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.capacity.query_pool import QueryChoice
from pulumi_milvus.planning.deployment.choose import Chosen
from pulumi_milvus.planning.deployment.deployment import Deployment

_MOST_NODES: Final = 4
_MOST_RUNNER_UPS: Final = 6


def alternatives_of(chosen: Chosen) -> Iterator[Mapping[str, Any]]:
    """Each with ``topology`` or ``pool``, its cost where known, and why it lost."""
    deployment = chosen.deployment
    for impossible in chosen.impossible:
        yield {"topology": impossible.topology, "usd_per_month": None, "because": impossible.reason}
    if chosen.other is not None:
        usd = None if chosen.other.usd_per_month is None else round(chosen.other.usd_per_month, 2)
        more = "it would cost more" if usd is not None else "its nodes have more memory in all"
        yield {"topology": chosen.other.topology, "usd_per_month": usd, "because": more}
    yield {
        "topology": "managed",
        "usd_per_month": None,
        "because": "Zilliz Cloud runs the same Milvus: where nobody is to operate it, or load comes in short peaks. "
        "Not priced here, and never chosen unless the workload says topology: managed",
    }
    if deployment is None:
        return
    yield from _other_nodes(deployment)
    for runner_up in deployment.placement.runner_ups[:_MOST_RUNNER_UPS]:
        if runner_up.pool != "query-node":
            yield {**runner_up.to_json(), "because": runner_up.why}


def _other_nodes(deployment: Deployment) -> Iterator[Mapping[str, Any]]:
    """The cheapest choice of each other family for the query nodes."""
    query = deployment.query
    if query is None:
        return
    seen = {query.node.family or query.node.name}
    for choice in deployment.others:
        family = choice.node.family or choice.node.name
        if family in seen:
            continue
        seen.add(family)
        yield {
            "pool": "query-node",
            "instance_type": choice.node.name,
            "nodes": choice.nodes,
            "usd_per_month": None if choice.usd_per_month is None else round(choice.usd_per_month, 2),
            "because": _why_lost(choice, query),
        }
        if len(seen) > _MOST_NODES:
            return


def _why_lost(choice: QueryChoice, query: QueryChoice) -> str:
    if choice.usd_per_month is None or query.usd_per_month is None:
        return f"{choice.nodes} nodes take more memory than {query.nodes} of {query.node.name}"
    more = choice.usd_per_month - query.usd_per_month
    if choice.weight < query.weight:
        return f"{-more:,.0f} USD a month less, but {choice.nodes} nodes and not {query.nodes}"
    if more <= 0:
        return f"as cheap, but {choice.nodes} nodes and not {query.nodes}, each with a volume of its own"
    return f"{more:,.0f} USD a month more ({more / query.usd_per_month:.0%}), decided by {choice.by}"
