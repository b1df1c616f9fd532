"""One environment on Kubernetes, as a stack's program declares it: the operator where asked, Milvus, and outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pulumi

from pulumi_milvus.kubernetes.milvus import Milvus
from pulumi_milvus.kubernetes.milvus_args import ClusterAccessArgs, MilvusArgs
from pulumi_milvus.kubernetes.operator import MilvusOperator, MilvusOperatorArgs
from pulumi_milvus.manifests.agreement import variant_of
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.values_file import Values
from pulumi_milvus.planning.written_plan import plan_file
from pulumi_milvus.program import plan_for_component

_EXPORTED = (
    "endpoint",
    "collections",
    "connect",
    "port_forward",
    "web_ui",
    "metrics",
    "password_secret",
    "holds",
    "sizes",
    "usd_per_month",
)


def server_environment(
    values: Values,
    plan: Plan,
    folder: Path,
    more: Mapping[str, Any] | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> Milvus:
    """Milvus for the stack that runs, with everything that its values declare, and the stack's outputs.

    ``plan`` is the stack's, and ``folder`` that of the values files. ``more``: arguments of Milvus that a cloud knows
    better than the values, ``kubernetes`` and ``cluster`` among them; ``after``: what must be there first. Raises
    InputPropertiesError with every mistake.
    """
    config, settings = pulumi.Config("milvus"), values.settings.kubernetes or ClusterSettings()
    accepted = plan_file(folder, pulumi.get_stack())
    args: dict[str, Any] = {
        "workload": config.require_object("workload"),
        "kubernetes": config.get_object("kubernetes") or {},
        "disposable_data": values.settings.disposable_data,
        "aliases": values.settings.aliases,
        "acknowledge_search_gap": list(values.settings.acknowledge_search_gap),
        "password_rotation": values.settings.password_rotation,
        "create_collections": values.settings.create_collections,
        "ready_timeout_seconds": values.settings.ready_timeout_seconds,
    }
    if accepted.exists():
        args["accepted_plan"] = accepted.read_text(encoding="utf-8")
    elif made := plan_for_component(values, plan, folder):
        args["accepted_plan"] = made
    args |= more or {}
    operator = _operator(plan, settings, args.get("cluster"), after)
    milvus = Milvus("milvus", cast(MilvusArgs, args), pulumi.ResourceOptions(depends_on=[*after, *operator]))
    for name in _EXPORTED:
        pulumi.export(name, getattr(milvus, name))
    return milvus


def _operator(
    plan: Plan, settings: ClusterSettings, cluster: ClusterAccessArgs | None, after: Sequence[pulumi.Resource]
) -> list[pulumi.Resource]:
    """The operator, if this stack is the one that declares it and its Milvus needs it."""
    if settings.operator != "install" or variant_of(plan, settings) == "self_contained":
        return []
    args: MilvusOperatorArgs = {"namespace": settings.operator_namespace}
    if cluster is not None:
        args["cluster"] = cluster
    if settings.registry is not None:
        args["registry"] = settings.registry
    if settings.pull_secrets:
        args["pull_secrets"] = list(settings.pull_secrets)
    return [MilvusOperator("operator", args, pulumi.ResourceOptions(depends_on=list(after)))]
