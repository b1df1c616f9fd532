"""Preflight of a stack: what its plan and its settings of AWS want, asked before the first resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_milvus.aws_facts.checks.wanted import Wanted, pools_of
from pulumi_milvus.aws_facts.preflight import preflight
from pulumi_milvus.aws_facts.stack_sign_in import SignIn, signed_in
from pulumi_milvus.planning.problems import InvalidValues

if TYPE_CHECKING:
    from pulumi_milvus.cloud_aws.setting_values import AwsSettings
    from pulumi_milvus.planning.plan import Plan


def wanted_by(plan: Plan, settings: AwsSettings, region: str, stack: str | None = None) -> Wanted:
    """What preflight looks for.

    ``region`` is that of the settings, or of ``aws:region`` where they say none. ``stack``: whose machine, where it
    runs already, is not counted as another's. A bucket that the settings say is there is not looked for.
    """
    from pulumi_milvus.cloud_aws.identifiers import bucket_name, zones_of
    from pulumi_milvus.cloud_aws.virtual_machine import MACHINE_TAG

    network, pools = settings.network, pools_of(plan.node_pools)
    there, cluster = network.vpc_id is not None, settings.run_on == "eks"
    makes_bucket = plan.workload.object_store == "external" and not settings.bucket_exists
    return Wanted(
        region=region,
        pools=pools,
        zone_count=max([pool.zones or 1 for pool in pools], default=1),
        zones=() if there else zones_of(settings, region),
        account_id=settings.account_id,
        vpc_id=network.vpc_id,
        subnet_ids=network.subnet_ids,
        eks_version=settings.kubernetes_version if cluster else None,
        cluster_name=settings.name if cluster else None,
        machine_tag=None if cluster or stack is None else (MACHINE_TAG, stack),
        bucket=bucket_name(settings, region) if makes_bucket else None,
    )


def before_first_resource(
    plan: Plan,
    settings: AwsSettings,
    region: str,
    *,
    stack: str | None = None,
    sign_in: SignIn | None = None,
    elsewhere: bool = False,
) -> tuple[str, ...]:
    """Ask AWS what would stop the stack; gives warnings of what is broken or was not checked.

    Raises ``InvalidValues`` with every problem. ``sign_in``: what the stack says of its credentials. ``elsewhere``: its
    ``aws:endpoints`` name other servers than AWS's, which are not asked.
    """
    if elsewhere:
        return ("preflight: nothing is checked, since aws:endpoints name other servers than those of AWS",)
    report = preflight(wanted_by(plan, settings, region, stack), signed_in(sign_in or SignIn(), region))
    if report.problems:
        raise InvalidValues(report.problems)
    return tuple(f"preflight: {item}" for item in (*report.broken, *report.unchecked))
