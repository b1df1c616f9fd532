"""Preflight of a stack: what its plan and its settings of AWS want, asked before the first resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_milvus.aws_facts.checks.wanted import Wanted, pools_of
from pulumi_milvus.aws_facts.connection import connect
from pulumi_milvus.aws_facts.preflight import preflight
from pulumi_milvus.planning.problems import InvalidValues

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


def before_first_resource(
    plan: Plan, settings: AwsSettings, region: str, *, profile: str | None = None, elsewhere: bool = False
) -> tuple[str, ...]:
    """Ask AWS what would stop the stack; warnings of what was not checked. Raises ``InvalidValues`` with every problem.

    ``profile``: the stack's ``aws:profile``. ``elsewhere``: its ``aws:endpoints`` name other servers than AWS's, which
    are not asked.
    """
    if elsewhere:
        return ("preflight: nothing is checked, since aws:endpoints name other servers than those of AWS",)
    report = preflight(wanted_by(plan, settings, region), connect([region], profile))
    if report.problems:
        raise InvalidValues(report.problems)
    return tuple(str(item) for item in report.unchecked)
