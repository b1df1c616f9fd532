"""The provider's own configuration: which Milvus, the token that opens it, and the cluster that it may stand in."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_milvus.cluster_access.access import ClusterAccess, names_service, read_access
from pulumi_milvus.resources.endpoint import Endpoint, default_uri, uri_problems
from pulumi_milvus.resources.wire import UNKNOWN, Plain

_LONGEST_WAIT_SECONDS = 86_400
KNOWN_KEYS = ("uri", "token", "waitSeconds", "cluster", "version")
"""Other keys of the `milvus:` namespace belong to the stack (`milvus:workload` and its like) and are not ours."""


def own_settings(values: Mapping[str, object]) -> Plain:
    """The provider's part of the `milvus:` configuration."""
    return {key: value for key, value in values.items() if key in KNOWN_KEYS}


def problems(settings: Mapping[str, object]) -> list[str]:
    """What is wrong with the settings, without repeating a secret."""
    found = []
    uri, token = settings.get("uri"), settings.get("token")
    if uri == "":  # how Pulumi.yaml's typed config says that nothing is set
        uri = None
    if isinstance(uri, str):
        found += [f"milvus:uri: {problem}" for problem in uri_problems(uri)]
    elif uri not in (None, UNKNOWN):
        found.append("milvus:uri: it is text, such as .data/milvus.db or http://host:19530")
    if token is not None and token is not UNKNOWN and not isinstance(token, str):
        found.append("milvus:token: it is text, `user:password` or an API key")
    found += [f"milvus:cluster{problem}" for problem in read_access(settings.get("cluster"))[1]]
    if uri and names_service(settings.get("cluster")):
        found.append("milvus:uri: milvus:cluster.service names a Milvus too; leave one of them out")
    wait = settings.get("waitSeconds")
    if wait not in (None, "", UNKNOWN) and wait_seconds(settings) is None:
        found.append(f"milvus:waitSeconds: {wait!r} is no number of seconds from 0 to {_LONGEST_WAIT_SECONDS:,}")
    return found


def wait_seconds(settings: Mapping[str, object]) -> float | None:
    """How long to wait for Milvus, where the user says so; stack configuration brings numbers as text."""
    value = settings.get("waitSeconds")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= _LONGEST_WAIT_SECONDS else None


def is_missing(settings: Mapping[str, object]) -> bool:
    """Whether no Milvus is named at all, as opposed to one that a preview does not know yet."""
    return not settings.get("uri") and not names_service(settings.get("cluster")) and not default_uri()


def endpoint(settings: Mapping[str, object]) -> Endpoint | None:
    """The Milvus that the settings name; None where they leave it out or do not know it yet."""
    token = settings.get("token") or ""
    token = token if isinstance(token, str) else ""
    if names_service(settings.get("cluster")) and not settings.get("uri"):
        access = cluster(settings)
        return Endpoint(access.uri, token, access) if access else None
    uri = settings.get("uri") or default_uri()
    return Endpoint(uri, token) if isinstance(uri, str) else None


def cluster(settings: Mapping[str, object]) -> ClusterAccess | None:
    """The cluster, by default the kubeconfig's current one; None where it is not known yet."""
    value = settings.get("cluster")
    if value in (None, ""):
        return ClusterAccess()
    return read_access(value)[0]
