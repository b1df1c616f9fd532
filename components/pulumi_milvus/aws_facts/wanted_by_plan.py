"""What a plan with its settings of AWS wants, for preflight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_milvus.aws_facts.checks.wanted import Wanted, pools_of

if TYPE_CHECKING:
    from pulumi_milvus.cloud_aws.setting_values import AwsSettings
    from pulumi_milvus.planning.plan import Plan


def wanted_by(plan: Plan, settings: AwsSettings, region: str) -> Wanted:
    """What preflight looks for. ``region`` is that of the settings, or of ``aws:region`` where they say none."""
    from pulumi_milvus.cloud_aws.identifiers import bucket_name, zones_of

    network, pools = settings.network, pools_of(plan.node_pools)
    there = network.vpc_id is not None
    return Wanted(
        region=region,
        pools=pools,
        zone_count=max([pool.zones or 1 for pool in pools], default=1),
        zones=() if there else zones_of(settings, region),
        account_id=settings.account_id,
        vpc_id=network.vpc_id,
        subnet_ids=network.subnet_ids,
        eks_version=settings.kubernetes_version if settings.run_on == "eks" else None,
        cluster_name=settings.name if settings.run_on == "eks" else None,
        bucket=bucket_name(settings, region) if plan.workload.object_store == "external" else None,
    )
