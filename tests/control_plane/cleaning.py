"""Back to the start: whatever a test made in the cluster goes, whatever kind it has."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from control_plane.api import Api, ApiError, Object
from control_plane.discovery import Resource

Name = tuple[str, str, str, str]

# The control plane writes these by itself, at any time; those of a test go with what they belong to.
_WRITTEN_BY_ITSELF = {"Lease", "EndpointSlice", "Endpoints", "Event", "IPAddress", "ServiceCIDR"}
_IN_EVERY_NAMESPACE = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}
# The controller manager makes an account for each of its controllers, when that one starts.
_CONTROLLERS = ("ServiceAccount", "kube-system")
_MANAGED = "kube-aggregator.kubernetes.io/automanaged"
# Webhooks first: they could refuse the rest. Then what makes objects, before what it makes.
_FIRST = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_OWNERS = ("CronJob", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
_NEVER = {"Namespace", "CustomResourceDefinition", "ComponentStatus"}
_SECONDS = 60.0


class Start:
    """What was there before any test; ``clean`` brings the cluster back to it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.namespaces = {one["metadata"]["name"] for one in api.list("Namespace")}
        self.definitions = {one["metadata"]["name"] for one in api.list("CustomResourceDefinition")}
        self._names = {name for resource in _sweepable(api) for name in _names(resource, _listed(api, resource))}

    def clean(self) -> None:
        """Delete what was not there at the start, finalizers or not, and wait until it is gone."""
        api = self._api
        kinds = _sweepable(api)
        for kind in _FIRST:
            self._sweep([one for one in kinds if one.kind == kind])
        namespaces = [
            one["metadata"]["name"] for one in api.list("Namespace") if one["metadata"]["name"] not in self.namespaces
        ]
        # From here on nothing new can be made in them.
        for name in namespaces:
            api.delete("Namespace", name)
        owners = [one for kind in _OWNERS for one in kinds if one.kind == kind]
        namespaced = [one for one in kinds if one.namespaced and one not in owners]
        everything = [*owners, *namespaced, *(one for one in kinds if not one.namespaced and one.kind not in _NEVER)]
        api.wait_until(
            "what the test made is gone", lambda: self._sweep(everything), lambda left: not left, seconds=_SECONDS
        )
        for name in namespaces:
            self._finish_namespace(name)
        self._remove_definitions()
        for name in self.namespaces:
            api.request("DELETE", f"/api/v1/namespaces/{name}/events")

    def _sweep(self, kinds: Iterable[Resource]) -> list[Object]:
        """Delete once; what was still there."""
        left: list[Object] = []
        for resource in kinds:
            for thing in _listed(self._api, resource):
                if self._stays(resource, thing):
                    continue
                left.append(thing)
                self._remove(resource, thing)
        return left

    def _stays(self, resource: Resource, thing: Object) -> bool:
        namespace = thing["metadata"].get("namespace", "")
        if resource.namespaced and namespace not in self.namespaces:
            return False
        if resource.kind in _WRITTEN_BY_ITSELF or _MANAGED in thing["metadata"].get("labels", {}):
            return True
        name = thing["metadata"]["name"]
        if (resource.kind, name) in _IN_EVERY_NAMESPACE or (resource.kind, namespace) == _CONTROLLERS:
            return True
        return _name(resource, thing) in self._names

    def _remove(self, resource: Resource, thing: Object) -> None:
        metadata = thing["metadata"]
        path = resource.path(metadata.get("namespace"), metadata["name"])
        # A CRD that vanished meanwhile took this with it, and that is what was wanted.
        with _gone_is_fine():
            if not metadata.get("deletionTimestamp"):
                options = {"propagationPolicy": "Background", "gracePeriodSeconds": 0}
                self._api.request("DELETE", path, body=options)
        # Who would have taken the finalizers away is gone with the test.
        with _gone_is_fine():
            if metadata.get("finalizers"):
                change = {"metadata": {"finalizers": None}}
                self._api.request("PATCH", path, body=change, content="application/merge-patch+json")

    def _finish_namespace(self, name: str) -> None:
        """The controller waits five seconds before it looks at a namespace; this one is known to be empty."""

        def left() -> Object | None:
            found = self._api.get("Namespace", name)
            if found is None:
                return None
            found["spec"]["finalizers"] = []
            try:
                self._api.request("PUT", f"/api/v1/namespaces/{name}/finalize", body=found)
            except ApiError as error:
                # Gone meanwhile, or written by the controller: the next look tells.
                if error.status not in (404, 409):
                    raise
            return self._api.get("Namespace", name)

        self._api.wait_until(f"namespace {name} is gone", left, lambda found: found is None, seconds=20)

    def _remove_definitions(self) -> None:
        def left() -> list[Object]:
            found = self._api.list("CustomResourceDefinition")
            return [one for one in found if one["metadata"]["name"] not in self.definitions]

        for one in left():
            self._api.delete("CustomResourceDefinition", one["metadata"]["name"])
        self._api.wait_until("the test's CRDs are gone", left, lambda found: not found, seconds=_SECONDS)


def _sweepable(api: Api) -> list[Resource]:
    return [one for one in api.resources() if one.sweepable and one.kind not in _NEVER]


def _listed(api: Api, resource: Resource) -> list[Object]:
    try:
        return api.list_of(resource)
    except ApiError as error:
        # A CRD that vanished after the discovery has no objects.
        if error.status == 404:
            return []
        raise


def _names(resource: Resource, things: Iterable[Object]) -> Iterable[Name]:
    return (_name(resource, thing) for thing in things)


def _name(resource: Resource, thing: Object) -> Name:
    metadata = thing["metadata"]
    return resource.group, resource.plural, metadata.get("namespace", ""), metadata["name"]


@contextlib.contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        if error.status != 404:
            raise
