"""The component `milvus:index:EksCluster`: a cluster with encryption, logs, add-ons and roles; no way in by default."""

from typing import Any, Final, NotRequired, TypedDict

import pulumi

from pulumi_milvus.aws.arguments import checked, region_of, tags
from pulumi_milvus.aws.roles import attached, pod_role, service_role
from pulumi_milvus.cloud_aws.cluster import (
    ADD_ONS,
    AUTOSCALER_ACCOUNT,
    CLUSTER_POLICY,
    NODE_POLICIES,
    AddOn,
    kubeconfig,
    way_in,
)
from pulumi_milvus.cloud_aws.identifiers import access_policy_arn
from pulumi_milvus.cloud_aws.policies import autoscaler_access, cluster_key_use, policy_text
from pulumi_milvus.cloud_aws.readers import KEY_ARN, KUBERNETES_VERSION, SUBNET_ID
from pulumi_milvus.cloud_aws.setting_keys import LONGEST_NAME, SETTINGS
from pulumi_milvus.cloud_aws.setting_values import ACCESS_POLICIES, Access
from pulumi_milvus.manifests.kubernetes_readers import KubernetesName
from pulumi_milvus.manifests.setting_shapes import Items, Plain

_KEY_DELETION_DAYS: Final = 30
_LOGS: Final = ("api", "audit", "authenticator")
_SHAPES: Final = {
    "cluster_name": Plain(KubernetesName(LONGEST_NAME, letter_first=True)),
    "kubernetes_version": Plain(KUBERNETES_VERSION),
    "subnet_ids": Items(Plain(SUBNET_ID), f"[{SUBNET_ID.example}]", at_least=2),
    "key_arn": Plain(KEY_ARN),
    **{key: SETTINGS.keys[key].shape for key in ("public_access", "access", "logs", "log_days")},
}


class AccessArgs(TypedDict):
    """Who may use the cluster."""

    principal: str
    """ARN of a role or a user."""
    policy: NotRequired[str]
    """cluster_admin, admin, edit or view (the default)."""
    namespaces: NotRequired[list[str]]
    """Where; everywhere by default."""


class EksClusterArgs(TypedDict):
    """An EKS cluster."""

    cluster_name: str
    """Its name. Plain, since roles and policies name it."""
    kubernetes_version: str
    """Its version, such as 1.34."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets of two zones or more."""
    key_arn: NotRequired[pulumi.Input[str]]
    """KMS key for its secrets; one is made if left out."""
    public_access: NotRequired[list[str]]
    """Networks that may reach its API from the internet; none by default: it is private."""
    access: NotRequired[list[AccessArgs]]
    """Who may use it beside who made it."""
    logs: NotRequired[list[str]]
    """Logs of the control plane that are kept; api, audit and authenticator by default."""
    log_days: NotRequired[int]
    """Days that they are kept; 90 by default."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class EksCluster(pulumi.ComponentResource):
    """A Kubernetes cluster whose API is private, with secrets encrypted, network policies enforced, and IRSA."""

    cluster_name: pulumi.Output[str]
    """Its name, known once nodes can join."""
    oidc_provider_arn: pulumi.Output[str]
    """ARN of its OIDC provider in IAM."""
    oidc_issuer: pulumi.Output[str]
    """URL of its OIDC issuer."""
    node_role_arn: pulumi.Output[str]
    """Role for its nodes."""
    autoscaler_role_arn: pulumi.Output[str]
    """Role for the service account kube-system/cluster-autoscaler."""
    key_arn: pulumi.Output[str]
    """Key of its secrets."""
    kubeconfig: pulumi.Output[str]
    """A kubeconfig without a secret in it: the AWS CLI makes its tokens."""

    def __init__(self, name: str, args: EksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        read = checked(args, _SHAPES, ["cluster_name", "kubernetes_version", "subnet_ids"])
        region, title = region_of(args), read["cluster_name"]
        super().__init__("milvus:index:EksCluster", name, {"clusterName": title}, opts)
        import pulumi_aws as aws

        child, named = pulumi.ResourceOptions(parent=self), tags(read, title)
        key_arn: Any = read.get("key_arn")
        if key_arn is None:
            key_arn = aws.kms.Key(
                f"{name}-key",
                description=f"Secrets of the EKS cluster {title}",
                enable_key_rotation=True,
                deletion_window_in_days=_KEY_DELETION_DAYS,
                tags=named,
                opts=child,
            ).arn
        role, before = service_role(f"{name}-role", "eks", region, [CLUSTER_POLICY], named, child)
        before += [
            aws.iam.RolePolicy(
                f"{name}-key-use",
                role=role.name,
                policy=pulumi.Output.from_input(key_arn).apply(lambda found: policy_text(cluster_key_use(found))),
                opts=child,
            ),
            # Made here, or EKS would make one that keeps all for ever.
            aws.cloudwatch.LogGroup(
                f"{name}-logs",
                name=f"/aws/eks/{title}/cluster",
                retention_in_days=read.get("log_days") or 90,
                tags=named,
                opts=child,
            ),
        ]
        network: Any = {"subnet_ids": read["subnet_ids"], **way_in(read.get("public_access") or ())}
        encryption: Any = {"provider": {"key_arn": key_arn}, "resources": ["secrets"]}
        cluster = aws.eks.Cluster(
            f"{name}-cluster",
            name=title,
            version=read["kubernetes_version"],
            role_arn=role.arn,
            vpc_config=network,
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": True},
            encryption_config=encryption,
            enabled_cluster_log_types=list(read.get("logs") or _LOGS),
            # The add-ons below are theirs in EKS's keeping.
            bootstrap_self_managed_addons=False,
            # Extended support costs six times as much; with this, EKS updates a version that has no other left.
            upgrade_policy={"support_type": "STANDARD"},
            tags=named,
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=before)),
        )
        self.oidc_issuer = cluster.identities.apply(_issuer)
        provider = aws.iam.OpenIdConnectProvider(
            f"{name}-oidc",
            url=self.oidc_issuer,
            client_id_lists=["sts.amazonaws.com"],
            tags=named,
            opts=child,
        )
        self.oidc_provider_arn = provider.arn
        made = [self._add_on(name, add_on, cluster, region, named, child) for add_on in ADD_ONS]
        first = [resource for add_on, resource in zip(ADD_ONS, made, strict=True) if add_on.before_nodes]
        for place, access in enumerate(read.get("access") or ()):
            _give(f"{name}-access-{place}", access, cluster, region, named, child)
        nodes, node_policies = service_role(f"{name}-nodes", "ec2", region, NODE_POLICIES, named, child)
        scaler = pod_role(f"{name}-autoscaler", provider.arn, self.oidc_issuer, [AUTOSCALER_ACCOUNT], named, child)
        scaling = aws.iam.RolePolicy(
            f"{name}-autoscaler", role=scaler.name, policy=policy_text(autoscaler_access(title, region)), opts=child
        )
        self.cluster_name = pulumi.Output.all(cluster.name, *(item.id for item in first)).apply(
            lambda found: str(found[0])
        )
        self.node_role_arn = pulumi.Output.all(nodes.arn, *(item.urn for item in node_policies)).apply(
            lambda found: str(found[0])
        )
        self.autoscaler_role_arn = pulumi.Output.all(scaler.arn, scaling.id).apply(lambda found: str(found[0]))
        self.key_arn = pulumi.Output.from_input(key_arn)
        self.kubeconfig = pulumi.Output.all(cluster.endpoint, cluster.certificate_authority).apply(
            lambda found: kubeconfig(title, found[0], found[1]["data"], region)
        )
        self.register_outputs(
            {
                "clusterName": self.cluster_name,
                "oidcProviderArn": self.oidc_provider_arn,
                "oidcIssuer": self.oidc_issuer,
                "nodeRoleArn": self.node_role_arn,
                "autoscalerRoleArn": self.autoscaler_role_arn,
                "keyArn": self.key_arn,
                "kubeconfig": self.kubeconfig,
            }
        )

    def _add_on(
        self,
        name: str,
        add_on: AddOn,
        cluster: Any,
        region: str,
        named: dict[str, str],
        child: pulumi.ResourceOptions,
    ) -> pulumi.CustomResource:
        import pulumi_aws as aws

        role_arn, after = None, []
        if add_on.service_account is not None:
            role = pod_role(
                f"{name}-{add_on.name}",
                self.oidc_provider_arn,
                self.oidc_issuer,
                [add_on.service_account],
                named,
                child,
            )
            after = attached(f"{name}-{add_on.name}", role, region, [str(add_on.policy)], child)
            role_arn = role.arn
        return aws.eks.Addon(
            f"{name}-{add_on.name}",
            cluster_name=cluster.name,
            addon_name=add_on.name,
            configuration_values=add_on.configuration,
            service_account_role_arn=role_arn,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=named,
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=after)),
        )


def _issuer(identities: Any) -> str:
    return str(identities[0]["oidcs"][0]["issuer"])


def _give(
    name: str, access: Access, cluster: Any, region: str, named: dict[str, str], child: pulumi.ResourceOptions
) -> None:
    """Access for one principal."""
    import pulumi_aws as aws

    entry = aws.eks.AccessEntry(
        name,
        cluster_name=cluster.name,
        principal_arn=access.principal,
        type="STANDARD",
        tags=named,
        opts=child,
    )
    scope: Any = {"type": "cluster"}
    if access.namespaces:
        scope = {"type": "namespace", "namespaces": list(access.namespaces)}
    aws.eks.AccessPolicyAssociation(
        name,
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=access_policy_arn(ACCESS_POLICIES[access.policy], region),
        access_scope=scope,
        opts=child,
    )
