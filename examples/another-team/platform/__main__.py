"""What the platform team owns: the operator, once a cluster, and a namespace for each team."""

import pulumi
import pulumi_kubernetes as kubernetes

from pulumi_milvus import MilvusOperator, plain_errors

config = pulumi.Config()
kubeconfig = config.require_secret("kubeconfig")
registry = config.require("registry")

with plain_errors():
    operator = MilvusOperator("operator", {"registry": registry, "cluster": {"kubeconfig": kubeconfig}})

cluster = kubernetes.Provider("cluster", kubeconfig=kubeconfig)
for team in config.require_object("teams"):
    kubernetes.core.v1.Namespace(
        team,
        metadata={"name": team, "labels": {"example.com/team": team}},
        # What a team stores there is not ours to lose.
        opts=pulumi.ResourceOptions(provider=cluster, retain_on_delete=True),
    )

# What the teams' stacks read.
pulumi.export("kubeconfig", kubeconfig)
pulumi.export("registry", registry)
pulumi.export("operatorNamespace", operator.namespace)
