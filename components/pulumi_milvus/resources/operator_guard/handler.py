"""Check, diff, create, read, update and delete of `milvus:index:OperatorGuard`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.cluster_access.cluster import Cluster, Json
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Changes, Checked, Found, Scene
from pulumi_milvus.resources.operator_guard.spec import OperatorGuardSpec
from pulumi_milvus.resources.problems import from_validation
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

_EVERYWHERE = "/apis/milvus.io/v1beta1/milvuses"
_KUBE_SYSTEM = "/api/v1/namespaces/kube-system"
_SHOWN = 10


class OperatorGuardHandler:
    """A guard stands between the operator and its Milvus resources: it depends on the one, and they on it."""

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the inputs."""
        if has_unknown(new):
            return Checked(new)
        try:
            spec = OperatorGuardSpec.model_validate(_inputs(new))
        except ValidationError as error:
            return Checked(new, from_validation(error, OperatorGuardSpec))
        return Checked(spec.model_dump(by_alias=True, exclude_none=True))

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Whether the acknowledgement changes."""
        return Changes(differences(_inputs(old_state), _inputs(new_inputs)))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Note which cluster it is. Raises ResourceError where the cluster cannot be reached."""
        if preview:
            return "", inputs | {"clusterId": UNKNOWN}
        return scene.name, _inputs(inputs) | {"clusterId": _cluster_id(scene.known_cluster())}

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found:
        """As it is known; there is nothing of it in the cluster."""
        inputs = _inputs(known) or {"acknowledgeUnreachable": False}
        cluster_id = known.get("clusterId")
        return Found(identifier, inputs | ({"clusterId": cluster_id} if cluster_id else {}), inputs)

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Write the acknowledgement to the state."""
        cluster_id = old_state.get("clusterId")
        return _inputs(inputs) | ({"clusterId": cluster_id} if cluster_id else {})

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Let go of the operator. Raises ResourceError while a Milvus resource exists, or where nobody can tell."""
        try:
            cluster = scene.known_cluster()
            _same_cluster(cluster, str(state.get("clusterId") or ""))
            left = cluster.items(_EVERYWHERE)
        except ClusterError as error:
            if error.is_missing:  # without the operator's CRD there can be no Milvus resource
                return
            if error.status == 0 and state.get("acknowledgeUnreachable"):
                scene.log("warning", f"{error}; the guard is deleted unseen, as acknowledgeUnreachable allows")
                return
            raise ResourceError(_cannot_tell(error)) from None
        if left:
            raise ResourceError(_refusal(scene, cluster, left))


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key != "clusterId"}


def _cluster_id(cluster: Cluster) -> str | None:
    try:
        return str(cluster.get(_KUBE_SYSTEM)["metadata"]["uid"])
    except ClusterError as error:
        if error.status == 403:  # an account of one namespace need not see this one
            return None
        raise


def _same_cluster(cluster: Cluster, known: str) -> None:
    now = _cluster_id(cluster) if known else None
    if now and now != known:
        raise ResourceError(
            f"{cluster} is another cluster than the one this guard was made for (namespace kube-system has UID {now}, "
            f"it was {known}); point milvus:cluster.kubeconfig and milvus:cluster.context back before you destroy"
        )


def _cannot_tell(error: ClusterError) -> str:
    advice = (
        "If the cluster itself is gone: set acknowledgeUnreachable: true on this guard, run `pulumi up`, then again"
        if error.status == 0
        else "Use an account that may list milvuses.milvus.io in all namespaces"
    )
    return f"nobody can tell whether a Milvus still needs the operator, so it is not removed: {error}. {advice}"


def _refusal(scene: Scene, cluster: Cluster, left: list[Json]) -> str:
    named = sorted(_described(item) for item in left)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    first = min(left, key=_described)["metadata"]
    return (
        f"the operator is not removed while {len(named)} Milvus resource{'s' if len(named) > 1 else ''} in {cluster} "
        f"need{'' if len(named) > 1 else 's'} it: {', '.join(named[:_SHOWN])}{more}. Without it they could neither be "
        "changed nor deleted (their finalizer is the operator's), and removing its CRDs deletes them all. Destroy the "
        "stacks that own them first; one that no stack owns: kubectl delete milvus "
        f"{first['name']} -n {first['namespace']}. To keep the operator and only forget it here: pulumi state delete "
        f"'{scene.urn}'"
    )


def _described(item: Json) -> str:
    metadata = item["metadata"]
    status = (item.get("status") or {}).get("status") or "no status yet"
    if metadata.get("deletionTimestamp"):
        status = "being deleted, wait for it"
    return f"{metadata['namespace']}/{metadata['name']} ({status})"
