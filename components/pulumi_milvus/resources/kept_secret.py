"""Takes over what an earlier deployment left in a Secret: a server that kept its data kept its password with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.secrets import read_secret
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene

# Names of namespaces (RFC 1123 labels) and of Secrets (RFC 1123 subdomains), Kubernetes docs, "Object Names and IDs".
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_PLACE = re.compile(rf"{_LABEL}/(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")

DESCRIPTION = (
    "namespace/name of a Secret in the cluster of the provider. Where it is there when this resource is created, what "
    "an earlier deployment left in it is taken over, until the rotation is raised; else a new one is drawn. Looked at "
    "when created, and never again"
)


def as_place(value: str | None) -> str | None:
    """`namespace/name` as it was given. Raises ValueError."""
    if value is not None and not _PLACE.fullmatch(value):
        raise ValueError(
            "a Secret is named as namespace/name, each of lower-case letters, digits and dashes, such as "
            "milvus/milvus-root"
        )
    return value


def kept_values(
    scene: Scene, place: str | None, wanted: Mapping[str, Callable[[str], bool]], requirement: str
) -> dict[str, str] | None:
    """The values of the Secret at `namespace/name`, each key of `wanted` with what it must be; None where it is absent.

    Where a value is not what it must be, no server can have started with it: a warning, and None. `requirement` says in
    words what is wanted. Raises ResourceError where nobody can tell, since to draw new ones then could lock out.
    """
    if place is None:
        return None
    namespace, _, name = place.partition("/")
    try:
        held = read_secret(scene.known_cluster(), namespace, name)
    except ClusterError as error:
        advice = (
            f"give the account `get` on secrets in namespace {namespace}"
            if error.status == 403
            else "run `pulumi up` again once the cluster answers"
        )
        raise ResourceError(
            f"nobody can tell whether Secret {place} holds what an earlier deployment started with, so nothing new is "
            f"drawn: {error}. Instead: {advice}"
        ) from None
    if held is None:
        return None
    values = {key: _text(held[key]) for key in wanted if key in held}
    if all(key in values and is_right(values[key]) for key, is_right in wanted.items()):
        scene.log("info", f"taken over from Secret {place}, which an earlier deployment left")
        return values
    scene.log("warning", f"Secret {place} holds nothing that can be taken over ({requirement}); new values replace it")
    return None


def _text(value: bytes) -> str:
    """As a pod's environment has it; empty where that cannot be: no UTF-8, or a NUL."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text
