"""Everything that is said of an EKS cluster beside its name: add-ons, access, the way in, its kubeconfig."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on of EKS, in the version that EKS takes for the cluster's. ``service_account``: its pods' own role.

    ``before_nodes``: a node is not ready without it. ``configuration`` is JSON.
    """

    name: str
    before_nodes: bool = False
    configuration: str | None = None
    service_account: str | None = None
    policy: str | None = None


# Amazon EKS user guide: workloads-add-ons-available-eks and the pages of each; network policies are enforced by the
# agent that vpc-cni has (cni-network-policy-configure). The roles' policies are AWS's own for exactly these pods.
ADD_ONS: Final = (
    AddOn(
        "vpc-cni",
        before_nodes=True,
        configuration=json.dumps({"enableNetworkPolicy": "true"}),
        service_account="kube-system:aws-node",
        policy="AmazonEKS_CNI_Policy",
    ),
    AddOn("kube-proxy", before_nodes=True),
    AddOn("coredns"),
    AddOn(
        "aws-ebs-csi-driver",
        service_account="kube-system:ebs-csi-controller-sa",
        policy="service-role/AmazonEBSCSIDriverPolicy",
    ),
)
CLUSTER_POLICY: Final = "AmazonEKSClusterPolicy"
# Not AmazonEKS_CNI_Policy: the add-on has a role of its own (Amazon EKS user guide, create-node-role).
NODE_POLICIES: Final = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
AUTOSCALER_ACCOUNT: Final = "kube-system:cluster-autoscaler"


def kubeconfig(cluster: str, endpoint: str, certificate: str, region: str) -> str:
    """A kubeconfig whose tokens the AWS CLI makes; it holds no secret (Amazon EKS user guide, create-kubeconfig)."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": {"server": endpoint, "certificate-authority-data": certificate}}],
            "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
            "current-context": cluster,
            "users": [
                {
                    "name": cluster,
                    "user": {
                        "exec": {
                            "apiVersion": "client.authentication.k8s.io/v1beta1",
                            "command": "aws",
                            "args": ["--region", region, "eks", "get-token", "--cluster-name", cluster],
                            "interactiveMode": "Never",
                        }
                    },
                }
            ],
        },
        sort_keys=True,
    )


def way_in(public_access: Sequence[str]) -> dict[str, Any]:
    """The cluster's endpoints: private always, public for the networks that are named, never for the whole internet."""
    opened = bool(public_access)
    return {
        "endpoint_private_access": True,
        "endpoint_public_access": opened,
        **({"public_access_cidrs": list(public_access)} if opened else {}),
    }
