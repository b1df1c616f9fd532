"""The settings of AWS as frozen values. What each means stands in ``setting_keys``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# The kinds of control plane logs (Amazon EKS user guide, control-plane-logs).
LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
# Access policies that a person needs for a cluster (Amazon EKS user guide, access-policy-permissions).
ACCESS_POLICIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cluster_admin": "AmazonEKSClusterAdminPolicy",
        "admin": "AmazonEKSAdminPolicy",
        "edit": "AmazonEKSEditPolicy",
        "view": "AmazonEKSViewPolicy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """A network that is made here (``cidr``, ``nat``), or one that is there (``vpc_id``, ``subnet_ids``).

    ``nat``: one, per_zone, none; None: as the plan was priced. ``subnet_ids``: private ones, one for each zone, in the
    order in which pools of a single zone take the first.
    """

    cidr: str = "10.64.0.0/16"
    nat: str | None = None
    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may use the cluster: an IAM principal, with a policy of ``ACCESS_POLICIES``, in ``namespaces`` or in all."""

    principal: str
    policy: str = "view"
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """Where and how Milvus runs on AWS: ``milvus:aws`` of a values file.

    ``region`` None: it is said by ``aws:region``. ``bucket`` None: the default name. ``run_on``: eks or
    virtual_machine. ``kubernetes_version`` is None for a virtual machine alone.
    """

    account_id: str
    region: str | None = None
    run_on: str = "eks"
    kubernetes_version: str | None = None
    name: str = "milvus"
    zones: tuple[str, ...] = ()
    network: NetworkSettings = field(default_factory=NetworkSettings)
    public_access: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()
    logs: tuple[str, ...] = ("api", "audit", "authenticator")
    log_days: int = 90
    bucket: str | None = None
    bucket_exists: bool = False
    key_arn: str | None = None
    clients: tuple[str, ...] = ()
    snapshots: int = 7
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
