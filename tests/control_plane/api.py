"""A small client of the Kubernetes API: plain objects in and out, server-side apply, watches, waiting."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3

from control_plane import discovery
from control_plane.describe import describe
from control_plane.discovery import Resource

Object = dict[str, Any]
# In the class, ``list`` is a method.
Objects = list[Object]
Resources = list[Resource]
T = TypeVar("T")

_TIMEOUT = urllib3.Timeout(connect=5, read=60)


class ApiError(Exception):
    """The server refused: ``status`` 404, 409, 422 ..., its ``reason``, and its words."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


class Api:
    """One server, as one user. Kinds are named ``Pod`` or, where several groups have one, ``apps/Deployment``."""

    def __init__(self, server: str, authority: Path, token: str) -> None:
        self._server = server
        self._pool = urllib3.PoolManager(
            ca_certs=str(authority), headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT, retries=False
        )
        self._resources: Resources = []

    def get(self, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """One object, or None."""
        try:
            return self.request("GET", self.resource(kind).path(namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def list(self, kind: str, namespace: str | None = None, labels: str | None = None) -> Objects:
        """A namespace's objects or everybody's; ``labels`` as in ``kubectl -l``."""
        return self.list_of(self.resource(kind), namespace, labels)

    def list_of(self, resource: Resource, namespace: str | None = None, labels: str | None = None) -> Objects:
        """The same for a resource that was discovered."""
        query = {"labelSelector": labels} if labels else {}
        found = self.request("GET", resource.path(namespace), query)
        # Objects in a list do not say what they are.
        return [{"apiVersion": resource.api_version, "kind": resource.kind, **one} for one in found.get("items") or ()]

    def create(self, thing: Object) -> Object:
        """Make it; 409 where it is there already."""
        return self.request("POST", self._of(thing).path(_namespace(thing)), body=thing)

    def apply(self, thing: Object, *, manager: str = "tests", dry_run: bool = False) -> Object:
        """Server-side apply, taking over fields of others. A CRD is applied when its kind is served."""
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        path = self._of(thing).path(_namespace(thing), thing["metadata"]["name"])
        made = self.request("PATCH", path, query, thing, "application/apply-patch+yaml")
        if thing["kind"] == "CustomResourceDefinition" and not dry_run:
            kind = f"{thing['spec']['group']}/{thing['spec']['names']['kind']}"
            self.wait_until(f"{kind} is served", lambda: self._served(thing, kind), seconds=15)
        return made

    def patch(
        self, kind: str, name: str, namespace: str | None, change: Object | Objects, subresource: str = ""
    ) -> Object:
        """A merge patch, or a JSON patch where ``change`` is a list."""
        content = "application/json-patch+json" if isinstance(change, list) else "application/merge-patch+json"
        path = self.resource(kind).path(namespace, name, subresource)
        return self.request("PATCH", path, body=change, content=content)

    def delete(self, kind: str, name: str, namespace: str | None = None, grace_seconds: int | None = None) -> bool:
        """Ask for its deletion; False where there is no such object, or no such kind any more."""
        options: Object = {"propagationPolicy": "Background"}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        try:
            self.request("DELETE", self.resource(kind).path(namespace, name), body=options)
        except (ApiError, LookupError) as error:
            if isinstance(error, ApiError) and error.status != 404:
                raise
            return False
        return True

    def watch(
        self, kind: str, namespace: str | None = None, *, seconds: float = 30, since: str | None = None
    ) -> Iterator[tuple[str, Object]]:
        """``ADDED``, ``MODIFIED``, ``DELETED`` as they come, beginning with what is there, until the time is up."""
        query = {"watch": "1", "timeoutSeconds": str(max(1, round(seconds)))}
        if since is not None:
            query["resourceVersion"] = since
        path = f"{self._server}{self.resource(kind).path(namespace)}?{urlencode(query)}"
        answer = self._pool.request(
            "GET", path, preload_content=False, timeout=urllib3.Timeout(connect=5, read=seconds + 10)
        )
        try:
            if answer.status != 200:
                raise _error(answer.status, answer.read(decode_content=True))
            for line in answer:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(status.get("code", 0), status.get("reason", ""), status.get("message", ""))
                yield event["type"], event["object"]
        finally:
            answer.close()

    def wait_until(
        self, what: str, look: Callable[[], T], done: Callable[[T], object] = bool, *, seconds: float = 30
    ) -> T:
        """Look again and again until ``done``; the AssertionError names what was seen last. Returns what was seen.

        Refusals, lost connections and keys that are not there yet only count as not done.
        """
        end = time.monotonic() + seconds
        pause = 0.02
        while True:
            seen: object
            try:
                value = look()
                if done(value):
                    return value
                seen = value
            except (ApiError, urllib3.exceptions.HTTPError, LookupError) as error:
                seen = error
            if time.monotonic() >= end:
                raise AssertionError(f"not within {seconds:g} s: {what}; last seen: {describe(seen)}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    def resource(self, kind: str) -> Resource:
        """What is known of a kind; LookupError where the server has none."""
        found = self._find(kind) or self._discover(kind)
        if found is None:
            raise LookupError(f"the API server serves no kind {kind}")
        return found

    def resources(self) -> Resources:
        """All kinds, asked anew: each group in its preferred version only."""
        self._discover("")
        versions: dict[tuple[str, str], Resource] = {}
        for one in self._resources:
            versions.setdefault((one.group, one.plural), one)
        return list(versions.values())

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: object = None,
        content: str = "application/json",
        accept: str = "application/json",
    ) -> Object:
        """One call of the API; an ApiError where the server refuses."""
        answer = self._pool.request(
            method,
            f"{self._server}{path}" + (f"?{urlencode(query)}" if query else ""),
            body=None if body is None else json.dumps(body).encode(),
            headers={**self._pool.headers, "Content-Type": content, "Accept": accept},
        )
        if answer.status >= 300:
            raise _error(answer.status, answer.data)
        try:
            found = json.loads(answer.data)
        except ValueError:
            # Health is told in words.
            return {"text": answer.data.decode(errors="replace")}
        return found if isinstance(found, dict) else {"value": found}

    def _of(self, thing: Object) -> Resource:
        group, _, version = thing["apiVersion"].rpartition("/")
        for _attempt in range(2):
            for one in self._resources:
                if (one.group, one.version, one.kind) == (group, version, thing["kind"]):
                    return one
            self._discover("")
        raise LookupError(f"the API server serves no {thing['kind']} of {thing['apiVersion']}")

    def _find(self, kind: str) -> Resource | None:
        group, slash, name = kind.rpartition("/")
        for one in self._resources:
            if one.kind == name and (not slash or one.group == group):
                return one
        return None

    def _served(self, definition: Object, kind: str) -> bool:
        """Asks for its objects: discovery, the server's and ours, may still show one that was deleted before."""
        stored = self.get("CustomResourceDefinition", definition["metadata"]["name"]) or {}
        conditions = stored.get("status", {}).get("conditions") or ()
        if not any(one["type"] == "Established" and one["status"] == "True" for one in conditions):
            return False
        resource = self._discover(kind)
        if resource is None:
            return False
        try:
            self.list_of(resource)
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True

    def _discover(self, kind: str) -> Resource | None:
        found: Resources = []
        for root in ("/api", "/apis"):
            found += discovery.resources(self.request("GET", root, accept=discovery.ACCEPT))
        self._resources = found
        return self._find(kind)


def _namespace(thing: Object) -> str:
    return str(thing["metadata"].get("namespace", "default"))


def _error(status: int, data: bytes) -> ApiError:
    try:
        told = json.loads(data)
        return ApiError(status, told.get("reason", ""), told.get("message", ""))
    except (ValueError, AttributeError):
        return ApiError(status, "", data.decode(errors="replace")[:500])
