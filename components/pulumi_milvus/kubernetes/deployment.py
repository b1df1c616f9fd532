"""What a component creates: Secrets, objects in their order, the wait until Milvus is ready, its collections."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

import pulumi

from pulumi_milvus.collection_args import collection_args
from pulumi_milvus.kubernetes.access import Access, access_of
from pulumi_milvus.kubernetes.declared import Declared
from pulumi_milvus.kubernetes.objects import FIXED, create_object
from pulumi_milvus.kubernetes.outputs import holds, how_to_connect, port_forward_line, sizes
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import METRICS_PORT, metadata
from pulumi_milvus.manifests.secrets import NeededSecret
from pulumi_milvus.resources.alias.resource import Alias
from pulumi_milvus.resources.collection.resource import Collection, CollectionArgs
from pulumi_milvus.resources.data_guard.from_plan import data_guard_args
from pulumi_milvus.resources.data_guard.resource import DataGuard
from pulumi_milvus.resources.data_guard.taken import guard_name
from pulumi_milvus.resources.generated_keys.resource import GeneratedKeys
from pulumi_milvus.resources.readiness.resource import Readiness, ReadinessArgs
from pulumi_milvus.resources.root_password.resource import RootPassword

# The manifest with Milvus itself, and the one that everything in a namespace needs first.
_MILVUS: Final = "milvus"
_NAMESPACE: Final = "namespace"
# Of a Secret that outlived its stack, the manager of that stack still owns the values, and a later one may not change
# them unless it insists (server-side apply's conflicts; the kubernetes package's annotation).
_OWNED_AGAIN: Final = {"pulumi.com/patchForce": "true"}


def deploy(
    component: pulumi.ComponentResource,
    name: str,
    args: Mapping[str, Any],
    found: Declared,
    depends_on: Any = None,
) -> dict[str, Any]:
    """Create everything that was declared, as children of ``component``; its outputs by name.

    ``depends_on`` is what the component depends on: each child does too, or the operator could go before its Milvus.
    """
    seconds = args.get("ready_timeout_seconds")
    access = _guarded(name, args, found, access_of(component, name, args, found.settings, depends_on))
    access = _for_seconds(access, seconds)
    made: dict[str, pulumi.Resource] = {}
    for manifest in found.manifests:
        if manifest.key == _NAMESPACE:
            made[_NAMESPACE] = create_object(manifest, f"{name}-{_NAMESPACE}", access.kept)
    root = RootPassword(
        f"{name}-root-password",
        {"rotation": _rotation(args), "secret": _place(found, found.secrets[0])},
        access.cluster,
    )
    secrets = [_secret(name, needed, found, root, access, made) for needed in found.secrets if needed.generated]
    for manifest in found.manifests:
        if manifest.key != _NAMESPACE:
            first = [made[key] for key in manifest.after if key in made] + secrets
            stays = manifest.kind == "StorageClass"  # claims that stay need it to grow, and may share it
            options = _after(access.kept if stays else access.objects, first)
            resource = create_object(manifest, f"{name}-{manifest.key}", options, name)
            is_beside = manifest.body["kind"] == "StatefulSet" and manifest.key != _MILVUS
            made[manifest.key] = _settled(name, manifest, access, resource, seconds) if is_beside else resource
    ready = _readiness(name, found, access, list(made.values()), seconds)
    collections: pulumi.Output[list[str]] = pulumi.Output.from_input([])
    if args.get("create_collections", True):
        collections = _collections(component, name, args, found, access, root, ready)
    return _outputs(found, root, ready, collections)


def _guarded(name: str, args: Mapping[str, Any], found: Declared, access: Access) -> Access:
    """Access for what comes after the guard of the data: a change that it refuses reaches nothing."""
    declared = data_guard_args(
        found.plan,
        found.settings,
        disposable=bool(args.get("disposable_data")),
        password_rotation=_rotation(args),
    )
    first: list[pulumi.Resource] = [DataGuard(guard_name(name), declared, access.cluster)]
    return replace(
        access,
        objects=_after(access.objects, first),
        kept=_after(access.kept, first),
        cluster=_after(access.cluster, first),
    )


def _rotation(args: Mapping[str, Any]) -> int:
    return int(args.get("password_rotation") or 1)


def _after(options: pulumi.ResourceOptions, first: list[pulumi.Resource]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=first))


def _secret(
    name: str,
    needed: NeededSecret,
    found: Declared,
    root: RootPassword,
    access: Access,
    made: Mapping[str, pulumi.Resource],
) -> pulumi.Resource:
    values: list[pulumi.Input[str]]
    if needed.keys == ("password",):
        values = [root.password]
    else:
        keys = GeneratedKeys(f"{name}-{needed.key}-keys", {"secret": _place(found, needed)}, access.cluster)
        values = [keys.access_key, keys.secret_key]
    data: Any = pulumi.Output.all(*values).apply(lambda given: dict(zip(needed.keys, map(_base64, given), strict=True)))
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(found.settings, needed.name, "credentials") | {"annotations": _OWNED_AGAIN},
        "type": needed.type,
        "data": pulumi.Output.secret(data),
    }
    options = _after(access.kept, [made[_NAMESPACE]] if _NAMESPACE in made else [])
    return create_object(Manifest(key=needed.key, body=body), f"{name}-{needed.key}", options)


def _place(found: Declared, secret: NeededSecret) -> str:
    return f"{found.settings.namespace}/{secret.name}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _for_seconds(access: Access, seconds: int | None) -> Access:
    """Access that waits so long for an object, instead of the kubernetes package's ten minutes."""
    if not seconds:
        return access
    options = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s"))
    return replace(
        access,
        objects=pulumi.ResourceOptions.merge(access.objects, options),
        kept=pulumi.ResourceOptions.merge(access.kept, options),
    )


def _settled(
    name: str, manifest: Manifest, access: Access, resource: pulumi.Resource, seconds: int | None
) -> Readiness:
    """A StatefulSet that Milvus needs, once it is ready."""
    body = manifest.body
    declared: ReadinessArgs = {
        "namespace": body["metadata"]["namespace"],
        "name": body["metadata"]["name"],
        "kind": body["kind"],
        "spec": {key: value for key, value in body["spec"].items() if key != FIXED},
        "port": body["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"],
    }
    if seconds:
        declared["timeout_seconds"] = seconds
    return Readiness(f"{name}-{manifest.key}-readiness", declared, _after(access.cluster, [resource]))


def _readiness(
    name: str, found: Declared, access: Access, after: list[pulumi.Resource], seconds: int | None
) -> Readiness:
    body = next(manifest.body for manifest in found.manifests if manifest.key == _MILVUS)
    declared: ReadinessArgs = {
        "namespace": found.settings.namespace,
        "name": body["metadata"]["name"],
        "kind": body["kind"],
        "spec": {key: value for key, value in body["spec"].items() if key != FIXED},
        "service": found.settings.service_name,
    }
    if seconds:
        declared["timeout_seconds"] = seconds
    return Readiness(f"{name}-readiness", declared, _after(access.cluster, after))


def _collections(
    component: pulumi.ComponentResource,
    name: str,
    args: Mapping[str, Any],
    found: Declared,
    access: Access,
    root: RootPassword,
    ready: Readiness,
) -> pulumi.Output[list[str]]:
    options = access.milvus(name, root.token, component, [ready])
    gaps = args.get("acknowledge_search_gap") or []
    made = {
        collection.name: Collection(
            f"{name}-{collection.name}",
            cast(
                CollectionArgs,
                collection_args(
                    collection,
                    production=found.workload.production,
                    disposable=bool(args.get("disposable_data")),
                    gap_allowed=collection.name in gaps,
                ),
            ),
            options,
        )
        for collection in found.workload.collections
    }
    for alias, target in (args.get("aliases") or {}).items():
        Alias(f"{name}-{alias}", {"alias": alias, "collection": made[target].collection_name}, options)
    return pulumi.Output.all(*(collection.collection_name for collection in made.values()))


def _outputs(
    found: Declared, root: RootPassword, ready: Readiness, collections: pulumi.Output[list[str]]
) -> dict[str, Any]:
    settings, plan = found.settings, found.plan
    pod = f"{settings.service_name}.{settings.namespace}.svc:{METRICS_PORT}"
    return {
        "topology": plan.topology,
        "endpoint": ready.endpoint,
        "collections": collections,
        "connect": how_to_connect(settings),
        "port_forward": port_forward_line(settings),
        "web_ui": f"http://{pod}/webui/",
        "metrics": f"http://{pod}/metrics",
        "password_secret": _place(found, found.secrets[0]),
        "holds": holds(plan),
        "sizes": sizes(plan),
        "usd_per_month": plan.cost.usd_per_month,
        "plan": plan.to_json(),
        "token": root.token,
    }
