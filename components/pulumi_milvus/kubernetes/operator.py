"""The component `milvus:index:MilvusOperator`: the operator that turns a Milvus resource into pods."""

import copy
from typing import Any, Final, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.kubernetes.access import cluster_wiring
from pulumi_milvus.kubernetes.milvus_args import ClusterAccessArgs
from pulumi_milvus.manifests.setting_values import OPERATOR_NAMESPACE
from pulumi_milvus.resources.operator_guard.resource import OperatorGuard
from pulumi_milvus.resources.provider_resource import ClusterArgs, Provider

# The newest release when this was written: zilliztech/milvus-operator#538, 2026-09-18.
OPERATOR_VERSION: Final = "1.3.10"
_REPOSITORY: Final = "https://zilliztech.github.io/milvus-operator/"
_CRD: Final = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
_DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"


class MilvusOperatorArgs(TypedDict):
    """Where the operator runs and where its chart and image come from."""

    namespace: NotRequired[str]
    """Its namespace, made here; milvus-operator by default."""
    version: NotRequired[str]
    """Version of its chart and image; 1.3.10 by default."""
    chart_repository: NotRequired[str]
    """Helm repository of the chart, for networks that cannot reach the operator's own."""
    registry: NotRequired[str]
    """Prefix of its image: a mirror that the nodes can reach."""
    pull_secrets: NotRequired[list[str]]
    """Names of Secrets in its namespace with the registry's credentials."""
    cluster: NotRequired[ClusterAccessArgs]
    """Which cluster; the one that kubectl talks to by default."""


class MilvusOperator(pulumi.ComponentResource):
    """The Milvus Operator, declared by exactly one stack of a cluster.

    Its definitions outlive it, since a Milvus goes with its definition. It is not removed while any Milvus is there.
    """

    namespace: pulumi.Output[str]
    """Where the operator runs."""
    version: pulumi.Output[str]
    """Version of the operator."""

    def __init__(self, name: str, args: MilvusOperatorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        namespace = args.get("namespace") or OPERATOR_NAMESPACE
        version = (args.get("version") or OPERATOR_VERSION).removeprefix("v")
        super().__init__("milvus:index:MilvusOperator", name, {"namespace": namespace, "version": version}, opts)
        import pulumi_kubernetes

        wiring = cluster_wiring(args)
        child = pulumi.ResourceOptions(parent=self)
        # What an earlier destroy left, namespace and definitions, is taken as it is.
        provider = pulumi_kubernetes.Provider(f"{name}-kept", opts=child, upsert_existing_objects=True, **wiring)
        kept = pulumi.ResourceOptions(parent=self, provider=provider)
        home = pulumi_kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata={
                "name": namespace,
                "labels": {
                    "app.kubernetes.io/managed-by": "pulumi-milvus",
                    "pod-security.kubernetes.io/enforce": "baseline",
                    "pod-security.kubernetes.io/audit": "restricted",
                    "pod-security.kubernetes.io/warn": "restricted",
                },
            },
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        chart = pulumi_kubernetes.helm.v4.Chart(
            f"{name}-chart",
            chart="milvus-operator",
            # Without it every child would be named after the chart's objects alone.
            resource_prefix=f"{name}-chart",
            name="milvus-operator",
            namespace=namespace,
            version=version,
            repository_opts={"repo": args.get("chart_repository") or _REPOSITORY},
            values=chart_values(args, version),
            opts=pulumi.ResourceOptions.merge(
                kept, pulumi.ResourceOptions(depends_on=[home], transforms=[_definitions_stay, _restricted])
            ),
        )
        looking = Provider(f"{name}-cluster", {"cluster": cast(ClusterArgs, wiring)}, child)
        guard = pulumi.ResourceOptions(parent=self, provider=looking, depends_on=[chart])
        OperatorGuard(f"{name}-guard", {}, guard)
        self.namespace = pulumi.Output.from_input(namespace)
        self.version = pulumi.Output.from_input(version)
        self.register_outputs({"namespace": namespace, "version": version})


def chart_values(args: MilvusOperatorArgs, version: str) -> dict[str, Any]:
    """Values of the operator's chart."""
    prefix = f"{args['registry'].rstrip('/')}/" if args.get("registry") else ""
    return {
        "image": {"repository": f"{prefix}milvusdb/milvus-operator", "tag": f"v{version}"},
        "imagePullSecrets": [{"name": secret} for secret in args.get("pull_secrets") or []],
        "installCRDs": True,
        "podSecurityContext": {
            "runAsUser": 65532,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def _definitions_stay(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The chart's own removal would take every Milvus along (milvus-operator, charts/.../values.yaml, installCRDs)."""
    if args.type_ != _CRD:
        return None
    options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(retain_on_delete=True))
    return pulumi.ResourceTransformResult(args.props, options)


def _restricted(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """What the restricted profile asks of a container and no value of the chart reaches.

    Its templates of 1.3.8 write `allowPrivilegeEscalation` and leave the value `securityContext` unread
    (zilliztech/milvus-operator, charts/milvus-operator/templates/deployment.yaml at a6dcc6386f).
    """
    if args.type_ != _DEPLOYMENT:
        return None
    props: dict[str, Any] = copy.deepcopy(dict(args.props))
    for container in props["spec"]["template"]["spec"]["containers"]:
        confined = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
        container["securityContext"] = {**(container.get("securityContext") or {}), **confined}
    return pulumi.ResourceTransformResult(props, args.opts)
