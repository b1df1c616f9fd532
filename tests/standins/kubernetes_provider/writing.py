"""Creates and changes objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kubernetes_provider import kinds, objects, ownership
from kubernetes_provider.api import APPLY, JSON_PATCH
from kubernetes_provider.checkpoint import CREATING_MANAGER
from kubernetes_provider.errors import ApiError, NoSuchKindError, ProviderError
from kubernetes_provider.waiting.loop import Surroundings, haste
from kubernetes_provider.wire import Object

RETRIES = 5
FIRST_PAUSE_SECONDS = 1.0

_EXISTS_HINT = """

The resource already exists in the cluster. Where another resource of the program had it before (a renamed one), give \
the new one an alias; to own some of its fields only, use a Patch resource (official provider only); to adopt it, use \
`pulumi import`; to take over whatever is there, set upsertExistingObjects on the provider."""

_CONFLICT_HELP = (
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/"
    "#handle-field-conflicts-on-existing-resources"
)


class NotPreviewableError(ProviderError):
    """The server cannot say yet what a create would give: its namespace is to be created first."""


@dataclass(frozen=True)
class Options:
    """What the provider's configuration and the engine say of a write."""

    preview: bool
    manager: str
    patch_force: bool = False
    upsert: bool = False


def create(surroundings: Surroundings, inputs: Object, options: Options) -> Object:
    """The object as the server made it, or in a preview would make it.

    Tries again while its namespace or its kind is missing: another resource may be about to bring it. Raises
    ApiError, NoSuchKindError, NotPreviewableError, ProviderError.
    """
    pause_seconds = FIRST_PAUSE_SECONDS
    for attempt in range(RETRIES + 1):
        try:
            return _create_once(surroundings, inputs, options)
        except (ApiError, NoSuchKindError) as error:
            if options.preview and isinstance(error, ApiError) and error.is_missing_namespace:
                raise NotPreviewableError(f'namespace does not exist for "{objects.name(inputs)}"') from None
            surroundings.tell("progress", f"Retry #{attempt}; creation failed: {error}")
            if isinstance(error, ApiError) and not error.is_missing:
                if error.exists_already and not options.preview:
                    raise ProviderError(f"{error}{_EXISTS_HINT}") from None
                raise
            last = error
        if surroundings.cancelled.wait(pause_seconds / haste()):
            break
        pause_seconds *= 2
    raise last


def update(
    surroundings: Surroundings, inputs: Object, last_live: Object, options: Options, ignored: Sequence[str] = ()
) -> Object:
    """The object after a server-side apply, or what that would give. Raises NoSuchKindError, ProviderError."""
    kind = kinds.of_object(inputs)
    mapping = surroundings.discovery.mapping(kind)
    path = mapping.item(objects.namespace(last_live), objects.name(last_live))
    live = surroundings.api.get(path)
    dry = _dry(options)
    if kind.name == "CustomResourceDefinition":
        version = objects.metadata(live).get("resourceVersion")
        replacement = objects.with_metadata(inputs, resourceVersion=version)
        return surroundings.api.put(path, replacement, fieldManager=options.manager, **dry)
    if not options.preview and ownership.managed_fields(live):
        moved = [
            {
                "op": "replace",
                "path": "/metadata/managedFields",
                "value": ownership.taken_over(live, options.manager),
            }
        ]
        live = surroundings.api.patch(path, moved, JSON_PATCH)
    return _apply(
        surroundings,
        path,
        _located(ownership.without_ignored(inputs, live, ignored, options.manager), mapping.namespaced),
        options,
        force=ownership.must_force(inputs, live, enabled=options.patch_force, preview=options.preview),
    )


def _create_once(surroundings: Surroundings, inputs: Object, options: Options) -> Object:
    mapping = surroundings.discovery.mapping(kinds.of_object(inputs))
    document = _located(inputs, mapping.namespaced)
    namespace, name = objects.namespace(inputs), objects.name(inputs)
    if options.upsert:
        force = ownership.must_force(inputs, None, enabled=options.patch_force, preview=options.preview)
        return _apply(surroundings, mapping.item(namespace, name), document, options, force=force)
    # No fieldValidation: the server drops fields that it does not know, silently, as the official provider lets it.
    return surroundings.api.post(
        mapping.collection(namespace), document, fieldManager=CREATING_MANAGER, **_dry(options)
    )


def _apply(surroundings: Surroundings, path: str, document: Object, options: Options, *, force: bool) -> Object:
    query: dict[str, Any] = {"fieldManager": options.manager, "force": str(force).lower(), **_dry(options)}
    try:
        return surroundings.api.patch(path, document, APPLY, **query)
    except ApiError as error:
        if not error.is_conflict_of_managers:
            raise
        raise ProviderError(
            f"server-side apply field conflict detected, see {_CONFLICT_HELP} for troubleshooting help\n"
            f'The resource managed by field manager "{options.manager}" had an apply conflict: {error}'
        ) from None


def _located(inputs: Object, namespaced: bool) -> Object:
    """With a namespace where the kind has one, without where it has none: check could not always know."""
    namespace = (objects.namespace(inputs) or "default") if namespaced else None
    return objects.with_metadata(inputs, namespace=namespace)


def _dry(options: Options) -> dict[str, str]:
    return {"dryRun": "All"} if options.preview else {}
