"""Every resource type that the stand-in knows."""

from __future__ import annotations

from aws_provider.clusters import CLUSTERS
from aws_provider.identity import IDENTITY
from aws_provider.kind import Kind
from aws_provider.machines import MACHINES
from aws_provider.network import NETWORK
from aws_provider.storage import STORAGE
from aws_provider.virtual_machines import VIRTUAL_MACHINES
from kubernetes_provider.errors import ProviderError

KINDS = {kind.token: kind for kind in (*NETWORK, *IDENTITY, *STORAGE, *MACHINES, *VIRTUAL_MACHINES, *CLUSTERS)}


def kind_of(urn: str) -> Kind:
    """The kind of a resource. Raises ProviderError where the table has none."""
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in KINDS:
        raise ProviderError(f"the stand-in of the AWS provider has no type {token}; it has {', '.join(sorted(KINDS))}")
    return KINDS[token]
