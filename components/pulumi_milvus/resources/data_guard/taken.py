"""Before anything of an environment is made: is its place taken by a Milvus that another stack has made, or nobody?

What the components make is written over what stands there under the same name, so that an `up` which was killed is
finished by the next one. That must not reach what belongs to somebody else; so whatever holds data says which stack
made it and as which component, and the guard, which everything else comes after, looks for that first. A component
that only has another name in the program would be made a second time, over the same objects, and then deleted: in the
state that is a second guard, so here is where it is seen.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.cluster_access.cluster import Json, Reader
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.errors import ResourceError

MADE_BY: Final = "pulumi-milvus/stack"
"""The annotation of what holds data: ``project/stack``."""
MADE_AS: Final = "pulumi-milvus/component"
"""The annotation of what holds data: the component's name in the program when it was made."""
_GUARD: Final = "-data-guard"


def guard_name(component: str) -> str:
    """What the guard of a component is called."""
    return f"{component}{_GUARD}"


def component_of(urn: str) -> str:
    """The component of a guard's URN; empty where a program has declared the guard by itself."""
    name = urn.rpartition("::")[2]
    return name.removesuffix(_GUARD) if name.endswith(_GUARD) else ""


def stack_of(urn: str) -> str:
    """``project/stack`` of a resource's URN (urn:pulumi:STACK::PROJECT::TYPE::NAME)."""
    parts = urn.removeprefix("urn:pulumi:").split("::")
    return f"{parts[1]}/{parts[0]}"


def refuse_what_is_taken(cluster: Reader, spec: DataGuardSpec, urn: str) -> None:
    """Raises ResourceError where one of the places of the environment is taken by something of another origin.

    ``urn`` is that of the guard that is to be made.
    """
    stack, component = stack_of(urn), component_of(urn)
    for kind, path in _places(spec):
        found = _ask(cluster, path)
        if found is None:
            continue
        name, annotations = found["metadata"]["name"], found["metadata"].get("annotations") or {}
        owner, former = annotations.get(MADE_BY), annotations.get(MADE_AS)
        if owner != stack:
            raise ResourceError(_words(kind, spec, name, owner, stack))
        if former and component and former != component:
            raise ResourceError(_renamed(kind, spec, name, former, component))


def _places(spec: DataGuardSpec) -> list[tuple[str, str]]:
    sets = f"/apis/apps/v1/namespaces/{spec.namespace}/statefulsets"
    if spec.variant == "self_contained":
        return [("statefulset", f"{sets}/{spec.name}-standalone")]
    return [
        ("milvus", f"/apis/milvus.io/v1beta1/namespaces/{spec.namespace}/milvuses/{spec.name}"),
        ("statefulset", f"{sets}/{spec.name}-etcd"),
        ("statefulset", f"{sets}/{spec.name}-minio"),
    ]


def _ask(cluster: Reader, path: str) -> Json | None:
    try:
        return cluster.get(path)
    except ClusterError as error:
        # An account that may not look there may not write there either, and hears of it then.
        if error.is_missing or error.status == 403:
            return None
        raise


def _words(kind: str, spec: DataGuardSpec, name: str, owner: str | None, stack: str) -> str:
    whose = f"the stack {owner} has made it" if owner else "no stack of pulumi-milvus says that it has made it"
    return (
        f"{kind} {spec.namespace}/{name} is there already, and {whose}, so nothing was made. Instead: another name or "
        "namespace (milvus:kubernetes). Only where this stack shall have it from now on, with the same bucket, paths, "
        "etcd and log as it has, and no other stack does: kubectl annotate "
        f"{kind} {name} --namespace {spec.namespace} --overwrite {MADE_BY}={stack}"
    )


def _renamed(kind: str, spec: DataGuardSpec, name: str, former: str, component: str) -> str:
    return (
        f"{kind} {spec.namespace}/{name} is there already, made by this stack as the component {former}, which the "
        f"program calls {component} now: Pulumi would make all of it once more over what is there, and then delete "
        f"the first, which is the same. Instead: ResourceOptions(aliases=[pulumi.Alias(name='{former}')]) for "
        f"{component}; after an `up` that was refused, first one with the former name, which takes away what that "
        f"left. Only where the state of {former} is gone: kubectl annotate {kind} {name} --namespace "
        f"{spec.namespace} --overwrite {MADE_AS}={component}"
    )
