"""One resource's operations, on plain data: what the official provider does with the cluster in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kubernetes_provider import checkpoint, deleting, kinds, objects, writing
from kubernetes_provider.differences import Differences, differences, pruned
from kubernetes_provider.errors import ApiError, NoSuchKindError, NotReadyError, PartialFailureError, ProviderError
from kubernetes_provider.schemas import without_servers_own
from kubernetes_provider.session import Session
from kubernetes_provider.waiting import jobs
from kubernetes_provider.waiting.readiness import check_now, wait_until_ready
from kubernetes_provider.wire import Object, annotate, has_unknown, strip

_FORBIDDEN = 403
_NOT_SERVED = (
    "failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify "
    "that any required CRDs have been created"
)
_FAILED_TO_BECOME_LIVE = "failed to fully initialize or become live"


@dataclass(frozen=True)
class Remains:
    """What the engine keeps of a resource."""

    identifier: str
    state: Object
    inputs: Object | None = None


class Operations:
    """The operations on one resource. All raise ProviderError or one of its kinds."""

    def __init__(self, session: Session, urn: str, tell: Callable[[str, str], None]) -> None:
        self._session = session
        self._urn = urn
        self._tell = tell

    def diff(
        self, live: Object, old_inputs: Object, new_inputs: Object, ignored: Sequence[str]
    ) -> tuple[Differences, bool]:
        """What new inputs change, and whether a Job that did not succeed is to be made anew."""
        old, new = self._session.normalized(old_inputs), self._session.normalized(new_inputs)
        kind = kinds.of_object(new)
        found = differences(
            live,
            old,
            new,
            namespaced=self._session.is_namespaced(kind),
            mutability=self._session.settings.mutability,
            ignored=ignored,
        )
        unready = False
        if objects.is_annotated(new, objects.REPLACE_UNREADY) and kind.name == "Job" and not self._session.unreachable:
            now = self._session.surroundings(self._tell).again(live)
            unready = now is not None and not jobs.judged(now, []).ready
        return found, unready

    def create(self, inputs: Object, timeout_seconds: float, *, preview: bool) -> Remains | None:
        """Create and wait; None where a preview cannot ask the server."""
        plain = strip(inputs)
        kind = kinds.of_object(plain)
        if preview and (has_unknown(plain) or not self._session.serves(kind)):
            return None
        surroundings = self._session.surroundings(self._tell)
        manager = checkpoint.field_manager({}, plain)
        try:
            live = writing.create(surroundings, plain, self._options(manager, preview=preview))
        except writing.NotPreviewableError:
            return None
        except NoSuchKindError as error:
            shown = f"{kind.api_version}/{kind.name}"
            raise ProviderError(
                f'creation of resource "{self._urn}" with kind {shown} {_NOT_SERVED}: {error}'
            ) from None
        except ProviderError as error:
            if preview and isinstance(error, ApiError) and (error.code == _FORBIDDEN or error.exists_already):
                return None
            raise self._not_created(error) from None
        if preview:
            live.pop("status", None)  # a program that reads it must not take the empty one for the real one
            return self._remains(plain, live, inputs, {}, manager)
        try:
            live = wait_until_ready(surroundings, plain, live, timeout_seconds)
        except NotReadyError as error:
            message = (
                f'resource "{self._urn}" was successfully created, but the Kubernetes API server reported that it '
                f"{_FAILED_TO_BECOME_LIVE}: {error}"
            )
            remains = self._remains(plain, error.live or live, inputs, {}, manager)
            raise PartialFailureError(message, remains.identifier, remains.state, error.causes) from None
        except ProviderError as error:
            raise self._not_created(error) from None
        return self._remains(plain, live, inputs, {}, manager)

    def read(self, identifier: str, state: Object, inputs: Object) -> Remains | None:
        """The object as it is now; None where it, or its kind, is gone. Without state and inputs: an import."""
        namespace, name = objects.parse_identifier(identifier)
        old_inputs, old_live = self._session.normalized(strip(inputs)), checkpoint.parsed(state)[1]
        imports = not old_inputs.get("kind") and not old_live.get("kind")
        if not old_inputs.get("kind"):
            kind = kinds.of_object(old_live) if old_live.get("kind") else kinds.of_urn(self._urn)
            old_inputs = {**old_inputs, "apiVersion": kind.api_version, "kind": kind.name}
            old_inputs = objects.with_metadata(
                old_inputs,
                name=objects.name(old_inputs) or name,
                namespace=objects.namespace(old_inputs) or namespace or None,
            )
        surroundings = self._session.surroundings(self._tell)
        kind = kinds.of_object(old_inputs)
        live = surroundings.read(kind, objects.namespace(old_inputs), name)
        if live is None:
            return None
        not_ready: NotReadyError | None = None
        if not imports:
            try:
                check_now(surroundings, old_inputs, live)
            except NotReadyError as error:
                live, not_ready = error.live, error
        live_inputs = pruned(live, old_inputs)
        if imports:
            live_inputs = _imported(live, live_inputs)
        manager = checkpoint.field_manager(state, old_inputs)
        api_version = checkpoint.initial_api_version(state, old_inputs)
        kept = checkpoint.state_of(live_inputs, live, inputs, api_version, manager)
        found = Remains(identifier or objects.identifier(live), kept, annotate(live_inputs, inputs))
        if not_ready is not None:
            raise PartialFailureError(str(not_ready), found.identifier, found.state, not_ready.causes, found.inputs)
        return found

    def update(
        self, state: Object, inputs: Object, timeout_seconds: float, ignored: Sequence[str], *, preview: bool
    ) -> Remains | None:
        """Apply new inputs and wait; None where a preview cannot ask the server."""
        plain = self._session.normalized(strip(inputs))
        if preview and (has_unknown(plain) or not self._session.serves(kinds.of_object(plain))):
            return None
        surroundings = self._session.surroundings(self._tell)
        old_inputs, old_live = checkpoint.parsed(state)
        manager = checkpoint.field_manager(state, plain)
        remembered = {**state, checkpoint.INITIAL_API_VERSION: checkpoint.initial_api_version(state, old_inputs)}
        try:
            live = writing.update(surroundings, plain, old_live, self._options(manager, preview=preview), ignored)
            if not preview:
                live = wait_until_ready(surroundings, plain, live, timeout_seconds)
        except NoSuchKindError as error:
            raise ProviderError(f'update of resource "{self._urn}" {_NOT_SERVED}: {error}') from None
        except ProviderError as error:
            if preview and isinstance(error, ApiError) and error.code == _FORBIDDEN:
                return None
            now = surroundings.again(old_live)
            if now is None:
                gone = f'{kinds.of_object(old_live).name} "{objects.identifier(old_live)}" not found'
                raise ProviderError(
                    f'update of resource "{self._urn}" failed: {error}\nunable to get cluster state: {gone}'
                ) from None
            remains = self._remains(plain, now, inputs, remembered, manager)
            message = (
                f'the Kubernetes API server reported that "{objects.identifier(now)}" {_FAILED_TO_BECOME_LIVE}: {error}'
            )
            causes = error.causes if isinstance(error, NotReadyError) else ()
            raise PartialFailureError(message, remains.identifier, remains.state, causes) from None
        return self._remains(plain, live, inputs, remembered, manager)

    def delete(self, identifier: str, state: Object, timeout_seconds: float) -> None:
        """Delete and wait until the object is gone."""
        inputs, live = checkpoint.parsed(state)
        try:
            deleting.delete(self._session.surroundings(self._tell), identifier, live, inputs, timeout_seconds)
        except NotReadyError as error:
            manager = checkpoint.field_manager(state, inputs)
            api_version = checkpoint.initial_api_version(state, inputs)
            kept = checkpoint.state_of(inputs, error.live, state, api_version, manager)
            raise PartialFailureError(str(error), identifier, kept, error.causes) from None

    def _options(self, manager: str, *, preview: bool) -> writing.Options:
        chosen = self._session.settings
        return writing.Options(preview, manager, patch_force=chosen.patch_force, upsert=chosen.upsert)

    def _not_created(self, error: ProviderError) -> ProviderError:
        return ProviderError(
            f'resource "{self._urn}" was not successfully created by the Kubernetes API server: {error}'
        )

    def _remains(self, plain: Object, live: Object, marks: Object, state: Object, manager: str) -> Remains:
        api_version = checkpoint.initial_api_version(state, plain)
        return Remains(objects.identifier(live), checkpoint.state_of(plain, live, marks, api_version, manager))


def _imported(live: Object, identity: Object) -> Object:
    """Inputs for an object that no program has declared yet.

    The official provider knows from its schema which keys of a built-in kind are inputs; of a custom kind it knows
    none and keeps the identity alone.
    """
    if kinds.of_object(live).is_built_in:
        identity = {**identity, **{key: item for key, item in live.items() if key != "status"}}
    annotations = objects.metadata(identity).get("annotations")
    identity = without_servers_own(identity)
    if isinstance(annotations, dict):
        kept = {key: item for key, item in annotations.items() if key not in _NOT_INPUTS}
        identity = objects.with_metadata(identity, annotations=kept or None)
    return identity


_NOT_INPUTS = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")
