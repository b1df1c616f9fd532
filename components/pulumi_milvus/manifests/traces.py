"""Settings whose traces stay in the pods of Milvus, or beside them, when they are taken away.

The operator lays a new template over the old one, and takes out of it only what it knows how to: nodeSelector, type of
the Service and configuration go; volumes, mounts, variables, labels of pods, ports of the Service and a PodMonitor stay
(recorded: Milvus Operator a6dcc63, remove-component-field and metadata-remove).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_milvus.manifests.plan_defaults import variant_of, with_plan
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

AZURE_IDENTITY: Final = "azure.workload.identity/client-id"
# Trace -> what stays, and what a person does.
TRACES: Final[Mapping[str, str]] = {
    "tls": (
        "19530 speaks no TLS any more, but its pods go on mounting the Secret of tls and its Service keeps port 8080: "
        "keep that Secret, or new pods do not start"
    ),
    "azure_identity": "pods keep the label azure.workload.identity/use, which asks for an identity that nobody grants",
    "local_disk": (
        "pods that had a local disk keep its emptyDir, with its limit, and LOCAL_STORAGE_SIZE; they use neither"
    ),
    "metrics": "the PodMonitor stays and goes on being scraped: kubectl delete podmonitor, named as the Milvus is",
}


def traces_of(plan: Plan, settings: ClusterSettings) -> tuple[str, ...]:
    """The traces that the settings and the plan leave in what the operator makes, keys of ``TRACES``."""
    settings = with_plan(plan, settings)
    if variant_of(plan, settings) == "self_contained":
        return ()  # a StatefulSet of our own is what it is declared to be
    store = settings.object_store
    found = {
        "tls": settings.tls_secret is not None,
        "azure_identity": store is not None and AZURE_IDENTITY in store.service_account_annotations,
        "local_disk": any(role.local_disk_bytes for role in plan.roles.values()),
        "metrics": settings.metrics,
    }
    return tuple(name for name, leaves in found.items() if leaves)
