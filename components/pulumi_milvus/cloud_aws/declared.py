"""A plan and the settings of AWS -> what shall stand there; every reason why it cannot, at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pulumi_milvus.cloud_aws.identifiers import bucket_name, role_arn, workload_role_name
from pulumi_milvus.cloud_aws.node_groups import NodeGroup, node_groups
from pulumi_milvus.cloud_aws.setting_values import AwsSettings
from pulumi_milvus.manifests.names import BACKUP
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem, shown

PATH = "config.milvus:aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What shall stand on AWS. ``bucket`` None: Milvus keeps its files on a volume."""

    settings: AwsSettings
    region: str
    groups: tuple[NodeGroup, ...]
    bucket: str | None
    role_name: str
    role_arn: str
    service_accounts: tuple[str, ...]


def declared(
    plan: Plan,
    settings: AwsSettings,
    kubernetes: ClusterSettings | None,
    region: str | None,
    types: Iterable[InstanceType],
    problems: list[Problem],
) -> Environment | None:
    """What shall stand there; None where it cannot, which ``problems`` then says. ``types``: the region's."""
    problems += _disagreements(plan, settings, region)
    groups = node_groups(plan, types, problems)
    if problems or region is None:
        return None
    cluster = kubernetes or ClusterSettings()
    role = workload_role_name(settings.name, region)
    return Environment(
        settings=settings,
        region=region,
        groups=groups,
        bucket=bucket_name(settings, region) if plan.workload.object_store == "external" else None,
        role_name=role,
        role_arn=role_arn(settings.account_id, role, region),
        service_accounts=tuple(f"{cluster.namespace}:{cluster.name}-{pods}" for pods in ("milvus", BACKUP)),
    )


def _disagreements(plan: Plan, settings: AwsSettings, region: str | None) -> Iterator[Problem]:
    if region is None:
        yield Problem(PATH, "", "nobody says which region", "region: us-east-1")
    if plan.topology not in ("standalone", "distributed") or not plan.roles:
        yield Problem("topology", shown(plan.topology), "needs nothing of AWS", "standalone or distributed")
    elif not plan.node_pools:
        yield Problem("node_pools", "", "the plan has no nodes to make", "a plan without node_shapes of its own")
    for place, zone in enumerate(settings.zones):
        if region is not None and zone[:-1] != region:
            yield Problem(f"{PATH}.zones[{place}]", shown(zone), f"is not in {region}", f"{region}{zone[-1]}")
    if settings.network.vpc_id is not None:
        wanted = max((int(pool.get("zones") or 1) for pool in plan.node_pools), default=1)
        if len(settings.network.subnet_ids) < wanted:
            reason = f"{len(settings.network.subnet_ids)} subnets, and the plan spreads over {wanted} zones"
            yield Problem(f"{PATH}.network.subnet_ids", "", reason, "a subnet in each zone")
    if settings.run_on == "virtual_machine":
        if plan.topology != "standalone":
            reason = f"one machine holds a standalone, and the plan is {plan.topology}"
            yield Problem(f"{PATH}.run_on", shown(settings.run_on), reason, "run_on: eks")
        elif plan.hardware == "nvme":
            reason = "local disks are lost with their machine, and everything of a self-contained Milvus is on one path"
            yield Problem(f"{PATH}.run_on", shown(settings.run_on), reason, "run_on: eks")
        elif plan.workload.object_store == "external":
            reason = "a machine by itself keeps its files on its volume"
            yield Problem("workload.object_store", "external", reason, "object_store: local")
