"""Kinds: what a type token names, which are built in, which are not served here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubernetes_provider.errors import ProviderError

# The groups that the API server brings itself; all others come from CustomResourceDefinitions.
_BUILT_IN_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)

_CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)

_UNSERVED = re.compile(r"kubernetes:(?:helm\.sh|yaml|kustomize)[/:]")


@dataclass(frozen=True)
class Kind:
    """Group, version and kind of an object; the group of the core kinds is empty."""

    group: str
    version: str
    name: str

    @property
    def api_version(self) -> str:
        """As objects say it: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def is_built_in(self) -> bool:
        """Whether the API server brings the kind itself."""
        return self.group in _BUILT_IN_GROUPS

    @property
    def is_typed(self) -> bool:
        """Whether the official provider takes objects through the kind's typed structure, which drops what is empty."""
        return self.is_built_in and self.name not in ("Secret", "CustomResourceDefinition")

    @property
    def is_cluster_scoped_built_in(self) -> bool:
        """Whether it is a built-in kind without a namespace."""
        return self.is_built_in and self.name in _CLUSTER_SCOPED


def of_token(token: str) -> Kind:
    """The kind that a resource type names, `kubernetes:apps/v1:Deployment`. Raises ProviderError for others."""
    if _UNSERVED.match(token):
        raise ProviderError(
            f"{token} is not served by the stand-in of the Kubernetes provider, which knows objects of the API server "
            "only (kubernetes:GROUP/VERSION:Kind), and one chart: other charts, YAML files and kustomizations need the "
            "official plugin."
        )
    package, _, rest = token.partition(":")
    group_version, _, name = rest.partition(":")
    group, separator, version = group_version.partition("/")
    if package != "kubernetes" or not separator or not version or not name:
        raise ProviderError(f"{token!r} is no type of this provider: kubernetes:GROUP/VERSION:Kind, core for no group")
    if name.endswith("Patch") and len(name) > len("Patch"):
        raise ProviderError(
            f"{token}: Patch resources are not served by the stand-in of the Kubernetes provider; declare the "
            f"{name.removesuffix('Patch')} itself, or use the official plugin."
        )
    kind = Kind("" if group == "core" else group, version, name)
    if name.endswith("List") and kind.is_built_in:
        raise ProviderError(
            f"{token}: list resources cannot be created. Use the underlying resource type, "
            f"{name.removesuffix('List')}, for each."
        )
    return kind


def of_urn(urn: str) -> Kind:
    """The kind of a resource by its URN."""
    return of_token(urn.split("::")[-2].rpartition("$")[2])


def of_object(document: Mapping[str, Any]) -> Kind:
    """The kind that an object names itself."""
    group, separator, version = str(document.get("apiVersion") or "").partition("/")
    if not separator:
        group, version = "", group
    return Kind("" if group == "core" else group, version, str(document.get("kind") or ""))


def token_of(document: Mapping[str, Any]) -> str:
    """The resource type of an object, as the SDKs spell it."""
    kind = of_object(document)
    return f"kubernetes:{kind.group or 'core'}/{kind.version}:{kind.name}"
