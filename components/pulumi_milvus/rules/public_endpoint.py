"""Rule ``public-endpoint``: neither Milvus nor the cluster's API server is open to the world.

Facts: Services before the proxy; EKS clusters and security groups of a preview. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import ClusterFacts, ResourceFacts
from pulumi_milvus.rules.exposure import MILVUS_PORT, Exposure, exposures
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "public-endpoint"
LEVEL: Final = "error"
REASON: Final = (
    "Milvus and its metrics are meant for clients that are known. A load balancer without source ranges takes "
    "everybody, a node port stands on every node's address, and an API server may be asked from anywhere unless it is "
    "told not to."
)
FIX: Final = "an internal load balancer, or loadBalancerSourceRanges of your own networks"
SOURCE: Final = "Kubernetes docs, concepts/services-networking/service; AWS EKS docs, cluster endpoint access control"
_WORLD: Final = frozenset({"0.0.0.0/0", "::/0"})
_METRICS_PORT: Final = 9091


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge each way to this Milvus from outside its cluster."""
    return [finding for way in exposures(facts) if (finding := _way(way)) is not None]


def check_cluster(cluster: ClusterFacts) -> list[Finding]:
    """Judge the API server and security groups of a preview."""
    found: list[Finding] = []
    for item in cluster.resources:
        if item.type == "aws:eks/cluster:Cluster":
            found += _api_server(item)
        elif item.type.startswith(
            ("aws:ec2/securityGroup:", "aws:ec2/securityGroupRule:", "aws:vpc/securityGroupIngress")
        ):
            found += _firewall(item)
    return found


def _way(way: Exposure) -> Finding | None:
    if way.kind == "NodePort":
        message = "a node port is open on every node's address"
        return Finding(RULE, LEVEL, way.subject, message, "type: ClusterIP, or an internal load balancer", SOURCE)
    if way.kind != "LoadBalancer" or way.is_internal:
        return None
    if way.source_ranges and not _WORLD & set(way.source_ranges):
        return None
    said = "its source ranges are the whole world" if way.source_ranges else "it says no source ranges"
    return Finding(RULE, LEVEL, way.subject, f"the load balancer is open to everybody: {said}", FIX, SOURCE)


def _api_server(item: ResourceFacts) -> Iterator[Finding]:
    network = item.inputs.get("vpcConfig")
    if not isinstance(network, Mapping):
        return
    # EKS's own defaults: public, for everybody.
    is_public = network.get("endpointPublicAccess", True)
    ranges = network.get("publicAccessCidrs")
    if is_public is True and (not ranges or (isinstance(ranges, (list, tuple)) and _WORLD & set(map(str, ranges)))):
        message = "the API server of the cluster is open to everybody"
        fix = "endpointPublicAccess: false, or publicAccessCidrs of your own networks"
        yield Finding(RULE, LEVEL, f"{item.subject}.vpcConfig", message, fix, SOURCE)


def _firewall(item: ResourceFacts) -> Iterator[Finding]:
    rules: list[Any] = [item.inputs]
    if item.type.startswith("aws:ec2/securityGroup:"):
        ingress = item.inputs.get("ingress")
        rules = list(ingress) if isinstance(ingress, (list, tuple)) else []
    elif item.type.startswith("aws:ec2/securityGroupRule:") and item.inputs.get("type") != "ingress":
        return
    for rule in rules:
        if isinstance(rule, Mapping) and _is_open(rule):
            message = f"port {MILVUS_PORT} or {_METRICS_PORT} of Milvus is open to everybody"
            yield Finding(RULE, LEVEL, item.subject, message, "your own networks instead of 0.0.0.0/0", SOURCE)


def _is_open(rule: Mapping[str, Any]) -> bool:
    sources = {str(rule.get(key)) for key in ("cidrIpv4", "cidrIpv6")}
    for key in ("cidrBlocks", "ipv6CidrBlocks"):
        value = rule.get(key)
        sources |= set(map(str, value)) if isinstance(value, (list, tuple)) else set()
    if not _WORLD & sources:
        return False
    protocol = str(rule.get("ipProtocol") or rule.get("protocol") or "-1")
    if protocol in ("-1", "all"):
        return True
    first, last = rule.get("fromPort"), rule.get("toPort")
    if not isinstance(first, (int, float)) or not isinstance(last, (int, float)):
        return False
    return protocol in ("tcp", "6") and any(first <= port <= last for port in (MILVUS_PORT, _METRICS_PORT))
