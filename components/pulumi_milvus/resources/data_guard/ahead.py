"""Before anything of an environment is made: does the cluster answer, and does it know what a Milvus is?

Asked once, when the guard is made, since everything else comes after it. Without this the namespace and the Secrets
would be made, and the Milvus resource be tried for a minute, before somebody hears that its kind does not exist.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Json, Reader
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.data_guard.taken import refuse_what_is_taken
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene

_VERSION: Final = "/version"
_KINDS: Final = "/apis/milvus.io/v1beta1"
_DEPLOYMENTS: Final = "/apis/apps/v1/deployments"
# The label of the chart's Deployment, and of the manifest that is made of it (zilliztech/milvus-operator a6dcc6386f,
# charts/milvus-operator/templates/_helpers.tpl and deploy/manifests/deployment.yaml).
_OPERATORS: Final = "app.kubernetes.io/name=milvus-operator"
# A definition that was made a moment ago is not served by every API server of a cluster at once.
_LOOKS, _PAUSE_SECONDS = 4, 2.0


def look_ahead(scene: Scene, spec: DataGuardSpec) -> None:
    """Raises ResourceError where nothing that follows could work; does nothing where no cluster is configured."""
    if scene.cluster in (None, ClusterAccess()):
        return
    cluster = scene.known_cluster()
    warning = judge_cluster(cluster, spec, lambda: scene.ending.wait(_PAUSE_SECONDS))
    if warning:
        scene.log("warning", warning)
    refuse_what_is_taken(cluster, spec, scene.urn)


def look_at_place(scene: Scene, spec: DataGuardSpec) -> None:
    """In a preview: raises ResourceError where the place is taken. A cluster that does not answer is `up`'s concern."""
    if scene.cluster in (None, ClusterAccess()):
        return
    try:
        cluster = scene.known_cluster()
    except ResourceError:
        return
    with contextlib.suppress(ClusterError):
        refuse_what_is_taken(cluster, spec, scene.urn)


def judge_cluster(cluster: Reader, spec: DataGuardSpec, pause: Callable[[], object]) -> str:
    """What to warn of, or nothing. Raises ResourceError with what to do; ``pause`` is called between two looks."""
    if spec.variant == "self_contained":
        _ask(cluster, _VERSION)
        return ""
    for number in range(_LOOKS):
        if number:
            pause()
        if _knows_milvus(cluster):
            return _without_operator(cluster)
    raise ResourceError(_no_operator(cluster, spec))


def _knows_milvus(cluster: Reader) -> bool:
    found = _ask(cluster, _KINDS)
    if found is None:
        return True  # this account may not ask; what comes will tell
    return any(item.get("kind") == "Milvus" for item in found.get("resources") or [])


def _ask(cluster: Reader, path: str) -> Json | None:
    """An answer, empty where there is nothing, None where this account may not ask. Raises ResourceError."""
    try:
        return cluster.get(path)
    except ClusterError as error:
        if error.is_missing:
            return {}
        if error.status == 403:
            return None
        raise ResourceError(
            f"{error}. Nothing was made; set milvus:cluster or kubernetes:kubeconfig and kubernetes:context to a "
            "cluster that `kubectl get namespaces` reaches from here, and run `pulumi up` again"
        ) from None


def _without_operator(cluster: Reader) -> str:
    """The definition outlives its operator, so that its presence alone says little."""
    try:
        found = cluster.items(_DEPLOYMENTS, _OPERATORS)
    except ClusterError:
        return ""
    if found:
        return ""
    return (
        f"{cluster} knows the kind Milvus, but no Deployment with the label {_OPERATORS} is there: if Milvus does not "
        "get ready, its operator is missing. Set operator: install in the settings of exactly one stack of the cluster"
    )


def _no_operator(cluster: Reader, spec: DataGuardSpec) -> str:
    return (
        f"the Milvus Operator is not in {cluster}, which does not know the kind Milvus (milvus.io/v1beta1), and Milvus "
        f"{spec.namespace}/{spec.name} needs it. Nothing was made. Set operator: install in the settings (milvus:"
        "kubernetes) of exactly one stack of the cluster; or let who runs the cluster install it (helm install "
        "milvus-operator milvus-operator --repo https://zilliztech.github.io/milvus-operator/ --namespace "
        "milvus-operator --create-namespace); then run `pulumi up` again"
    )
